"""Times of samples from Matroska, which has presentation times only, in milliseconds as a rule."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import atan2, cos, pi, sin

_NS = 1_000_000_000
_WRONG_TICKS = 2  # by how many ticks two rounded times may be wrong together
_SHORT_FRAMES = 12  # 5/6 ms each, so that their rounding comes round twice
_LEAST_TICK_NS = 1_000_000  # finer times were mostly converted from milliseconds, so they are no more exact


def units(ns: int, timescale: int) -> int:
    """A time in units of the timescale, rounded."""
    return (ns * timescale + _NS // 2) // _NS


def decode_times(shown: Sequence[int], end: int, reorder: int) -> list[int]:
    """When the pictures of a segment are decoded. They are ``shown`` at these times, in decode order: a key frame is
    first, which the leading pictures of an open GOP follow though they are shown before it. ``end`` is when the next
    segment's key frame is shown.

    The n-th picture is decoded when the n-th of them would be shown, but later by as much as the key frame is shown
    after the first. So decode times fill the time from this key frame to the next, whatever the segments around are.
    No decode time is more than ``reorder`` after its picture's time, unless leading pictures make that impossible.
    """
    begin = shown[0]
    ordered = sorted(shown)
    leading = begin - ordered[0]
    last = end - leading
    if last <= ordered[-1]:  # the next key frame has fewer leading pictures: these move closer together
        last = ordered[-1] + max((ordered[-1] - ordered[0]) // len(ordered), 1)
    available, taken = max(end - begin, 1), last - ordered[0]
    times = [begin + (time - ordered[0]) * available // taken for time in ordered]
    latest = times[-1]
    for number in range(len(times) - 1, -1, -1):
        latest = min(latest, shown[number] + reorder)
        times[number] = max(min(times[number], latest), begin)
    return times


def reorders(shown: Sequence[int], end: int) -> list[int]:
    """By how much each picture would be decoded later than it is shown, if ``reorder`` did not limit it. All are 0
    where pictures are shown as they are decoded."""
    unlimited = 1 << 62
    return [decoded - time for decoded, time in zip(decode_times(shown, end, unlimited), shown, strict=True)]


def phase(rounded: Iterable[int], grid: int) -> int:
    """How much later than multiples of ``grid`` these times are on average, up to half of it; less than 0: earlier."""
    turns = [2 * pi * (time % grid) / grid for time in rounded]
    return round(atan2(sum(map(sin, turns)), sum(map(cos, turns))) * grid / (2 * pi))


class SoundClock:
    """Puts the rounded times of a track of sound on the grid of its frames: ``origin`` + n × ``frame``, or else
    ``grid``.

    Times that lie on no such grid, as behind a gap, stay as they are. All numbers are in units of the ``timescale``; a
    ``frame`` of 0 is of no fixed length.
    """

    def __init__(self, origin: int, frame: int, timescale: int, tick_ns: int, grid: int = 0) -> None:
        self._origin = origin
        self._frame = frame
        self._grid = frame or grid
        self._wrong = units(_WRONG_TICKS * max(tick_ns, _LEAST_TICK_NS), timescale)
        self._tolerance = min(self._wrong, self._grid // 2)

    def time(self, rounded: int) -> int:
        """When a sample begins. This depends on nothing but its own rounded time, so all segments agree."""
        if not self._grid:
            return rounded
        from_origin = rounded - self._origin + self._grid // 2
        on_grid = self._origin + from_origin // self._grid * self._grid
        return on_grid if abs(on_grid - rounded) <= self._tolerance else rounded

    def times(self, rounded: Sequence[int], following: int | None) -> list[int]:
        """When consecutive samples begin, and where the last one ends. Each begins where the one before ends if its
        rounded time allows that. ``following``: the rounded time of the next sample, None if there is none."""
        times = [self._first(rounded)]
        for time in rounded[1:]:
            times.append(self._next(times[-1], time))
        times.append(times[-1] + self._last_length(times, following))
        return times

    def _first(self, rounded: Sequence[int]) -> int:
        """Frames of TrueHD are shorter than a millisecond. Several together tell on which point of the grid they
        are."""
        if not self._is_short:
            return self.time(rounded[0])
        begins = [time - number * self._frame for number, time in enumerate(rounded[:_SHORT_FRAMES])]
        return self.time(round(sum(begins) / len(begins)))

    @property
    def _is_short(self) -> bool:
        return 0 < self._frame < self._wrong

    def _next(self, before: int, rounded: int) -> int:
        seamless = before + self._frame
        if self._frame and abs(rounded - seamless) <= self._wrong:
            return seamless
        return max(self.time(rounded), before)

    def _last_length(self, times: Sequence[int], following: int | None) -> int:
        """Up to the next sample, but no gap is part of it."""
        usual = self._frame or max((later - sooner for sooner, later in pairwise(times[-9:])), default=0)
        if following is None or self._is_short:
            return usual
        length = max(self.time(following) - times[-1], 0)
        return length if not usual or length <= usual + 2 * self._tolerance else usual
