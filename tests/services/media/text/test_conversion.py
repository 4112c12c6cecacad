import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import FilmUnreadable
from services.media.text.conversion import convert_subtitles

ASS = r"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Style: Default,Arial,20,&H0,&H0,&H0,&H0,0,0,0,0,100,100,0,0,1,2,2,2,10,10,10,1
Style: Sign,Arial,20,&H0,&H0,&H0,&H0,0,0,0,0,100,100,0,0,1,2,2,8,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\i1}Hello{\i0}, you\Nthere
Dialogue: 0,0:00:03.00,0:00:04.00,Sign,,0,0,0,,A sign, with commas
Comment: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,Not shown
"""


@pytest.fixture
def converted(tmp_path):
    """The WebVTT that the job makes of a file with this content."""

    def convert(content, language=None, frame_rate=None):
        content = content if isinstance(content, bytes) else content.encode()
        convert_subtitles(content, str(tmp_path / "out.vtt"), language, frame_rate)
        assert os.listdir(tmp_path) == ["out.vtt"]
        return (tmp_path / "out.vtt").read_text("utf-8")

    return convert


@pytest.mark.parametrize(
    ("content", "cues"),
    [
        (
            "1\n00:00:01,000 --> 00:00:02,500\nHello <i>you</i> & me\n\n2\n00:00:03,000 --> 00:00:04,000\n{\\an8}Top\n",
            "00:00:01.000 --> 00:00:02.500\nHello <i>you</i> &amp; me\n\n00:00:03.000 --> 00:00:04.000 line:0\nTop\n",
        ),
        (
            "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\n<font color=red>Hello</font>\r\nagain\r\n\r\n",
            "00:00:01.000 --> 00:00:02.500\nHello\nagain\n",
        ),
        ("00:00:01.000 --> 00:00:02.500\nNo number\n", "00:00:01.000 --> 00:00:02.500\nNo number\n"),
        (
            ASS,
            "00:00:01.000 --> 00:00:02.500\n<i>Hello</i>, you\nthere\n\n"
            "00:00:03.000 --> 00:00:04.000 line:0\nA sign, with commas\n",
        ),
        ("{1}{1}25\n{25}{50}Hello|you\n", "00:00:01.000 --> 00:00:02.000\nHello\nyou\n"),
        (
            "1\n00:00:20 --> 00:00:24\nNo fraction\n\n2\n00:24,5 --> 00:27,25\nNo hours\n",
            "00:00:20.000 --> 00:00:24.000\nNo fraction\n\n00:00:24.500 --> 00:00:27.250\nNo hours\n",
        ),
        ("1\n00:00:01,000 -> 00:00:02,000\nShort arrow\n", "00:00:01.000 --> 00:00:02.000\nShort arrow\n"),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000 line:0\n<v Bob>Hello\n",
            "00:00:01.000 --> 00:00:02.000 line:0\n<v Bob>Hello\n",
        ),
        ("WEBVTT\n\n00:00:01,5-->00:00:02\nCareless\n", "00:00:01.500 --> 00:00:02.000\nCareless\n"),
    ],
    ids=[
        "SubRip",
        "SubRip-Windows",
        "SubRip-bare",
        "SubStation",
        "MicroDVD",
        "SubRip-short",
        "SubRip-arrow",
        "WebVTT",
        "WebVTT-careless",
    ],
)
def test_subtitles_of_any_format_become_webvtt(converted, content, cues):
    assert converted(content) == f"WEBVTT\n\n{cues}"


@pytest.mark.parametrize(("frame_rate", "start"), [(25.0, "00:00:10.000"), (None, "00:00:10.427")])
def test_subtitles_that_count_frames_go_by_the_rate_of_the_film(converted, frame_rate, start):
    assert f"{start} --> " in converted("{250}{300}Hello\n", frame_rate=frame_rate)


def test_the_language_of_the_name_tells_the_encoding(converted):
    assert "\nzażółć\n" in converted("1\n00:00:01,000 --> 00:00:02,000\nzażółć\n".encode("cp1250"), language="pl")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 1000,
        os.urandom(10_000),
        b"hello",
        b"WEBVTT\n\nno cues\n",
        b"1\n00:00:01,000 -->\nno end\n",
        b"[Script Info]\n",
        b"[Events]\nFormat: Start\nDialogue: x\n",
        b"{a}{b}c",
        b'<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "aaaa">]><tt>&a;</tt>',
        b"{" * 100_000,
        b"{1}{" + b"9" * 400 + b"}far away\n",
        b"[Events]\nFormat:" + b"," * 1_000_000 + b"\n" + b"Dialogue: a\n" * 1000,
    ],
    ids=[
        "empty",
        "zeros",
        "noise",
        "text",
        "no cues",
        "no end",
        "no events",
        "bad event",
        "no frames",
        "XML",
        "braces",
        "endless frames",
        "a million columns",
    ],
)
def test_what_is_no_subtitles_is_refused(converted, content):
    with pytest.raises(FilmUnreadable):
        converted(content)


def test_a_hundred_thousand_blank_lines_take_no_time(converted):
    blank = "\n" * 100_000
    assert "Hello" in converted(f"1\n00:00:01,000 --> 00:00:02,000\nHello{blank}\n.\n")


SRT = "1\n00:00:01,000 --> 00:00:02,000\n<i>Hello</i> {\\an8}you\n\n2\n00:00:03,000 --> 00:00:04,000\nthere\n"
VTT = "WEBVTT\n\nSTYLE\n::cue { color: lime }\n\n1\n00:01.000 --> 00:02.000 line:0\n<v Bob><00:01.5>Hello\n"
FRAMES = "{1}{1}25\n{25}{50}Hello|{y:i}you\n"
_DAMAGE = st.tuples(
    st.integers(0, 400),
    st.integers(0, 30),
    st.sampled_from(
        [
            "",
            "-->",
            "\n\n",
            "\0",
            "9" * 5000,
            "{\\an",
            "{\\i",
            "[V4 Styles]\nStyle: a,",
            "Format:",
            "Dialogue:",
            "00:",
            "<",
        ]
    )
    | st.text(max_size=20),
)


@given(st.sampled_from([SRT, VTT, ASS, FRAMES]), st.lists(_DAMAGE, max_size=6))
def test_damaged_subtitles_have_cues_or_are_refused(tmp_path_factory, text, damages):
    for place, length, instead in damages:
        text = text[:place] + instead + text[place + length :]
    destination = tmp_path_factory.getbasetemp() / "damaged.vtt"
    try:
        convert_subtitles(text.encode("utf-8", "replace"), str(destination), None, None)
    except FilmUnreadable:
        return
    assert " --> " in destination.read_text("utf-8")
