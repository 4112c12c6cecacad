import pytest

from services.media.webvtt import Cue, shifted, webvtt


def test_cues_are_written_in_the_order_of_time():
    assert webvtt([Cue(61_000, 62_500, "Second"), Cue(1, 3_600_000, "First")]) == (
        "WEBVTT\n\n00:00:00.001 --> 01:00:00.000\nFirst\n\n00:01:01.000 --> 00:01:02.500\nSecond\n"
    )


def test_no_cues_are_a_file_without_any():
    assert webvtt([]) == "WEBVTT\n"


@pytest.mark.parametrize(
    ("marked_up", "text"),
    [
        ("Tom & Jerry <3 > 2", "Tom &amp; Jerry &lt;3 &gt; 2"),
        ("one\\Ntwo\\nthree\\hfour", "one\ntwo\nthree\u00a0four"),
        ("one\\N\\N \\Ntwo", "one\ntwo"),
        ("{\\i1}slanted{\\i0} plain", "<i>slanted</i> plain"),
        ("{\\b1\\i1}both{\\b0} slanted", "<b><i>both</i></b><i> slanted</i>"),
        ("{\\b700}bold{\\r}plain", "<b>bold</b>plain"),
        ("{\\u1}one\\Ntwo", "<u>one</u>\n<u>two</u>"),
        ("{\\i1}never closed", "<i>never closed</i>"),
        ("{\\bord2\\blur3\\iclip(1)\\fad(1,2)\\pos(1,2)}plain", "plain"),
        ("{a comment}plain", "plain"),
        ("{never closed", "{never closed"),
        ("{\\p1}m 0 0 l 100 0{\\p0}after", "after"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("00:00:01.000 --> 00:00:02.000", "00:00:01.000 --&gt; 00:00:02.000"),
        ("a\0b\rc", "a\ufffdb\nc"),
    ],
)
def test_the_text_of_a_cue_keeps_its_styles_and_cannot_end_it(marked_up, text):
    assert webvtt([Cue(0, 1000, marked_up)]) == f"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n{text}\n"


@pytest.mark.parametrize(
    ("alignment", "settings"),
    [
        (1, " align:left"),
        (2, ""),
        (3, " align:right"),
        (4, " line:50% align:left"),
        (5, " line:50%"),
        (6, " line:50% align:right"),
        (7, " line:0 align:left"),
        (8, " line:0"),
        (9, " line:0 align:right"),
    ],
)
def test_a_cue_keeps_its_place(alignment, settings):
    times = "00:00:00.000 --> 00:00:01.000"
    assert webvtt([Cue(0, 1000, "by its style", alignment)]) == f"WEBVTT\n\n{times}{settings}\nby its style\n"
    assert webvtt([Cue(0, 1000, f"{{\\an{alignment}}}by itself")]) == f"WEBVTT\n\n{times}{settings}\nby itself\n"


@pytest.mark.parametrize(
    "cue",
    [
        Cue(0, 1000, ""),
        Cue(0, 1000, " \\N "),
        Cue(0, 1000, "{\\p1}m 0 0"),
        Cue(1000, 1000, "a"),
        Cue(-2000, -1000, "a"),
    ],
)
def test_what_would_not_be_seen_is_left_out(cue):
    assert webvtt([cue]) == "WEBVTT\n"


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
    assert shifted(f"{head}00:59:59.500 --> 01:00:00.000 line:0{text}", offset_ms) == f"{head}{times}{text}"


def test_times_without_hours_are_shifted_too():
    assert shifted("WEBVTT\n\n00:01.000 --> 00:02.000\na", 1000) == "WEBVTT\n\n00:00:02.000 --> 00:00:03.000\na"
