"""The pictures of films: posters and storyboards, made by the worker, kept in the cache."""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from functools import partial
from time import monotonic

from services.cache import Cache
from services.errors import FilmUnreadable, MovieNotFound, WorkerFailed
from services.http.representation import EntityTag
from services.library import Movie
from services.media.storyboard import Storyboard
from services.storage.source import Source
from services.worker import Worker

_log = logging.getLogger(__name__)

POSTER, SHEET = "poster.jpg", "storyboard.jpg"
MOST_SHEETS = 16  # that are asked for at a time
PATIENCE_S = 60.0  # how long one is waited for
SHEET_RETRY_S = 60.0  # before which one is not begun again over which the worker failed; then four times as long
_TIMEOUT_S = 900.0  # for a hundred pictures, on a tenth of a processor


class Pictures:
    def __init__(self, worker: Worker, cache: Cache) -> None:
        self._worker = worker
        self._cache = cache
        self._sheets: dict[EntityTag, asyncio.Task[bool]] = {}
        self._barren: set[tuple[EntityTag, str]] = set()  # films of which no picture of this name can be made
        self._resting: dict[EntityTag, tuple[float, float]] = {}  # of sheets: for how long, and until when

    def poster(self, movie: Movie) -> AbstractAsyncContextManager[Source]:
        """The JPEG. Raises FileVanished where there is none."""
        return self._cache.open(movie.file.entity_tag, POSTER, "image/jpeg")

    def sheet(self, movie: Movie) -> AbstractAsyncContextManager[Source]:
        """The JPEG of the storyboard. Raises FileVanished where there is none."""
        return self._cache.open(movie.file.entity_tag, SHEET, "image/jpeg")

    async def make_poster(self, movie: Movie) -> bool:
        """Whether there is one then. Raises WorkerFailed: there may be one later."""
        return await self._make(movie, "poster", POSTER)

    async def make_sheet(self, movie: Movie, storyboard: Storyboard) -> None:
        """Has the sheet made, if it is not there. Raises MovieNotFound where it cannot be made, and WorkerFailed
        where it cannot be made now, or that takes too long to wait for."""
        making = self.begin_sheet(movie, storyboard)
        await asyncio.wait([making], timeout=PATIENCE_S)
        if not making.done():
            raise WorkerFailed("the storyboard takes long to make")
        if not making.result():
            raise MovieNotFound(movie.path)

    def begin_sheet(self, movie: Movie, storyboard: Storyboard) -> asyncio.Task[bool]:
        """Whether there is a sheet, once that is known: one making for all who ask. It raises WorkerFailed, and so does
        this: there are too many, or it failed just now."""
        tag = movie.file.entity_tag
        if tag not in self._sheets:
            if len(self._sheets) >= MOST_SHEETS:
                raise WorkerFailed(f"{MOST_SHEETS} storyboards are being made")
            if tag in self._resting and monotonic() < self._resting[tag][1]:
                raise WorkerFailed("the storyboard could not be made just now")
            making = asyncio.create_task(self._make(movie, "sheet", SHEET, storyboard=asdict(storyboard)))
            making.add_done_callback(partial(self._sheet_ended, tag))
            self._sheets[tag] = making
        return self._sheets[tag]

    async def close(self) -> None:
        for making in self._sheets.values():
            making.cancel()
        await asyncio.gather(*self._sheets.values(), return_exceptions=True)

    def _sheet_ended(self, tag: EntityTag, making: asyncio.Task[bool]) -> None:
        del self._sheets[tag]
        if not making.cancelled() and making.exception() is not None:
            rest_s = 4 * self._resting[tag][0] if tag in self._resting else SHEET_RETRY_S
            self._resting[tag] = rest_s, monotonic() + rest_s

    async def _make(self, movie: Movie, job: str, name: str, **arguments: object) -> bool:
        tag = movie.file.entity_tag
        if (tag, name) in self._barren:
            return False
        try:
            if await asyncio.to_thread(self._cache.has, tag, name):
                return True
            target = await asyncio.to_thread(self._cache.path, tag, name)
            film = {"location": movie.file.location, "version": str(tag)}
            await self._worker.run(job, timeout_s=_TIMEOUT_S, **film, target=str(target), **arguments)
        except (FilmUnreadable, WorkerFailed, OSError) as error:
            _log.warning("no %s was made of %s: %s", job, ascii(movie.path), ascii(str(error)))
            if not isinstance(error, FilmUnreadable):  # it may be no fault of the film's
                raise WorkerFailed(str(error)) from error
            self._barren.add((tag, name))
            return False
        return True
