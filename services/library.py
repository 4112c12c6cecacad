"""The library: all movies by path, with what stands beside them. Scanned in a thread, fresh within seconds.

A scan begins when somebody asks and the last scan is older than two seconds, or than twenty times as long as it took
(ten seconds at most). Nothing is scanned while nobody asks. An answer waits at most half a second for a scan; after
that it shows the list as it was. What a scan lists is found by the stores, each place at its own pace
(services/storage/listing.py).
"""

import asyncio
import logging
import time
from collections.abc import Container
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from services.errors import MovieNotFound, StoreUnavailable
from services.media.names.film_name import FilmName
from services.media.names.library_names import LibraryNames, library_names
from services.media.names.sidecars import Sidecars, SubtitleFile, is_sidecar
from services.media.names.versions import Version
from services.media.text_files import is_text
from services.media.types import may_be_text, media_type
from services.storage.source import Source
from services.storage.store import Store, Stores
from services.storage.stored_file import ByHead, StoredFile
from services.threads import Threads, unhurried

_log = logging.getLogger(__name__)

_LATEST_S = 253_402_300_799  # the last second of the year 9999: datetime knows no later one
_SLOW_S = 0.5  # a listing that takes longer was mostly waiting, which is not counted as work


@dataclass(frozen=True, slots=True)
class LibraryTiming:
    """How often a library is scanned, and how long a scan is waited for, in seconds."""

    fresh_s: float = 2.0
    scan_share: float = 20  # a slow library is scanned for at most a twentieth of the time,
    stale_s: float = 10.0  # but it is never left unscanned for longer than this while people ask
    patience_s: float | None = 0.5  # then an answer shows the list as it was; None: it waits for the end of the scan


@dataclass(frozen=True, slots=True)
class StoredSubtitles:
    """A file of subtitles: what its name tells, and where it is stored. ``index`` is the .idx of a .sub."""

    told: SubtitleFile
    file: StoredFile
    index: StoredFile | None = None


@dataclass(frozen=True, slots=True)
class Movie:
    """A film file in the library.

    ``path`` is relative, with "/" between its parts. Bytes that are not UTF-8 are surrogates in it (PEP 383). ``size``
    is in bytes, ``modified`` in UTC, to the second. ``subtitles``, ``image_subtitles``, ``poster``, ``nfo``,
    ``series_nfo`` and ``artwork`` (by kind) are the files that stand beside the film. ``version`` is set where a film
    is there in several versions. ``genres`` and ``people`` are those that it is said to have
    (services/descriptions.py); the scan knows of none.

    ``of`` is the path of the film that an extra belongs to, or of the first file of a film on a disc. ``parts`` are
    the paths of the files that play after that first file, in order.
    """

    path: str
    name: FilmName
    media_type: str
    size: int
    modified: datetime
    file: StoredFile
    of: str | None = None
    version: Version | None = None
    parts: tuple[str, ...] = ()
    subtitles: tuple[StoredSubtitles, ...] = ()
    image_subtitles: tuple[StoredSubtitles, ...] = ()
    poster: StoredFile | None = None
    nfo: StoredFile | None = None
    series_nfo: StoredFile | None = None
    artwork: tuple[tuple[str, StoredFile], ...] = ()
    genres: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    @property
    def nfos(self) -> list[StoredFile]:
        return [file for file in (self.nfo, self.series_nfo) if file]

    @property
    def in_words(self) -> str:
        """The name for people, on one line: "The Matrix (1999)", "The Matrix (1999) - 1080p"."""
        label = self.version and self.version.label
        return f"{self.name.in_words} - {label}" if label else self.name.in_words


