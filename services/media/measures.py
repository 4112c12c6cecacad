"""What is measured in a film besides its details: where its index is, how far its key frames are apart, its bit rate.

A worker measures it, which a hostile film may have taken over. So it is believed only within the limits of films.
"""

from typing import Literal, NotRequired, TypedDict, cast

from services.media import details as limits
from services.media.checks import like, number, record, whole

Place = Literal["front", "behind", "fragments", "none"]  # of the index: before or behind the samples, or in pieces
_PLACES = ("front", "behind", "fragments", "none")


class Measures(TypedDict):
    """``index_bytes`` is the length of the index, where it is known. ``longest_s`` and ``typical_s`` are between key
    frames of the picture: the longest time, and the median. ``peak_bytes_per_s`` is the rate of the ten seconds, or the
    film, that take most. ``seen_s``: only so much of the film was read for that; absent: it is about all.
    ``no_segments``: why the film cannot be sent as segments; absent: it can."""

    index: Place
    index_bytes: NotRequired[int]
    longest_s: NotRequired[float]
    typical_s: NotRequired[float]
    peak_bytes_per_s: NotRequired[float]
    seen_s: NotRequired[float]
    no_segments: NotRequired[str]


def plausible_measures(value: object) -> Measures:
    """``value`` as measures. Raises ValueError if no film has such."""
    if not _IS_KNOWN(value):
        raise ValueError("these are no measures of a film")
    return cast(Measures, value)


_IS_KNOWN = record(
    {"index": lambda value: value in _PLACES},
    {
        "index_bytes": whole(0, limits.MAX_BYTES),
        "longest_s": number(limits.MAX_TIME_S),
        "typical_s": number(limits.MAX_TIME_S),
        "peak_bytes_per_s": number(limits.MAX_BYTES),
        "seen_s": number(limits.MAX_TIME_S),
        "no_segments": like(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+", limits.MAX_TEXT),
    },
)
