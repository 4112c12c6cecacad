"""Films whose header says no length, or a wrong one: the bar, seeking and going on from where one was."""

import base64
import math
import subprocess
from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.browser.waiting import playing
from tests.needs import need

LENGTH_S = 60
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "25", "-c:a", "libopus")
UNTAGGED = ("-map_metadata", "-1", "-map_metadata:s", "-1")
BAR = "document.querySelector('media-time-range')"
END = f"Number({BAR}.getAttribute('mediaduration'))"
FILMS = {
    "Piped.webm": (*UNTAGGED, "-f", "webm"),
    "Killed.mkv": (*UNTAGGED, "-f", "matroska"),
    "Repeated.webm": ("-f", "webm"),  # ffmpeg copies the tag DURATION of what it repeats: 20 s
}


class Tab(NamedTuple):
    """What the browsers have in common. Expressions are JavaScript; "video" is the page's element."""

    goto: Callable[[str], object]
    evaluate: Callable[[str], object]
    wait_for: Callable[[str], object]
    press: Callable[[str], object]


@pytest.fixture(scope="module")
def clip(tmp_path_factory, ffmpeg):
    """A film of 20 s, which is so large that no browser knows it to its end at once."""
    clip = tmp_path_factory.mktemp("clip") / "clip.webm"
    picture = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25,noise=alls=20:allf=t")
    ffmpeg(*picture, "-f", "lavfi", "-i", "sine=440", "-t", LENGTH_S // 3, "-b:v", "1500k", *VP8, clip)
    return clip


@pytest.fixture(scope="module")
def cinema(serve, clip, tmp_path_factory):
    folder = tmp_path_factory.mktemp("recordings")
    command = [need("ffmpeg"), "-loglevel", "error", "-stream_loop", "2", "-i", str(clip), "-c", "copy"]
    for name, options in FILMS.items():
        with (folder / name).open("wb") as output:
            subprocess.run([*command, *options, "pipe:1"], stdout=output, check=True)
    return serve(folder)


# Firefox may play the repeated film no further than its header says.
CASES = [(browser, film) for browser in ("Chromium", "Firefox") for film in FILMS]
SEEKABLE = CASES[:-1]
TWENTY = "[...Array(video.played.length).keys()].some((n) => video.played.start(n) < 20 && video.played.end(n) > 20)"


@pytest.fixture
def opened(request, cinema):
    """A film that plays, and its name."""
    browser, film = request.param
    tab = request.getfixturevalue("tab") if browser == "Firefox" else _chromium_tab(request)
    tab.goto(f"{cinema}/healthz")
    tab.goto(f"{cinema}/?film={film}")
    _plays(tab)
    return tab, film


def _chromium_tab(request):
    page = request.getfixturevalue("page")
    keys = {"\ue010": "End"}
    return Tab(
        page.goto,
        page.evaluate,
        lambda truth: page.wait_for_function(f"() => {truth}"),
        lambda key: page.keyboard.press(keys.get(key, key)),
    )


def _plays(tab, past_s=0.0, before_s=math.inf):
    tab.wait_for(f"{playing(past_s, before_s)} && !video.seeking && video.readyState > 1")


def _has_bar(tab):
    """Waits until the bar is as long as the film."""
    tab.wait_for(f"Math.abs({END} - {LENGTH_S}) < 1 && Math.abs(video.duration - {LENGTH_S}) < 1")


@pytest.mark.parametrize("opened", CASES[-1:], indirect=True, ids="-".join)
def test_the_bar_is_as_long_as_the_film(opened):
    tab, _ = opened
    _has_bar(tab)


@pytest.mark.parametrize("opened", SEEKABLE, indirect=True, ids="-".join)
def test_it_is_sought_by_keys_goes_on_from_where_it_was_left_and_is_seen_to_its_end(opened, cinema):
    tab, name = opened
    _has_bar(tab)
    for key, part, before_s in (("7", 0.7, math.inf), ("1", 0.1, LENGTH_S * 0.7), ("5", 0.5, math.inf)):
        tab.press(key)
        _plays(tab, past_s=LENGTH_S * part, before_s=before_s)
        # Where the browser does not know the length, it seeks in several steps.
        assert tab.evaluate(f"soughtTo.some((time) => Math.abs(time - {LENGTH_S * part}) < 1)")
    assert not tab.evaluate(TWENTY)  # it was passed over, not played
    tab.goto(f"{cinema}/healthz")
    tab.goto(f"{cinema}/")
    tab.wait_for(f"document.querySelector('.cover.begun')?.textContent === '{name.partition('.')[0]}'")
    tab.goto(f"{cinema}/?film={name}")
    tab.wait_for("said.some((note) => note.startsWith('Resumed at '))")
    _plays(tab, past_s=LENGTH_S / 2)
    _has_bar(tab)
    tab.evaluate(f"void (video.currentTime = {LENGTH_S - 2})")
    tab.wait_for(f"video.ended && Math.abs(video.currentTime - {LENGTH_S}) < 1")
    tab.wait_for(f"import('./static/shared/progress.js').then(({{ progressOf }}) => progressOf('{name}').watched)")


RECORD = """async (type) => {
  const canvas = document.body.appendChild(document.createElement("canvas"));
  const context = canvas.getContext("2d");
  const timer = setInterval(() => context.fillRect(0, 0, Math.random() * 300, Math.random() * 150), 40);
  const sound = new AudioContext();
  const tone = sound.createOscillator(), heard = sound.createMediaStreamDestination();
  tone.connect(heard);
  tone.start();
  const tracks = [...canvas.captureStream(25).getTracks(), ...heard.stream.getTracks()];
  const recorder = new MediaRecorder(new MediaStream(tracks), { mimeType: type });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start(1000);
  setTimeout(() => recorder.stop(), 3000);
  await stopped;
  clearInterval(timer);
  const url = new FileReader();
  const read = new Promise((resolve) => (url.onload = resolve));
  url.readAsDataURL(new Blob(parts));
  await read;
  return url.result.split(",")[1];
}"""


def _end(film):
    """When the film's last packet begins, in seconds: on a busy machine a browser records for longer than it should."""
    command = [need("ffprobe"), "-v", "error", "-show_entries", "packet=pts_time", "-of", "csv=p=0", str(film)]
    times = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return max(float(time.rstrip(",")) for time in times)


@pytest.mark.parametrize("kind", ["webm", "mp4"])
def test_what_a_browser_recorded_is_as_long_as_it_took(page, serve, plays, tmp_path, kind):
    film = tmp_path / f"Recorded.{kind}"
    film.write_bytes(base64.b64decode(page.evaluate(RECORD, f"video/{kind}")))
    end = _end(film)
    assert end > 1
    page.goto(f"{serve(tmp_path)}/?film={film.name}")
    page.wait_for_function(f"() => Math.abs({END} - {end}) < 0.6")
    page.keyboard.press("5")
    page.wait_for_function(f"() => Math.abs(soughtTo.at(-1) - {end / 2}) < 0.6")
    page.evaluate("() => video.play()")  # it may have been over when the key was pressed
    plays(page, past_s=end / 2)
