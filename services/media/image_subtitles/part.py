"""A part of a track of subtitles that are pictures: the cues of a minute, in the JSON in which they are kept and sent.

A cue that lasts from one part into the next is in both. So a part is all that a player needs at its time.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import TypedDict

from services.media.image_subtitles.display import Display

PART_S = 60
LEAD_S = 10  # what is read in front of a part, since a cue may have begun there; hardly any lasts longer
_MOST_CUES = 1000


class EncodedPicture(TypedDict):
    """``png`` is a PNG in Base64."""

    x: int
    y: int
    width: int
    height: int
    png: str


class Cue(TypedDict):
    """Times are in seconds of the film."""

    start: float
    end: float
    canvas: tuple[int, int]
    pictures: list[EncodedPicture]


class Part(TypedDict):
    cues: list[Cue]


def shown(displays: Iterable[Display], part: int) -> Iterator[tuple[Display, int]]:
    """The displays that show something in this part, by time, each with its end in milliseconds. What shows at the end
    of the part ends there."""
    start_ms, end_ms = part * PART_S * 1000, (part + 1) * PART_S * 1000
    found = 0
    for display, following in pairwise(chain(displays, [Display(end_ms, (0, 0))])):
        until_ms = min(following.start_ms, end_ms, end_ms if display.end_ms is None else display.end_ms)
        if display.pictures and until_ms > max(display.start_ms, start_ms) and found < _MOST_CUES:
            found += 1
            yield display, until_ms
