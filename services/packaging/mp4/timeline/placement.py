"""Which samples of a track are presented, and when on the clock of the packaged film.

That clock begins early enough that no decode time is negative. Composition offsets are made as small as they can be
without being negative: what is taken off them is added to the decode times, so the pictures stay where they are.

Tested by tests/services/packaging/mp4/timeline/test_segmentation.py.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, gcd

from services.media.details import LATE_S
from services.packaging.film_index import NotPackaged, Samples
from services.packaging.mp4.samples.sample_table import SampleTable
from services.packaging.mp4.timeline.preroll import Preroll
from services.packaging.mp4.timeline.source_track import SourceTrack

REORDERED = 64  # by so many places the orders in which pictures are decoded and shown may differ
_PREROLL_S = 0.08  # of sound before the edit begins, for decoders to warm up with (RFC 7845 §4.6)
_PASSED_OVER_S = 0.1  # a gap at the beginning for which no browser waits
_LONGEST_HELD_S = 10
_LONGEST_DELAY_S = 60


@dataclass(frozen=True, slots=True)
class Placement:
    """The samples from ``first`` up to, not including, ``stop`` are presented. ``ticks`` is added to a composition time
    of the track for that of the film; ``least_offset`` is taken off the offsets. The first sample begins ``held``
    earlier than in the track. The ``leading`` pictures behind it are left out. Times are in ticks of the track."""

    table: SampleTable
    timescale: int
    first: int
    stop: int
    ticks: int
    least_offset: int
    preroll: Preroll
    held: int = 0
    leading: int = 0

    @property
    def start_s(self) -> Fraction:
        """When the first sample is presented, in seconds on the clock of the packaged film."""
        return Fraction(self.composition_time(self.first), self.timescale)

    @property
    def end_s(self) -> Fraction:
        """Until when the last sample is presented, in seconds on that clock."""
        last = max(self.first, self.stop - REORDERED)
        last_duration = self.table.times.at(self.stop) - self.table.times.at(self.stop - 1)
        shown_last = max(self.table.composition_times(last, self.stop))
        return Fraction(shown_last + last_duration + self.ticks, self.timescale)

    def composition_time(self, sample: int) -> int:
        """When the sample is presented, in units of the timescale on that clock. Samples count from 0 in the track."""
        time = self.preroll.time(self.table.times.at(sample) + self.table.offset(sample)) + self.ticks
        return time - self.held if sample == self.first else time

    def first_decode_time(self) -> int:
        """That of the packaged film, whose offsets are lessened."""
        return self.preroll.time(self.table.times.at(self.first) + self.least_offset) + self.ticks - self.held

    def samples(self, first: int, stop: int) -> Samples:
        """Those from ``first`` up to, not including, ``stop``, which is larger, on the clock of the film."""
        samples = self.preroll.samples(self._in_track(first, stop))
        samples = replace(samples, decode_time=samples.decode_time + self.ticks)
        if first > self.first or not self.held:
            return samples
        (count, duration), *others = samples.durations
        durations = (1, duration + self.held), *(((count - 1, duration),) if count > 1 else ()), *others
        return replace(samples, decode_time=samples.decode_time - self.held, durations=durations)

    def _in_track(self, first: int, stop: int) -> Samples:
        """The same on the clock of the track. The first sample lasts as long as the leading pictures, too."""
        if first > self.first or not self.leading:
            return self.table.samples(first, stop, self.least_offset)
        key = self.table.samples(first, first + 1, self.least_offset)
        rest = self.table.samples(first + 1 + self.leading, stop, self.least_offset)
        return Samples(
            decode_time=key.decode_time,
            runs=key.runs + rest.runs,
            sizes=[*key.sizes, *rest.sizes],
            durations=((1, rest.decode_time - key.decode_time), *rest.durations),
            offsets=(*(key.offsets or ((1, 0),)), *(rest.offsets or ((len(rest.sizes), 0),))),
            keys=(0, *(number + 1 for number in rest.keys or ())),
        )

    def later(self, seconds: Fraction) -> "Placement":
        """The same samples, presented later by ``seconds``, which may be negative."""
        return replace(self, ticks=self.ticks + round(seconds * self.timescale))


def placed(tracks: Sequence[SourceTrack]) -> tuple[list[Placement], Fraction]:
    """The tracks on one clock, and the time on it, in seconds, of the film's second 0. Raises NotPackaged if a track
    has nothing to present, or is decoded long before it is shown."""
    placements = [_in_film(track) for track in tracks]
    is_film = tracks[0].header.kind == "video"
    origin_s = _origin_s(placements, is_film)
    placements = [each.later(-origin_s) for each in placements]
    if is_film:
        placements[0] = _shown_from_0(placements[0])
    lead_s = max(Fraction(-each.first_decode_time(), each.timescale) for each in placements)
    delay_s = _whole_ticks(max(lead_s, Fraction(0)), placements[0].timescale)
    if delay_s > _LONGEST_DELAY_S:
        raise NotPackaged("samples long before they are shown")
    return [each.later(delay_s) for each in placements], delay_s


def _origin_s(placements: Sequence[Placement], is_film: bool) -> Fraction:
    """The time that becomes the film's second 0. A picture that is shown before is its beginning; sound is not, as
    players can drop what they need not play."""
    start_s = min(each.start_s for each in placements)
    if start_s >= LATE_S:
        return start_s
    return min(placements[0].start_s, Fraction(0)) if is_film else Fraction(0)


def _shown_from_0(picture: Placement) -> Placement:
    """Where the picture begins later than the film, its first frame is shown from second 0 on. So it is in films that
    were recorded from broadcasts, as sound comes without waiting for a key frame; and Firefox would wait at 0."""
    late = picture.composition_time(picture.first)
    is_gap = _PASSED_OVER_S < Fraction(late, picture.timescale) <= _LONGEST_HELD_S
    return replace(picture, held=late) if is_gap else picture


def _in_film(track: SourceTrack) -> Placement:
    """The track on the film's own clock."""
    table, edit, timescale = track.table, track.edit, track.header.timescale
    least = min(table.offsets.values) if table.offsets else 0
    stop = len(table) if edit.ends is None else min(table.times.first_from(edit.ends - least), len(table))
    first = _first(table, edit.media_time, timescale)
    if first >= stop:
        raise NotPackaged("a track without samples")
    ticks = round(edit.begins_s * timescale) - edit.media_time
    leading = _leading(track, first, stop)
    return Placement(table, timescale, first, stop, ticks, least, _preroll(track, first, leading), leading=leading)


