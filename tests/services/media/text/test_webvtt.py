"""WebVTT, read as people write it and written as browsers read it."""

import pytest

from services.media.text.webvtt import Cue, read_webvtt, shifted_part, style_blocks, webvtt


def test_cues_are_written_in_the_order_of_time():
    assert webvtt([Cue(61_000, 62_500, "Second"), Cue(1, 3_600_000, "First")]) == (
        "WEBVTT\n\n00:00:00.001 --> 01:00:00.000\nFirst\n\n00:01:01.000 --> 00:01:02.500\nSecond\n"
    )


def test_no_cues_are_a_file_without_any():
    assert webvtt([]) == "WEBVTT\n"


def test_the_same_cue_in_several_layers_is_written_once():
    assert webvtt([Cue(0, 1000, "a"), Cue(0, 1000, "a")]).count("-->") == 1


@pytest.mark.parametrize(
    ("offset_ms", "times"),
    [
        (0, "00:59:59.500 --> 01:00:00.000 line:0"),
        (1_500, "01:00:01.000 --> 01:00:01.500 line:0"),
        (-1_500, "00:59:58.000 --> 00:59:58.500 line:0"),
        (-3_599_750, "00:00:00.000 --> 00:00:00.250 line:0"),
        (-7_200_000, "00:00:00.000 --> 00:00:00.000 line:0"),
    ],
)
def test_cues_are_shifted_and_nothing_else(offset_ms, times):
    head = "WEBVTT a title\n\nNOTE 00:00:01.000\n\n1\n"
    text = "\nat 00:00:01.000 sharp\n"
    before = f"{head}00:59:59.500 --> 01:00:00.000 line:0{text}"
    assert shifted_part(before.encode(), offset_ms).decode() == f"{head}{times}{text}"


def test_words_that_are_sung_are_shifted_with_their_cue():
    vtt = b"WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<00:00:01.500>La <00:00:02.000>la\n"
    later = b"WEBVTT\n\n00:00:02.000 --> 00:00:04.000\n<00:00:02.500>La <00:00:03.000>la\n"
    assert shifted_part(vtt, 1000) == later


@pytest.mark.parametrize(
    ("times", "start_ms", "end_ms"),
    [
        ("00:00:01.000 --> 00:00:15.000", 1_000, 15_000),
        ("00:01.000 --> 00:15.000", 1_000, 15_000),
        ("0:00:01.000 --> 0:00:15.000", 1_000, 15_000),
        ("00:00:01,000 --> 00:00:15,000", 1_000, 15_000),
        ("00:01.00 --> 00:15.00", 1_000, 15_000),
        ("00:01.5 --> 00:15.25", 1_500, 15_250),
        ("00:00:01 --> 00:00:15", 1_000, 15_000),
        ("00:00:01.123456 --> 00:00:15.999999", 1_123, 15_999),
        ("00:01.000-->00:15.000", 1_000, 15_000),
        ("00:01.000\t-->\t00:15.000", 1_000, 15_000),
        ("  00:01.000 ->  00:15.000  ", 1_000, 15_000),
        ("00:00:01:000 --> 00:00:15:000", 1_000, 15_000),
        ("1:2:3.4 --> 100:00:00.000", 3_723_400, 360_000_000),
        ("90:00.000 --> 91:00.000", 5_400_000, 5_460_000),
        ("00: 00: 01, 000 --> 00: 00: 15 ,000", 1_000, 15_000),
        ("00:00:01;000 -- > 00:00:15;000", 1_000, 15_000),
        ("00:00:01,000 \u2013> 00:00:15,000", 1_000, 15_000),
        ("00:00:01,000 --&gt; 00:00:15,000", 1_000, 15_000),
        ("00:00:01,000 \u2192 00:00:15,000", 1_000, 15_000),
        ("00\uff1a00\uff1a01\uff0c000 --> 00\uff1a00\uff1a15\uff0c000", 1_000, 15_000),
        ("\u202b00:00:01,000 --> 00:00:15,000", 1_000, 15_000),
        ("7 00:00:01,000 --> 00:00:15,000", 1_000, 15_000),
        ("-00:00:01,000 --> 00:00:15,000", -1_000, 15_000),
    ],
)
def test_times_are_read_however_they_are_written(times, start_ms, end_ms):
    assert list(read_webvtt(f"WEBVTT\n\n{times}\nWords\n")) == [Cue(start_ms, end_ms, "Words")]


@pytest.mark.parametrize(
    "line", ["-->", "00:01.000 -->", "00:01.000 --> soon", "1 --> 2", "00:01.000 00:02.000", "a --> b"]
)
def test_a_line_without_two_times_begins_no_cue(line):
    assert list(read_webvtt(f"WEBVTT\n\n{line}\nWords\n")) == []


