"""The head of a fragment: the box "moof" (ISO/IEC 14496-12 §8.8.4 to §8.8.12).

Tested by tests/services/packaging/fmp4/test_fragments.py.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

from services.packaging.fmp4.new_box import new_box, new_full_box
from services.packaging.fmp4.sample_rows import SYNC, SampleRows

MDAT_HEAD = struct.Struct(">I4s")

_RUN_HEAD = struct.Struct(">I4sIIi")
_DATA_OFFSET = 0x1  # flags of "trun", §8.8.8
_FIRST_SAMPLE_FLAGS = 0x4
_FIRST_IS_SYNC = struct.pack(">I", SYNC)


class Run(NamedTuple):
    """Samples ``first`` up to, not including, ``end``, which lie one after another from ``offset`` on in the content of
    the "mdat" that follows. ``is_key``: the first of them is a sync sample, unlike the others."""

    first: int
    end: int
    offset: int
    is_key: bool


def fragment_head(
    sequence_number: int, track_id: int, decode_time: int, rows: SampleRows, runs: Sequence[Run]
) -> bytes:
    """The box. A box "mdat", with a head of 8 bytes, has to follow it."""
    header = new_full_box(b"tfhd", 0, rows.header_flags, struct.pack(">I", track_id), rows.defaults)
    start = new_full_box(b"tfdt", 1, 0, struct.pack(">Q", decode_time))
    sequence = new_full_box(b"mfhd", 0, 0, struct.pack(">I", sequence_number))
    of_runs = [(_FIRST_IS_SYNC if run.is_key else b"") + rows.between(run.first, run.end) for run in runs]
    run_bytes = len(runs) * _RUN_HEAD.size + sum(map(len, of_runs))
    content = 8 + len(sequence) + 8 + len(header) + len(start) + run_bytes + MDAT_HEAD.size
    boxes = [header, start]
    for run, its_rows in zip(runs, of_runs, strict=True):
        flags = rows.flags | _DATA_OFFSET | (_FIRST_SAMPLE_FLAGS if run.is_key else 0)
        length = _RUN_HEAD.size + len(its_rows)
        boxes += [_RUN_HEAD.pack(length, b"trun", flags, run.end - run.first, content + run.offset), its_rows]
    return new_box(b"moof", sequence, new_box(b"traf", *boxes))
