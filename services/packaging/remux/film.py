"""What is kept of a film whose bytes cannot be sent as they are, as in MPEG-TS and AVI: where its segments are
entered, so that a worker puts any of them together anew.

Times are in TICKS_PER_S on the clock of the packaged film.

Tested by tests/services/media/worker/test_remux_jobs.py.
"""

from dataclasses import dataclass
from enum import IntEnum

from services.packaging.film_index import FilmIndex

TICKS_PER_S = 90_000


class Framing(IntEnum):
    """How the samples of a track stand in the film."""

    AS_THEY_ARE = 0
    START_CODES = 1  # H.264 and H.265, Annex B
    ADTS = 2  # AAC with a head in front of each frame (ISO/IEC 14496-3 §1.A.2)
    OBUS = 3  # AV1, with a temporal delimiter in front of each picture


@dataclass(frozen=True, slots=True)
class RemuxTrack:
    """A packaged track. Its first sample begins at ``origin``, and by rule a sample lasts ``frame``, both in units of
    the track's timescale; 0: there is no rule. Of pictures that do not all tell when they are shown, ``origin`` is how
    much later than it is decoded the first is shown."""

    framing: Framing
    origin: int = 0
    frame: int = 0


@dataclass(frozen=True, slots=True)
class RemuxEntry:
    """A segment begins with the key frame at the byte ``position``, which is decoded at ``decoded``. Nothing that is
    needed for its sound lies in front of the byte ``begin``. In a container that is no stream
    (signatures.py), ``begin`` is instead when the film itself says that the key frame is decoded."""

    begin: int
    position: int
    decoded: int


@dataclass(frozen=True, slots=True)
class RemuxedFilm:
    """``tracks`` and ``entries`` are those of the tracks and the cuts of ``index``. The first track is the picture."""

    index: FilmIndex
    tracks: tuple[RemuxTrack, ...]
    entries: tuple[RemuxEntry, ...]