def _first(table: SampleTable, media_time: int, timescale: int) -> int:
    """The sample at which decoding begins, so that what the edit begins with is shown."""
    if table.keys is None:
        return table.times.first_from(max(media_time - round(_PREROLL_S * timescale), 0))
    before = bisect_right(table.keys, media_time, key=lambda key: table.times.at(key) + table.offset(key))
    return table.keys[max(before - 1, 0)] if table.keys else len(table)


def _leading(track: SourceTrack, first: int, stop: int) -> int:
    """How many pictures of H.264 are decoded right after the ``first`` and shown before it. They need pictures that the
    film does not have, as it was cut off without being coded anew. Chromium gives up at them; other decoders know which
    to leave out (H.265 §8.1.3)."""
    if track.table.keys is None or track.table.offsets is None or not track.description.codec.startswith("avc"):
        return 0
    shown, *others = track.table.composition_times(first, min(first + REORDERED, stop))
    return next((number for number, time in enumerate(others) if time > shown), 0)


def _preroll(track: SourceTrack, first: int, leading: int) -> Preroll:
    """Sound needs none: players drop its samples one by one."""
    table, shown_from = track.table, track.edit.media_time
    stop = table.times.first_from(shown_from)
    if track.header.kind == "audio" or first >= stop or table.times.at(first) + table.offset(first) >= shown_from:
        return Preroll()
    passed_over = table.times.durations.between(first + leading, max(stop, first + leading + 1))
    return Preroll(shown_from, max(min(duration for _, duration in passed_over), 1))


def _whole_ticks(seconds: Fraction, timescale: int) -> Fraction:
    """The next time that is whole in milliseconds, as in players, and in ticks: so nothing is rounded."""
    steps = gcd(timescale, 1000)
    return Fraction(ceil(seconds * steps), steps)
