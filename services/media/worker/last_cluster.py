"""The end of a Matroska or WebM film, found in the blocks of its last cluster (RFC 9559). For the worker alone.

Recorders that write to a pipe or are killed leave a film without Duration and Cues. Its clusters may be of unknown size
(RFC 8794 §6.2), and the last one may be cut off anywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from services.media.worker.film_tail import read_at, tails
from services.packaging.film_index import NotPackaged
from services.packaging.matroska.ebml import element_at, variable_size

_HEAD_BYTES = 256 * 1024  # Info and Tracks are in here; without Tracks the length is a frame short
_MOST_ELEMENTS = 100_000  # read in a cluster or a head; only a film made to hold us up has more
_MOST_CLUSTERS = 16  # tried from the end: the last ones may be cut off before their first complete block

_SEGMENT, _INFO, _TIMESTAMP_SCALE = 0x18538067, 0x1549A966, 0x2AD7B1
_TRACKS, _TRACK, _TRACK_NUMBER, _DEFAULT_DURATION = 0x1654AE6B, 0xAE, 0xD7, 0x23E383
_CLUSTER, _TIMESTAMP, _SIMPLE_BLOCK = 0x1F43B675, 0xE7, 0xA3
_BLOCK_GROUP, _BLOCK, _BLOCK_DURATION = 0xA0, 0xA1, 0x9B
_CLUSTER_BYTES = _CLUSTER.to_bytes(4)
_TOP_LEVEL = 0x10000000  # IDs of four octets: such an element is not part of a cluster
_NS = 1e9


@dataclass(frozen=True, slots=True)
class _Element:
    """An element. Its content is from ``start`` up to, not including, ``stop``; it ``is_whole`` unless the data ends
    before."""

    id: int
    start: int
    stop: int
    is_whole: bool


@dataclass(slots=True)
class _Clock:
    """How blocks tell the time: in ticks of ``tick_ns``. ``frame_ns``: the duration of a frame by track, if known."""

    tick_ns: int = 1_000_000
    frame_ns: dict[int, int] = field(default_factory=dict)


def last_cluster_end_s(film: BinaryIO) -> float | None:
    """The end of the last frame in the last cluster, in seconds on the film's own clock. None: there is no cluster in
    the film's last 32 MiB. Moves the film's position. Raises StorageError."""
    clock = _clock(read_at(film, 0, _HEAD_BYTES))
    for tail in tails(film):
        for position in islice(_cluster_positions(tail), _MOST_CLUSTERS):
            if (end_ns := _cluster_end_ns(tail, position, clock)) is not None:
                return end_ns / _NS
    return None


def _clock(head: bytes) -> _Clock:
    clock = _Clock()
    segment = next((each for each in _elements(head, 0, len(head)) if each.id == _SEGMENT), None)
    for element in _elements(head, segment.start, segment.stop) if segment else ():
        if element.id == _INFO:
            clock.tick_ns = _number_of(head, element, _TIMESTAMP_SCALE) or clock.tick_ns
        elif element.id == _TRACKS:
            for track in _elements(head, element.start, element.stop):
                number, frame_ns = (_number_of(head, track, name) for name in (_TRACK_NUMBER, _DEFAULT_DURATION))
                if number and frame_ns:
                    clock.frame_ns[number] = frame_ns
        elif element.id == _CLUSTER:
            break
    return clock


def _cluster_positions(tail: bytes) -> Iterator[int]:
    """Where clusters may begin, from the last one backwards. Some of these only look like a cluster."""
    position = len(tail)
    while (position := tail.rfind(_CLUSTER_BYTES, 0, position)) >= 0:
        yield position


def _cluster_end_ns(data: bytes, position: int, clock: _Clock) -> int | None:
    """The end of the last complete block in the cluster at ``position``. None: there is no such cluster or block."""
    cluster = next(_elements(data, position, len(data)), None)
    if cluster is None:
        return None
    cluster_ticks: int | None = None
    ends_ns = []
    for element in _elements(data, cluster.start, cluster.stop):
        if element.id >= _TOP_LEVEL:
            break  # a cluster of unknown size ends here
        if element.id == _TIMESTAMP and element.is_whole:
            cluster_ticks = _number(data, element)
        elif cluster_ticks is not None and element.is_whole and element.id in (_SIMPLE_BLOCK, _BLOCK_GROUP):
            ends_ns.append(cluster_ticks * clock.tick_ns + _block_end_ns(data, element, clock))
    return max(ends_ns, default=None)


def _block_end_ns(data: bytes, element: _Element, clock: _Clock) -> int:
    """The end of the block, from the beginning of its cluster on. A block has the track, 16 bits of ticks, 8 bits of
    flags, and if frames are laced their number less one (RFC 9559 §10.1, §10.3)."""
    block, duration = element, None
    if element.id == _BLOCK_GROUP:
        parts = list(_elements(data, element.start, element.stop))
        block = next((each for each in parts if each.id == _BLOCK), _Element(_BLOCK, element.stop, element.stop, True))
        duration = _number_of(data, element, _BLOCK_DURATION)
    try:
        track, start = variable_size(data, block.start) if block.start < block.stop else (None, block.stop)
    except NotPackaged:
        return 0
    if track is None or start + 3 > block.stop:
        return 0
    ticks = int.from_bytes(data[start : start + 2], signed=True)
    if duration is not None:
        return (ticks + duration) * clock.tick_ns
    is_laced = data[start + 2] & 0x06 and start + 3 < block.stop
    frames = data[start + 3] + 1 if is_laced else 1
    return ticks * clock.tick_ns + frames * clock.frame_ns.get(track, 0)


def _number_of(data: bytes, parent: _Element, name: int) -> int | None:
    """The number in the first child with the ID ``name``. None: there is none."""
    children = _elements(data, parent.start, parent.stop)
    return next((_number(data, each) for each in children if each.id == name and each.is_whole), None)


def _number(data: bytes, element: _Element) -> int:
    return int.from_bytes(data[element.start : min(element.stop, element.start + 8)])


def _elements(data: bytes, start: int, stop: int) -> Iterator[_Element]:
    """The elements that begin between ``start`` and ``stop``, up to the first that is none or whose head does not end
    there. One of unknown size lasts to ``stop``."""
    for _ in range(_MOST_ELEMENTS):
        try:
            element = element_at(data, start) if start < stop else None
        except NotPackaged:
            return
        if element is None or element.start > stop:
            return
        end = stop if element.stop is None else element.stop
        yield _Element(element.id, element.start, min(end, stop), end <= stop)
        start = end
