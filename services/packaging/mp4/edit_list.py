"""When a track begins: its edit list, "elst" (ISO/IEC 14496-12 §8.6.6)."""

from collections.abc import Iterator
from typing import NamedTuple

from services.packaging.film_index import NotPackaged
from services.packaging.mp4.boxes import child, fields

_EMPTY = -1  # the media time of an edit that shows nothing
_NORMAL_RATE = 1
_MOST_EDITS = 10_000
_JOINT_S = 0.05  # two edits that are no further apart than this are one


class Edit(NamedTuple):
    """The part of a track that is presented. ``begins_s`` is the time of the film at which it begins, ``media_time``
    what is shown then, in ticks of the track, and ``ends`` where in the track it stops; None: it goes on."""

    begins_s: float
    media_time: int
    ends: int | None


WHOLE = Edit(0.0, 0, None)


def read_edit(trak: memoryview, timescale: int, movie_timescale: int) -> Edit:
    """Raises NotPackaged if parts of the track are presented out of order, more than once, or at another speed."""
    elst = child(trak, b"edts", b"elst")
    if elst is None:
        return WHOLE
    begins, found = 0, None
    for duration, media_time, rate in _edits(elst):
        if media_time == _EMPTY:
            begins += duration if found is None else 0
            continue
        ends = media_time + duration * timescale // movie_timescale if duration else None
        if rate != _NORMAL_RATE or media_time < 0:
            raise NotPackaged("an edit at another speed")
        if found is None:
            found = Edit(begins / movie_timescale, media_time, ends)
        elif found.ends is not None and abs(media_time - found.ends) <= _JOINT_S * timescale:
            found = found._replace(ends=ends)
        else:
            raise NotPackaged("several edits")
    return found or WHOLE._replace(begins_s=begins / movie_timescale)


def _edits(elst: memoryview) -> Iterator[tuple[int, int, int]]:
    """Duration in ticks of the movie, media time in ticks of the track, and rate."""
    version, count = fields(elst, "B3xI")
    layout, size = ("Qqh", 20) if version == 1 else ("Iih", 12)
    for number in range(min(count, _MOST_EDITS)):
        at = 8 + size * number
        if at + size > len(elst):
            return
        duration, media_time, rate = fields(elst, layout, at)
        yield duration, media_time, rate
