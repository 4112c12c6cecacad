"""The heads of MP4 films whose "moov" is to stand in front: made by a worker once for all who ask, and kept in the
cache by the version of the film; also that a film is best as it is.

Tested by tests/services/segments/test_faststart.py.
"""

import logging
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial

from services.cache import Cache
from services.errors import CacheFailed, FileVanished, SegmentNotFound, WorkerFailed
from services.jobs.errands import Errands
from services.jobs.film_jobs import FilmJobs
from services.library import Movie
from services.packaging.faststart.head import FilmHead
from services.packaging.faststart.layout import may_gain
from services.packaging.faststart.movie import NO_SUCH_SOUND
from services.packaging.film_index import NotPackaged
from services.packaging.kept.head_file import read_head_file
from services.packaging.kept.stored_index import DamagedIndex
from services.packaging.version import PACKAGING
from services.recent import Recent
from services.segments.packaged_films import not_packaged
from services.segments.reading import found
from services.storage.source import Source
from services.threads import Threads

_log = logging.getLogger(__name__)

_TIMEOUT_S = 60.0  # for a film in a slow store
_MOST_FILMS = 64  # whose heads are waited for at a time
_RETRY_S = 15.0  # the pause after two failures; each further pause is four times as long
_KNOWN_BYTES = 2**20  # in memory: what is known of some thousand films
_KNOWN_FILM_BYTES = 300
_MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class _Known:
    """None: the film is best as it is."""

    head: FilmHead | None


class FilmHeads:
    """``sound`` is the only sound that the film is to have, counted from 0;
    None: all."""

    def __init__(self, cache: Cache, jobs: FilmJobs, cache_retry_s: float) -> None:
        self._cache = cache
        self._jobs = jobs
        self._threads = Threads("heads", most=1)
        self._errands = Errands(_MOST_FILMS, _pause_s, yields=True, cache_retry_s=cache_retry_s)
        self._known: Recent[tuple[str, int | None], _Known] = Recent(_KNOWN_BYTES)

    async def may_gain(self, movie: Movie, source: Source) -> bool:
        """Whether the film that is open, in the version that is listed, may be better with a head. Raises StorageError.

        Reads its first bytes, of a store by the request that a player begins with anyway.
        """
        key = movie.file.version, None
        if (known := self._known.get(key)) is not None:
            return known.head is not None
        length = source.representation.complete_length
        if await found(may_gain(length), source, self._threads, ahead_bytes=length):
            return True
        self._known.keep(key, _Known(None), _KNOWN_FILM_BYTES)
        return False

    async def head(self, movie: Movie, sound: int | None) -> FilmHead | None:
        """None: the film is best as it is.

        Raises SegmentNotFound if it has no such sound, FilmNotPackaged if it cannot be sent with one alone; and
        WorkerFailed, CacheFailed or StorageError where another try may succeed.
        """
        key = movie.file.version, sound
        while (known := self._known.get(key)) is None:
            await self._errands.wait(key, partial(self._bring, movie, sound))
        return known.head

    def open(self, movie: Movie, sound: int | None) -> AbstractAsyncContextManager[Source]:
        """Opens the file with the head. Raises FileVanished and StorageError."""
        return self._cache.open(movie.file.version, _name(sound), _MEDIA_TYPE)

    def forget(self, movie: Movie, sound: int | None) -> None:
        """The head is no longer in the cache."""
        self._known.forget((movie.file.version, sound))

    async def close(self) -> None:
        await self._errands.close()
        await self._jobs.close()
        self._threads.close()

    async def _bring(self, movie: Movie, sound: int | None) -> None:
        """Brings what is known into memory."""
        head = await self._kept_or_made(movie, sound)
        self._known.keep((movie.file.version, sound), _Known(head), _KNOWN_FILM_BYTES)

    async def _kept_or_made(self, movie: Movie, sound: int | None) -> FilmHead | None:
        try:
            return await self._kept(movie, sound)
        except (FileVanished, DamagedIndex):
            await self._make(movie, sound)
        try:
            return await self._kept(movie, sound)
        except FileVanished as error:
            raise CacheFailed("the head is gone from the cache") from error
        except DamagedIndex as error:  # a film took the worker over
            raise WorkerFailed(str(error)) from error

    async def _kept(self, movie: Movie, sound: int | None) -> FilmHead | None:
        """Raises FileVanished or DamagedIndex."""
        async with self.open(movie, sound) as file:
            reading = read_head_file(file.representation.complete_length, movie.size)
            try:
                return await found(reading, file, self._threads)
            except NotPackaged as reason:
                if str(reason) == NO_SUCH_SOUND:
                    raise SegmentNotFound(f"{movie.path}: sound {sound}") from reason
                if sound is not None:
                    raise not_packaged(movie, reason) from reason
                _log.info("%s is sent as it is: %s", ascii(movie.path), ascii(str(reason)))
                return None

    async def _make(self, movie: Movie, sound: int | None) -> None:
        async with self._cache.draft() as draft:
            target = str(draft / _name(sound))
            await self._jobs.run("head_film", movie, timeout_s=_TIMEOUT_S, target=target, sound=sound)
            await self._cache.keep(movie.file.version, draft)


def _name(sound: int | None) -> str:
    return f"head-{PACKAGING}.index" if sound is None else f"head-{PACKAGING}-{sound}.index"


def _pause_s(failures: int) -> float:
    """After one failure there is no pause: the store or the worker may have recovered."""
    return _RETRY_S * 4.0 ** (failures - 2) if failures > 1 else 0.0
