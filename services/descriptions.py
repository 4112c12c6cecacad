"""What .nfo files say of films and series: read by a worker, once for each version of a file, and kept in the cache.

Such a file is read within milliseconds, so they are read between the jobs over films, one at a time. In memory there is
only what lists show (services/media/summary.py). The rest is loaded when somebody asks for it.
"""

import asyncio
import logging
from base64 import b64encode
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from services.cache import Cache
from services.errors import CacheFailed, FilmUnreadable, MovieServerError, RepresentationChanged
from services.jobs.errands import Errands
from services.jobs.worker_process import Worker
from services.library import Library, Movie
from services.media.description import NOTHING, Description, kept_description, plausible_description
from services.media.details import Details
from services.media.summary import UNKNOWN, Summary, Told, named, summary_of
from services.storage.source import Source
from services.storage.stored_file import StoredFile
from services.threads import unhurried

_log = logging.getLogger(__name__)

MAX_BYTES = 512 * 1024  # longer files are left out; those with a cast of hundreds have 100 KB
READ_TIMEOUT_S = 30.0  # a file takes 5 ms on a whole processor
RETRY_S = 60.0  # the pause after a failure; each further pause is four times as long
_MOST_AT_A_TIME = 16
_FILMS_AT_ONCE = 500  # compared before the event loop has a turn
_CHUNK_BYTES = 64 * 1024
_NAME = "nfo-1.json"  # the file in the cache; the number changes with what is read


