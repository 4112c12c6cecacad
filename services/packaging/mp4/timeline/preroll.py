"""Pictures that are decoded but not shown: those from a key frame up to the one with which the edit list begins.

Films that were cut without being coded anew begin so. MSE has no pictures before second 0: it drops them, and all
others up to the next key frame. So such pictures are given a tick each instead, right before the first that is shown.

Tested by tests/services/packaging/mp4/timeline/test_segmentation.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise, repeat

from services.packaging.film_index import Samples
from services.packaging.mp4.samples.sample_table import expanded


@dataclass(frozen=True, slots=True)
class Preroll:
    """Times before ``ends`` pass ``speed`` times as fast. Both are in ticks of the track."""

    ends: int = 0
    speed: int = 1

    def time(self, time: int) -> int:
        if self.speed == 1 or time >= self.ends:
            return time
        return self.ends - 1 - (self.ends - 1 - time) // self.speed

    def samples(self, samples: Samples) -> Samples:
        if self.speed == 1 or samples.decode_time >= self.ends:
            return samples
        times = list(accumulate(expanded(samples.durations), initial=samples.decode_time))
        offsets = expanded(samples.offsets) if samples.offsets else repeat(0, len(times) - 1)
        decoded = list(map(self.time, times))
        shown = [self.time(time + offset) for offset, time in zip(offsets, times, strict=False)]
        return replace(
            samples,
            decode_time=decoded[0],
            durations=_runs(later - earlier for earlier, later in pairwise(decoded)),
            offsets=_runs(after - before for after, before in zip(shown, decoded, strict=False)),
        )


def _runs(values: Iterable[int]) -> tuple[tuple[int, int], ...]:
    return tuple((sum(1 for _ in same), value) for value, same in groupby(values))