def test_cues_are_told_apart_by_blank_lines_and_by_times_alone():
    text = (
        "WEBVTT - a title\nKind: captions\n\nNOTE\nnot shown\n\n1\n00:01.000 --> 00:02.000\nOne\nand two\n \n"
        "name\n00:03.000 --> 00:04.000\nThree\n00:05.000 --> 00:06.000\nFour"
    )
    assert list(read_webvtt(text)) == [
        Cue(1_000, 2_000, "One\nand two"),
        Cue(3_000, 4_000, "Three"),
        Cue(5_000, 6_000, "Four"),
    ]


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("00:01.000 --> 00:02.000\n\nOne\n\n00:03.000 --> 00:04.000\n\nTwo\n", ["One", "Two"]),
        ("00:01.000 --> 00:02.000\n\nname\n00:03.000 --> 00:04.000\nTwo\n", ["Two"]),
        ("00:01.000 --> 00:02.000\n\nNOTE no\n\n00:03.000 --> 00:04.000\nTwo\n", ["Two"]),
        ("1\n00:01.000 --> 00:02.000\nOne\n2\n00:03.000 --> 00:04.000\nTwo\n", ["One", "Two"]),
        ("00:01.000 --> 00:02.000\n1984\n00:03.000 --> 00:04.000\nTwo\n", ["1984", "Two"]),
        ("00:01.000 --> 00:02.000\nOne<br><BR/>\ntwo\n", ["One\ntwo"]),
    ],
    ids=["apart from their times", "a name", "a comment", "a number", "a number that is said", "HTML's line ends"],
)
def test_words_go_with_their_times_and_numbers_and_names_do_not(text, cues):
    assert [cue.text for cue in read_webvtt(f"WEBVTT\n\n{text}")] == cues


def test_a_cue_after_all_time_is_left_out():
    assert webvtt([Cue(0, 1_000_000 * 3_600_000, "Words")]) == "WEBVTT\n"


@pytest.mark.timeout(5)
@pytest.mark.parametrize("line", [" " * 2_000_000, "1" + " " * 2_000_000, "1:1" + " " * 2_000_000 + "-"])
def test_a_line_of_spaces_takes_no_time(line):
    assert list(read_webvtt(line)) == []


def test_settings_stay_and_what_is_none_goes():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000 line:0 X1:53 align:left nonsense position:10%,line-left\nWords\n"
    assert [cue.settings for cue in read_webvtt(text)] == ["line:0 align:left position:10%,line-left"]


def test_words_keep_their_tags_and_their_times_get_full():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Bob><00:01.5>Hello <i>you</i> &amp; me\n"
    assert [cue.text for cue in read_webvtt(text)] == ["<v Bob><00:00:01.500>Hello <i>you</i> &amp; me"]


def test_an_arrow_ends_no_cue_and_no_style():
    text = "WEBVTT\n\nSTYLE\n::cue --> { color: lime }\n\n00:01.000 --> 00:02.000\na --> b\nc\n"
    assert webvtt(read_webvtt(text), style_blocks(text)) == ("WEBVTT\n\n00:00:01.000 --> 00:00:02.000\na --&gt; b\nc\n")


def test_the_look_of_cues_is_kept():
    text = (
        "WEBVTT\n\nSTYLE\n::cue { color: lime }\n\nNOTE no\n\nREGION\nid:bottom\n\n1\n00:01.000 --> 00:02.000\nWords\n"
    )
    head = style_blocks(text)
    assert webvtt(read_webvtt(text), head) == (
        "WEBVTT\n\nSTYLE\n::cue { color: lime }\n\nREGION\nid:bottom\n\n00:00:01.000 --> 00:00:02.000\nWords\n"
    )


@pytest.mark.parametrize(
    ("times", "offset_ms", "later"),
    [
        (b"00:59:59.500 --> 01:00:00.000 line:0", 1500, b"01:00:01.000 --> 01:00:01.500 line:0"),
        (b"00:59:59.500 --> 01:00:00.000", -3_599_750, b"00:00:00.000 --> 00:00:00.250"),
        (b"00:59:59.500 --> 01:00:00.000", -7_200_000, b"00:00:00.000 --> 00:00:00.000"),
        (b"99:59:58.000 --> 99:59:59.000", 1500, b"99:59:59.500 --> 99:59:59.999"),
        (b"099:59:58.000 --> 099:59:59.000", 2000, b"100:00:00.000 --> 100:00:01.000"),
    ],
)
def test_a_part_of_a_file_is_as_long_when_its_cues_are_shifted(times, offset_ms, later):
    text = b"\nat 00:00:01.000 --> 00:00:02.000 sharp\n"
    assert shifted_part(b"\n" + times + text, offset_ms) == b"\n" + later + text
