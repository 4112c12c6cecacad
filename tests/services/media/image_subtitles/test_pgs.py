from itertools import pairwise
from random import Random

import pytest

from services.media.image_subtitles.display import Display
from services.media.image_subtitles.pgs import PgsReader
from tests.pgs import END, NORMAL, box, clears, composition, palette, picture, place, segment, shows

RED = bytes([255, 1, 0, 255])


def _displays(*packets):
    reader = PgsReader()
    return [display for time_ms, packet in packets for display in reader.displays(time_ms, packet)]


def test_a_picture_shows_until_it_is_cleared():
    shown, cleared = _displays((1000, shows(100, 900)), (2500, clears()))
    (red,) = shown.pictures
    assert (shown.start_ms, shown.canvas, shown.end_ms) == (1000, (1920, 1080), None)
    assert (red.x, red.y, red.width, red.height) == (100, 900, 40, 20)
    assert red.pixels() == b"\1" * 800
    assert red.palette[4:8] == RED
    assert cleared == Display(2500, (1920, 1080))


@pytest.mark.parametrize("cut", [1, 40, 70])
def test_a_display_set_may_come_in_several_packets(cut):
    """As in transport streams: a packet has one segment or more."""
    whole = shows(100, 900)
    ends, position = [0], 0
    while position < len(whole):
        position += 3 + int.from_bytes(whole[position + 1 : position + 3], "big")
        ends.append(position)
    packets = [(1000 + number, whole[begin:end]) for number, (begin, end) in enumerate(pairwise(ends))]
    (shown,) = _displays(*packets)
    assert (shown.start_ms, shown.pictures[0].pixels()) == (1000, b"\1" * 800)


RUNS = {
    "pixels": (b"\1\2\3\0\0", b"\1\2\3\0"),
    "a short run of nothing": (b"\1\0\3\0\0", b"\1\0\0\0"),
    "a long run of nothing": (b"\0\x40\x04\0\0", b"\0\0\0\0"),
    "a short run": (b"\0\x83\7\1\0\0", b"\7\7\7\1"),
    "a long run": (b"\0\xc0\x04\7\0\0", b"\7\7\7\7"),
    "a run beyond the end of the line": (b"\0\xbf\7\0\0", b"\7\7\7\7"),
    "pixels beyond the end of the line": (b"\1\1\1\1\1\1\0\0", b"\1\1\1\1"),
    "a line without an end": (b"\1\2", b"\1\2\0\0"),
    "nothing at all": (b"", b"\0\0\0\0"),
}


@pytest.mark.parametrize(("code", "line"), RUNS.values(), ids=RUNS)
def test_lines_are_runs_of_pixels(code, line):
    packet = composition(place(0, 0)) + palette((1, 63, 240, 102, 255)) + picture(4, 1, code) + END
    (shown,) = _displays((0, packet))
    assert shown.pictures[0].pixels() == line


def test_an_object_that_is_longer_than_a_segment_comes_in_parts():
    code = box(1, 40, 20)
    first = b"\0\0\0\x80" + (len(code) + 4).to_bytes(3, "big") + b"\0\x28\0\x14" + code[:30]
    parts = segment(0x15, first) + segment(0x15, b"\0\0\0\x40" + code[30:])
    (shown,) = _displays((0, composition(place(0, 0)) + palette((1, 63, 240, 102, 255)) + parts + END))
    assert shown.pictures[0].pixels() == b"\1" * 800


def test_a_picture_may_change_its_colours_alone():
    """So pictures fade."""
    fades = composition(place(100, 900), state=NORMAL) + palette((1, 63, 240, 102, 128)) + END
    _, faded = _displays((1000, shows(100, 900)), (1100, fades))
    assert faded.pictures[0].palette[4:8] == bytes([255, 1, 0, 128])
    assert faded.pictures[0].palette[8:12] == bytes([0, 255, 1, 255])  # of before
    assert faded.pictures[0].pixels() == b"\1" * 800


def test_a_new_epoch_forgets_the_pictures_of_the_one_before():
    _, empty = _displays((0, shows(0, 0)), (1000, composition(place(0, 0)) + palette((1, 0, 0, 0, 255)) + END))
    assert empty.pictures == ()


def test_a_part_of_a_picture_may_show():
    cropped = b"\0\0\0\x80\0\x05\0\x06" + b"\0\1\0\0\0\2\0\1"  # at 5, 6: from 1, 0 on, 2 × 1
    lines = b"\1\2\3\4\0\0" + b"\5\6\7\x08\0\0"
    (shown,) = _displays((0, composition(cropped) + palette((1, 63, 240, 102, 255)) + picture(4, 2, lines) + END))
    (part,) = shown.pictures
    assert (part.x, part.y, part.width, part.height, part.pixels()) == (5, 6, 2, 1, b"\2\3")


def test_colours_of_pictures_that_are_not_hd_are_of_bt_601():
    packet = (
        composition(place(0, 0), canvas=(720, 576)) + palette((1, 81, 240, 90, 255)) + picture(1, 1, b"\1\0\0") + END
    )
    (shown,) = _displays((0, packet))
    assert shown.pictures[0].palette[4:8] == bytes([254, 0, 0, 255])


@pytest.mark.parametrize("sides", [(0, 20), (5000, 20), (4096, 4096)])
def test_pictures_of_impossible_sides_are_left_out(sides):
    packet = composition(place(0, 0)) + palette((1, 0, 0, 0, 255)) + picture(*sides, b"\1\0\0") + END
    assert [display.pictures for display in _displays((0, packet))] == [()]


def test_damaged_segments_harm_nothing():
    random = Random(1)
    whole = shows(100, 900) + clears()
    for _ in range(500):
        damaged = bytearray(whole[: random.randrange(len(whole) + 1)])
        for _ in range(random.randrange(4) if damaged else 0):
            damaged[random.randrange(len(damaged))] = random.randrange(256)
        for display in _displays((0, bytes(damaged))):
            for each in display.pictures:
                assert len(each.pixels()) == each.width * each.height
