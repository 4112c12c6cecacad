"""Films as segments: each is put together as it is asked for, of a head that is made and of byte ranges of the film.

A worker reads the film's index once for all who ask, and the cache keeps it by the version of the film. Heads of
segments are kept in memory for a while, since several viewers may watch the same film. What a film cannot be packaged
for is kept, too, so that it is not read again.

Films that are packaged or not, and their segments, are of the version that the library lists. A film that was replaced
since raises RepresentationChanged until it is listed again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar, cast

from services.cache import Cache
from services.document import Document
from services.errors import CacheFailed, FileVanished, FilmNotPackaged, RepresentationChanged, SegmentNotFound
from services.http.ranges import ByteRange
from services.http.representation import EntityTag, Representation
from services.jobs.errands import CACHE_RETRY_S, Errands
from services.jobs.film_jobs import FilmJobs
from services.library import Library, Movie
from services.packaging.film_index import FilmIndex, NotPackaged, Samples, Track
from services.packaging.fragments import segment_parts
from services.packaging.index_file import IndexFile, read_index_file
from services.packaging.index_json import index_json
from services.packaging.initialisation import init_segment
from services.packaging.master_playlist import master_playlist
from services.packaging.parts import Parts, Segment, first_fragment
from services.packaging.playlists import key_frame_playlist, media_playlist
from services.packaging.reading import Reading
from services.packaging.refusal import MOST_BYTES as REFUSAL_BYTES
from services.packaging.refusal import refused
from services.packaging.segment_record import segment_samples
from services.packaging.stored_index import DamagedIndex
from services.recent import Recent
from services.storage.memory import MemorySource
from services.storage.source import Source
from services.threads import Threads

_log = logging.getLogger(__name__)

INDEX = "segments-1.index"  # the file in the cache; the number changes with its format, and with what readers find
_VERSION = "1"  # of how segments are put together: a part of their entity tags
_INDEX_TIMEOUT_S = 120.0  # for the index of a long film in a slow store; it takes 0.3 s of a whole processor
_FILMS_BYTES = 8 * 2**20  # of indexes in memory
_HEADS_BYTES = 8 * 2**20  # of heads of segments in memory
_MOST_AT_A_TIME = 512  # films and segments that are waited for
_MOST_READ_AT_A_TIME = 8  # of these, whose parts of the index or of the film are read and held in memory
_READ_BYTES = 256 * 1024  # of the cache, at a time
_RETRY_S = 15.0  # the pause after two failures; each further pause is four times as long
_MEDIA_TYPE = "application/octet-stream"
_MASTER, _KEYS = "master", "iframes-"  # in names of playlists
_NOTHING = b"\0\0\0\x08free"  # what a segment is in which a track has no sample

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Film:
    """A film that is packaged. ``json`` is its index for players."""

    file: IndexFile
    json: Document

    @property
    def memory_bytes(self) -> int:
        """About: the numbers of a segment are three objects."""
        return self.json.memory_bytes + 100 * len(self.file.index.cuts) + 2000 * len(self.file.index.tracks)

    def track(self, name: str) -> int:
        """Raises SegmentNotFound."""
        for number, track in enumerate(self.file.index.tracks):
            if track.name == name:
                return number
        raise SegmentNotFound(name)


class Segments:
    """Indexes and segments of the films of ``library``. ``indexer`` runs the jobs that read their indexes.

    Each method takes the ``version`` that the URL names, the entity tag of the film; None: any. Raises MovieNotFound,
    SegmentNotFound (also for another version than the one that is listed), FilmNotPackaged, WorkerFailed, CacheFailed
    or StorageError.
    """

    def __init__(self, library: Library, cache: Cache, indexer: FilmJobs, cache_retry_s: float = CACHE_RETRY_S) -> None:
        self._library = library
        self._cache = cache
        self._indexer = indexer
        self._films: Recent[str, _Film] = Recent(_FILMS_BYTES)  # by version
        self._heads: Recent[tuple[str, int, int], Parts] = Recent(_HEADS_BYTES)  # by version, segment and track
        self._errands = Errands(_MOST_AT_A_TIME, _pause_s, yields=False, cache_retry_s=cache_retry_s)
        self._reading = asyncio.Semaphore(_MOST_READ_AT_A_TIME)
        self._threads = Threads("segments", most=1)  # one alone: it is work, which more of them would not speed up

    async def index(self, path: str, version: str | None) -> tuple[Document, EntityTag]:
        """What a player has to know before it asks for segments, as JSON; and the entity tag of the film."""
        movie = await self._find(path, version)
        return (await self._film(movie)).json, movie.file.entity_tag

    async def playlist(self, path: str, name: str, version: str | None) -> tuple[Document, EntityTag]:
        """A playlist of HLS: "master", that of a track, or that of its key frames ("iframes-v0"); and the entity tag of
        the film."""
        movie = await self._find(path, version)
        film = await self._film(movie)
        of_keys = name.startswith(_KEYS)
        track = None if name == _MASTER else film.file.index.tracks[film.track(name.removeprefix(_KEYS))]
        document = await self._threads.ask(_playlist, film.file.index, track, of_keys, movie)
        return document, movie.file.entity_tag

    async def init(self, path: str, name: str, version: str | None) -> tuple[Source, EntityTag]:
        """The initialisation segment of a track; and the entity tag of the film."""
        movie = await self._find(path, version)
        film = await self._film(movie)
        index = film.file.index
        track = index.tracks[film.track(name)]
        content = init_segment(index, track)
        representation = _representation(movie, track, len(content), _entity_tag(movie, f"{name}-init"))
        return MemorySource(content, representation), movie.file.entity_tag

    @asynccontextmanager
    async def open(
        self, path: str, name: str, number: int, version: str | None, *, init: bool = False, key: bool = False
    ) -> AsyncIterator[tuple[Source, Segment, EntityTag]]:
        """Opens the film; also returns segment ``number`` of the track ``name``, and the entity tag of the film.

        ``init``: with its initialisation segment in front. ``key``: of video, only the picture that it begins with.
        """
        movie = await self._find(path, version)
        film = await self._film(movie)
        index, track = film.file.index, film.track(name)
        if number >= len(index.cuts):
            raise SegmentNotFound(f"{path}: {number}")
        parts = await self._parts(movie, film, number, track)
        if key:
            parts = first_fragment(parts)
        if init:
            parts = Parts((init_segment(index, index.tracks[track]), *parts))
        tag = _entity_tag(movie, f"{name}-{number}{'-key' * key}{'-init' * init}")
        async with self._library.open_file(movie.file, movie.media_type) as source:
            _require_listed(movie, source)
            segment = Segment(_representation(movie, index.tracks[track], len(parts), tag), parts)
            yield source, segment, movie.file.entity_tag

    async def close(self) -> None:
        await self._errands.close()
        await self._indexer.close()
        self._threads.close()

    async def _find(self, path: str, version: str | None) -> Movie:
        movie = await self._library.find(path)
        if version is not None and version != movie.file.entity_tag.opaque:
            raise SegmentNotFound(f"{path}: another version is here")
        return movie

    async def _film(self, movie: Movie) -> _Film:
        version = movie.file.version
        while (film := self._films.get(version)) is None:
            await self._errands.wait(version, partial(self._bring_film, movie))
        return film

    async def _bring_film(self, movie: Movie) -> None:
        try:
            film = await self._kept_film(movie)
        except (FileVanished, DamagedIndex):
            await self._make_index(movie)
            try:
                film = await self._kept_film(movie)
            except FileVanished as error:
                raise CacheFailed("the index is gone from the cache") from error
            except DamagedIndex as error:  # by a film that took the worker over
                raise self._not_packaged(movie, error) from error
        self._films.keep(movie.file.version, film, film.memory_bytes)

    async def _make_index(self, movie: Movie) -> None:
        async with self._cache.draft() as draft:
            await self._indexer.run("index_film", movie, timeout_s=_INDEX_TIMEOUT_S, target=str(draft / INDEX))
            await self._cache.keep(movie.file.version, draft)

    async def _kept_film(self, movie: Movie) -> _Film:
        """The film as the cache knows it. Raises FileVanished, DamagedIndex or FilmNotPackaged."""
        async with self._cache.open(movie.file.version, INDEX, _MEDIA_TYPE) as kept:
            length = kept.representation.complete_length
            if (reason := refused(await _read(kept, ByteRange(0, REFUSAL_BYTES - 1)))) is not None:
                raise self._not_packaged(movie, reason)
            file = await _found(read_index_file(length), kept, self._threads)
        return await self._threads.ask(_film, file, movie)

    async def _parts(self, movie: Movie, film: _Film, number: int, track: int) -> Parts:
        key = movie.file.version, number, track
        while (parts := self._heads.get(key)) is None:
            await self._errands.wait(key, partial(self._put_together, movie, film, number, track))
        return parts

    async def _put_together(self, movie: Movie, film: _Film, number: int, track: int) -> None:
        try:
            try:
                samples = await self._kept_samples(movie, film, number)
            except FileVanished:  # somebody deleted the cache
                self._films.forget(movie.file.version)
                samples = await self._kept_samples(movie, await self._film(movie), number)
            described = film.file.index.tracks[track]
            parts = await self._threads.ask(_parts, described, samples[track], number, movie.size)
        except (DamagedIndex, NotPackaged) as error:
            raise self._not_packaged(movie, error) from error
        self._heads.keep((movie.file.version, number, track), parts, parts.memory_bytes)

    async def _kept_samples(self, movie: Movie, film: _Film, number: int) -> tuple[Samples | None, ...]:
        """The samples of each track in a segment. Raises FileVanished or DamagedIndex."""
        async with self._reading, self._cache.open(movie.file.version, INDEX, _MEDIA_TYPE) as kept:
            record = await _read(kept, film.file.record(number))
        return await self._threads.ask(segment_samples, record, len(film.file.index.tracks))

    def _not_packaged(self, movie: Movie, reason: object) -> FilmNotPackaged:
        _log.info("no segments of %s: %s", ascii(movie.path), ascii(str(reason)))
        return FilmNotPackaged(str(reason))


async def _found(reading: Reading[_T], source: Source, threads: Threads) -> _T:
    """What ``reading`` finds in ``source``. Raises what it raises, and StorageError. It works in ``threads``."""
    asked, found = await threads.ask(_step, reading, None)
    while asked is not None:
        asked, found = await threads.ask(_step, reading, await _read(source, asked))
    return cast(_T, found)


def _step(reading: Reading[_T], content: bytes | None) -> tuple[ByteRange | None, _T | None]:
    """What is asked for next; or None, and what was found."""
    try:
        return reading.send(content), None  # type: ignore[arg-type]
    except StopIteration as found:
        return None, found.value


async def _read(source: Source, asked: ByteRange) -> bytes:
    """These bytes, or fewer where the source ends before."""
    end = min(asked.last + 1, source.representation.complete_length)
    content = bytearray()
    while (position := asked.first + len(content)) < end:
        content += await source.read(position, min(end - position, _READ_BYTES), end - 1)
    return bytes(content)


def _film(file: IndexFile, movie: Movie) -> _Film:
    return _Film(file, Document.of(index_json(file.index), "application/json", _last_modified(movie)))


def _playlist(index: FilmIndex, track: Track | None, of_keys: bool, movie: Movie) -> Document:
    query = f"v={movie.file.entity_tag.in_url}"
    if track is None:
        text = master_playlist(index, (), query)
    else:
        text = (key_frame_playlist if of_keys else media_playlist)(index, track, query)
    return Document.of(text.encode(), "application/vnd.apple.mpegurl", _last_modified(movie))


def _parts(track: Track, samples: Samples | None, number: int, film_bytes: int) -> Parts:
    """Raises NotPackaged."""
    parts = Parts((_NOTHING,) if samples is None else segment_parts(track, samples, number))
    if any(isinstance(part, ByteRange) and part.last >= film_bytes for part in parts):
        raise NotPackaged("it ends before its samples do")
    return parts


def _require_listed(movie: Movie, source: Source) -> None:
    if source.representation.entity_tag != movie.file.entity_tag:
        raise RepresentationChanged("the film has changed since it was listed")


def _entity_tag(movie: Movie, what: str) -> EntityTag:
    of_film = movie.file.entity_tag
    return EntityTag(f"{of_film.opaque}-{_VERSION}-{what}", of_film.weak)


def _representation(movie: Movie, track: Track, length: int, entity_tag: EntityTag) -> Representation:
    return Representation(length, f"{track.kind}/mp4", entity_tag, _last_modified(movie))


def _last_modified(movie: Movie) -> datetime:
    return min(movie.modified, datetime.now(UTC).replace(microsecond=0))


def _pause_s(failures: int) -> float:
    """After one failure there is no pause: the store or the worker may have recovered."""
    return _RETRY_S * 4.0 ** (failures - 2) if failures > 1 else 0.0
