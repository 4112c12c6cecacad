"""The fields of a description, made of texts that people and programs wrote: tidy, and within their limits.

Tested by tests/services/media/nfo/test_reading.py.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from services.media import description as limits
from services.media.description import Description

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_SEVERAL = re.compile(r"\s*[/|,;]\s*")  # genres in one text: "Drama / Comedy"
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)


def known(fields: dict[str, Any]) -> Description:
    """The description of those fields that say something."""
    return {field: value for field, value in fields.items() if value not in (None, "", [])}  # type: ignore[return-value]


def line(text: str, most: int = limits.MAX_LINE) -> str:
    """The text on one line, cut off after ``most`` characters."""
    return " ".join(_CONTROL_CHARACTERS.sub(" ", text).split())[:most].rstrip()


def name(text: str) -> str:
    """A name on one line."""
    return line(text, limits.MAX_NAME)


def paragraphs(text: str) -> str:
    """The text with its line ends, each line tidy, cut off at a word."""
    lines = "\n".join(line(each, len(each)) for each in text.splitlines())
    tidy = re.sub(r"\n{3,}", "\n\n", lines).strip()
    if len(tidy) <= limits.MAX_PLOT:
        return tidy
    return f"{tidy[: limits.MAX_PLOT - 2].rpartition(' ')[0] or tidy[: limits.MAX_PLOT - 2]} …"


def names(texts: Iterable[str], most: int) -> list[str]:
    """The names, each once."""
    return list(dict.fromkeys(filter(None, map(name, texts))))[:most]


def split_names(texts: Iterable[str], most: int, between: re.Pattern[str] = _SEVERAL) -> list[str]:
    """The names, of which each text may have several."""
    return names((each for text in texts for each in between.split(text)), most)


def year(texts: Iterable[str]) -> int | None:
    """The first year of release that a film can have."""
    for text in texts:
        for found in _YEAR.findall(text):
            if limits.EARLIEST_YEAR <= int(found) <= limits.LATEST_YEAR:
                return int(found)
    return None


def whole_number(text: str) -> int | None:
    """A number of a season or an episode."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


def first_day(texts: Iterable[str]) -> str | None:
    """The first day on which a film can have been released, as "2024-01-15"."""
    for text in texts:
        if match := _DAY.match(text):
            try:
                day = date(*map(int, match.groups()))
            except ValueError:
                continue
            if limits.EARLIEST_YEAR <= day.year <= limits.LATEST_YEAR:
                return f"{day}"
    return None
