"""The order in which people count: "Part 2" before "Part 10", case aside.

Tested by tests/services/test_library.py.
"""

import re
import sys
from collections.abc import Iterable
from heapq import merge

_AT_ONCE = 1000  # a sort of many paths in one step would keep all other threads waiting


def in_natural_order(paths: Iterable[str]) -> list[str]:
    keyed = [(_key(path), path) for path in paths]
    parts = (sorted(keyed[first : first + _AT_ONCE]) for first in range(0, len(keyed), _AT_ONCE))
    return [path for _, path in merge(*parts)]


def _key(path: str) -> str:
    """Every other part is a number, of any length: the one that has more digits is larger. A part that another one
    begins with comes first."""
    parts = re.split(r"([0-9]+)", path.casefold())
    return "\0".join(_sortable(part) if index % 2 else part for index, part in enumerate(parts))


def _sortable(digits: str) -> str:
    number = digits.lstrip("0")
    return chr(min(len(number), sys.maxunicode)) + number
