"""The pictures and the sound of one segment of a Matroska film, collected block by block.

Tested by tests/services/packaging/matroska/clusters/test_blocks.py.
"""

from array import array
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise

from services.packaging.film_index import NotPackaged, Samples
from services.packaging.matroska.clusters.times import SoundClock, decode_times, units
from services.packaging.matroska.clusters.walk import Block
from services.packaging.matroska.film import ROUNDED_TICKS, MatroskaFilm

_MOST_SAMPLES = 250_000  # of a track in a segment
_MOST_TIME = 2**53
_MOST_LENGTH = 2**32 - 1  # of a sample, and of its offset
_BYTES_64, _SIGNED_64 = "Q", "q"


class _Collected:
    """Frames: where they lie, how many bytes they have, and when they are presented."""

    def __init__(self) -> None:
        self.positions = array(_BYTES_64)
        self.sizes = array(_BYTES_64)
        self.times = array(_SIGNED_64)

    def add(self, position: int, size: int, time: int) -> None:
        """``position`` is in the film, ``size`` in bytes, ``time`` in units of the timescale. Raises NotPackaged."""
        if len(self.times) >= _MOST_SAMPLES:
            raise NotPackaged("a segment has too many samples")
        if not -_MOST_TIME < time < _MOST_TIME:
            raise NotPackaged("a sample has a time that no film has")
        self.positions.append(position)
        self.sizes.append(size)
        self.times.append(time)

    def samples(
        self, decoded: Sequence[int], offsets: Sequence[int] = (), keys: tuple[int, ...] | None = None
    ) -> Samples:
        """``decoded`` are the decode times of all, and where the last ends."""
        lengths = [later - sooner for sooner, later in pairwise(decoded)]
        if decoded[0] < 0 or max(lengths) > _MOST_LENGTH or max(offsets, default=0) > _MOST_LENGTH:
            raise NotPackaged("a sample has a time that no film has")
        return Samples(
            decode_time=decoded[0],
            runs=self._runs(),
            sizes=self.sizes,
            durations=_counted(lengths),
            offsets=_counted(offsets) if any(offsets) else (),
            keys=keys,
        )

    def _runs(self) -> tuple[tuple[int, int], ...]:
        """The position of each run of frames that lie one after another, and their number."""
        runs: list[tuple[int, int]] = []
        behind = -1
        for position, size in zip(self.positions, self.sizes, strict=True):
            if position == behind:
                runs[-1] = runs[-1][0], runs[-1][1] + 1
            else:
                runs.append((position, 1))
            behind = position + size
        return tuple(runs)


class Pictures:
    """The pictures of segment ``n``: from the first key frame at its cut or later up to the one of the next cut."""

    def __init__(self, film: MatroskaFilm, place: int, n: int) -> None:
        self.is_complete = False
        self._film = film
        self._track = film.tracks[place]
        self._timescale = film.index.tracks[place].timescale
        self._begins = film.entries[n].ticks - ROUNDED_TICKS if n else None
        self._ends = film.entries[n + 1].ticks - ROUNDED_TICKS if n + 1 < len(film.entries) else None
        self._begins_film_of_h264 = n == 0 and film.index.tracks[place].codec.startswith("avc")
        self._found = _Collected()
        self._keys: list[int] = []
        self._end: int | None = None

    def add(self, block: Block) -> None:
        if self.is_complete:
            return
        if not self._keys and not (block.is_key and (self._begins is None or block.ticks >= self._begins)):
            return
        time = units(block.ticks * self._film.tick_ns - self._film.zero_ns, self._timescale)
        if block.is_key and self._ends is not None and block.ticks >= self._ends:
            self._end = time
            self.is_complete = True
            return
        if self._needs_what_is_cut_off(time):
            return
        if block.is_key:
            self._keys.append(len(self._found.times))
        position = block.position
        for size in block.sizes:
            self._found.add(position, size, time)
            position += size
            time += self._track.frame

    def _needs_what_is_cut_off(self, time: int) -> bool:
        """Whether it is a picture of H.264 that is shown before the film's first key frame, though decoded after it.
        Chromium gives up at such ones; decoders of other codecs know which to leave out."""
        return self._begins_film_of_h264 and len(self._keys) == 1 and time < self._found.times[0]

    def samples(self) -> Samples | None:
        """Those of this segment. Raises NotPackaged: it has no key frame."""
        found, shown = self._found, self._found.times
        if not shown:
            raise NotPackaged("there is no key frame where the cues say")
        reorder = units(self._film.reorder_ns, self._timescale)
        delay = round(self._film.index.delay_s * self._timescale)
        end = self._end_of(shown) if self._end is None else self._end
        decoded = decode_times(shown, end, reorder)
        # The clock of the packaged film begins ``delay`` earlier, and pictures are decoded ``reorder`` earlier.
        offsets = [max(time + reorder - earlier, 0) for time, earlier in zip(shown, decoded, strict=True)]
        times = [time + delay - reorder for time in (*decoded, max(end, decoded[-1]))]
        return found.samples(times, offsets, None if len(self._keys) == len(shown) else tuple(self._keys))

    def _end_of(self, shown: Sequence[int]) -> int:
        """Where the last picture of the film ends."""
        last = max(shown)
        return last + (self._track.frame or (last - min(shown)) // max(len(shown) - 1, 1) or 1)


class Sound:
    """The sound of segment ``n``: what begins from its cut on, and before the next."""

    def __init__(self, film: MatroskaFilm, place: int, n: int) -> None:
        self._timescale = film.index.tracks[place].timescale
        self._tick_ns = film.tick_ns
        self._track = film.tracks[place]
        self._delay = round(film.index.delay_s * self._timescale)
        self._zero_ns = film.zero_ns
        self._clock = SoundClock(self._track.origin, self._track.frame, self._timescale, film.tick_ns, self._track.grid)
        self._begins = self._time(film.entries[n].ticks) if n else None
        self._ends = self._time(film.entries[n + 1].ticks) if n + 1 < len(film.entries) else None
        self._found = _Collected()
        self._first: int | None = None
        self._following: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the next segment's sound has begun."""
        return self._following is not None

    @property
    def may_lack(self) -> bool:
        """Whether there may be sound of this segment in front of all that was added."""
        return self._begins is not None and (self._first is None or self._first - self._track.frame >= self._begins)

    def add(self, block: Block) -> None:
        if self.is_complete:
            return
        time = self._time(block.ticks, self._track.early_ns)
        if self._first is None:
            self._first = time
        length = self._track.frame
        if not length and block.duration:
            length = units(block.duration * self._tick_ns, self._timescale) // len(block.sizes)
        position = block.position
        for size in block.sizes:
            if self._ends is not None and time >= self._ends:
                self._following = time
                return
            if self._begins is None or time >= self._begins:
                self._found.add(position, size, time)
            position += size
            time += length

    def put_before(self, earlier: "Sound") -> None:
        """Adds what was found in front of all this."""
        for name in ("positions", "sizes", "times"):
            setattr(self._found, name, getattr(earlier._found, name) + getattr(self._found, name))

    def samples(self) -> Samples | None:
        """Those of this segment; None: the track has none in it."""
        found = self._found
        if not found.times:
            return None
        times = self._clock.times(found.times, self._following)
        return found.samples([max(time, 0) for time in times])

    def _time(self, ticks: int, early_ns: int = 0) -> int:
        return units(ticks * self._tick_ns - early_ns - self._zero_ns, self._timescale) + self._delay


def _counted(values: Iterable[int]) -> tuple[tuple[int, int], ...]:
    return tuple((sum(1 for _ in same), value) for value, same in groupby(values))
