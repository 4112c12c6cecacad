from random import Random
from struct import pack

import pytest

from services.media.image_subtitles.dvb import DvbReader

WHITE = bytes([0, 0x3F, 235, 128, 128, 0])  # at 0; full range
DEPTHS = {2: 1, 4: 2, 8: 3}


def _segment(kind, content, page=1):
    return pack(">BBHH", 0x0F, kind, page, len(content)) + content


def _page(*places, timeout_s=5, state=2):
    """``places``: region, x, y."""
    return _segment(0x10, bytes([timeout_s, state << 2]) + b"".join(pack(">BBHH", n, 0, x, y) for n, x, y in places))


def _region(width, height, depth, *, fill=0, x=0, y=0):
    depths = DEPTHS[depth] << 5 | DEPTHS[depth] << 2
    return _segment(0x11, pack(">BBHHBBBBHHH", 0, 8, width, height, depths, 0, fill, fill << 4 | fill << 2, 7, x, y))


def _colours(*entries):
    return _segment(0x12, b"\0\0" + b"".join(entries))


def _object(upper, lower=b""):
    return _segment(0x13, pack(">HBHH", 7, 0, len(upper), len(lower)) + upper + lower)


END = _segment(0x80, b"")
STRINGS = {  # bits a pixel of the region, code, and the pixels
    "pixels of two bits": (2, "10 6c00 f0", [1, 2, 3]),
    "a run of two bits": (2, "10 2a00 f0", [2, 2, 2, 2, 2]),
    "nothing twice, of two bits": (2, "10 0500 f0", [0, 0, 1]),
    "nothing once, of two bits": (2, "10 1c00 f0", [0, 3]),
    "pixels of four bits": (4, "11 123000 f0", [1, 2, 3]),
    "a run of nothing of four bits": (4, "11 025000 f0", [0, 0, 0, 0, 5]),
    "a run of four bits": (4, "11 085000 f0", [5, 5, 5, 5]),
    "a run beyond the end of the line": (4, "11 0e0500 f0", [5, 5, 5, 5, 5, 5, 5, 5]),
    "nothing once, of four bits": (4, "11 0cd000 f0", [0, 13]),
    "nothing twice, of four bits": (4, "11 0dd000 f0", [0, 0, 13]),
    "pixels of eight bits": (8, "12 010203 0000 f0", [1, 2, 3]),
    "runs of eight bits": (8, "12 00820900030100 0000 f0", [9, 9, 0, 0, 0, 1, 0]),
    "a short end, as FFmpeg writes it": (8, "12 008809 00 f0", [9, 9, 9, 9, 9, 9, 9, 9]),
    "two bits in a region of eight": (8, "10 6c00 f0", [0x77, 0x88, 0xFF]),
    "two bits by a table": (8, "21 0a0b0c0d 10 6c00 f0", [11, 12, 13]),
}


def _only(*segments):
    (display,) = DvbReader(b"").displays(2000, b"".join(segments))
    return display


def test_a_page_shows_its_regions_until_the_next_or_until_its_time_is_over():
    display = _only(_page((0, 100, 500)), _region(8, 2, 8), _colours(WHITE), END)
    (region,) = display.pictures
    assert (display.start_ms, display.end_ms, display.canvas) == (2000, 7000, (720, 576))
    assert (region.x, region.y, region.width, region.height) == (100, 500, 8, 2)
    assert region.palette[:4] == bytes([255, 255, 255, 255])
    assert _only(_page(), END).pictures == ()


@pytest.mark.parametrize(("depth", "code", "line"), STRINGS.values(), ids=STRINGS)
def test_lines_are_strings_of_pixels(depth, code, line):
    segments = _page((0, 0, 0)), _region(8, 1, depth), _object(bytes.fromhex(code)), END
    assert list(_only(*segments).pictures[0].pixels()) == [*line, *[0] * (8 - len(line))]


def test_an_object_has_its_place_in_a_region_and_every_other_line():
    upper, lower = bytes.fromhex("12 0102 0000 f0 12 0506 0000 f0"), bytes.fromhex("12 0304 0000 f0")
    segments = _page((0, 0, 0)), _region(4, 4, 8, fill=9, x=1, y=1), _object(upper, lower), END
    assert _only(*segments).pictures[0].pixels().hex(" ", 4) == "09090909 09010209 09030409 09050609"


def test_a_region_stays_until_a_page_begins_anew():
    reader = DvbReader(b"")
    segments = _page((0, 0, 0)) + _region(4, 1, 8) + _object(bytes.fromhex("12 0708 0000 f0")) + END
    moved, anew = _page((0, 50, 60), state=0) + END, _page((0, 50, 60), state=1) + END
    _, second, third = [display for packet in (segments, moved, anew) for display in reader.displays(0, packet)]
    assert (second.pictures[0].x, second.pictures[0].y) == (50, 60)
    assert second.pictures[0].pixels() == bytes([7, 8, 0, 0])
    assert third.pictures == ()


def test_pages_of_other_channels_are_left_out():
    """A track says which of the pages in its stream are its own."""
    reader = DvbReader(bytes([0, 2, 0, 1, 0x10]))
    others = _segment(0x10, b"\5\0", page=3)
    assert list(reader.displays(0, others)) == []
    assert len(list(reader.displays(0, b"\x20\x00" + _page() + b"\xff"))) == 1


def test_a_canvas_may_be_hd_and_have_a_window():
    definition = _segment(0x14, pack(">BHHHHHH", 8, 1919, 1079, 240, 1679, 100, 979))
    display = _only(definition, _page((0, 5, 6)), _region(4, 1, 8), END)
    assert (display.canvas, display.pictures[0].x, display.pictures[0].y) == ((1920, 1080), 245, 106)


def test_colours_may_be_short():
    """Six bits of light, four of each colour, two of transparency. Light of 0 is clear."""
    short = [bytes([0, 0x3E, 0b11101010, 0b00100000]), bytes([1, 0x3E, 0, 0])]
    palette = _only(_page((0, 0, 0)), _region(4, 1, 8), _colours(*short), END).pictures[0].palette
    assert palette[:8] == bytes([251, 251, 251, 255]) + bytes([0, 136, 0, 0])


def test_regions_take_no_more_memory_than_two_large_pictures():
    packet = _page(*((number, 0, 0) for number in range(60)))
    for number in range(60):
        packet += _segment(0x11, pack(">BBHHBBBB", number, 0, 4096, 1000, 0x6F, 0, 0, 0))
    assert len(_only(packet, END).pictures) == 4


def test_damaged_segments_harm_nothing():
    random = Random(1)
    object_ = _object(bytes.fromhex("12 0102 0000 f0 10 6c00 f0 11 0e0500 f0"))
    whole = _page((0, 100, 500)) + _region(8, 4, 8) + _colours(WHITE) + object_ + END
    for _ in range(500):
        damaged = bytearray(whole[: random.randrange(len(whole) + 1)])
        for _ in range(random.randrange(4) if damaged else 0):
            damaged[random.randrange(len(damaged))] = random.randrange(256)
        for display in DvbReader(b"").displays(0, bytes(damaged)):
            for each in display.pictures:
                assert len(each.pixels()) == each.width * each.height
