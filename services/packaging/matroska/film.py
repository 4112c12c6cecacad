"""What is kept of a Matroska film to find the samples of any of its segments.

Tested by tests/services/packaging/matroska/test_index.py.
"""

from dataclasses import dataclass

from services.packaging.film_index import FilmIndex
from services.packaging.matroska.compression import UNCOMPRESSED, Compression

ROUNDED_TICKS = 2  # by how many ticks an entry and its block may differ


@dataclass(frozen=True, slots=True)
class BlockTrack:
    """A packaged track as its blocks count it.

    ``number`` is the one that they call it. ``origin`` is where its first sample is presented, in units of the track's
    timescale on the clock of the packaged film. By rule a sample lasts ``frame`` of these units, or else a multiple of
    ``grid``; 0: there is no rule.
    ``early_ns`` is taken off the times of its blocks (CodecDelay).
    """

    number: int
    origin: int
    frame: int
    early_ns: int = 0
    grid: int = 0
    compression: Compression = UNCOMPRESSED


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a segment is entered: at ``relative`` bytes in the content of the cluster that begins at the position
    ``cluster``. 0: it is not known where in the cluster. ``ticks`` is the time of the block there."""

    cluster: int
    relative: int
    ticks: int


@dataclass(frozen=True, slots=True)
class MatroskaFilm:
    """A film whose segments are found in its clusters. ``tracks`` and ``entries`` are those of the tracks and the cuts
    of ``index``.

    Its clusters end at the position ``stop``. A tick lasts ``tick_ns``. Second 0 of the film is when blocks say
    ``zero_ns``. Pictures are decoded up to ``reorder_ns`` before they are shown.
    """

    index: FilmIndex
    tracks: tuple[BlockTrack, ...]
    entries: tuple[Entry, ...]
    stop: int
    tick_ns: int
    zero_ns: int
    reorder_ns: int

    @property
    def is_compressed(self) -> bool:
        """Whether frames of any track have to be restored before they can be sent."""
        return any(track.compression for track in self.tracks)
