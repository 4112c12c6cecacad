"""The samples of a track whose film tells of them bit by bit.

Tested by tests/services/packaging/mp4/samples/test_moof.py.
"""

from array import array
from collections.abc import Sequence
from itertools import compress, groupby

from services.packaging.film_index import NotPackaged
from services.packaging.mp4.samples.chunks import samples_within, split_chunks
from services.packaging.mp4.samples.sample_table import MOST_SAMPLES, Chunks, DecodeTimes, Runs, SampleTable

_LONGEST_DURATION = 2**31 - 1


class GrowingRuns:
    """A value for each of consecutive samples, where neighbours often have the same."""

    def __init__(self) -> None:
        self.counts = array("I")
        self.values = array("q")

    def add(self, count: int, value: int) -> None:
        """``count`` more samples have this value."""
        if self.values and self.values[-1] == value:
            self.counts[-1] += count
        elif count:
            self.counts.append(count)
            self.values.append(value)

    def extend(self, values: Sequence[int]) -> None:
        """One more sample for each of the values."""
        if values and values.count(values[0]) == len(values):
            self.add(len(values), values[0])
            return
        for value, same in groupby(values):
            self.add(len(list(same)), value)

    def lengthen_last(self, by: int) -> None:
        """Adds ``by`` to the value of the last sample."""
        value = self.values[-1] + by
        self.counts[-1] -= 1
        if not self.counts[-1]:
            self.counts.pop()
            self.values.pop()
        self.add(1, value)

    def runs(self) -> Runs:
        return Runs(self.counts, self.values)


class GrowingTrack:
    """``start`` is the decode time of the first sample, ``end`` that at which the last ends, in ticks."""

    def __init__(self) -> None:
        self.start = self.end = 0
        self.sizes = array("I")
        self._durations = GrowingRuns()
        self._offsets = GrowingRuns()
        self._keys = array("I")
        self._chunk_ends = array("I")
        self._positions = array("Q")
        self._largest_chunk = 0

    def continue_at(self, time: int) -> None:
        """The next sample has this decode time. Where that leaves a gap, the last sample fills it. Raises NotPackaged
        if the last sample had not begun then."""
        if not self.sizes:
            self.start = self.end = time
        elif time != self.end:
            if not 0 <= self._durations.values[-1] + time - self.end <= _LONGEST_DURATION:
                raise NotPackaged("fragments out of order")
            self._durations.lengthen_last(time - self.end)
            self.end = time

    def add(
        self,
        position: int,
        sizes: Sequence[int],
        durations: Sequence[int],
        offsets: Sequence[int],
        are_keys: Sequence[bool],
    ) -> None:
        """Adds samples that lie one after another from byte ``position`` on."""
        first = len(self.sizes)
        if not sizes:
            return
        if first + len(sizes) > MOST_SAMPLES:
            raise NotPackaged("more samples than a film has")
        if min(durations) < 0 or max(durations) > _LONGEST_DURATION or not 0 <= position < 2**63:
            raise NotPackaged("a sample that cannot be")
        self.sizes.extend(sizes)
        self._durations.extend(durations)
        self._offsets.extend(offsets)
        self._keys.extend(compress(range(first, len(self.sizes)), are_keys))
        self._chunk_ends.append(len(self.sizes))
        self._positions.append(position)
        self._largest_chunk = max(self._largest_chunk, len(sizes))
        self.end += sum(durations)

    def table(self, film_bytes: int) -> SampleTable:
        """The samples up to the first that ends behind the film's last byte."""
        chunks = Chunks(self._chunk_ends, self._positions, self._largest_chunk)
        count = samples_within(film_bytes, chunks, self.sizes)
        return SampleTable(
            sizes=self.sizes[:count],
            times=DecodeTimes(self._durations.runs()),
            chunks=split_chunks(chunks, self.sizes[:count]),
            offsets=self._offsets.runs() if any(self._offsets.values) else None,
            keys=self._keys if len(self._keys) < len(self.sizes) else None,
        )
