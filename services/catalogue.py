"""The details of each film: recalled from the cache, or else found by the worker, one film at a time.

All films are probed first, then their posters are made (at most 150 ms of CPU each in 1080p), then the indexes for
segments of those whose own index is long (0.5 s of CPU for three hours). Storyboards are made only when somebody opens
a film: one takes 3 s of CPU, so 2,000 of them would keep a tenth of a processor busy for a day.
The worker is given one job at a time, so whoever opens a film waits for at most one probe or poster (0.1 s).

A film on a disk that hangs takes 25 s to fail, one in a store that is down 20 s. So once a film of a place has failed,
the other films of that place come last, after the posters of all the others.

Details are kept by path and entity tag (``StoredFile.version``), since an entity tag tells the versions of one film
apart and no more: hard links share one, objects of the same content may, and a web server may make it of date and size.
The scan has the tag already, so no film is opened to look its details up.
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
from services.jobs.errands import CACHE_RETRY_S
from services.jobs.film_jobs import FilmJobs
from services.library import Movie
from services.media.details import ARCHIVED, NO_FILM, PENDING, UNAVAILABLE, UNEXAMINED, UNREADABLE, Details
from services.media.plausible import kept_details, plausible_details
from services.pictures import POSTER, Pictures
from services.segments.ahead import IndexesAhead
from services.threads import unhurried

_log = logging.getLogger(__name__)

_SWEEP_EVERY_S = 3600.0  # at most this often; the cache also sweeps by itself when it is full
_PROBE_TIMEOUT_S = 60.0
_FILMS_AT_ONCE = 200  # compared before the event loop has a turn: half a millisecond
_DETAILS = "details-6.json"  # the file in the cache; the number changes with what the probe tells


@dataclass(frozen=True, slots=True)
class CatalogueTiming:
    """When films are looked into again, in seconds."""

    settle_s: float = 5.0  # a film that changes while it is listed is being written: probed after this much quiet
    retry_s: float = 60.0  # the first pause after a failure; each further pause is four times as long, up to:
    store_retry_s: float = 900.0  # for a disk or store, so that its recovery is noticed
    worker_retry_s: float = 6 * 3600.0  # for a film that crashes the worker each time: four tries a day cost little
    archive_retry_s: float = 6 * 3600.0  # the pause for an archived film: each look is a request, restoring takes hours
    # The first pause after the cache could not keep a poster; each further pause is twice as long, up to:
    rest_s: float = CACHE_RETRY_S
    longest_rest_s: float = 60.0


@dataclass(slots=True, eq=False)
class _Film:
    movie: Movie
    details: Details
    retry_s: float  # the pause after the next failure
    is_waiting: bool = False  # it is queued for its probe or its poster
    has_no_picture: bool = False  # it was found that no poster can be made
    pictured: asyncio.Event = field(default_factory=asyncio.Event)  # set and cleared after each try to make a poster


class Catalogue:
    """Probes films, makes their posters, and answers what is known.

    ``revision`` is a counter that changes with any details. Without ``examines`` no film is looked into.

    Failures: a damaged film is kept as ``unreadable`` and not tried again. An ``archived`` one is looked at again every
    six hours. One whose bytes cannot be read (``unavailable``) is tried again after 1 minute, 4, then every 15. One
    that crashed or hung the worker (``unexamined``, since it may play) likewise, with pauses of up to six hours. The
    details have the time of the next try. A film that changes while it is listed is probed once it has been still for
    a few seconds (``CatalogueTiming``).
    """

    def __init__(
        self,
        jobs: FilmJobs,
        cache: Cache,
        pictures: Pictures,
        examines: bool,
        timing: CatalogueTiming | None = None,
        indexes: IndexesAhead | None = None,
    ) -> None:
        self.revision = 0
        self._indexes = indexes or IndexesAhead(jobs, cache)
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
        self._unindexed: deque[_Film] = deque()  # of those for which an index is made ahead
        self._late: deque[_Film] = deque()  # unexamined films of devices that failed last time
        self._failing: set[int] = set()  # those devices; all films that are in no folder count as one device
        self._work: asyncio.Task[None] | None = None
        self._rests, self._rest_s = False, self._timing.rest_s  # while the cache can keep no posters, none are made
        self._recalled = asyncio.Event()

    def details(self, movie: Movie) -> Details:
        """What is known of this version of the movie by now."""
        if not self._examines:
            return UNEXAMINED
        film = self._films.get(movie.file.version)
        return film.details if film else PENDING

    async def examine(self, movies: Sequence[Movie]) -> None:
        """Queues those of ``movies`` that are not known yet, in their order, and forgets all films that are not among
        them. Returns before they are probed."""
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
        """Queues a poster that was lost from the cache, first in line, and waits ``patience_s`` for it. Until it is
        made the list shows none. False: no poster can be made, as far as is known."""
        film = self._films.get(movie.file.version)
        if film is None or film.has_no_picture or not _has_pictures(film.details):
            return film is not None and film.details["state"] == "pending"
        if "has_poster" in film.details:
            self._learn(film, _with_poster(film.details, False))
        if not film.is_waiting:
            film.is_waiting = True
            self._unpictured.appendleft(film)
            self._begin()
        with suppress(TimeoutError):
            await asyncio.wait_for(film.pictured.wait(), patience_s)
        return not film.has_no_picture

    async def recall(self, patience_s: float) -> None:
        """Waits until the details in the cache are read, or for ``patience_s``."""
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
            while self._has_work():
                await self._do_next()
        except Exception:
            _log.exception("looking into films failed; those that are left wait for the next change of the library")
        finally:
            self._recalled.set()
            self._work = None

    def _has_work(self) -> bool:
        has_pictures = self._unpictured and not self._rests
        return bool(self._unrecalled or self._unexamined or has_pictures or self._late or self._unindexed)

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
        elif self._late:
            await self._examine(self._late.popleft())
        else:
            await self._index(self._unindexed.popleft())

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
                self._look_further_into(film)
        if not self._unrecalled:
            self._recalled.set()
        if self._swept_for is not self._films:  # the library changed; it was not only a film tried again
            self._swept_for = self._films
            is_due = time.monotonic() >= self._next_sweep_s
            await self._cache.threads.ask(self._tell_cache, self._films, is_due)
            if is_due:
                self._next_sweep_s = time.monotonic() + _SWEEP_EVERY_S

    def _tell_cache(self, films: dict[str, _Film], sweep: bool) -> None:
        """Tells the cache that files of these films, and of what stands beside them, are in use."""
        movies = [film.movie for film in films.values()]
        subtitles = [each.file.version for movie in movies for each in movie.subtitles]
        nfos = {file.version for movie in movies for file in movie.nfos}
        (self._cache.sweep if sweep else self._cache.know)([*films, *subtitles, *nfos], POSTER)

    def _kept(self, films: list[_Film]) -> list[Details | None]:
        """The details in the cache, for each film; None where there are none that can be right."""
        return [self._cached_details(film.movie.file.version) for film in unhurried(films)]

    def _cached_details(self, version: str) -> Details | None:
        details = kept_details(self._cache.load(version, _DETAILS))
        return details and _with_poster(details, self._cache.has(version, POSTER))

    def _restore(self, version: str, details: Details) -> None:
        """Stores the details again if they are gone: where the cache was deleted, they were lost with the poster."""
        if self._cache.load(version, _DETAILS) is None:
            self._cache.store(version, _DETAILS, details)

    async def _examine(self, film: _Film) -> None:
        if not self._is_current(film):
            return
        movie, details = film.movie, UNREADABLE
        try:
            details = await self._jobs.run("probe", movie, timeout_s=_PROBE_TIMEOUT_S, accept=plausible_details)
        except NoFilm:  # no warning: common in folders of source code
            details = NO_FILM
        except (FilmUnreadable, StorageError, WorkerFailed) as error:
            _log.warning("%s cannot be looked into: %s", ascii(movie.path), ascii(str(error)))
            if not isinstance(error, FilmUnreadable):  # the film may be sound
                if _may_be_the_places(error):
                    self._failing.add(movie.file.device)
                next_try = self._try_again_later(film, error)
                self._learn(film, {**_without_a_look(error), "next_try": next_try})
                return
        self._failing.discard(movie.file.device)
        await self._cache.threads.ask(self._cache.store, movie.file.version, _DETAILS, details)
        self._learn(film, details)
        self._look_further_into(film)

    def _look_further_into(self, film: _Film) -> None:
        self._unpictured.append(film)
        if self._indexes.are_needed(film.movie, film.details):
            self._unindexed.append(film)

    async def _index(self, film: _Film) -> None:
        if self._is_current(film):
            await self._indexes.make(film.movie)

    async def _picture(self, film: _Film) -> None:
        """Makes the poster, unless there is one already, a picture beside the film, or neither video nor a cover."""
        details = film.details
        film.is_waiting = False
        if not _has_pictures(details) or "has_poster" in details or film.movie.poster or not self._is_current(film):
            return
        film.is_waiting = True
        try:
            if await self._pictures.make_poster(film.movie):
                self._learn(film, _with_poster(details, True))
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
        """Schedules the next try. Returns its time, as ``Details.next_try`` has it."""
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
            if "next_try" in film.details:  # the time has come: no further try is planned
                self._learn(film, {"state": film.details["state"]})
            self._enqueue(film)

    def _learn(self, film: _Film, details: Details) -> None:
        film.details = details
        self.revision += 1

    def _is_current(self, film: _Film) -> bool:
        return self._films.get(film.movie.file.version) is film


def _has_pictures(details: Details) -> bool:
    return "video" in details or "has_cover" in details


def _with_poster(details: Details, has_poster: bool) -> Details:
    """A copy of the details that says whether the cache has a poster made of the film."""
    details = details.copy()
    details.pop("has_poster", None)
    return {**details, "has_poster": True} if has_poster else details


def _without_a_look(error: Exception) -> Details:
    """The details of a film that could not be probed because of ``error``."""
    if isinstance(error, FilmArchived):
        return ARCHIVED
    return UNAVAILABLE if isinstance(error, StorageError) else UNEXAMINED


def _may_be_the_places(error: Exception) -> bool:
    """Whether ``error`` may be the disk's or the store's, so that their other films would fail as well."""
    return isinstance(error, StorageError) and not isinstance(
        error, FileVanished | FilmArchived | RepresentationChanged
    )
