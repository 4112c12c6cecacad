"""What a Matroska or WebM film says in front of its clusters, and its cues, which may be behind them (RFC 9559 §5.1).

Tested by tests/services/packaging/matroska/test_index.py.
"""

import math
from dataclasses import dataclass

from services.http.ranges import ByteRange
from services.packaging.film_index import NotPackaged
from services.packaging.matroska.ebml import HEAD_BYTES, Element, children, element_at, fields, floating, text, unsigned
from services.packaging.reading import Reading

_EBML, _DOC_TYPE, _SEGMENT = 0x1A45DFA3, 0x4282, 0x18538067
_SEEK_HEAD, _SEEK, _SEEK_ID, _SEEK_POSITION = 0x114D9B74, 0x4DBB, 0x53AB, 0x53AC
_INFO, _TIMESTAMP_SCALE, _DURATION = 0x1549A966, 0x2AD7B1, 0x4489
_TRACKS, _CLUSTER, _CUES = 0x1654AE6B, 0x1F43B675, 0x1C53BB6B

_CHUNK_BYTES = 64 * 1024
_MOST_ELEMENTS = 1000  # in front of the first cluster
# The largest of each that is read. Cues of 8 MiB are those of 200,000 key frames.
_MOST_BYTES = {_EBML: 2**10, _SEEK_HEAD: 2**16, _INFO: 2**18, _TRACKS: 2**22, _CUES: 2**23}
_MOST_TICK_NS = 10**9
_MOST_DURATION_S = 366 * 86_400.0


@dataclass(frozen=True, slots=True)
class Head:
    """What a film says of itself. ``tracks`` and ``cues`` are the contents of these elements, empty where there are
    none. Positions in the cues count from ``segment``, the first byte of the Segment's content. The clusters lie from
    ``first_cluster`` up to ``stop``. ``duration_ns`` is on the film's own clock; None: the film does not tell.
    ``has_cues_in_front``: the cues are before the clusters."""

    segment: int
    stop: int
    first_cluster: int
    tick_ns: int
    duration_ns: int | None
    tracks: bytes
    cues: bytes
    has_cues_in_front: bool


def read_head(length: int) -> Reading[Head]:
    """The head of a film of ``length`` bytes. Raises NotPackaged if this is no Matroska film, or has no clusters."""
    film = _Film(length)
    header = yield from film.element(0)
    if header is None or header.id != _EBML:
        raise NotPackaged("this is no Matroska film")
    doc_type = text(fields((data := (yield from film.content(header))), 0, len(data)).get(_DOC_TYPE))
    segment = yield from film.element(header.stop or 0)
    if doc_type not in ("matroska", "webm") or segment is None or segment.id != _SEGMENT:
        raise NotPackaged("this is no Matroska film")
    stop = length if segment.stop is None else min(segment.stop, length)
    found: dict[int, bytes] = {}
    first_cluster = yield from _read_top_level(film, segment.start, stop, found)
    has_cues_in_front = _CUES in found
    yield from _read_sought(film, segment.start, stop, found)
    info = found.get(_INFO, b"")
    told = fields(info, 0, len(info))
    tick_ns = unsigned(told.get(_TIMESTAMP_SCALE), 1_000_000)
    if not 0 < tick_ns <= _MOST_TICK_NS:
        raise NotPackaged("the film's clock does not run")
    duration_s = floating(told.get(_DURATION)) * tick_ns / 1e9
    is_told = math.isfinite(duration_s) and 0 < duration_s < _MOST_DURATION_S
    return Head(
        segment=segment.start,
        stop=stop,
        first_cluster=first_cluster,
        tick_ns=tick_ns,
        duration_ns=round(duration_s * 1e9) if is_told else None,
        tracks=found.get(_TRACKS, b""),
        cues=found.get(_CUES, b""),
        has_cues_in_front=has_cues_in_front,
    )


def _read_top_level(film: "_Film", position: int, stop: int, found: dict[int, bytes]) -> Reading[int]:
    """Adds what lies in front of the first cluster to ``found``, and answers where that is. Attachments, tags and all
    that is not needed is passed over."""
    for _ in range(_MOST_ELEMENTS):
        element = (yield from film.element(position)) if position < stop else None
        if element is None:
            break
        if element.id == _CLUSTER:
            return position
        if element.stop is None:
            break
        if element.id in _MOST_BYTES and element.id not in found:
            found[element.id] = yield from film.content(element)
        position = element.stop
    raise NotPackaged("the film has no clusters")


def _read_sought(film: "_Film", segment: int, stop: int, found: dict[int, bytes]) -> Reading[None]:
    """Adds what the SeekHead says is elsewhere (§5.1.1, §6.3): another SeekHead, or the cues."""
    for place in (*_seek_positions(found, _SEEK_HEAD), None):
        if place is not None and segment + place < stop and _CUES not in found:
            element = yield from film.element(segment + place)
            if element is not None and element.id == _SEEK_HEAD:
                found[_SEEK_HEAD] += yield from film.content(element)
    for name in (_INFO, _TRACKS, _CUES):
        for place in _seek_positions(found, name):
            if name in found or segment + place >= stop:
                continue
            element = yield from film.element(segment + place)
            if element is not None and element.id == name:
                found[name] = yield from film.content(element)


def _seek_positions(found: dict[int, bytes], name: int) -> list[int]:
    seek_head = found.get(_SEEK_HEAD, b"")
    seeks = (
        fields(seek_head, each.start, each.stop or 0)
        for each in children(seek_head, 0, len(seek_head))
        if each.id == _SEEK
    )
    return [unsigned(seek.get(_SEEK_POSITION)) for seek in seeks if unsigned(seek.get(_SEEK_ID)) == name]


class _Film:
    """Elements of a film, of which the last chunk that was read is kept."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._first = 0
        self._chunk = b""

    def element(self, position: int) -> Reading[Element | None]:
        """The element at ``position`` of the film. None: the film ends."""
        if position >= self._length:
            return None
        data = yield from self._bytes(position, HEAD_BYTES)
        element = element_at(data, 0)
        if element is None:
            return None
        stop = None if element.stop is None else element.stop + position
        return Element(element.id, element.start + position, stop)

    def content(self, element: Element) -> Reading[bytes]:
        """Raises NotPackaged if it is larger than is read of such an element, or cut off."""
        size = 0 if element.stop is None else element.stop - element.start
        if element.stop is None or size > _MOST_BYTES[element.id]:
            raise NotPackaged(f"the element {element.id:X} is too large")
        if not size:
            return b""
        data = yield from self._bytes(element.start, size)
        if len(data) < size:
            raise NotPackaged(f"the element {element.id:X} is cut off")
        return data

    def _bytes(self, position: int, size: int) -> Reading[bytes]:
        """Bytes from ``position`` on: fewer than ``size`` where the film ends."""
        if position >= self._length:
            return b""
        offset = position - self._first
        if not 0 <= offset <= len(self._chunk) - size:
            stop = min(position + max(size, _CHUNK_BYTES), self._length)
            self._first, self._chunk, offset = position, (yield ByteRange(position, stop - 1)), 0
        return self._chunk[offset : offset + size]
