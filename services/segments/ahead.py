"""Indexes for segments that are made before somebody wants to watch: those that would keep a viewer waiting.

Tested by tests/services/test_catalogue.py.
"""

import logging

from services.cache import Cache
from services.errors import CacheFailed, FilmUnreadable, StorageError, WorkerFailed
from services.jobs.film_jobs import FilmJobs
from services.library import Movie
from services.media.details import Details
from services.packaging.prospects import is_put_together, looks_packageable
from services.segments.packaged_films import INDEX, make_index

_log = logging.getLogger(__name__)

LONG_BYTES = 2 * 2**20  # of a film's own index: half an hour, of which ours is made in 0.1 s of a whole processor


class IndexesAhead:
    """Has them made by ``jobs``, of films whose own index has ``long_bytes``, while the cache is less than half full:
    else they would take the place of what somebody has waited for."""

    def __init__(
        self, jobs: FilmJobs, cache: Cache, long_bytes: int = LONG_BYTES, *, converts_pictures: bool = False
    ) -> None:
        self._converts_pictures = converts_pictures
        self._jobs = jobs
        self._cache = cache
        self._long_bytes = long_bytes

    def are_needed(self, movie: Movie, details: Details) -> bool:
        """Whether a viewer would wait for ours: the film's own index is long, or it has none. A film of a store that
        has none is not read before somebody wants it."""
        if is_put_together(details, self._converts_pictures):
            return movie.file.inode != 0
        is_long = details.get("index_bytes", 0) >= self._long_bytes
        return is_long and looks_packageable(details, self._converts_pictures)

    async def make(self, movie: Movie) -> None:
        """Makes the film's, unless the cache has it. A failure is met again, and told, when somebody wants to watch."""
        if not self._cache.is_half_empty or await self._cache.threads.ask(self._cache.has, movie.file.version, INDEX):
            return
        try:
            await make_index(self._jobs, self._cache, movie)
        except (CacheFailed, FilmUnreadable, StorageError, WorkerFailed) as error:
            _log.info("no index was made of %s: %s", ascii(movie.path), ascii(str(error)))
