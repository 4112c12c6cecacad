"""DVB subtitles, those of television (ETSI EN 300 743).

A page has regions at places of the canvas. A region has objects, which are drawn into it, and colours (CLUT). Both are
kept until they are changed, so a page may move a region that came before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from struct import Struct

from services.media.image_subtitles.display import MAX_PIXELS, Display, Picture, is_possible, rgba

_SEGMENT = Struct(">BBHH")  # always 15, kind, page, length
_PLACE = Struct(">BxHH")  # region, x, y
_REGION = Struct(">BBHHBBBB")  # number, fills, width, height, depth, colours, fill of 8 bits, of 4 and 2 bits
_IN_REGION = Struct(">HHH")  # object; kind and x; y
_OBJECT = Struct(">HB")
_LENGTHS = Struct(">HH")
_CANVAS = Struct(">BHH")
_WINDOW = Struct(">HHHH")
_SYNC, _START = 0x0F, b"\x20\x00"
_PAGE, _REGIONS, _COLOURS, _OBJECTS, _DEFINITION, _END = 0x10, 0x11, 0x12, 0x13, 0x14, 0x80
_ANEW = 0b1100  # bits of the states in which nothing of before counts
_MOST = 64  # sets of colours that are kept; regions in a page, and objects in a region
_MOST_PIXELS = 2 * MAX_PIXELS  # of all regions that are kept
_USUAL_CANVAS = (720, 576)
_WIDENED = {
    (2, 4): bytes.fromhex("00 07 08 0f"),
    (2, 8): bytes.fromhex("00 77 88 ff"),
    (4, 8): bytes(range(0, 256, 17)),
}


@dataclass(slots=True)
class _Region:
    """``depth`` is in bits a pixel. ``objects`` are those in it: number, x, y."""

    width: int
    height: int
    depth: int
    colours: int
    pixels: bytearray
    objects: list[tuple[int, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Page:
    start_ms: int
    lasts_ms: int
    places: list[tuple[int, int, int]]


class DvbReader:
    """Reads packets in their order. ``head`` is what the track has besides: the numbers of its pages."""

    def __init__(self, head: bytes) -> None:
        self._pages = {head[:2], head[2:4]} if len(head) >= 4 else None
        self._canvas, self._left, self._top = _USUAL_CANVAS, 0, 0
        self._regions: dict[int, _Region] = {}
        self._colours: dict[int, bytearray] = {}
        self._page: _Page | None = None

    def displays(self, time_ms: int, packet: bytes) -> Iterator[Display]:
        """The display of a packet, whose time is ``time_ms``. Damaged segments are left out."""
        position = len(_START) if packet.startswith(_START) else 0
        while position + _SEGMENT.size <= len(packet):
            sync, kind, page, length = _SEGMENT.unpack_from(packet, position)
            position += _SEGMENT.size
            if sync != _SYNC:
                break
            if self._pages is None or page.to_bytes(2, "big") in self._pages:
                self._take(time_ms, kind, packet[position : position + length])
            position += length
        if self._page is not None:
            page_, self._page = self._page, None
            pictures = tuple(self._pictures(page_.places))
            yield Display(page_.start_ms, self._canvas, pictures, page_.start_ms + page_.lasts_ms)

    def _take(self, time_ms: int, kind: int, content: bytes) -> None:
        if kind == _PAGE and len(content) >= 2:
            if content[1] & _ANEW:
                self._regions.clear()
                self._colours.clear()
            end = len(content) - (len(content) - 2) % _PLACE.size
            self._page = _Page(time_ms, 1000 * content[0], list(_PLACE.iter_unpack(content[2:end]))[:_MOST])
        elif kind == _REGIONS and len(content) >= _REGION.size:
            self._take_region(content)
        elif kind == _COLOURS and len(content) >= 2:
            self._take_colours(content)
        elif kind == _OBJECTS and len(content) >= _OBJECT.size + _LENGTHS.size:
            self._take_object(content)
        elif kind == _DEFINITION and len(content) >= _CANVAS.size:
            self._take_canvas(content)

    def _take_canvas(self, content: bytes) -> None:
        flags, width, height = _CANVAS.unpack_from(content)
        has_window = flags & 8 and len(content) >= _CANVAS.size + _WINDOW.size
        self._left, _, self._top, _ = _WINDOW.unpack_from(content, _CANVAS.size) if has_window else (0, 0, 0, 0)
        self._canvas = (width + 1, height + 1) if is_possible(width + 1, height + 1) else _USUAL_CANVAS

    def _take_region(self, content: bytes) -> None:
        number, fills, width, height, depth, colours, fill_8, fills_less = _REGION.unpack_from(content)
        bits = {1: 2, 2: 4, 3: 8}.get(depth >> 2 & 7)
        if bits is None or not is_possible(width, height):
            return
        known = self._regions.get(number)
        if known is None or (known.width, known.height) != (width, height):
            if sum(len(region.pixels) for region in self._regions.values()) + width * height > _MOST_PIXELS:
                return
            known = self._regions[number] = _Region(width, height, bits, colours, bytearray(width * height))
        known.depth, known.colours = bits, colours
        if fills & 8:
            fill = {8: fill_8, 4: fills_less >> 4, 2: fills_less >> 2 & 3}[bits]
            known.pixels[:] = bytes([fill]) * (width * height)
        known.objects = []
        position = _REGION.size
        while position + _IN_REGION.size <= len(content) and len(known.objects) < _MOST:
            object_, x, y = _IN_REGION.unpack_from(content, position)
            position += _IN_REGION.size + (2 if x >> 14 in (1, 2) else 0)
            known.objects.append((object_, x & 0xFFF, y & 0xFFF))

    def _take_colours(self, content: bytes) -> None:
        if len(self._colours) >= _MOST and content[0] not in self._colours:
            return
        colours = self._colours.setdefault(content[0], bytearray(_usual_colours()))
        position = 2
        while position + 4 <= len(content):
            index, flags = content[position], content[position + 1]
            values = content[position + 2 : position + 6]
            if flags & 1 and len(values) == 4:
                y, cr, cb, clear = values
                position += 6
            else:
                packed = int.from_bytes(values[:2], "big")
                y, cr, cb, clear = packed >> 8 & 0xFC, packed >> 2 & 0xF0, packed << 2 & 0xF0, packed << 6 & 0xC0
                position += 4
            alpha = 255 - clear if y else 0
            colours[4 * index : 4 * index + 4] = rgba(y, cb, cr, alpha, is_hd=False)

    def _take_object(self, content: bytes) -> None:
        number, flags = _OBJECT.unpack_from(content)
        if flags >> 2 & 3:  # characters of a font that we do not have
            return
        upper, lower = _LENGTHS.unpack_from(content, _OBJECT.size)
        begin = _OBJECT.size + _LENGTHS.size
        fields = content[begin : begin + upper], content[begin + upper : begin + upper + lower]
        for region in self._regions.values():
            for object_, x, y in region.objects:
                if object_ == number:
                    _draw(region, x, y, fields[0])
                    _draw(region, x, y + 1, fields[1] or fields[0])

    def _pictures(self, places: list[tuple[int, int, int]]) -> Iterator[Picture]:
        for number, x, y in places:
            if region := self._regions.get(number):
                palette = bytes(self._colours.get(region.colours) or _usual_colours())
                drawn = partial(bytes, bytes(region.pixels))
                yield Picture(self._left + x, self._top + y, region.width, region.height, palette, drawn)


def _usual_colours() -> bytes:
    """Those of EN 300 743 §10 for four bits a pixel. Others are clear."""
    bright = [bytes([255 * (n & 1), 255 * (n >> 1 & 1), 255 * (n >> 2 & 1), 255 if n else 0]) for n in range(8)]
    dark = [bytes([127 * (n & 1), 127 * (n >> 1 & 1), 127 * (n >> 2 & 1), 255]) for n in range(8)]
    return b"".join([*bright, *dark]).ljust(1024, b"\0")


def _draw(region: _Region, x: int, y: int, code: bytes) -> None:
    """Draws a field of an object, every other line, with its first pixel at ``x`` and ``y``."""
    tables = dict(_WIDENED)
    position, line = 0, bytearray()
    while position < len(code) and y < region.height:
        kind = code[position]
        position += 1
        if kind in (0x10, 0x11, 0x12):
            depth = 2 << (kind - 0x10)
            pixels, position = _string(code, position, depth, max(region.width - x, 0))
            widened = tables.get((depth, region.depth))
            line += pixels.translate(widened.ljust(256, b"\0")) if widened else pixels
        elif kind in (0x20, 0x21, 0x22):
            pair, length = {0x20: ((2, 4), 2), 0x21: ((2, 8), 4), 0x22: ((4, 8), 16)}[kind]
            table = code[position : position + length]
            tables[pair] = bytes(int(digit, 16) for digit in table.hex()) if kind == 0x20 else table
            position += length
        elif kind == 0xF0:
            start = y * region.width + x
            drawn = line[: max(region.width - x, 0)]
            region.pixels[start : start + len(drawn)] = drawn
            line.clear()
            y += 2
        elif kind:  # a zero is the rest of an end
            return


class _Bits:
    def __init__(self, content: bytes, position: int) -> None:
        self._content = content
        self.position = 8 * position

    def take(self, count: int) -> int:
        """The next bits, ``count`` of them, up to eight. Zeros beyond the end."""
        first = self.position // 8
        word = int.from_bytes(self._content[first : first + 2].ljust(2, b"\0"), "big")
        word = word >> (16 - count - self.position % 8) & (1 << count) - 1
        self.position += count
        return word


def _string(code: bytes, position: int, depth: int, most: int) -> tuple[bytes, int]:
    """A string of pixels of ``depth`` bits, the first ``most`` of them, and the position behind it."""
    bits = _Bits(code, position)
    run = {2: _run_of_2, 4: _run_of_4, 8: _run_of_8}[depth]
    pixels = bytearray()
    while bits.position < 8 * len(code):
        if colour := bits.take(depth):
            length = 1
        elif depth == 8 and len(pixels) == most:  # FFmpeg writes a short end behind a full line
            break
        else:
            length, colour = run(bits)
            if not length:
                break
        pixels += bytes([colour]) * min(length, most - len(pixels))
    return bytes(pixels), -(-bits.position // 8)


def _run_of_2(bits: _Bits) -> tuple[int, int]:
    """The length of a run, 0 at the end of the string, and its colour. §7.2.5.2.1"""
    if bits.take(1):
        return bits.take(3) + 3, bits.take(2)
    if bits.take(1):
        return 1, 0
    match bits.take(2):
        case 1:
            return 2, 0
        case 2:
            return bits.take(4) + 12, bits.take(2)
        case 3:
            return bits.take(8) + 29, bits.take(2)
    return 0, 0


def _run_of_4(bits: _Bits) -> tuple[int, int]:
    """§7.2.5.2.2"""
    if not bits.take(1):
        length = bits.take(3)
        return (length + 2, 0) if length else (0, 0)
    if not bits.take(1):
        return bits.take(2) + 4, bits.take(4)
    match bits.take(2):
        case 2:
            return bits.take(4) + 9, bits.take(4)
        case 3:
            return bits.take(8) + 25, bits.take(4)
        case length:
            return length + 1, 0


def _run_of_8(bits: _Bits) -> tuple[int, int]:
    """§7.2.5.2.3"""
    if bits.take(1):
        return bits.take(7), bits.take(8)
    return bits.take(7), 0
