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


CARELESS = {  # each has the cue "Words" from 1 s to 15 s
    "srt": b"1\n00:00:01 --> 00:00:15\nWords\n",
    "en.srt": b"1\n00:01,000 --> 00:15,000\nWords\n",
    "de.vtt": b"WEBVTT\n\n0:00:01.000 --> 0:00:15.000\nWords\n",
    "fr.vtt": b"WEBVTT\n\n00:00:01,000 --> 00:00:15,000\nWords\n",
    "es.vtt": b"WEBVTT\n\n00:01.00 --> 00:15.00\nWords\n",
    "it.vtt": b"WEBVTT\n\n00:00:01 --> 00:00:15\nWords\n",
    "nl.vtt": b"WEBVTT\n\n00:01.000-->00:15.000\nWords\n",
    "pl.ass": b"[Events]\nFormat: Start, End, Text\nDialogue: 0:00:01.00,0:00:15.00,Words\n",
    "pt.ssa": b"[Events]\nDialogue: Marked=0,0:00:01.00,0:00:15.00,Top,,0000,0000,0000,,Words\n",
}


@pytest.fixture(scope="module")
def url(serve, sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("subtitled")
    shutil.copy(sample, folder / "Film.mp4")
    put(folder, "Film.srt", SRT.encode("utf-16"))
    shutil.copy(sample, folder / "Careless.mp4")
    for name, content in CARELESS.items():
        put(folder, f"Careless.{name}", content)
    return serve(folder)


def test_a_browser_reads_every_cue_as_it_was_meant(page, url):
    page.goto(url)
    assert page.evaluate(CUES, _subtitles(page, "Film.mp4")[0]["url"]) == [
        [1, 2.5, "auto", "center", "Tom & Jerry <3 cheese\n- and --> arrows", ["i:cheese"]],
        [3, 4, 0, "left", "alert(1) &amp; \u200f", []],
    ]


def test_a_browser_reads_what_was_written_carelessly(page, url):
    page.goto(url)
    subtitles = _subtitles(page, "Careless.mp4")
    assert len(subtitles) == len(CARELESS)
    for subtitle in subtitles:
        [[start, end, _, _, text, _]] = page.evaluate(CUES, subtitle["url"])
        assert [start, end, text] == [1, 15, "Words"]
        [[start, end, *_]] = page.evaluate(CUES, f"{subtitle['url']}&offset=1.5")
        assert [start, end] == [2.5, 16.5]


def _subtitles(page, path):
    movies = page.evaluate("async () => (await (await fetch('api/movies')).json()).movies")
    return next(movie["subtitles"] for movie in movies if movie["path"] == path)
