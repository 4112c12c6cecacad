"""What there is to watch: movies by their path, fresh within seconds, scanned off the event loop."""

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

_LATEST_S = 253_402_300_799  # the last second of 9999, the last that datetime knows
_LATE_S = 0.5  # a place that takes longer to list is listed apart, at a pace of its own


@dataclass(frozen=True, slots=True)
class LibraryTiming:
    """How often a library is scanned, and how long a scan is waited for, in seconds."""

    fresh_s: float = 2.0
    scan_share: float = 20  # a library that is slow to scan is scanned for a twentieth of the time,
    stale_s: float = 10.0  # but never left unscanned for longer than this
    patience_s: float | None = 0.5  # then an answer shows the list as it was; None: it waits for the scan's end


@dataclass(frozen=True, slots=True)
class StoredSubtitles:
    told: SubtitleFile
    file: StoredFile


@dataclass(frozen=True, slots=True)
class Movie:
    """``path`` is its name in the library: relative, with "/", and it may hold surrogates for bytes
    that are not UTF-8 (PEP 383). ``modified`` is in UTC. ``of`` is the path of the film that an
    extra belongs to, or of the first file of a disc's film; ``parts`` are the paths of those that play after that.
    ``version`` says of which film this is one of several versions; ``subtitles`` and ``poster`` are what stands beside
    the film."""

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
    poster: StoredFile | None = None

    @property
    def in_words(self) -> str:
        """On one line: "The Matrix (1999)", "The Matrix (1999) - 1080p"."""
        label = self.version and self.version.label
        return f"{self.name.in_words} - {label}" if label else self.name.in_words


class Library:
    """The movies of a store. Nothing is scanned while nobody asks."""

    def __init__(self, store: Store | Stores, timing: LibraryTiming | None = None) -> None:
        self._store = store
        self._timing = timing or LibraryTiming()
        self._files: list[StoredFile] = []
        self._movies: tuple[Movie, ...] = ()
        self._by_path: dict[str, Movie] = {}
        self._names = LibraryNames()
        self._fresh_until_s = 0.0
        self._eager_from_s = 0.0  # for who asks for a movie that is not listed: it may have come just now
        self._scan: asyncio.Task[None] | None = None
        self._was_scanned = False
        self._threads = Threads("library", most=1)

    async def movies(self) -> tuple[Movie, ...]:
        """All movies in natural order of their paths, as of a few seconds ago at most (of the scan
        before, while one takes long). The very same tuple for as long as nothing changes."""
        await self._refresh(self._timing.patience_s)
        return self._movies

    async def scan(self) -> int:
        """How many movies there are, counted now."""
        await self._refresh(None)
        return len(self._movies)

    def unlisted(self) -> list[str]:
        """The places of which it is not known yet what they have."""
        return self._store.unlisted()

    def close(self) -> None:
        self._threads.close()

    def open_file(self, file: StoredFile, media_type: str) -> AbstractAsyncContextManager[Source]:
        """The bytes of a file of a movie: of the movie itself, its poster or subtitles. Raises StorageError."""
        return self._store.open(file, media_type)

    async def link(self, path: str, lasting_s: float) -> str | None:
        """A URL at which the movie of this path is elsewhere, for so long; None: there is none.

        Raises MovieNotFound or StorageError.
        """
        movie = await self.find(path)
        return await self._store.link(movie.file, lasting_s)

    async def find(self, path: str) -> Movie:
        """The movie of this path. Raises MovieNotFound, or StoreUnavailable where a place may have it that was never
        listed yet."""
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
            if time.monotonic() - began_s > _LATE_S:
                began_s = time.monotonic()  # to wait for others is no work
            await self._threads.ask(self._take_stock, files)
        except Exception:
            _log.exception("the library could not be scanned; it stays as it was")
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
        # Those that did not change stay the same objects, so that whoever made something of them sees it at once.
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
        poster=others[beside.poster] if beside.poster else None,
    )


def _is_wanted(name: str, siblings: Container[str]) -> bool | ByHead:
    if may_be_text(name):
        return _is_no_text
    return media_type(name) is not None or is_sidecar(name, siblings)


def _is_no_text(head: bytes) -> bool:
    return not is_text(head)
