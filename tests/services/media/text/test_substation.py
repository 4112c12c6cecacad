import pytest

from services.media.text.substation import cue, read_substation, without_overrides
from services.media.text.webvtt import Cue, webvtt


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
        ("\\{laughs\\}", "{laughs}"),
        ("{\\p1}m 0 0 l 100 0{\\p0}after", "after"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("00:00:01.000 --> 00:00:02.000", "00:00:01.000 --&gt; 00:00:02.000"),
        ("a\0b\rc", "a\ufffdb\nc"),
        ("{\\i" + "1" * 5000 + "}plain", "plain"),
    ],
)
def test_the_text_of_a_cue_keeps_its_styles_and_cannot_end_it(marked_up, text):
    assert webvtt([cue(0, 1000, marked_up)]) == f"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n{text}\n"


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
    assert webvtt([cue(0, 1000, "by its style", alignment)]) == f"WEBVTT\n\n{times}{settings}\nby its style\n"
    assert webvtt([cue(0, 1000, f"{{\\an{alignment}}}by itself")]) == f"WEBVTT\n\n{times}{settings}\nby itself\n"


@pytest.mark.parametrize(
    "unseen",
    [
        cue(0, 1000, ""),
        cue(0, 1000, " \\N "),
        cue(0, 1000, "{\\p1}m 0 0"),
        cue(1000, 1000, "a"),
        cue(-2000, -1000, "a"),
    ],
)
def test_what_would_not_be_seen_is_left_out(unseen):
    assert webvtt([unseen]) == "WEBVTT\n"


def _file(events_format, *rows, styles=""):
    lines = ["[Script Info]", "ScriptType: v4.00+", "", styles, "[Events]", events_format, *rows]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        (
            "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
            "0,0:00:01.00,0:00:03.00,Default,,0,0,0,,Hello, you",
        ),
        (
            "Format: Layer, Style, Start, End, Name, MarginL, MarginR, MarginV, Effect, Text",
            "0,Default,0:00:01.00,0:00:03.00,,0,0,0,,Hello, you",
        ),
        ("Format: Layer, Start, End, Style, Text", "0,0:00:01.00,0:00:03.00,Default,Hello, you"),
        ("Format: Start,End,Text", "0:00:01.00,0:00:03.00,Hello, you"),
        ("format:start , END ,text", " 0:00:01.00 , 0:00:03.000 , Hello, you"),
        ("", "0,0:00:01.00,0:00:03.00,Default,,0,0,0,,Hello, you"),
        ("Format:", "0,0:00:01.00,0:00:03.00,Default,,0,0,0,,Hello, you"),
        ("Format: Layer, Text, Start, End", "0,Hello, you,0:00:01.00,0:00:03.00"),
    ],
    ids=["the usual", "another order", "few", "fewest", "any case", "none", "an empty one", "text in the middle"],
)
def test_the_columns_of_a_file_are_those_that_it_names(columns, row):
    assert list(read_substation(_file(columns, f"Dialogue: {row}"))) == [Cue(1_000, 3_000, "Hello, you")]


def test_rows_without_a_section_are_read():
    assert list(read_substation("Dialogue: 0,0:00:01.00,0:00:03.00,,,0,0,0,,Words")) == [Cue(1_000, 3_000, "Words")]


def test_a_cue_may_begin_before_the_film():
    assert list(read_substation("Dialogue: 0,-0:00:01.00,0:00:03.00,,,0,0,0,,Words")) == [Cue(-1_000, 3_000, "Words")]


def test_what_substation_has_left_in_a_cue_of_webvtt_is_not_read_as_words():
    assert without_overrides(Cue(0, 1000, "{\\an8}<b>Top</b> {x}")) == Cue(0, 1000, "<b>Top</b> {x}", "line:0")
    assert without_overrides(Cue(0, 1000, "{\\an8}Here", "line:50%")) == Cue(0, 1000, "Here", "line:50%")


V4 = "[V4 Styles]\nFormat: Name, Alignment\nStyle: Top,{}\n"
V4_PLUS = "[V4+ Styles]\nFormat: Name, Fontname, Alignment\nStyle: Top,Arial,{}\n"


@pytest.mark.parametrize(
    ("styles", "settings"),
    [
        (V4.format(1), "align:left"),
        (V4.format(2), ""),
        (V4.format(3), "align:right"),
        (V4.format(5), "line:0 align:left"),
        (V4.format(6), "line:0"),
        (V4.format(7), "line:0 align:right"),
        (V4.format(9), "line:50% align:left"),
        (V4.format(10), "line:50%"),
        (V4.format(11), "line:50% align:right"),
        (V4.format(99), ""),
        (V4.format("x"), ""),
        (V4_PLUS.format(8), "line:0"),
        (V4_PLUS.format(6), "line:50% align:right"),
        (V4_PLUS.format(0), ""),
    ],
)
def test_a_style_places_its_cues_by_the_numbers_of_its_version(styles, settings):
    text = _file("Format: Start, End, Style, Text", "Dialogue: 0:00:01.00,0:00:03.00,*Top,Words", styles=styles)
    assert [cue.settings for cue in read_substation(text)] == [settings]


def test_a_cue_may_be_placed_by_the_numbers_of_the_older_version():
    assert cue(0, 1000, "{\\a6}Words") == Cue(0, 1000, "Words", "line:0")


def test_comments_and_rows_without_times_are_not_shown():
    rows = (
        "Comment: 0:00:01.00,0:00:03.00,Not shown",
        "Dialogue: soon,0:00:03.00,Not shown",
        "Dialogue: 0:00:01.00",
        "Dialogue:",
        "Dialogue: 0:00:05.00,0:00:06.00,Shown",
    )
    assert list(read_substation(_file("Format: Start, End, Text", *rows))) == [Cue(5_000, 6_000, "Shown")]
