import pytest

from services.media.text.styled import fonts_among, styled_file

HEAD = (
    "[Script Info]\r\nTitle: x\r\n\r\n[V4+ Styles]\r\nStyle: Sign,Arial\r\n\r\n[Events]\r\nFormat: Layer, Start\r\n\0"
)
FONT = b"\0\1\0\0"


def test_rows_get_their_times_and_their_original_order():
    rows = [
        (3_723_450, 3_724_000, "1,0,Sign,,0,0,0,,Second, with a comma"),
        (0, 359_999_999, "0,5,Sign,,0,0,0,,{\\pos(1,2)}First"),
    ]
    assert styled_file(HEAD, rows) == (
        "[Script Info]\nTitle: x\n\n[V4+ Styles]\nStyle: Sign,Arial\n\n[Events]\nFormat: Layer, Start\n"
        "Dialogue: 5,0:00:00.00,99:59:59.99,Sign,,0,0,0,,{\\pos(1,2)}First\n"
        "Dialogue: 0,1:02:03.45,1:02:04.00,Sign,,0,0,0,,Second, with a comma\n"
    )


def test_a_head_without_events_gets_the_usual_columns():
    assert styled_file("[Script Info]", [(0, 10, "0,0,Default,,0,0,0,,Hi")]) == (
        "[Script Info]\n\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: 0,0:00:00.00,0:00:00.01,Default,,0,0,0,,Hi\n"
    )


@pytest.mark.parametrize("row", ["", "0", "x,y", "٣,0,Default", "9" * 5000 + ",0,Default"])
def test_damaged_rows_harm_nothing(row):
    assert styled_file("[Events]", [(0, 10, row)]).count("\n") <= 2


def test_a_row_is_one_line():
    text = styled_file("[Events]", [(0, 10, "0,0,Default,,0,0,0,,One\r\n[Fonts]\0")])
    assert text == "[Events]\nDialogue: 0,0:00:00.00,0:00:00.01,Default,,0,0,0,,One\\N[Fonts]\n"


@pytest.mark.parametrize(
    ("font", "lines"),
    [
        (b"\0\1\2", "!!%#"),  # six bits a digit, from "!" on
        (b"\xff", "`Q"),
        (b"\xff\xff", "``]"),
        (bytes(63), "!" * 80 + "\n!!!!"),
    ],
)
def test_fonts_stand_in_front_of_the_events(font, lines):
    assert styled_file("[A]\n\n[Events]", [], [font]) == f"[A]\n\n[Fonts]\nfontname: font0_0.ttf\n{lines}\n\n[Events]\n"


def test_only_fonts_are_taken_and_not_too_many():
    assert fonts_among([b"<html>", FONT, b"OTTO", b"\x89PNG", b""]) == [FONT, b"OTTO"]
    assert len(fonts_among([FONT] * 100)) == 64
    large = FONT.ljust(9 * 2**20)
    assert fonts_among([large, large, large, FONT]) == [large, large, FONT]
