"""Where the samples of a track are, and when: the tables of a whole track, compact enough for a million samples."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, compress, repeat
from operator import add, mul, ne, sub

from services.packaging.film_index import NotPackaged, Samples

# Of a film: nine hours with two sounds. More would not fit into the worker's memory.
MOST_SAMPLES = 4_000_000


class Runs:
    """A value for each of consecutive samples, where neighbours often have the same."""

    def __init__(self, counts: Sequence[int], values: Sequence[int]) -> None:
        """``counts[n]`` samples have ``values[n]``. Raises NotPackaged if they are too many to be samples."""
        if len(counts) > MOST_SAMPLES or sum(counts) > MOST_SAMPLES:
            raise NotPackaged("more samples than a film has")
        if 0 in counts:
            values = array("q", compress(values, counts))
            counts = array("I", filter(None, counts))
        self.ends = array("I", accumulate(counts))
        self.values = values

    def __len__(self) -> int:
        return self.ends[-1] if self.ends else 0

    def at(self, sample: int) -> int:
        return self.values[bisect_right(self.ends, sample)]

    def between(self, first: int, stop: int) -> tuple[tuple[int, int], ...]:
        """(number of samples, value) from sample ``first`` up to, not including, ``stop``, which is larger."""
        run, last = bisect_right(self.ends, first), bisect_left(self.ends, stop)
        edges = (first, *self.ends[run:last], stop)
        return tuple(zip(map(sub, edges[1:], edges), self.values[run : last + 1], strict=True))


class DecodeTimes:
    """The decode time of each sample, in ticks from the first, which follow from the durations."""

    def __init__(self, durations: Runs) -> None:
        self.durations = durations
        counts = map(sub, durations.ends, chain((0,), durations.ends))
        self._ends = array("Q", accumulate(map(mul, counts, durations.values)))

    def at(self, sample: int) -> int:
        """The decode time of ``sample``; of the number behind the last: the end of the track."""
        run = bisect_left(self.durations.ends, sample)
        end: int = self._ends[run]
        return end - (self.durations.ends[run] - sample) * self.durations.values[run]

    def first_from(self, time: int) -> int:
        """The first sample with this decode time, or a later one. The number of all samples: there is none."""
        if time <= 0:
            return 0
        run = bisect_left(self._ends, time)
        if run == len(self._ends):
            return len(self.durations)
        left, duration = self._ends[run] - time, self.durations.values[run]
        return self.durations.ends[run] - (left // duration if duration else 0)


@dataclass(frozen=True, slots=True)
class Chunks:
    """Chunk ``n`` has the samples up to, not including, ``ends[n]``. They lie one after another from ``positions[n]``
    on. No chunk has more than ``largest`` samples."""

    ends: Sequence[int]
    positions: Sequence[int]
    largest: int


@dataclass(frozen=True, slots=True)
class SampleTable:
    """The samples of a track, in decode order. ``offsets`` are composition time less decode time; None: all are 0.
    ``keys`` are the numbers of the sync samples, ascending; None: each is one."""

    sizes: Sequence[int]
    times: DecodeTimes
    chunks: Chunks
    offsets: Runs | None = None
    keys: Sequence[int] | None = None

    def __len__(self) -> int:
        return len(self.sizes)

    def offset(self, sample: int) -> int:
        return self.offsets.at(sample) if self.offsets else 0

    def composition_times(self, first: int, stop: int) -> Iterable[int]:
        """Those of the samples from ``first`` up to, not including, ``stop``, which is larger."""
        durations = expanded(self.times.durations.between(first, stop))
        offsets = expanded(self.offsets.between(first, stop)) if self.offsets else repeat(0, stop - first)
        return map(add, accumulate(durations, initial=self.times.at(first)), offsets)

    def samples(self, first: int, stop: int, least_offset: int) -> Samples:
        """The samples from ``first`` up to, not including, ``stop``, which is larger. ``least_offset`` is taken off
        their offsets, and added to their decode times."""
        sizes = self.sizes[first:stop]
        offsets = self.offsets.between(first, stop) if self.offsets else ()
        return Samples(
            decode_time=self.times.at(first) + least_offset,
            runs=self._runs(first, stop, sizes),
            sizes=sizes,
            durations=self.times.durations.between(first, stop),
            offsets=_less(offsets, least_offset),
            keys=None if self.keys is None else _between(self.keys, first, stop),
        )

    def _runs(self, first: int, stop: int, sizes: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """The parts of chunks that have these samples. Where one begins at the end of the one before, both are one."""
        chunk, last = bisect_right(self.chunks.ends, first), bisect_left(self.chunks.ends, stop)
        edges = (first, *self.chunks.ends[chunk:last], stop)
        positions = list(self.chunks.positions[chunk : last + 1])
        begins = self.chunks.ends[chunk - 1] if chunk else 0
        positions[0] += sum(self.sizes[begins:first])
        bytes_before = list(accumulate(sizes, initial=0))
        bytes_at_edges = [bytes_before[edge - first] for edge in edges]
        ends = map(add, positions, map(sub, bytes_at_edges[1:], bytes_at_edges))
        are_apart = [True, *map(ne, positions[1:], ends)]
        starts = [*compress(edges, are_apart), stop]
        return tuple(zip(compress(positions, are_apart), map(sub, starts[1:], starts), strict=True))


def expanded(runs: Iterable[tuple[int, int]]) -> Iterator[int]:
    """The value of each sample, from (number of samples, value)."""
    return chain.from_iterable(repeat(value, count) for count, value in runs)


def _less(runs: tuple[tuple[int, int], ...], least: int) -> tuple[tuple[int, int], ...]:
    """``runs`` with ``least`` taken off their values; empty if all are 0 then."""
    lessened = tuple((count, value - least) for count, value in runs)
    return lessened if any(value for _, value in lessened) else ()


def _between(numbers: Sequence[int], first: int, stop: int) -> tuple[int, ...]:
    return tuple(number - first for number in numbers[bisect_left(numbers, first) : bisect_left(numbers, stop)])
