"""PGS, the subtitles of Blu-ray discs (HDMV Presentation Graphic Stream).

A display set is a row of segments: the composition says what is shown where, palettes and objects say how that looks,
and the end segment shows it. Palettes and objects are kept until the next epoch.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from struct import Struct

from services.media.image_subtitles.display import Display, Picture, is_possible, rgba

_SEGMENT = Struct(">BH")  # kind, length
_COMPOSITION = Struct(
    ">HHBHBBBB"
)  # width, height, frame rate, number, state, only its palette is new, palette, objects
_PLACE = Struct(">HBBHH")  # object, window, flags, x, y
_CROP = Struct(">HHHH")
_OBJECT = Struct(">HBB")  # number, version, place in a row of segments
_SIZE = Struct(">HH")
_PALETTE, _OBJECT_PART, _PRESENTATION, _END = 0x14, 0x15, 0x16, 0x80
_IS_CROPPED = 0x80
_IS_FIRST = 0x80
_EPOCH = 0xC0  # states in which nothing of before counts
_MOST_OBJECTS = 64  # of an epoch: more than two are hardly ever there
_MOST_PLACES = 2
_MOST_CODE = 2**20  # bytes of an object; a decoder of discs has room for as many
_HD_FROM = 577  # lines
_NO_COLOUR = bytes(4)


@dataclass(slots=True)
class _Object:
    width: int
    height: int
    code: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class _Composition:
    start_ms: int
    canvas: tuple[int, int]
    palette: int
    places: bytes


class PgsReader:
    """Reads the segments of a track in their order."""

    def __init__(self) -> None:
        self._objects: dict[int, _Object] = {}
        self._palettes: dict[int, bytes] = {}
        self._composition: _Composition | None = None

    def displays(self, time_ms: int, packet: bytes) -> Iterator[Display]:
        """The displays that end in ``packet``: whole segments, whose time is ``time_ms``. Damaged ones are left out."""
        position = 0
        while position + _SEGMENT.size <= len(packet):
            kind, length = _SEGMENT.unpack_from(packet, position)
            position += _SEGMENT.size
            content = packet[position : position + length]
            position += length
            if kind == _PRESENTATION and len(content) >= _COMPOSITION.size:
                self._compose(time_ms, content)
            elif kind == _PALETTE and len(content) > 2:
                self._take_palette(content)
            elif kind == _OBJECT_PART and len(content) > _OBJECT.size:
                self._take_object(content)
            elif kind == _END and self._composition is not None:
                composition, self._composition = self._composition, None
                yield Display(composition.start_ms, composition.canvas, tuple(self._pictures(composition)))

    def _compose(self, time_ms: int, content: bytes) -> None:
        width, height, _, _, state, _, palette, _ = _COMPOSITION.unpack_from(content)
        if state & _EPOCH:
            self._objects.clear()
            self._palettes.clear()
        if is_possible(width, height):
            self._composition = _Composition(time_ms, (width, height), palette, content[_COMPOSITION.size :])

    def _take_palette(self, content: bytes) -> None:
        is_hd = self._composition is not None and self._composition.canvas[1] >= _HD_FROM
        colours = [_NO_COLOUR] * 256
        if known := self._palettes.get(content[0]):
            colours = [known[place : place + 4] for place in range(0, len(known), 4)]
        for at in range(2, len(content) - 4, 5):
            index, y, cr, cb, alpha = content[at : at + 5]
            colours[index] = rgba(y, cb, cr, alpha, is_hd)
        self._palettes[content[0]] = b"".join(colours)

    def _take_object(self, content: bytes) -> None:
        number, _, row = _OBJECT.unpack_from(content)
        if row & _IS_FIRST:
            begin = _OBJECT.size + 3  # the length of all parts, which we do not need
            if len(content) < begin + _SIZE.size or len(self._objects) >= _MOST_OBJECTS:
                return
            width, height = _SIZE.unpack_from(content, begin)
            if not is_possible(width, height):
                return
            self._objects[number] = _Object(width, height, bytearray(content[begin + _SIZE.size :]))
        elif (known := self._objects.get(number)) and len(known.code) < _MOST_CODE:
            known.code += content[_OBJECT.size :]

    def _pictures(self, composition: _Composition) -> Iterator[Picture]:
        palette = self._palettes.get(composition.palette)
        for number, x, y, crop in islice(_places(composition.places), _MOST_PLACES):
            known = self._objects.get(number)
            if known is None or palette is None:
                continue
            pixels = partial(_decoded, bytes(known.code), known.width, known.height)
            left, top, width, height = crop or (0, 0, known.width, known.height)
            width, height = min(width, known.width - left), min(height, known.height - top)
            if width <= 0 or height <= 0:
                continue
            if (width, height) != (known.width, known.height):
                pixels = partial(_cropped, pixels, known.width, left, top, width, height)
            yield Picture(x, y, width, height, palette, pixels)


def _places(content: bytes) -> Iterator[tuple[int, int, int, tuple[int, ...] | None]]:
    """Object, x, y, and the part of it that shows (left, top, width, height)."""
    position = 0
    while position + _PLACE.size <= len(content):
        number, _, flags, x, y = _PLACE.unpack_from(content, position)
        position += _PLACE.size
        crop = None
        if flags & _IS_CROPPED:
            if position + _CROP.size > len(content):
                return
            crop = _CROP.unpack_from(content, position)
            position += _CROP.size
        yield number, x, y, crop


def _decoded(code: bytes, width: int, height: int) -> bytes:
    """Run-length code as pixels. A byte is a pixel. Behind a zero stand the length of a run, and its colour unless that
    is 0; a length of 0 ends the line."""
    lines: list[bytes] = []
    line = bytearray()
    position, end = 0, len(code)
    try:
        while len(lines) < height and position < end:
            colour = code[position]
            position += 1
            if colour:
                line.append(colour)
                continue
            flags = code[position]
            position += 1
            length = flags & 0x3F
            if flags & 0x40:
                length = length << 8 | code[position]
                position += 1
            if flags & 0x80:
                colour = code[position]
                position += 1
            if flags:
                line += bytes([colour]) * min(length, width - len(line))
            else:
                lines.append(bytes(line[:width].ljust(width, b"\0")))
                line.clear()
    except IndexError:  # it ends within a run
        pass
    return b"".join([*lines, line[:width]])[: width * height].ljust(width * height, b"\0")


def _cropped(pixels: partial[bytes], whole: int, left: int, top: int, width: int, height: int) -> bytes:
    """A part of a picture that is ``whole`` pixels wide."""
    content = pixels()
    return b"".join(content[(top + line) * whole + left :][:width] for line in range(height))
