"""What a real parser of WebVTT makes of the subtitles that we write."""

import shutil

import pytest

from tests.films import put

SRT = """1
00:00:01,000 --> 00:00:02,500
Tom & Jerry <3 <i>cheese</i>
- and --> arrows

2
00:00:03,000 --> 00:00:04,000
{\\an7}<script>alert(1)</script> &amp; \u200f
"""

CUES = """async (url) => {
    const video = document.createElement("video");
    const track = Object.assign(document.createElement("track"), {kind: "subtitles", src: url});
    video.append(track);
    track.track.mode = "hidden";
    await new Promise((loaded, failed) => { track.onload = loaded; track.onerror = failed; });
    return Array.from(track.track.cues, (cue) => [
        cue.startTime, cue.endTime, cue.line, cue.align, cue.getCueAsHTML().textContent,
        Array.from(cue.getCueAsHTML().querySelectorAll("*"), (each) => `${each.localName}:${each.textContent}`),
    ]);
}"""


@pytest.fixture(scope="module")
def url(serve, sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("subtitled")
    shutil.copy(sample, folder / "Film.mp4")
    put(folder, "Film.srt", SRT.encode("utf-16"))
    return serve(folder)


def test_a_browser_reads_every_cue_as_it_was_meant(page, url):
    page.goto(url)
    movie = page.evaluate("async () => (await (await fetch('api/movies')).json()).movies[0]")
    assert page.evaluate(CUES, movie["subtitles"][0]["url"]) == [
        [1, 2.5, "auto", "center", "Tom & Jerry <3 cheese\n- and --> arrows", ["i:cheese"]],
        [3, 4, 0, "left", "alert(1) &amp; \u200f", []],
    ]
