"""The samples of a segment as bytes for the cache, and back: tables of numbers, compressed.

Numbers are as this machine has them, since no other reads its cache.

Tested by tests/services/packaging/kept/test_index_file.py.
"""

import struct
import zlib
from array import array
from collections.abc import Iterable
from itertools import accumulate, chain, pairwise
from operator import sub

from services.packaging.film_index import NotPackaged, Samples
from services.packaging.kept.stored_index import DamagedIndex, unpacked

MOST_BYTES = 2**21  # of a record that is not compressed. A minute of two tracks has 150 KB, if each sample lies alone

_HEAD = struct.Struct("=Q5I")  # decode time; how many sizes, runs, pairs of durations, pairs of offsets, and keys
_ALL_ARE_KEYS = 2**32 - 1


def segment_record(segment: Iterable[Samples | None]) -> bytes:
    """The samples of each track; None where it has none. Raises NotPackaged: they are more than MOST_BYTES tell, or a
    number is none that a film has."""
    try:
        content = b"".join(map(_packed, segment))
    except (OverflowError, struct.error) as error:
        raise NotPackaged("a sample has a size, a place or a time that no film has") from error
    if len(content) > MOST_BYTES:
        raise NotPackaged("too many samples between two key frames")
    return zlib.compress(content, 1)


def segment_samples(record: bytes, tracks: int) -> tuple[Samples | None, ...]:
    """The samples of each of the ``tracks`` of which ``record`` was made. Raises DamagedIndex."""
    tables = _Tables(unpacked(record, MOST_BYTES))
    found = tuple(_samples(tables) for _ in range(tracks))
    if tables.rest:
        raise DamagedIndex("a record of the index is too long")
    return found


def _packed(samples: Samples | None) -> bytes:
    if samples is None or not samples.sizes:
        return _HEAD.pack(0, 0, 0, 0, 0, 0)
    head = _HEAD.pack(
        samples.decode_time,
        len(samples.sizes),
        len(samples.runs),
        len(samples.durations),
        len(samples.offsets),
        _ALL_ARE_KEYS if samples.keys is None else len(samples.keys),
    )
    positions, counts = zip(*samples.runs, strict=True)
    tables = (
        array("I", samples.sizes),
        array("q", map(sub, positions, chain((0,), positions))),  # differences, which have more zeros to compress
        array("I", counts),
        array("I", chain.from_iterable(samples.durations)),
        array("I", chain.from_iterable(samples.offsets)),
        array("I", samples.keys or ()),
    )
    return head + b"".join(table.tobytes() for table in tables)


class _Tables:
    """Takes one table after another from the bytes of a record."""

    def __init__(self, content: bytes) -> None:
        self.rest = memoryview(content)

    def take(self, count: int, kind: str = "I") -> "array[int]":
        """The next ``count`` numbers. Raises DamagedIndex if there are fewer."""
        table = array(kind)
        length = count * table.itemsize
        table.frombytes(self._take(length))
        return table

    def take_head(self) -> tuple[int, ...]:
        return _HEAD.unpack(self._take(_HEAD.size))

    def take_pairs(self, count: int) -> tuple[tuple[int, int], ...]:
        numbers = self.take(2 * count)
        return tuple(zip(numbers[::2], numbers[1::2], strict=True))

    def _take(self, length: int) -> memoryview:
        if length > len(self.rest):
            raise DamagedIndex("a record of the index ends early")
        taken, self.rest = self.rest[:length], self.rest[length:]
        return taken


def _samples(tables: _Tables) -> Samples | None:
    decode_time, sizes, runs, durations, offsets, keys = tables.take_head()
    samples = Samples(
        decode_time,
        sizes=tables.take(sizes),
        runs=tuple(zip(accumulate(tables.take(runs, "q")), tables.take(runs), strict=True)),
        durations=tables.take_pairs(durations),
        offsets=tables.take_pairs(offsets),
        keys=None if keys == _ALL_ARE_KEYS else tuple(tables.take(keys)),
    )
    if not _agree(samples):
        raise DamagedIndex("a record of the index counts its samples in two ways")
    if any(position < 0 for position, _ in samples.runs):
        raise DamagedIndex("a record of the index has samples in front of the film")
    return samples if sizes else None


def _agree(samples: Samples) -> bool:
    """Whether all parts of ``samples`` are about the same number of samples."""
    count = len(samples.sizes)
    keys = samples.keys or ()
    return (
        sum(number for _, number in samples.runs) == count
        and sum(number for number, _ in samples.durations) == count
        and (not samples.offsets or sum(number for number, _ in samples.offsets) == count)
        and all(earlier < later for earlier, later in pairwise((*keys, count)))
    )
