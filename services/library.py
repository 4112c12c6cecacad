"""What there is to watch: movies by their path, fresh within seconds, scanned off the event loop."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

from services.errors import MovieNotFound
from services.media.types import media_type
from services.storage.folder import Folder, StoredFile
from services.storage.source import Source

_log = logging.getLogger(__name__)

_FRESH_S = 2.0
_SCAN_SHARE = 20  # a library that is slow to scan is scanned for a twentieth of the time,
_STALE_S = 10.0  # but never left unscanned for longer than this
_LATEST_S = 253_402_300_799  # the last second of 9999, the last that datetime knows
_PATIENCE_S = 0.5  # how long an answer waits for a scan before it shows the list as it was


@dataclass(frozen=True, slots=True)
class Movie:
    """``path`` is its name in the library: relative, with "/", and it may hold surrogates for bytes
    that are not UTF-8 (PEP 383). ``modified`` is in UTC."""

    path: str
    title: str
    media_type: str
    size: int
    modified: datetime
    file: StoredFile


class Library:
    """The movies of a folder. Nothing is scanned while nobody asks."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._movies: tuple[Movie, ...] = ()
        self._by_path: dict[str, Movie] = {}
        self._fresh_until_s = 0.0
        self._eager_from_s = 0.0  # for who asks for a movie that is not listed: it may have come just now
        self._scan: asyncio.Task[None] | None = None

    async def movies(self) -> tuple[Movie, ...]:
        """All movies in natural order of their paths, as of a few seconds ago at most (of the scan
        before, while one takes long). The very same tuple for as long as nothing changes."""
        await self._refresh(_PATIENCE_S)
        return self._movies

    async def scan(self) -> int:
        """How many movies there are, counted now."""
        await self._refresh(None)
        return len(self._movies)

    @asynccontextmanager
    async def open(self, path: str) -> AsyncIterator[Source]:
        """The bytes of the movie of this path, as listed. Raises MovieNotFound or StorageError."""
        movie = await self._find(path)
        async with self._folder.open(movie.file, movie.media_type) as source:
            yield source

    async def _find(self, path: str) -> Movie:
        if path not in self._by_path:
            await self._refresh(_PATIENCE_S, eager=True)
        try:
            return self._by_path[path]
        except KeyError:
            raise MovieNotFound(path) from None

    async def _refresh(self, patience_s: float | None, eager: bool = False) -> None:
        stale_from_s = self._eager_from_s if eager else self._fresh_until_s
        if self._scan is None and time.monotonic() >= stale_from_s:
            self._scan = asyncio.create_task(self._rescan())
        if self._scan is not None:
            await asyncio.wait([self._scan], timeout=patience_s)

    async def _rescan(self) -> None:
        began_s = time.monotonic()
        try:
            await asyncio.to_thread(self._take_stock)
        except Exception:
            _log.exception("the library could not be scanned; it stays as it was")
        finally:
            ended_s = time.monotonic()
            rest_s = _SCAN_SHARE * (ended_s - began_s)
            self._eager_from_s = ended_s + min(rest_s, _STALE_S)
            self._fresh_until_s = ended_s + min(max(_FRESH_S, rest_s), _STALE_S)
            self._scan = None

    def _take_stock(self) -> None:
        files = self._folder.files(wanted=lambda name: media_type(name) is not None)
        movies = tuple(_movie(file) for file in sorted(files, key=lambda file: _natural_order(file.path)))
        if movies != self._movies:
            self._movies, self._by_path = movies, {movie.path: movie for movie in movies}


def _movie(file: StoredFile) -> Movie:
    name = PurePosixPath(file.path)
    return Movie(
        path=file.path,
        title=_title(name.stem),
        media_type=media_type(name.name) or "application/octet-stream",
        size=file.size,
        modified=datetime.fromtimestamp(min(max(int(file.modified_s), 0), _LATEST_S), UTC),
        file=file,
    )


def _title(stem: str) -> str:
    """The file's name as a person would write it: "big_buck_bunny" and "Big.Buck.Bunny" in words."""
    readable = stem.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    words = readable.replace("_", " ")
    return words if " " in words else words.replace(".", " ")


def _natural_order(path: str) -> list[str | int]:
    """Sorts "Part 2" before "Part 10", and case aside."""
    parts = re.split(r"([0-9]+)", path.casefold())  # every other part is digits
    return [int(part) if index % 2 else part for index, part in enumerate(parts)]
