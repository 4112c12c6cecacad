"""What configurations of HEVC tell that sample entries depend on: "hvcC", and that of Dolby Vision.

Tested by tests/services/packaging/matroska/entries/test_sample_entries.py.
"""

from collections.abc import Iterator
from typing import NamedTuple

_PARAMETER_SETS = frozenset({32, 33, 34})  # VPS, SPS, PPS (H.265 table 7-1)
_ARRAYS = 22  # where their number is in hvcC


class DolbyVision(NamedTuple):
    """``shown_as`` tells as what the picture can be shown by those who know no Dolby Vision; 0: as nothing."""

    profile: int
    level: int
    shown_as: int


def has_parameter_sets(configuration: bytes) -> bool:
    """Whether all kinds of parameter sets are in "hvcC" (ISO/IEC 14496-15 §8.3.3.1.2). If not, they are in frames."""
    return _PARAMETER_SETS.issubset(kind for kind, _ in _units(configuration))


def parameter_sets(configuration: bytes) -> Iterator[bytes]:
    """The NAL units in "hvcC". Ends where it is cut off."""
    return (unit for _, unit in _units(configuration) if unit)


def _units(configuration: bytes) -> Iterator[tuple[int, bytes]]:
    """The type of each unit in "hvcC", and the unit."""
    at = _ARRAYS + 1
    for _ in range(configuration[_ARRAYS] if len(configuration) > _ARRAYS else 0):
        if at + 3 > len(configuration):
            return
        kind, count = configuration[at] & 63, int.from_bytes(configuration[at + 1 : at + 3])
        at += 3
        for _ in range(count):
            start = at + 2
            at = start + int.from_bytes(configuration[at:start])
            if at > len(configuration):
                return
            yield kind, configuration[start:at]


def dolby_vision(configuration: bytes) -> DolbyVision | None:
    """What the content of "dvcC" or "dvvC" tells (Dolby Vision Streams Within the ISO Base Media File Format §3.2).
    None: there is none."""
    if len(configuration) < 5:
        return None
    numbers = int.from_bytes(configuration[2:4])
    return DolbyVision(numbers >> 9, numbers >> 3 & 63, configuration[4] >> 4)
