"""VobSub, the subtitles of DVDs. A packet is a picture of four colours, and commands that say when and where it shows.

The sixteen colours from which it chooses are not in the packets but with the track ("palette: 000000, ffffff, …").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from struct import Struct, error

from services.media.image_subtitles.display import Display, Picture, is_possible

_HEAD = Struct(">HH")  # length of the packet, where the commands begin
_SEQUENCE = Struct(">HH")  # when, and where the next one begins
_OFFSETS = Struct(">HH")  # of the even lines and the odd ones
_TICK_MS = 1024 / 90
_SHOW_ALWAYS, _SHOW, _HIDE, _COLOURS, _ALPHAS, _AREA, _LINES, _CHANGES, _STOP = 0, 1, 2, 3, 4, 5, 6, 7, 0xFF
_MOST_SEQUENCES = 16
_USUAL_CANVAS = (720, 576)
_PALETTE = re.compile(rb"^palette:\s*([0-9a-f]{6}(?:\s*,\s*[0-9a-f]{6}){15})", re.MULTILINE | re.IGNORECASE)
_CANVAS = re.compile(rb"^size:\s*(\d{1,4})x(\d{1,4})", re.MULTILINE)
_GREYS = bytes(value for grey in range(16) for value in (grey * 17,) * 3)  # where no colours are known


@dataclass(slots=True)
class _Picture:
    """What the commands have said so far. ``colours`` and ``alphas`` are in the order of the pixels' values."""

    start_ms: int
    end_ms: int | None = None
    colours: tuple[int, ...] = (0, 1, 2, 3)
    alphas: tuple[int, ...] = (0, 15, 15, 15)
    area: tuple[int, int, int, int] | None = None  # left, right, top, bottom, all included
    offsets: tuple[int, int] | None = None


class VobSubReader:
    """Reads packets in their order. ``head`` is what the track has besides, in the form of .idx files; ``canvas`` is
    the size of the film's picture, where the head has none."""

    def __init__(self, head: bytes, canvas: tuple[int, int] = _USUAL_CANVAS) -> None:
        size, palette = _CANVAS.search(head), _PALETTE.search(head)
        told = (int(size[1]), int(size[2])) if size else canvas
        self._canvas = told if is_possible(*told) else _USUAL_CANVAS
        self._colours = bytes.fromhex(palette[1].decode().replace(",", " ")) if palette else _GREYS

    def displays(self, time_ms: int, packet: bytes) -> Iterator[Display]:
        """The display of a whole packet, whose time is ``time_ms``. None of a damaged one."""
        try:
            told = _commanded(time_ms, packet)
        except (error, IndexError):
            return
        if told.area is None or told.offsets is None:
            return
        left, right, top, bottom = told.area
        width, height = right - left + 1, bottom - top + 1
        if is_possible(width, height):
            pixels = partial(_decoded, packet, told.offsets, width, height)
            picture = Picture(left, top, width, height, self._palette(told), pixels)
            yield Display(told.start_ms, self._canvas, (picture,), told.end_ms)

    def _palette(self, told: _Picture) -> bytes:
        colours = (self._colours[3 * colour : 3 * colour + 3] for colour in told.colours)
        return b"".join(rgb + bytes([17 * alpha]) for rgb, alpha in zip(colours, told.alphas, strict=True))


def _commanded(time_ms: int, packet: bytes) -> _Picture:
    """Follows the commands. Raises struct.error or IndexError where the packet is too short for them."""
    told = _Picture(time_ms)
    _, position = _HEAD.unpack_from(packet)
    for _ in range(_MOST_SEQUENCES):
        date, following = _SEQUENCE.unpack_from(packet, position)
        _follow(told, time_ms + round(date * _TICK_MS), packet, position + _SEQUENCE.size)
        if following <= position:
            break
        position = following
    return told


def _follow(told: _Picture, now_ms: int, packet: bytes, position: int) -> None:
    while (command := packet[position]) != _STOP:
        position += 1
        if command in (_SHOW_ALWAYS, _SHOW):
            told.start_ms = now_ms
        elif command == _HIDE:
            told.end_ms = now_ms
        elif command in (_COLOURS, _ALPHAS):
            high, low = packet[position], packet[position + 1]
            values = (low & 15, low >> 4, high & 15, high >> 4)
            if command == _COLOURS:
                told.colours = values
            elif any(values) or told.area is None:  # all transparent later on: it fades away
                told.alphas = values
            position += 2
        elif command == _AREA:
            sides = int.from_bytes(packet[position : position + 6], "big")
            told.area = (sides >> 36, sides >> 24 & 0xFFF, sides >> 12 & 0xFFF, sides & 0xFFF)
            position += 6
        elif command == _LINES:
            told.offsets = _OFFSETS.unpack_from(packet, position)
            position += _OFFSETS.size
        elif command == _CHANGES:  # of colours within the picture, which nobody uses
            position += int.from_bytes(packet[position : position + 2], "big")
        else:
            return


def _decoded(packet: bytes, offsets: tuple[int, int], width: int, height: int) -> bytes:
    """The pixels: even and odd lines have codes of their own."""
    lines = [bytes(width)] * height
    for first, offset in enumerate(offsets):
        digits = packet[offset:].hex()
        position = 0
        for number in range(first, height, 2):
            line, position = _line(digits, position, width)
            lines[number] = line
    return b"".join(lines)


def _line(digits: str, position: int, width: int) -> tuple[bytes, int]:
    """A line of pixels, and where the next begins. A run is a number of one to four hexadecimal digits: its length, and
    in the last two bits the colour. A length of 0 goes to the end of the line. Each line begins with a byte."""
    line = bytearray()
    while len(line) < width and position < len(digits):
        value, size = 0, 0
        while size < 4 and value < 4**size:
            value = value << 4 | int(digits[position : position + 1] or "0", 16)
            position += 1
            size += 1
        length = value >> 2 or width
        line += bytes([value & 3]) * min(length, width - len(line))
    return bytes(line.ljust(width, b"\0")), position + position % 2
