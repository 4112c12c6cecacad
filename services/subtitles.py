"""The subtitles of films as WebVTT: made by workers, each once for all who ask, and kept in the cache.

Files beside a film are converted: 0.3 s of a busy core for 1,600 cues, and 22 MB of memory. Text tracks in a film are
extracted, all at once, since a Matroska file has to be read whole (2.2 GB: 0.5 s of CPU). Either is kept gzipped, too.

Subtitles are sent from the cached file, so a reader holds a chunk at most, however long the subtitles are: 1,840
viewers who take nothing of 146 KB add 9 MiB to the process.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from services.cache import Cache
from services.catalogue import Catalogue
from services.errors import CacheFailed, FileVanished, FilmUnreadable, SubtitlesNotFound
from services.http.representation import EntityTag
from services.jobs.errands import CACHE_RETRY_S, Errands, Work
from services.jobs.film_jobs import FilmJobs
from services.jobs.worker_process import Worker
from services.library import Library, Movie, StoredSubtitles
from services.media.details import Details
from services.shifted_file import ShiftedFile
from services.storage.local.local_file import LocalFile
from services.storage.source import Source

MAX_BYTES = 4 * 2**20  # longer files are refused; those of three hours have 200 KB, or with much type-setting 2 MB
CONVERT_TIMEOUT_S = 60.0  # a conversion takes 60 ms on a whole processor
EXTRACT_TIMEOUT_S = 1800.0  # enough for 40 GB from a disk that gives 25 MB/s
MOST_AT_A_TIME = 16  # conversions; as many extractions from small films, and as many from larger ones
SMALL_BYTES = 256 * 2**20  # a film up to this size is read within seconds
RETRY_S = 60.0  # the pause after two failures; each further pause is four times as long

_MEDIA_TYPE = "text/vtt; charset=utf-8"
_STYLED_TYPE = "text/x-ssa; charset=utf-8"
_CONVERTED = "subtitles.vtt"  # the name in the cache of a converted file
_STYLED = "subtitles.ass"


class Subtitles:
    """Three workers, so that nothing short waits for something long: ``converter`` for files beside films,
    ``small_extractor`` for films of up to ``small_bytes``, and ``extractor`` for larger ones, which may take minutes.

    An extraction goes on when nobody waits for it any more, since a viewer who got a 503 asks again. It ends ten
    seconds later if somebody waits for another one by then, or at once where its place is needed
    (services/jobs/errands.py).
    """

    def __init__(
        self,
        library: Library,
        catalogue: Catalogue,
        cache: Cache,
        converter: Worker,
        small_extractor: FilmJobs,
        extractor: FilmJobs,
        small_bytes: int = SMALL_BYTES,
        cache_retry_s: float = CACHE_RETRY_S,
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._cache = cache
        self._converter = converter
        self._small_extractor = small_extractor
        self._extractor = extractor
        self._small_bytes = small_bytes
        self._conversions, self._small_extractions, self._extractions = (
            Errands(MOST_AT_A_TIME, pause_s, yields=True, cache_retry_s=cache_retry_s) for _ in range(3)
        )

    @asynccontextmanager
    async def open(
        self, path: str, key: str, offset_ms: int = 0, gzip: bool = False, styled: bool = False
    ) -> AsyncIterator[tuple[Source, EntityTag | None]]:
        """Opens the subtitles ``key`` of the movie at ``path``, each cue later by ``offset_ms``; makes them first if
        they are not in the cache. With ``gzip`` they are gzipped if that made them shorter and there is no offset.
        ``styled``: as they were made, in SubStation Alpha, with the fonts of the film, and without an offset.

        Also returns the entity tag of the file that they were made of, if they follow from that file alone. None for
        subtitles that count frames (MicroDVD): they depend on the film's frame rate, too, which may become known or
        change later. They are kept once for each rate, and no cache may keep them for good.

        Raises MovieNotFound, SubtitlesNotFound, FilmUnreadable (they are damaged), WorkerFailed, CacheFailed or
        StorageError.
        """
        movie = await self._library.find(path)
        details = self._catalogue.details(movie)
        beside = next((each for each in movie.subtitles if each.told.key == key), None)
        names: tuple[str, ...]
        errand: Hashable
        work: Work
        if beside:
            file = beside.file
            names = (_STYLED,) if styled else (_CONVERTED, _name_at_rate(details))
            job = self._copy_styled if styled else partial(self._convert, details)
            errands, errand, work = self._conversions, (file.version, names), partial(self._made, beside, job)
        elif key in _keys(details):
            file, names = movie.file, (f"{key}.ass" if styled else f"{key}.vtt",)
            is_small = movie.size <= self._small_bytes
            errands = self._small_extractions if is_small else self._extractions
            extractor = self._small_extractor if is_small else self._extractor
            errand, work = file.version, partial(self._extract, movie, details, extractor)
        else:
            raise SubtitlesNotFound(f"{path}: {key}")
        if styled and not (beside.told.is_styled if beside else _is_styled(details, key)):
            raise SubtitlesNotFound(f"{path}: {key} has no styles")
        async with AsyncExitStack() as opened:
            try:
                source, name = await self._opened(opened, file.version, names, gzip and not offset_ms)
            except FileVanished:
                await errands.wait(errand, work)
                source, name = await self._opened_when_made(opened, file.version, names, gzip and not offset_ms)
            yield ShiftedFile(source, offset_ms) if offset_ms else source, file.entity_tag if name == names[0] else None

    async def close(self) -> None:
        for errands in (self._conversions, self._small_extractions, self._extractions):
            await errands.close()
        for worker in (self._converter, self._small_extractor, self._extractor):
            await worker.close()

    async def _opened(
        self, stack: AsyncExitStack, version: str, names: tuple[str, ...], gzip: bool
    ) -> tuple[LocalFile, str]:
        """Opens the first of ``names`` that is in the cache, and returns its name, too. Raises FileVanished."""
        for name in names:
            for kept in (f"{name}.gz", name) if gzip else (name,):  # where gzip saves nothing there is no .gz
                with suppress(FileVanished):
                    media_type = _STYLED_TYPE if name.endswith(".ass") else _MEDIA_TYPE
                    return await stack.enter_async_context(self._cache.open(version, kept, media_type)), name
        raise FileVanished(names[0])

    async def _opened_when_made(
        self, stack: AsyncExitStack, version: str, names: tuple[str, ...], gzip: bool
    ) -> tuple[LocalFile, str]:
        try:
            return await self._opened(stack, version, names, gzip)
        except FileVanished as error:
            raise CacheFailed(f"{names[0]} is gone from the cache") from error

    async def _made(
        self, subtitles: StoredSubtitles, job: Callable[[StoredSubtitles, Path, Path], Awaitable[None]]
    ) -> None:
        """Runs the job over a copy of the file, with a folder for what it makes."""
        file = subtitles.file
        async with self._cache.draft() as draft, self._cache.draft() as beside:
            async with self._library.open_file(file, "application/octet-stream") as source:
                if source.representation.complete_length > MAX_BYTES:
                    raise FilmUnreadable("the file is too long for subtitles")
                await self._cache.copy(source, beside / "original")
            await job(subtitles, beside / "original", draft)
            await self._cache.keep(file.version, draft)

    async def _convert(self, details: Details, subtitles: StoredSubtitles, source: Path, draft: Path) -> None:
        await self._converter.run(
            "convert_subtitles",
            timeout_s=CONVERT_TIMEOUT_S,
            source=str(source),
            destination=str(draft / _CONVERTED),
            at_rate=str(draft / _name_at_rate(details)),
            language=subtitles.told.language,
            frame_rate=_frame_rate(details),
        )

    async def _copy_styled(self, subtitles: StoredSubtitles, source: Path, draft: Path) -> None:
        await self._converter.run(
            "copy_styled_subtitles",
            timeout_s=CONVERT_TIMEOUT_S,
            source=str(source),
            destination=str(draft / _STYLED),
            language=subtitles.told.language,
        )

    async def _extract(self, movie: Movie, details: Details, extractor: FilmJobs) -> None:
        async with self._cache.draft() as draft:
            await extractor.run(
                "extract_subtitles",
                movie,
                timeout_s=EXTRACT_TIMEOUT_S,
                streams=[int(key.removeprefix("t")) for key in _keys(details)],
                destination=str(draft),
            )
            await self._cache.keep(movie.file.version, draft)


def pause_s(failures: int) -> float:
    """After one failure there is no pause: the store or the worker may have recovered."""
    return RETRY_S * 4.0 ** (failures - 2) if failures > 1 else 0.0


def _keys(details: Details) -> list[str]:
    return [track["key"] for track in details.get("subtitles", [])]


def _is_styled(details: Details, key: str) -> bool:
    return any(track["key"] == key and "styled" in track for track in details.get("subtitles", []))


def _name_at_rate(details: Details) -> str:
    """The name in the cache of subtitles that count frames; 0.000 while the film's rate is not known."""
    return f"subtitles-{_frame_rate(details) or 0:.3f}.vtt"


def _frame_rate(details: Details) -> float | None:
    video = details.get("video")
    return video.get("frame_rate") if video else None
