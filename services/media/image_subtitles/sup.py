"""PGS in a file of its own (.sup): segments, each behind "PG" and its time.

Tested by tests/handlers/test_image_subtitles.py.
"""

from collections.abc import Iterator
from struct import Struct
from typing import BinaryIO

_HEAD = Struct(">2sIIBH")  # "PG", time to show and to decode in ticks of 90 kHz, kind, length
_SEGMENT_HEAD_BYTES = 3  # kind and length are the segment's own
_MARK = b"PG"
_PRESENTATION = 0x16
_STATE = 10  # place of the state in a presentation segment
_EPOCH = 0xC0
_MOST_BYTES = 16 * 2**20  # of an epoch


def segments(file: BinaryIO, start_ms: int, end_ms: int) -> Iterator[tuple[int, bytes]]:
    """The segments from the last epoch on that begins before ``start_ms``, up to ``end_ms``, each with its time."""
    epoch: list[tuple[int, bytes]] = []
    size = 0
    for time_ms, segment in _segments(file):
        if time_ms >= end_ms:
            break
        if time_ms >= start_ms:
            yield from epoch
            epoch.clear()
            yield time_ms, segment
            continue
        if segment[0] == _PRESENTATION and len(segment) > _STATE and segment[_STATE] & _EPOCH:
            epoch.clear()
            size = 0
        size += len(segment)
        if size <= _MOST_BYTES:
            epoch.append((time_ms, segment))
    yield from epoch


def _segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """All segments, up to what is none."""
    file.seek(0)
    while len(head := file.read(_HEAD.size)) == _HEAD.size:
        mark, ticks, _, _, length = _HEAD.unpack(head)
        if mark != _MARK:
            return
        yield ticks // 90, head[-_SEGMENT_HEAD_BYTES:] + file.read(length)
