"""The parts of segments: heads that are made, and ranges of the film. Each is put together once for all who ask, and
kept in memory for a while.

Of an MP4 film the cache has all samples. Of a Matroska film the clusters of a segment are walked, once for all its
tracks.

Tested by tests/services/segments/test_segments.py.
"""

import asyncio
from functools import partial

from services.http.ranges import ByteRange
from services.jobs.errands import Errands
from services.library import Library, Movie
from services.packaging.film_index import NotPackaged, Samples, Track
from services.packaging.fmp4.fragments import NO_SAMPLES, segment_parts
from services.packaging.fmp4.parts import Parts
from services.packaging.kept.stored_index import DamagedIndex
from services.packaging.matroska.clusters.blocks import read_segment
from services.packaging.matroska.film import MatroskaFilm
from services.recent import Recent
from services.segments.packaged_films import AllSamples, Packaged, PackagedFilms, not_packaged, require_listed
from services.segments.reading import found
from services.threads import Threads

_SAMPLES_BYTES = 8 * 2**20  # in memory: of segments of which a track was asked for
_HEADS_BYTES = 8 * 2**20
_MOST_READ_AT_A_TIME = 8  # segments whose records or clusters are read and held in memory
_AHEAD_BYTES = 32 * 2**20  # most segments of Matroska end before; what is more is another request to a store


class Heads:
    """Work is done in ``threads``, once for all by ``errands``."""

    def __init__(self, library: Library, films: PackagedFilms, errands: Errands, threads: Threads) -> None:
        self._library = library
        self._films = films
        self._errands = errands
        self._threads = threads
        self._reading = asyncio.Semaphore(_MOST_READ_AT_A_TIME)
        self._samples: Recent[tuple[str, int], AllSamples] = Recent(_SAMPLES_BYTES)  # by version and segment
        self._parts: Recent[tuple[str, int, int], Parts] = Recent(_HEADS_BYTES)  # by version, segment and track

    async def parts(self, movie: Movie, film: Packaged, number: int, track: int) -> Parts:
        """Segment ``number`` of a track. Raises FilmNotPackaged; WorkerFailed, CacheFailed or StorageError where
        another try may succeed."""
        key = movie.file.version, number, track
        while (parts := self._parts.get(key)) is None:
            await self._errands.wait(key, partial(self._put_together, movie, film, number, track))
        return parts

    async def samples(self, movie: Movie, film: Packaged, number: int) -> AllSamples:
        """Those of segment ``number``. Raises as ``parts`` does."""
        key = movie.file.version, number
        while (samples := self._samples.get(key)) is None:
            await self._errands.wait(key, partial(self._find_samples, movie, film, number))
        return samples

    async def _put_together(self, movie: Movie, film: Packaged, number: int, track: int) -> None:
        samples = await self.samples(movie, film, number)
        try:
            parts = await self._threads.ask(_parts, film.index.tracks[track], samples[track], number, movie.size)
        except NotPackaged as error:
            raise not_packaged(movie, error) from error
        self._parts.keep((movie.file.version, number, track), parts, parts.memory_bytes)

    async def _find_samples(self, movie: Movie, film: Packaged, number: int) -> None:
        try:
            async with self._reading:
                if isinstance(film.kept, MatroskaFilm):
                    samples = await self._walked(movie, film.kept, number)
                else:
                    samples = await self._films.samples(movie, film, number)
        except (DamagedIndex, NotPackaged) as error:
            raise not_packaged(movie, error) from error
        self._samples.keep((movie.file.version, number), samples, sum(map(_memory_bytes, samples)))

    async def _walked(self, movie: Movie, film: MatroskaFilm, number: int) -> AllSamples:
        """Raises NotPackaged."""
        async with self._library.open_file(movie.file, movie.media_type) as source:
            require_listed(movie, source)
            return await found(read_segment(film, number), source, self._threads, _AHEAD_BYTES)


def _parts(track: Track, samples: Samples | None, number: int, film_bytes: int) -> Parts:
    """Raises NotPackaged."""
    parts = Parts((NO_SAMPLES,) if samples is None else segment_parts(track, samples, number))
    if any(isinstance(part, ByteRange) and part.last >= film_bytes for part in parts):
        raise NotPackaged("it ends before its samples do")
    return parts


def _memory_bytes(samples: Samples | None) -> int:
    """About: pairs are objects, sizes are in an array."""
    if samples is None:
        return 0
    pairs = len(samples.runs) + len(samples.durations) + len(samples.offsets)
    return 120 * pairs + 8 * len(samples.sizes) + 40 * len(samples.keys or ())
