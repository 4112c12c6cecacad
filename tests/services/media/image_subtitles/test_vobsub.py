from random import Random

import pytest

from services.media.image_subtitles.vobsub import VobSubReader

HEAD = b"size: 720x480\npalette: 000000, ff0000, 00ff00, 0000ff, " + b", ".join([b"808080"] * 12) + b"\n"
LINES = bytes.fromhex("d54cff0002")  # of 4 × 3 pixels: even lines 0 and 2, a byte of nothing, the odd line
# In it: 3 pixels of colour 1 and 1 more; 1 of colour 0 and 3 more; then a whole line of colour 2.


def _packet(lines, *sequences):
    """``sequences``: when, in 1,024/90,000 s, and the commands. Sides: x from 100 to 103, y from 400 to 402."""
    begin = 4 + len(lines)
    content, at = b"", begin
    for number, (date, commands) in enumerate(sequences):
        following = at if number == len(sequences) - 1 else at + 4 + len(commands)
        content += date.to_bytes(2, "big") + following.to_bytes(2, "big") + commands
        at = following
    return (begin + len(content)).to_bytes(2, "big") + begin.to_bytes(2, "big") + lines + content


def _look(even=4, odd=7):
    colours, alphas, area = "033210", "04fff0", "05064067190192"
    return bytes.fromhex(colours + alphas + area) + b"\6" + even.to_bytes(2, "big") + odd.to_bytes(2, "big")


SHOWN = _packet(LINES, (0, _look() + b"\1\xff"), (176, b"\2\xff"))


def _display(packet, head=HEAD, **options):
    (display,) = VobSubReader(head, **options).displays(5000, packet)
    return display


def test_a_picture_has_a_place_a_time_and_four_colours():
    display = _display(SHOWN)
    (picture,) = display.pictures
    assert (display.start_ms, display.end_ms, display.canvas) == (5000, 7002, (720, 480))
    assert (picture.x, picture.y, picture.width, picture.height) == (100, 400, 4, 3)
    assert picture.palette == bytes.fromhex("00000000ff0000ff00ff00ff0000ffff")


def test_even_and_odd_lines_come_one_after_the_other():
    assert _display(SHOWN).pictures[0].pixels() == b"\1\1\1\1" + b"\2\2\2\2" + b"\0\0\0\0"


def test_a_picture_may_show_later_than_its_packet():
    late = _packet(LINES, (0, _look() + b"\xff"), (88, b"\1\xff"), (176, b"\2\xff"))
    assert _display(late).start_ms == 6001


def test_forced_pictures_show_like_others():
    assert _display(_packet(LINES, (0, _look() + b"\0\xff"))).pictures


@pytest.mark.parametrize(
    ("head", "canvas"), [(b"", (640, 360)), (b"size: 0x0", (720, 576)), (b"size: 99999x9", (640, 360))]
)
def test_without_a_size_of_its_own_the_canvas_is_that_of_the_film(head, canvas):
    assert _display(SHOWN, head, canvas=(640, 360)).canvas == canvas


def test_without_a_palette_the_colours_are_greys():
    assert _display(SHOWN, b"").pictures[0].palette == bytes.fromhex("00000000111111ff222222ff333333ff")


def test_damaged_packets_harm_nothing():
    random = Random(1)
    for _ in range(500):
        damaged = bytearray(SHOWN[: random.randrange(len(SHOWN) + 1)])
        for _ in range(random.randrange(4) if damaged else 0):
            damaged[random.randrange(len(damaged))] = random.randrange(256)
        for display in VobSubReader(HEAD).displays(0, bytes(damaged)):
            for each in display.pictures:
                assert len(each.pixels()) == each.width * each.height
