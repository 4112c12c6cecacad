"""The subtitles of films that are pictures: made by a worker, a minute at a time and once for all who ask, and kept in
the cache.

A film is read only around the minute that is asked for, since these subtitles lie among its other bytes. A file beside
the film is read as it is in a folder. Of one in a store, the cache keeps a copy.

Tested by tests/handlers/test_image_subtitles.py.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from services.cache import Cache
from services.catalogue import Catalogue
from services.errors import CacheFailed, FileVanished, FilmUnreadable, RepresentationChanged, SubtitlesNotFound
from services.http.representation import EntityTag
from services.jobs.errands import CACHE_RETRY_S, Errands
from services.jobs.film_jobs import FilmJobs
from services.jobs.worker_process import JobFilm, Worker
from services.library import Library, Movie, StoredSubtitles
from services.media.details import MAX_TIME_S
from services.media.image_subtitles.part import PART_S
from services.storage.source import Source
from services.storage.stored_file import StoredFile
from services.subtitles import pause_s

MOST_AT_A_TIME = 16
MAX_FILE_BYTES = 256 * 2**20  # of a .sup or .sub; those of three hours have 60 MB
MAX_INDEX_BYTES = 512 * 1024  # of an .idx; one of twenty languages has as much
_TIMEOUT_S = 120.0  # enough for a minute of 100 Mbit/s from a disk that gives 10 MB/s
_MEDIA_TYPE = "application/json"
_ANY_TYPE = "application/octet-stream"
_COPY = "beside.cues"  # the name in the cache of the copy of a file


class ImageSubtitles:
    """``worker`` reads one part after the other. A part that nobody waits for any more gives way to another."""

    def __init__(
        self,
        library: Library,
        catalogue: Catalogue,
        cache: Cache,
        worker: Worker,
        cache_retry_s: float = CACHE_RETRY_S,
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._cache = cache
        self._worker = worker
        self._film_jobs = FilmJobs(worker, library)
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
        beside = next((each for each in movie.image_subtitles if each.told.key == key), None)
        name = f"{key}-{part}.cues"
        file, make = movie.file, partial(self._extract, movie, key, part)
        if beside:
            file, make = beside.file, partial(self._convert, beside, part)
        elif key not in [track["key"] for track in details.get("image_subtitles", [])]:
            raise SubtitlesNotFound(f"{path}: {key}")
        if part * PART_S > details.get("duration", MAX_TIME_S):
            raise SubtitlesNotFound(f"{path}: {key}, part {part}")
        async with AsyncExitStack() as opened:
            try:
                source = await opened.enter_async_context(self._cache.open(file.version, name, _MEDIA_TYPE))
            except FileVanished:
                await self._errands.wait((file.version, name), partial(self._make, file.version, name, make))
                try:
                    source = await opened.enter_async_context(self._cache.open(file.version, name, _MEDIA_TYPE))
                except FileVanished as error:
                    raise CacheFailed(f"{name} is gone from the cache") from error
            yield source, file.entity_tag

    async def close(self) -> None:
        await self._errands.close()
        await self._worker.close()

    async def _make(self, version: str, name: str, make: Callable[[str], Awaitable[None]]) -> None:
        async with self._cache.draft() as draft:
            await make(str(draft / name))
            await self._cache.keep(version, draft)

    async def _extract(self, movie: Movie, key: str, part: int, target: str) -> None:
        stream = int(key.removeprefix("t"))
        await self._film_jobs.run(
            "extract_images", movie, timeout_s=_TIMEOUT_S, stream=stream, part=part, target=target
        )

    async def _convert(self, beside: StoredSubtitles, part: int, target: str) -> None:
        index = await self._text(beside.index) if beside.index else ""
        async with self._opened(beside.file) as source:
            film = JobFilm("subtitles", descriptor=source.descriptor)
            await self._worker.run(
                "convert_images", timeout_s=_TIMEOUT_S, film=film, index=index, part=part, target=target
            )

    async def _text(self, file: StoredFile) -> str:
        async with self._library.open_file(file, _ANY_TYPE) as source:
            length, content = source.representation.complete_length, b""
            if length > MAX_INDEX_BYTES:
                raise FilmUnreadable("the .idx is too long")
            while len(content) < length:
                content += await source.read(len(content), length - len(content))
        return content.decode("utf-8", "replace")

    @asynccontextmanager
    async def _opened(self, file: StoredFile) -> AsyncIterator[Source]:
        """The file with a descriptor: its own, or that of a copy."""
        async with self._library.open_file(file, _ANY_TYPE) as source:
            if source.representation.entity_tag != file.entity_tag:
                raise RepresentationChanged("the subtitles have changed since they were listed")
            if source.descriptor >= 0:
                yield source
                return
            if source.representation.complete_length > MAX_FILE_BYTES:
                raise FilmUnreadable("the file is too long for subtitles")
            async with AsyncExitStack() as opened:
                try:
                    copy = await opened.enter_async_context(self._cache.open(file.version, _COPY, _ANY_TYPE))
                except FileVanished:
                    await self._copy(source, file.version)
                    copy = await opened.enter_async_context(self._cache.open(file.version, _COPY, _ANY_TYPE))
                yield copy

    async def _copy(self, source: Source, version: str) -> None:
        async with self._cache.draft() as draft:
            await self._cache.copy(source, Path(draft, _COPY))
            await self._cache.keep(version, draft)
