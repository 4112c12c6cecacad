"""What is known of each film: found out by the worker, one film after the other, and kept in the cache.

First all films are looked into, then their posters are made. Storyboards are not: one takes as long as twenty posters,
so that those of 2,000 films would take a tenth of a processor a day. Each is made when somebody opens the film, and
waits for no more than the job that is under way, since one job at a time is given to the worker, which takes turns.

A disk or a store that hangs takes its time for each film. So once it has failed, its other films come last.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.cache import Cache
from services.errors import (
    CacheFailed,
    FileVanished,
    FilmArchived,
    FilmUnreadable,
    NoFilm,
    RepresentationChanged,
    StorageError,
    WorkerFailed,
)
from services.library import Movie
from services.media.details import ARCHIVED, NO_FILM, PENDING, UNAVAILABLE, UNEXAMINED, UNREADABLE, Details
from services.media.plausible import kept_details, plausible_details
from services.pictures import POSTER, Pictures
from services.threads import unhurried
from services.work.errands import CACHE_RETRY_S
from services.work.film_jobs import FilmJobs

_log = logging.getLogger(__name__)

_SWEEP_EVERY_S = 3600.0  # at most: the cache sweeps by itself when there is too much
_PROBE_TIMEOUT_S = 60.0
_FILMS_AT_ONCE = 200  # that are compared before others have their turn: half a millisecond
_DETAILS = "details-2.json"  # its name in the cache: the number changes with what the probe tells


@dataclass(frozen=True, slots=True)
class CatalogueTiming:
    """When films are looked into again, in seconds."""

    settle_s: float = 5.0  # a film that changes while it is listed is being written, and may change again
    retry_s: float = 60.0  # after which a film is tried again that failed; then after four times as long
    # But never later than this:
    store_retry_s: float = 900.0  # so that a store or disk that is well again is seen to be
    worker_retry_s: float = 6 * 3600.0  # what crashes the worker each time costs little then
    archive_retry_s: float = 6 * 3600.0  # and always as late as this: each look is a request, and restoring takes hours
    # Before a poster is made again to see whether the cache can keep it; then after twice as long, up to:
    rest_s: float = CACHE_RETRY_S
    longest_rest_s: float = 60.0


@dataclass(slots=True, eq=False)
class _Film:
    movie: Movie
    details: Details
    retry_s: float  # when it fails next
    is_waiting: bool = False  # to be looked into, or for its poster to be made
    has_no_picture: bool = False  # that could be its poster
    pictured: asyncio.Event = field(
        default_factory=asyncio.Event
    )  # wakes who waits for the poster, whatever came of it


class Catalogue:
    """``revision`` changes whenever any details do. ``examines``: whether films are looked into at all."""

    def __init__(
        self,
        jobs: FilmJobs,
        cache: Cache,
        pictures: Pictures,
        examines: bool,
        timing: CatalogueTiming | None = None,
    ) -> None:
        self.revision = 0
        self._timing = timing or CatalogueTiming()
        self._jobs = jobs
        self._cache = cache
        self._pictures = pictures
        self._examines = examines
        self._movies: Sequence[Movie] = ()
        self._films: dict[str, _Film] = {}  # by version
        self._swept_for = self._films
        self._next_sweep_s = 0.0
        self._paths: set[str] = set()
        self._examining = asyncio.Lock()
        self._unrecalled: list[_Film] = []
        self._unexamined: deque[_Film] = deque()
        self._unpictured: deque[_Film] = deque()
        self._late: deque[_Film] = deque()  # not looked into either, and where something failed just now
        self._failing: set[int] = set()  # the devices of which that is so; all that is in no folder is one of them
        self._work: asyncio.Task[None] | None = None
        self._rests, self._rest_s = False, self._timing.rest_s  # with posters, which the cache cannot keep
        self._recalled = asyncio.Event()

    def details(self, movie: Movie) -> Details:
        if not self._examines:
            return UNEXAMINED
        film = self._films.get(movie.file.version)
        return film.details if film else PENDING

    async def examine(self, movies: Sequence[Movie]) -> None:
        """Has all of these looked into that were not yet, in their order, and forgets all others."""
        async with self._examining:
            if movies is not self._movies:
                await self._compare(movies if self._examines else ())
                self._movies = movies

    async def _compare(self, movies: Sequence[Movie]) -> None:
        films: dict[str, _Film] = {}
        paths: set[str] = set()
        added: list[_Film] = []
        changed: list[_Film] = []
        for number, movie in enumerate(movies):
            if number % _FILMS_AT_ONCE == 0:
                await asyncio.sleep(0)
            version = movie.file.version
            if (film := self._films.get(version)) is not None:
                film.movie = movie
            else:
                film = _Film(movie, PENDING, self._timing.retry_s)
                (changed if movie.path in self._paths else added).append(film)
            films[version] = film
            paths.add(movie.path)
        self._films, self._paths = films, paths
        if added:
            self._enqueue(*added)
        if changed:
            asyncio.get_running_loop().call_later(self._timing.settle_s, self._enqueue, *changed)

    async def make_poster_again(self, movie: Movie, patience_s: float) -> bool:
        """Has the poster made that is gone from the cache, and waits for it, but no longer than this; until it is made
        the list has none. False: as far as is known there can be none."""
        film = self._films.get(movie.file.version)
        if film is None or film.has_no_picture or not _has_pictures(film.details):
            return film is not None and film.details["state"] == "pending"
        if "has_poster" in film.details:
            self._learn(film, _without_poster(film.details))
        if not film.is_waiting:
            film.is_waiting = True
            self._unpictured.appendleft(film)
            self._begin()
        with suppress(TimeoutError):
            await asyncio.wait_for(film.pictured.wait(), patience_s)
        return not film.has_no_picture

    async def recall(self, patience_s: float) -> None:
        """Waits until all is known that was in the cache, but no longer than this."""
        if self._work is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._recalled.wait(), patience_s)

    async def close(self) -> None:
        if self._work is not None:
            self._work.cancel()
            await asyncio.wait([self._work])

    def _enqueue(self, *films: _Film) -> None:
        for film in films:
            film.is_waiting = True
        self._unrecalled += films
        self._recalled.clear()
        self._begin()

    def _begin(self) -> None:
        if self._work is None:
            self._work = asyncio.create_task(self._do_all())

    async def _do_all(self) -> None:
        try:
            while self._unrecalled or self._unexamined or self._late or (self._unpictured and not self._rests):
                await self._do_next()
        except Exception:
            _log.exception("the films that are left are not looked into")
        finally:
            self._recalled.set()
            self._work = None

    async def _do_next(self) -> None:
        if self._unrecalled:
            await self._recall()
        elif self._unexamined:
            film = self._unexamined.popleft()
            if film.movie.file.device in self._failing:
                self._late.append(film)
                await asyncio.sleep(0)  # there may be thousands
            else:
                await self._examine(film)
        elif self._unpictured and not self._rests:
            await self._picture(self._unpictured.popleft())
        else:
            await self._examine(self._late.popleft())

    async def _recall(self) -> None:
        films, self._unrecalled = self._unrecalled, []
        kept = await self._cache.threads.ask(self._kept, films)
        for number, (film, details) in enumerate(zip(films, kept, strict=True)):
            if number % _FILMS_AT_ONCE == 0:
                await asyncio.sleep(0)
            if details is None:
                self._unexamined.append(film)
            else:
                self._learn(film, details)
                self._unpictured.append(film)
        if not self._unrecalled:
            self._recalled.set()
        if self._swept_for is not self._films:  # they change with the library, and not when a film is tried again
            self._swept_for = self._films
            is_due = time.monotonic() >= self._next_sweep_s
            await self._cache.threads.ask(self._tell_cache, self._films, is_due)
            if is_due:
                self._next_sweep_s = time.monotonic() + _SWEEP_EVERY_S

    def _tell_cache(self, films: dict[str, _Film], sweep: bool) -> None:
        """What to keep: what belongs to these films, and to the subtitles beside them."""
        beside = [each.file.version for film in films.values() for each in film.movie.subtitles]
        (self._cache.sweep if sweep else self._cache.know)([*films, *beside], POSTER)

    def _kept(self, films: list[_Film]) -> list[Details | None]:
        """What the cache has of these films."""
        return [self._cached_details(film.movie.file.version) for film in unhurried(films)]

    def _cached_details(self, version: str) -> Details | None:
        details = kept_details(self._cache.load(version, _DETAILS))
        return {**details, "has_poster": True} if details and self._cache.has(version, POSTER) else details

    def _restore(self, version: str, details: Details) -> None:
        """Details are lost together with the poster, where the cache was deleted."""
        if self._cache.load(version, _DETAILS) is None:
            self._cache.store(version, _DETAILS, details)

    async def _examine(self, film: _Film) -> None:
        if not self._is_current(film):
            return
        movie, details = film.movie, UNREADABLE
        try:
            details = await self._jobs.run("probe", movie, timeout_s=_PROBE_TIMEOUT_S, accept=plausible_details)
        except NoFilm:  # which is common in folders of source code
            details = NO_FILM
        except (FilmUnreadable, StorageError, WorkerFailed) as error:
            _log.warning("%s cannot be looked into: %s", ascii(movie.path), ascii(str(error)))
            if not isinstance(error, FilmUnreadable):  # it may be no fault of the film's
                if _may_be_the_places(error):
                    self._failing.add(movie.file.device)
                next_try = self._try_again_later(film, error)
                self._learn(film, {**_without_a_look(error), "next_try": next_try})
                return
        self._failing.discard(movie.file.device)
        await self._cache.threads.ask(self._cache.store, movie.file.version, _DETAILS, details)
        self._learn(film, details)
        self._unpictured.append(film)

    async def _picture(self, film: _Film) -> None:
        """Makes the poster of what has pictures, if only a cover, and none beside it."""
        details = film.details
        film.is_waiting = False
        if not _has_pictures(details) or "has_poster" in details or film.movie.poster or not self._is_current(film):
            return
        film.is_waiting = True
        try:
            if await self._pictures.make_poster(film.movie):
                self._learn(film, {**details, "has_poster": True})
                await self._cache.threads.ask(self._restore, film.movie.file.version, details)
            else:
                film.has_no_picture = True
            film.is_waiting = False
            self._rest_s = self._timing.rest_s
        except (WorkerFailed, StorageError) as error:
            self._try_again_later(film, error)
        except CacheFailed:
            self._unpictured.append(film)
            self._rests = True
            asyncio.get_running_loop().call_later(self._rest_s, self._go_on)
            self._rest_s = min(2 * self._rest_s, self._timing.longest_rest_s)
        film.pictured.set()
        film.pictured.clear()

    def _go_on(self) -> None:
        self._rests = False
        self._begin()

    def _try_again_later(self, film: _Film, error: Exception) -> str:
        """When that will be."""
        pause_s = self._pause_s(film, error)
        film.retry_s *= 4
        asyncio.get_running_loop().call_later(pause_s, self._try_again, film)
        return f"{datetime.now(UTC) + timedelta(seconds=pause_s):%Y-%m-%dT%H:%M:%SZ}"

    def _pause_s(self, film: _Film, error: Exception) -> float:
        if isinstance(error, FilmArchived):
            return self._timing.archive_retry_s
        is_the_places = isinstance(error, StorageError)
        return min(film.retry_s, self._timing.store_retry_s if is_the_places else self._timing.worker_retry_s)

    def _try_again(self, film: _Film) -> None:
        if self._is_current(film):
            if "next_try" in film.details:  # which is now, when its turn comes
                self._learn(film, {"state": film.details["state"]})
            self._enqueue(film)

    def _learn(self, film: _Film, details: Details) -> None:
        film.details = details
        self.revision += 1

    def _is_current(self, film: _Film) -> bool:
        return self._films.get(film.movie.file.version) is film


def _has_pictures(details: Details) -> bool:
    return "video" in details or "has_cover" in details


def _without_poster(details: Details) -> Details:
    details = details.copy()
    del details["has_poster"]
    return details


def _without_a_look(error: Exception) -> Details:
    """What is known of a film that could not be looked into for this reason."""
    if isinstance(error, FilmArchived):
        return ARCHIVED
    return UNAVAILABLE if isinstance(error, StorageError) else UNEXAMINED


def _may_be_the_places(error: Exception) -> bool:
    """Whether other films of the same disk or store may fail in the same way."""
    return isinstance(error, StorageError) and not isinstance(
        error, FileVanished | FilmArchived | RepresentationChanged
    )
