"""The pictures of films: posters and the sheets of storyboards, made by the worker and kept in the cache.

Posters are made for the catalogue, after all films are probed. A sheet is made when somebody opens the film; a closer
one of a few seconds (``part``, the number of a picture of the storyboard), when somebody points at them.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from functools import partial
from typing import Any

from services.cache import Cache
from services.errors import CacheFailed, FileVanished, FilmUnreadable, MovieNotFound, StorageError, WorkerFailed
from services.jobs.errands import CACHE_RETRY_S, Errands
from services.jobs.film_jobs import FilmJobs
from services.library import Movie
from services.media.storyboard import Storyboard
from services.storage.source import Source

_log = logging.getLogger(__name__)

POSTER = "poster.jpg"
MOST_SHEETS = 16  # under way or queued at a time
SHEET_RETRY_S = 60.0
_TIMEOUT_S = 900.0  # enough for a hundred pictures on a tenth of a processor


class Pictures:
    """Makes pictures and opens those in the cache.

    A sheet is made once for all who ask meanwhile. Once begun, it is made to its end even if nobody waits any more,
    unless its place is needed for another (services/jobs/errands.py). After the worker failed over a sheet there is a
    pause of ``sheet_retry_s``; each further pause is four times as long.
    """

    def __init__(
        self,
        jobs: FilmJobs,
        cache: Cache,
        sheet_retry_s: float = SHEET_RETRY_S,
        cache_retry_s: float = CACHE_RETRY_S,
    ) -> None:
        self._jobs = jobs
        self._cache = cache
        self._sheets = Errands(MOST_SHEETS, partial(_pause_s, sheet_retry_s), yields=False, cache_retry_s=cache_retry_s)

    def poster(self, movie: Movie) -> AbstractAsyncContextManager[Source]:
        """Opens the poster, a JPEG. Raises FileVanished where there is none in the cache, or StorageError."""
        return self._cache.open(movie.file.version, POSTER, "image/jpeg")

    @asynccontextmanager
    async def sheet(self, movie: Movie, storyboard: Storyboard, part: int | None = None) -> AsyncIterator[Source]:
        """Opens the sheet of the storyboard, a JPEG; makes it first if it is not in the cache.

        Raises MovieNotFound where no sheet can be made of the film; WorkerFailed, StorageError or CacheFailed where it
        cannot be made now.
        """
        async with AsyncExitStack() as opened:
            try:
                source = await opened.enter_async_context(self._open_sheet(movie, part))
            except FileVanished:
                await self._wait_for_sheet(movie, storyboard, part)
                try:
                    source = await opened.enter_async_context(self._open_sheet(movie, part))
                except FileVanished as error:
                    raise CacheFailed("the storyboard is gone from the cache") from error
            yield source

    async def begin_sheet(self, movie: Movie, storyboard: Storyboard) -> None:
        """Begins to make the sheet if it is not in the cache, and does not wait for it. Raises as ``sheet`` does."""
        try:
            async with self._open_sheet(movie, None):
                pass
        except FileVanished:
            self._sheets.begin((movie.file.version, None), partial(self._make_sheet, movie, storyboard, None))

    async def make_poster(self, movie: Movie) -> bool:
        """Makes the poster if it is not in the cache. False: no poster can be made of the film.

        Raises WorkerFailed, StorageError or CacheFailed where another try may succeed.
        """
        try:
            async with self.poster(movie):
                return True
        except FileVanished:
            pass
        try:
            await self._make(movie, "poster", POSTER)
        except FilmUnreadable:
            return False
        return True

    async def close(self) -> None:
        await self._sheets.close()

    def _open_sheet(self, movie: Movie, part: int | None) -> AbstractAsyncContextManager[Source]:
        return self._cache.open(movie.file.version, _sheet_name(part), "image/jpeg")

    async def _wait_for_sheet(self, movie: Movie, storyboard: Storyboard, part: int | None) -> None:
        try:
            await self._sheets.wait((movie.file.version, part), partial(self._make_sheet, movie, storyboard, part))
        except FilmUnreadable as error:
            raise MovieNotFound(movie.path) from error

    async def _make_sheet(self, movie: Movie, storyboard: Storyboard, part: int | None) -> None:
        await self._make(movie, "sheet", _sheet_name(part), storyboard=asdict(storyboard))

    async def _make(self, movie: Movie, job: str, name: str, **arguments: Any) -> None:
        try:
            async with self._cache.draft() as draft:
                await self._jobs.run(job, movie, timeout_s=_TIMEOUT_S, target=str(draft / name), **arguments)
                await self._cache.keep(movie.file.version, draft)
        except (FilmUnreadable, StorageError, WorkerFailed) as error:
            _log.warning("no %s was made of %s: %s", job, ascii(movie.path), ascii(str(error)))
            raise


def _sheet_name(part: int | None) -> str:
    return "storyboard.jpg" if part is None else f"storyboard-{part}.jpg"


def _pause_s(first_s: float, failures: int) -> float:
    return first_s * 4.0 ** (failures - 1)