class Descriptions:
    """``revision`` is a counter that changes with any description. Without ``reads`` no file is read.

    A file that describes nothing, such as a release's own, is kept as that. One that cannot be read now is tried again
    after a minute, then after four, up to an hour.
    """

    def __init__(self, library: Library, cache: Cache, worker: Worker, reads: bool, retry_s: float = RETRY_S) -> None:
        self.revision = 0
        self._library = library
        self._cache = cache
        self._worker = worker
        self._reads = reads
        self._retry_s = retry_s
        self._examining = asyncio.Lock()
        self._movies: Sequence[Movie] = ()
        self._files: dict[str, StoredFile] = {}  # of the library, by version
        self._summaries: dict[str, Summary] = {}  # by version
        self._unread: list[StoredFile] = []
        self._errands = Errands(_MOST_AT_A_TIME, self._pause_s, yields=False)
        self._failures: dict[str, int] = {}
        self._recalled = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    def of(self, movie: Movie) -> tuple[Summary, Summary]:
        """What is known by now of the film itself, and of its series."""
        return self._summary(movie.nfo), self._summary(movie.series_nfo)

    async def whole(self, movie: Movie) -> tuple[Description, Description]:
        """All that is said of the film itself, and of its series. Raises WorkerFailed, StorageError or CacheFailed."""
        return await self._whole(movie.nfo), await self._whole(movie.series_nfo)

    async def examine(self, movies: Sequence[Movie]) -> None:
        """Queues the files beside ``movies`` that were not read yet, and forgets all others. Returns before they are
        read."""
        async with self._examining:
            if self._reads and movies is not self._movies:
                await self._compare(movies)
                self._movies = movies

    async def recall(self, patience_s: float) -> None:
        """Waits until the descriptions in the cache are loaded, or for ``patience_s``."""
        if self._work is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._recalled.wait(), patience_s)

    async def close(self) -> None:
        if self._work is not None:
            self._work.cancel()
            await asyncio.wait([self._work])
        await self._errands.close()

    def _summary(self, file: StoredFile | None) -> Summary:
        return UNKNOWN if file is None else self._summaries.get(file.version, UNKNOWN)

    async def _compare(self, movies: Sequence[Movie]) -> None:
        files: dict[str, StoredFile] = {}
        for number, movie in enumerate(movies):
            if number % _FILMS_AT_ONCE == 0:
                await asyncio.sleep(0)
            files |= {file.version: file for file in movie.nfos}
        added = [file for version, file in files.items() if version not in self._files]
        self._files = files
        self._summaries = {version: told for version, told in self._summaries.items() if version in files}
        self._failures = {version: count for version, count in self._failures.items() if version in files}
        self._enqueue(added)

    async def _whole(self, file: StoredFile | None) -> Description:
        if file is None or not self._reads:
            return NOTHING
        if (kept := await self._cache.threads.ask(self._cached, file)) is not None:
            return kept
        await self._errands.wait(file.version, partial(self._read, file))
        if (kept := await self._cache.threads.ask(self._cached, file)) is None:
            raise CacheFailed("the description is gone from the cache")
        return kept

    def _enqueue(self, files: Iterable[StoredFile]) -> None:
        self._unread += files
        if self._unread and self._work is None:
            self._recalled.clear()
            self._work = asyncio.create_task(self._read_all())

    async def _read_all(self) -> None:
        try:
            while self._unread:
                files, self._unread = self._unread, []
                unknown = await self._recall(files)
                self._recalled.set()
                for file in unknown:
                    await self._read_or_try_later(file)
        except Exception:
            _log.exception("reading descriptions failed; those that are left wait for the next change of the library")
        finally:
            self._recalled.set()
            self._work = None

    async def _recall(self, files: list[StoredFile]) -> list[StoredFile]:
        """Learns what the cache has. Returns the files of which it has nothing."""
        kept = await self._cache.threads.ask(self._kept, files)
        for file, summary in zip(files, kept, strict=True):
            if summary is not None:
                self._learn(file, summary)
        return [file for file, summary in zip(files, kept, strict=True) if summary is None]

    def _kept(self, files: list[StoredFile]) -> list[Summary | None]:
        return [None if (kept := self._cached(file)) is None else summary_of(kept) for file in unhurried(files)]

    def _cached(self, file: StoredFile) -> Description | None:
        return kept_description(self._cache.load(file.version, _NAME))

    async def _read_or_try_later(self, file: StoredFile) -> None:
        if file.version not in self._files:
            return
        try:
            await self._errands.wait(file.version, partial(self._read, file))
        except MovieServerError as error:
            count = self._failures[file.version] = self._failures.get(file.version, 0) + 1
            _log.warning("%s cannot be read: %s", ascii(file.path), ascii(str(error)))
            asyncio.get_running_loop().call_later(self._pause_s(count), self._enqueue, [file])

    async def _read(self, file: StoredFile) -> None:
        """Reads the file, and keeps and learns what it says."""
        try:
            content = b64encode(await self._content(file)).decode("ascii")
            description = await self._worker.run(
                "read_nfo", timeout_s=READ_TIMEOUT_S, accept=plausible_description, content=content
            )
        except FilmUnreadable:  # no warning: releases come with such files, and so do programs for other systems
            description = NOTHING
        await self._cache.threads.ask(self._cache.store, file.version, _NAME, description)
        self._learn(file, summary_of(description))

    async def _content(self, file: StoredFile) -> bytes:
        async with self._library.open_file(file, "text/xml") as source:
            if source.representation.entity_tag != file.entity_tag:
                raise RepresentationChanged("the file has changed since it was listed")
            if source.representation.complete_length > MAX_BYTES:
                raise FilmUnreadable("the file is too long for a description")
            return await _all_of(source)

    def _learn(self, file: StoredFile, summary: Summary) -> None:
        if file.version in self._files:
            self._summaries[file.version] = summary
            self.revision += 1

    def _pause_s(self, failures: int) -> float:
        return min(self._retry_s * 4.0 ** (failures - 1), 3600.0)


def described(movie: Movie, details: Details, told: tuple[Summary, Summary]) -> Movie:
    """The movie with the name, the genres and the people that it is said to have."""
    tags = summary_of(details["tags"]) if "tags" in details else UNKNOWN
    if told == (UNKNOWN, UNKNOWN) and tags is UNKNOWN:
        return movie
    all_told = Told(*told, tags)
    return replace(movie, name=named(movie.name, all_told), genres=all_told.genres, people=all_told.people)


async def _all_of(source: Source) -> bytes:
    content, length = b"", source.representation.complete_length
    while len(content) < length:
        content += await source.read(len(content), min(length - len(content), _CHUNK_BYTES), length - 1)
    return content
