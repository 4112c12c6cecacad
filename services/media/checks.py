"""Checks of values that come as JSON from a worker or from the cache, which a hostile film may have made.

Each function returns a check: it answers whether a value has the right type and is within its limits.

Tested by tests/services/media/test_plausible.py.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], bool]


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with all ``required`` fields, any of the ``optional`` ones, and no others."""
    fields = {**required, **(optional or {})}

    def check(value: Any) -> bool:
        return (
            isinstance(value, dict)
            and required.keys() <= value.keys() <= fields.keys()
            and all(fields[name](each) for name, each in value.items())
        )

    return check


def several(check: Check, most: int) -> Check:
    """A list of 1 to ``most`` values that pass ``check``, both included."""
    return lambda value: isinstance(value, list) and 0 < len(value) <= most and all(map(check, value))


def whole(least: int, most: int) -> Check:
    """A whole number from ``least`` to ``most``, both included. True and False are none."""
    return lambda value: type(value) is int and least <= value <= most


def number(most: float) -> Check:
    """A number from 0 to ``most``, both included. NaN is none."""
    return lambda value: type(value) in (int, float) and 0 <= value <= most


def like(pattern: str, most: int) -> Check:
    """A string of at most ``most`` characters that ``pattern`` matches as a whole."""
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and len(value) <= most and compiled.fullmatch(value) is not None
