"""The subtitles of films as WebVTT: converted by workers, each once, and kept in the cache."""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial

from services.cache import Cache
from services.catalogue import Catalogue
from services.errors import FilmUnreadable, SubtitlesNotFound, WorkerFailed
from services.http.representation import EntityTag
from services.library import Library, Movie, StoredSubtitles
from services.media.details import Details
from services.storage.source import Source
from services.worker import Worker

MAX_BYTES = 4 * 2**20  # of a file; those of three hours have 200 KB, or with much type-setting 2 MB
CONVERT_TIMEOUT_S = 60.0  # 60 ms on a whole processor
EXTRACT_TIMEOUT_S = 1800.0  # 40 GB from a disk that gives 25 MB/s
MOST_AT_A_TIME = 16

_Errand = tuple[EntityTag, str]  # of which file, and what is made of it


@dataclass(frozen=True, slots=True)
class WebVTT:
    """``version`` changes whenever ``content``, in UTF-8, may."""

    content: bytes
    version: EntityTag


class Subtitles:
    """``extractor`` may be busy with a long film for minutes, so files have a ``converter`` of their own."""

    def __init__(
        self, library: Library, catalogue: Catalogue, cache: Cache, converter: Worker, extractor: Worker
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._cache = cache
        self._converter = converter
        self._extractor = extractor
        self._under_way: dict[_Errand, asyncio.Task[None]] = {}

    async def webvtt(self, path: str, key: str) -> WebVTT:
        """The subtitles of this key of the movie of this path.

        Raises MovieNotFound, SubtitlesNotFound, FilmUnreadable where they are damaged, WorkerFailed, or StorageError.
        """
        movie = await self._library.find(path)
        details = self._catalogue.details(movie)
        beside = next((each for each in movie.subtitles if each.told.key == key), None)
        if beside:
            tag, name = beside.file.entity_tag, _converted_name(details)
            errand, make = (tag, name), partial(self._convert, beside, details, name)
        elif key in _keys(details):
            tag, name = movie.file.entity_tag, f"{key}.vtt"
            errand, make = (tag, "all tracks"), partial(self._extract, movie, details)
        else:
            raise SubtitlesNotFound(f"{path}: {key}")
        if not await asyncio.to_thread(self._cache.has, tag, name):
            await self._once(errand, make)
        async with self._cache.open(tag, name, "text/vtt") as source:
            return WebVTT(await _content(source), tag)

    async def close(self) -> None:
        for task in self._under_way.values():
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        await self._converter.close()
        await self._extractor.close()

    async def _once(self, errand: _Errand, make: Callable[[], Coroutine[None, None, None]]) -> None:
        """Does it, unless it is under way for somebody else: then waits for that. Who leaves ends it for nobody."""
        task = self._under_way.get(errand)
        if task is None:
            if len(self._under_way) >= MOST_AT_A_TIME:
                raise WorkerFailed(f"{MOST_AT_A_TIME} subtitles are asked for already")
            task = self._under_way[errand] = asyncio.create_task(make())
            task.add_done_callback(lambda _: self._under_way.pop(errand))
        await asyncio.shield(task)

    async def _convert(self, subtitles: StoredSubtitles, details: Details, name: str) -> None:
        file = subtitles.file
        if file.size > MAX_BYTES:
            raise FilmUnreadable("subtitles are not so long")
        async with self._library.open_file(file, "application/octet-stream") as source:
            content = await _content(source)
        await self._converter.run(
            "convert_subtitles",
            timeout_s=CONVERT_TIMEOUT_S,
            content=(await asyncio.to_thread(b64encode, content)).decode("ascii"),
            destination=str(await asyncio.to_thread(self._cache.path, file.entity_tag, name)),
            language=subtitles.told.language,
            frame_rate=_frame_rate(details),
        )

    async def _extract(self, movie: Movie, details: Details) -> None:
        destination = await asyncio.to_thread(self._cache.path, movie.file.entity_tag, "t0.vtt")
        await self._extractor.run(
            "extract_subtitles",
            timeout_s=EXTRACT_TIMEOUT_S,
            location=movie.file.location,
            version=str(movie.file.entity_tag),
            streams=[int(key.removeprefix("t")) for key in _keys(details)],
            destination=str(destination.parent),
        )


def _keys(details: Details) -> list[str]:
    return [track["key"] for track in details.get("subtitles", [])]


def _converted_name(details: Details) -> str:
    """In the cache. Subtitles that count frames depend on the film's rate, which may not be known yet."""
    return f"subtitles-{_frame_rate(details) or 0:.3f}.vtt"


def _frame_rate(details: Details) -> float | None:
    video = details.get("video")
    return video.get("frame_rate") if video else None


async def _content(source: Source) -> bytes:
    length = source.representation.complete_length
    if length > MAX_BYTES:
        raise FilmUnreadable("subtitles are not so long")
    content = bytearray()
    while len(content) < length:
        content += await source.read(len(content), length - len(content))
    return bytes(content)