class Library:
    """The movies of a store, or of several stores as one. Scans by itself when asked."""

    def __init__(self, store: Store | Stores, timing: LibraryTiming | None = None) -> None:
        self._store = store
        self._timing = timing or LibraryTiming()
        self._files: list[StoredFile] = []
        self._movies: tuple[Movie, ...] = ()
        self._by_path: dict[str, Movie] = {}
        self._names = LibraryNames()
        self._fresh_until_s = 0.0
        self._eager_from_s = 0.0  # the same for a request for an unlisted movie, which may be a new file
        self._scan: asyncio.Task[None] | None = None
        self._was_scanned = False
        self._threads = Threads("library", most=1)

    async def movies(self) -> tuple[Movie, ...]:
        """All movies in natural order of their paths, at most a few seconds old. While a scan takes long, the movies
        of the scan before. The same tuple, by identity, for as long as nothing changes."""
        await self._refresh(self._timing.patience_s)
        return self._movies

    async def look_again(self) -> None:
        """Scans although the list may be fresh, since a film is another than the one that is listed. Waits for the
        pause after the last scan, but not longer than for a scan."""
        pause_s = self._eager_from_s - time.monotonic()
        await asyncio.sleep(pause_s if self._timing.patience_s is None else min(pause_s, self._timing.patience_s))
        await self._refresh(self._timing.patience_s, eager=True)

    async def scan(self) -> int:
        """Scans if the list is not fresh, and waits for it. Returns the number of movies."""
        await self._refresh(None)
        return len(self._movies)

    def unlisted(self) -> list[str]:
        """The places that were never listed successfully, so that it is not known which films they have."""
        return self._store.unlisted()

    def close(self) -> None:
        self._threads.close()

    def open_file(self, file: StoredFile, media_type: str) -> AbstractAsyncContextManager[Source]:
        """Opens a stored file: a movie, or what stands beside one. Raises StorageError."""
        return self._store.open(file, media_type)

    async def link(self, path: str, lasting_s: float) -> str | None:
        """A URL at the movie's store that works without our keys for ``lasting_s``. None: the store gives none.

        Raises MovieNotFound or StorageError.
        """
        movie = await self.find(path)
        return await self._store.link(movie.file, lasting_s)

    async def find(self, path: str) -> Movie:
        """The movie of this path. Raises MovieNotFound; or StoreUnavailable while some place was never listed, since
        that place may have it."""
        if path not in self._by_path:
            await self._refresh(self._timing.patience_s, eager=True)
        try:
            return self._by_path[path]
        except KeyError:
            if unlisted := self.unlisted():
                raise StoreUnavailable(f"not listed yet: {', '.join(unlisted)}") from None
            raise MovieNotFound(path) from None

    async def _refresh(self, patience_s: float | None, eager: bool = False) -> None:
        stale_from_s = self._eager_from_s if eager else self._fresh_until_s
        if self._scan is None and time.monotonic() >= stale_from_s:
            self._scan = asyncio.create_task(self._rescan())
        if self._scan is not None:
            await asyncio.wait([self._scan], timeout=patience_s if self._was_scanned else None)

    async def _rescan(self) -> None:
        began_s = time.monotonic()
        try:
            files = await self._store.files(wanted=_is_wanted)
            if time.monotonic() - began_s > _SLOW_S:
                began_s = time.monotonic()  # waiting for a place is not work
            await self._threads.ask(self._take_stock, files)
        except Exception:
            _log.exception("scanning the library failed; the list stays as it was")
        finally:
            ended_s = time.monotonic()
            rest_s = self._timing.scan_share * (ended_s - began_s)
            self._eager_from_s = ended_s + min(rest_s, self._timing.stale_s)
            self._fresh_until_s = ended_s + min(max(self._timing.fresh_s, rest_s), self._timing.stale_s)
            self._was_scanned = True
            self._scan = None

    def _take_stock(self, files: list[StoredFile]) -> None:
        if files == self._files:
            return
        films: dict[str, tuple[StoredFile, str]] = {}  # and their types
        others: dict[str, StoredFile] = {}
        for file in unhurried(files):
            if type_ := media_type(file.path):
                films[file.path] = file, type_
            else:
                others[file.path] = file
        sizes = {path: file.size for path, (file, _) in films.items()}
        self._names = library_names(sizes, others.keys(), self._names)
        listed = (_movie(*films[path], self._names, others) for path in unhurried(self._names.ordered))
        # Unchanged movies stay the same objects, so that comparing two lists is quick.
        movies = tuple(known if (known := self._by_path.get(movie.path)) == movie else movie for movie in listed)
        self._files = files
        if movies != self._movies:
            self._movies, self._by_path = movies, {movie.path: movie for movie in movies}


def _movie(film: StoredFile, media_type: str, names: LibraryNames, others: dict[str, StoredFile]) -> Movie:
    beside = names.sidecars.get(film.path, Sidecars())
    return Movie(
        path=film.path,
        name=names.names[film.path],
        media_type=media_type,
        size=film.size,
        modified=datetime.fromtimestamp(int(min(max(0.0, film.modified_s), _LATEST_S)), UTC),  # also of NaN
        file=film,
        of=names.of_extras.get(film.path),
        version=names.versions.get(film.path),
        parts=names.parts.get(film.path, ()),
        subtitles=tuple(StoredSubtitles(told, others[told.path]) for told in beside.subtitles),
        image_subtitles=tuple(
            StoredSubtitles(told, others[told.path], others[told.index] if told.index else None)
            for told in beside.image_subtitles
        ),
        poster=others[beside.poster] if beside.poster else None,
        nfo=others[beside.nfo] if beside.nfo else None,
        series_nfo=others[beside.series_nfo] if beside.series_nfo else None,
        artwork=tuple((kind, others[path]) for kind, path in beside.artwork),
    )


def _is_wanted(name: str, siblings: Container[str]) -> bool | ByHead:
    """Whether a file of this name is listed. Where the extension does not tell: a check of the file's first bytes."""
    if may_be_text(name):
        return _is_no_text
    return media_type(name) is not None or is_sidecar(name, siblings)


def _is_no_text(head: bytes) -> bool:
    return not is_text(head)
