"""Films that get longer while they are watched: the browser has them as long as they were when they were opened."""

import json
from pathlib import Path

import pytest

from tests.browser.waiting import was_said
from tests.films import append, put
from tests.real_films import make_film

FRAGMENTED = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "24", "-pix_fmt", "yuv420p", "-c:a", "aac")
FORMATS = {
    "mp4": (*FRAGMENTED, "-movflags", "frag_keyframe+empty_moov+default_base_moof"),
    "webm": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "24", "-c:a", "libopus", "-live", "1"),
}


class Recording:
    """A film of 30 s, of which there are 12 s by now."""

    def __init__(self, folder: Path, film: Path):
        self.content = film.read_bytes()
        self.file = put(folder, film.name, self._part(0, 0.4))

    def go_on(self, start: float, end: float) -> None:
        append(self.file, self._part(start, end))

    def _part(self, start: float, end: float) -> bytes:
        return self.content[int(start * len(self.content)) : int(end * len(self.content))]


@pytest.fixture(scope="module", params=FORMATS)
def whole(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return make_film(folder / f"Match.{request.param}", *FORMATS[request.param], duration_s=30)


@pytest.fixture
def recording(tmp_path, whole):
    return Recording(tmp_path, whole)


def _progress(page):
    kept = "() => localStorage[Object.keys(localStorage).find((key) => key.startsWith('progress'))]"
    return json.loads(page.evaluate(kept))


def test_a_recording_goes_on_by_itself_at_the_end_that_it_had(page, serve, recording, plays):
    page.goto(f"{serve(recording.file.parent)}/?film={recording.file.name}&t=4")
    plays(page, past_s=4.3)
    recording.go_on(0.4, 1)
    plays(page, past_s=14)
    assert 4 < page.evaluate("() => soughtTo.at(-1)") < 13
    page.locator("#stage-note").wait_for(state="hidden")
    assert _progress(page)["watched"] is False


def test_who_has_seen_all_that_was_recorded_waits_for_more(page, serve, recording, plays):
    page.goto(f"{serve(recording.file.parent)}/?film={recording.file.name}&t=4")
    plays(page, past_s=4.3)
    recording.go_on(0.4, 0.45)
    was_said(page, "This is being recorded.")
    assert _progress(page)["watched"] is False
    recording.go_on(0.45, 1)
    plays(page, past_s=15)
    page.locator("#stage-note").wait_for(state="hidden")
