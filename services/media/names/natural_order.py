"""Natural order: numbers by their value, so that "Part 2" comes before "Part 10"; letters regardless of case.

Tested by tests/services/test_library.py.
"""

import re
import sys
from collections.abc import Iterable
from heapq import merge

_AT_ONCE = 1000  # one sort of many more paths would keep Python's lock, and with it the event loop


def in_natural_order(paths: Iterable[str]) -> list[str]:
    """The paths, sorted."""
    keyed = [(_key(path), path) for path in paths]
    parts = (sorted(keyed[first : first + _AT_ONCE]) for first in range(0, len(keyed), _AT_ONCE))
    return [path for _, path in merge(*parts)]


def _key(path: str) -> str:
    """A key that sorts in natural order. Every other part is a number of any length; more digits make it larger. A part
    that is the beginning of another one comes first."""
    parts = re.split(r"([0-9]+)", path.casefold())
    return "\0".join(_sortable(part) if index % 2 else part for index, part in enumerate(parts))


def _sortable(digits: str) -> str:
    number = digits.lstrip("0")
    return chr(min(len(number), sys.maxunicode)) + number
