"""Which part of a film a file is: "cd1", "part 2", "Disc 3", "Part One", "(1 of 2)".

Tested by tests/services/media/names/test_film_name.py.
"""

import re

_NUMBERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "one": 1, "two": 2, "three": 3, "four": 4}
_OF = r"(?:of|von|из|de|di)"
_PART = re.compile(
    r"(?<![^\W_])(?:cd|dvd(?![59](?!\d))|dis[ck]|part|pt|teil|partie|parte|часть)[ ._-]?"
    rf"(?P<part>\d{{1,2}}|[a-d]|{'|'.join(_NUMBERS)})(?![^\W_])(?: ?{_OF} ?\d{{1,2}}(?!\d))?"
    rf"|\((?P<of>\d{{1,2}}) ?{_OF} ?\d{{1,2}}\)",
    re.IGNORECASE,
)


def part_in(after: str, tags: str) -> tuple[int | None, str]:
    """The number of the part (from 1) in ``after``, which follows a title, or else in a release's ``tags``; and
    ``after`` without it."""
    part = _PART.search(after) or _PART.search(tags)
    return (_number(part), _PART.sub("", after, count=1)) if part else (None, after)


def part_alone(name: str) -> int | None:
    """The number of the part where a name says nothing else: 1 for "CD1" and "Disc 1"."""
    part = _PART.fullmatch(name.strip("-. "))
    return _number(part) if part else None


def _number(part: re.Match[str]) -> int:
    """ "2", "b", "II" and "two" are 2."""
    number = (part["part"] or part["of"]).lower()
    return int(number) if number.isdecimal() else _NUMBERS.get(number) or ord(number) - ord("a") + 1
