"""A packaged film as one file of the cache: a record for each segment, then the index, then how long these are.

So it is written as the film is read, and a segment is read alone. A file without its end is no index, since all else is
found from there.
"""

import struct
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise, repeat
from math import ceil
from operator import truediv

from services.http.ranges import ByteRange
from services.packaging.film_index import FilmIndex, PackagedFilm, Samples, Track
from services.packaging.kept.segment_record import segment_record
from services.packaging.kept.stored_index import DamagedIndex, index_bytes, index_of
from services.packaging.reading import Reading

_MAGIC = b"segment\x01"  # the last byte is the version of the format
_FOOT = struct.Struct("=8sQII")  # magic, bytes in all, number of segments, bytes of the index
_LENGTH = struct.Struct("=I")
_MOST_TABLE_BYTES = 2**22  # of the index and the lengths of all records
_HEAD_BYTES = 24  # of a sample, in the head of its fragment, at most


@dataclass(frozen=True, slots=True)
class IndexFile:
    """What the end of the file tells. ``ends`` has for each record the position behind it."""

    index: FilmIndex
    ends: Sequence[int]

    def record(self, segment: int) -> ByteRange:
        """Where the samples of a segment are in the file, for ``segment_samples``. Segments count from 0."""
        return ByteRange(self.ends[segment - 1] if segment else 0, self.ends[segment] - 1)


def index_file(film: PackagedFilm) -> Iterator[bytes]:
    """The file in pieces. The tracks have the rates that they are found to have. Raises NotPackaged."""
    lengths = array("I")
    sent: list[list[int]] = []
    for segment in film.segments:
        record = segment_record(segment)
        lengths.append(len(record))
        sent.append([_bytes(samples) for samples in segment])
        yield record
    tracks = map(_rated, film.index.tracks, zip(*sent, strict=True), repeat(film.index))
    index = index_bytes(replace(film.index, tracks=tuple(tracks)))
    total = sum(lengths) + len(index) + _LENGTH.size * len(lengths) + _FOOT.size
    yield lengths.tobytes() + index + _FOOT.pack(_MAGIC, total, len(lengths), len(index))


def read_index_file(length: int) -> Reading[IndexFile]:
    """What an index file of ``length`` bytes tells of its film. Raises DamagedIndex, also if it is no index file."""
    if length < _FOOT.size:
        raise DamagedIndex("the index is too short")
    foot = yield ByteRange(length - _FOOT.size, length - 1)
    if len(foot) < _FOOT.size:
        raise DamagedIndex("the index ends early")
    magic, total, segments, index_length = _FOOT.unpack(foot)
    tables = _LENGTH.size * segments + index_length
    if (magic, total) != (_MAGIC, length) or not 0 < tables <= min(_MOST_TABLE_BYTES, length - _FOOT.size):
        raise DamagedIndex("the index has another form, or is not whole")
    content = yield ByteRange(length - _FOOT.size - tables, length - _FOOT.size - 1)
    if len(content) < tables:
        raise DamagedIndex("the index ends early")
    lengths = array("I", content[: tables - index_length])
    index = index_of(content[tables - index_length :])
    ends = array("Q", accumulate(lengths))
    if len(ends) != len(index.cuts) or ends[-1] != length - _FOOT.size - tables or 0 in lengths:
        raise DamagedIndex("the index has another number of segments than cuts")
    return IndexFile(index, ends)


def _bytes(samples: Samples | None) -> int:
    return sum(samples.sizes) + _HEAD_BYTES * len(samples.sizes) if samples else 0


def _rated(track: Track, sent: Sequence[int], index: FilmIndex) -> Track:
    """``track`` with its rates; ``sent`` has the bytes of each segment. A second at the end counts as one if less."""
    lengths_s = [max(end - start, 1.0) for start, end in pairwise((*index.cuts, index.duration_s))]
    return replace(
        track,
        bytes_per_s=ceil(max(map(truediv, sent, lengths_s))),
        average_bytes_per_s=ceil(sum(sent) / sum(lengths_s)),
    )
