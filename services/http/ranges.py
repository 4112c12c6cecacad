"""Byte ranges: the Range field as positions in the representation (RFC 9110 §14.1, §14.2).

Both ends of a range are included everywhere, as on the wire.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.errors import RangeNotSatisfiable

MAX_RANGES = 16  # RFC 9110 §17.15: many small ranges are an attack; no player asks for more than a few
_RANGE_SPEC = re.compile(r"([0-9]+)-([0-9]*)|-([0-9]+)")
_LARGEST_POSITION = 2**63 - 1
_OWS = " \t"


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Positions ``first`` to ``last``, both included, as on the wire."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    def content_range(self, complete_length: int) -> str:
        """The value of Content-Range (RFC 9110 §14.4)."""
        return f"bytes {self.first}-{self.last}/{complete_length}"


def select_ranges(field: str, complete_length: int) -> tuple[ByteRange, ...] | None:
    """The byte ranges asked for, clipped to the representation, in the order asked for.

    Ranges that overlap are coalesced. The set is then in ascending order, and no byte is selected twice. None: the
    field is to be ignored (another unit, bad syntax, more than MAX_RANGES, a suffix of an empty representation).
    Raises RangeNotSatisfiable if the field is valid and no range overlaps the representation. RFC 9110 §14.2.
    """
    unit, equals, range_set = field.partition("=")
    if not equals or unit.lower() != "bytes":
        return None
    elements = range_set.split(",", maxsplit=2 * MAX_RANGES)
    specs = [spec for element in elements if (spec := element.strip(_OWS))]  # RFC 9110 §5.6.1.2: empty ones are skipped
    if not specs or len(specs) > MAX_RANGES:
        return None
    selected = []
    for spec in specs:
        match = _RANGE_SPEC.fullmatch(spec)
        if match is None:
            return None
        first, last = _positions(match, complete_length)
        if match[2] and last < first:
            return None
        if first < complete_length:
            selected.append(ByteRange(first, min(last, complete_length - 1)))
        elif match[3] and last >= first:
            return None  # §14.1.2: a suffix of an empty representation is satisfiable, but has no Content-Range
    if not selected:
        raise RangeNotSatisfiable(field)
    return coalesce(selected)


def coalesce(ranges: Sequence[ByteRange]) -> tuple[ByteRange, ...]:
    """``ranges`` unchanged if none overlap; otherwise the same positions, merged and in ascending order."""
    if len(ranges) == 1:
        return tuple(ranges)
    merged: list[ByteRange] = []
    for candidate in sorted(ranges, key=lambda each: each.first):
        if merged and candidate.first <= merged[-1].last:
            merged[-1] = ByteRange(merged[-1].first, max(merged[-1].last, candidate.last))
        else:
            merged.append(candidate)
    return tuple(ranges) if len(merged) == len(ranges) else tuple(merged)


def _positions(match: re.Match[str], complete_length: int) -> tuple[int, int]:
    """First and last position of a range-spec, not yet clipped. last < first if it selects nothing."""
    first, last, suffix_length = match.groups()
    if suffix_length is None:
        return _number(first), _number(last) if last else _LARGEST_POSITION
    length = _number(suffix_length)
    if length == 0:
        return complete_length, complete_length - 1
    return max(complete_length - length, 0), _LARGEST_POSITION


def _number(digits: str) -> int:
    """``digits`` as an integer, at most 2**63 - 1. Cut before int(), which is slow for very many digits."""
    if len(digits) < 19:
        return int(digits)
    return min(int(digits.lstrip("0")[:20] or "0"), _LARGEST_POSITION)
