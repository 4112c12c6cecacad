"""What the head of a fragment says of its samples: once where they are all alike, else a row for each.

Tested by tests/services/packaging/fmp4/test_fragments.py.
"""

import struct
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from services.packaging.film_index import Samples

# Flags of a sample, ISO/IEC 14496-12 §8.8.3.1: it depends on no other; it depends on others, and is no sync sample.
SYNC = 2 << 24
_NOT_SYNC = 1 << 24 | 1 << 16

# Flags of "tfhd" (§8.8.7): which defaults there are; data offsets count from the head of the fragment.
_DEFAULT_DURATION = 0x08
_DEFAULT_SIZE = 0x10
_DEFAULT_FLAGS = 0x20
_BASE_IS_MOOF = 0x020000

# Flags of "trun" (§8.8.8): which columns the rows have.
_DURATION = 0x100
_SIZE = 0x200
_OFFSET = 0x800


@dataclass(frozen=True, slots=True)
class SampleRows:
    """``header_flags`` and ``defaults`` are for "tfhd", ``flags`` and the rows for "trun"."""

    header_flags: int
    defaults: bytes
    flags: int
    _rows: bytes
    _row_bytes: int

    def between(self, first: int, end: int) -> bytes:
        """Those of the samples from ``first`` up to, not including, ``end``."""
        return self._rows[first * self._row_bytes : end * self._row_bytes]


def sample_rows(samples: Samples) -> SampleRows:
    """Of all ``samples``, whose values are less than 2**32."""
    header_flags = _BASE_IS_MOOF | _DEFAULT_FLAGS
    defaults = []
    flags = 0
    columns: list[Sequence[int]] = []
    if len(samples.durations) == 1:
        header_flags |= _DEFAULT_DURATION
        defaults.append(samples.durations[0][1])
    else:
        flags |= _DURATION
        columns.append(each(samples.durations))
    if min(samples.sizes) == max(samples.sizes):
        header_flags |= _DEFAULT_SIZE
        defaults.append(samples.sizes[0])
    else:
        flags |= _SIZE
        columns.append(samples.sizes)
    if samples.offsets:
        flags |= _OFFSET
        columns.append(each(samples.offsets))
    defaults.append(SYNC if samples.keys is None else _NOT_SYNC)
    return SampleRows(
        header_flags, struct.pack(f">{len(defaults)}I", *defaults), flags, _interleaved(columns), 4 * len(columns)
    )


def each(runs: Sequence[tuple[int, int]]) -> list[int]:
    """The value of each sample, from pairs of (number of samples, value)."""
    return list(chain.from_iterable(repeat(value, count) for count, value in runs))


def _interleaved(columns: Sequence[Sequence[int]]) -> bytes:
    """Row by row, numbers of 32 bits, most significant byte first."""
    if not columns:
        return b""
    table = array("I", bytes(4 * len(columns) * len(columns[0])))
    for place, column in enumerate(columns):
        table[place :: len(columns)] = array("I", column)
    if sys.byteorder == "little":
        table.byteswap()
    return table.tobytes()
