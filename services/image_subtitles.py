"""The subtitles of films that are pictures: made by a worker, a minute at a time and once for all who ask, and kept in
the cache.

A film is read only around the minute that is asked for, since these subtitles lie among its other bytes.

Tested by tests/handlers/test_image_subtitles.py.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from services.cache import Cache
from services.catalogue import Catalogue
from services.errors import CacheFailed, FileVanished, SubtitlesNotFound
from services.http.representation import EntityTag
from services.jobs.errands import CACHE_RETRY_S, Errands
from services.jobs.film_jobs import FilmJobs
from services.library import Library, Movie
from services.media.details import MAX_TIME_S
from services.media.image_subtitles.part import PART_S
from services.storage.source import Source
from services.subtitles import pause_s

MOST_AT_A_TIME = 16
_TIMEOUT_S = 120.0  # enough for a minute of 100 Mbit/s from a disk that gives 10 MB/s
_MEDIA_TYPE = "application/json"


class ImageSubtitles:
    """``worker`` reads one part after the other. A part that nobody waits for any more gives way to another."""

    def __init__(
        self,
        library: Library,
        catalogue: Catalogue,
        cache: Cache,
        worker: FilmJobs,
        cache_retry_s: float = CACHE_RETRY_S,
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._cache = cache
        self._worker = worker
        self._errands = Errands(MOST_AT_A_TIME, pause_s, yields=True, cache_retry_s=cache_retry_s)

    @asynccontextmanager
    async def open(self, path: str, key: str, part: int) -> AsyncIterator[tuple[Source, EntityTag]]:
        """Opens a part of the subtitles ``key`` of the movie at ``path`` as JSON (services/media/image_subtitles/
        part.py); makes it first if it is not in the cache. Also returns the entity tag of the file that it is made of.

        Raises MovieNotFound, SubtitlesNotFound (also beyond the end of the film), FilmUnreadable, WorkerFailed,
        CacheFailed or StorageError.
        """
        movie = await self._library.find(path)
        details = self._catalogue.details(movie)
        tracks = [track["key"] for track in details.get("image_subtitles", [])]
        if key not in tracks or part * PART_S > details.get("duration", MAX_TIME_S):
            raise SubtitlesNotFound(f"{path}: {key}, part {part}")
        version, name = movie.file.version, f"{key}-{part}.cues"
        async with AsyncExitStack() as opened:
            try:
                source = await opened.enter_async_context(self._cache.open(version, name, _MEDIA_TYPE))
            except FileVanished:
                await self._errands.wait((version, name), partial(self._extract, movie, key, part, name))
                try:
                    source = await opened.enter_async_context(self._cache.open(version, name, _MEDIA_TYPE))
                except FileVanished as error:
                    raise CacheFailed(f"{name} is gone from the cache") from error
            yield source, movie.file.entity_tag

    async def close(self) -> None:
        await self._errands.close()
        await self._worker.close()

    async def _extract(self, movie: Movie, key: str, part: int, name: str) -> None:
        async with self._cache.draft() as draft:
            await self._worker.run(
                "extract_images",
                movie,
                timeout_s=_TIMEOUT_S,
                stream=int(key.removeprefix("t")),
                part=part,
                target=str(draft / name),
            )
            await self._cache.keep(movie.file.version, draft)
