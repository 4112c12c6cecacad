"""Which films are packaged, and what is known of them: read by a worker once for all who ask, and kept in the cache by
the version of the film; also that a film cannot be packaged.

Tested by tests/services/segments/test_segments.py.
"""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from services.cache import Cache
from services.document import Document
from services.errors import CacheFailed, FileVanished, FilmNotPackaged, RepresentationChanged, SegmentNotFound
from services.http.ranges import ByteRange
from services.jobs.errands import Errands
from services.jobs.film_jobs import FilmJobs
from services.library import Movie
from services.packaging.film_index import FilmIndex, NotPackaged, Samples, Track
from services.packaging.kept.index_file import IndexFile, read_index_file
from services.packaging.kept.not_packaged import MOST_BYTES as REFUSAL_BYTES
from services.packaging.kept.not_packaged import refused
from services.packaging.kept.segment_record import segment_samples
from services.packaging.kept.stored_index import DamagedIndex
from services.packaging.kept.stored_matroska import MAGIC, matroska_of
from services.packaging.kept.stored_matroska import MOST_BYTES as MATROSKA_BYTES
from services.packaging.kept.stored_remux import MAGIC as REMUXED_MAGIC
from services.packaging.kept.stored_remux import remuxed_of
from services.packaging.manifests.index_json import index_json
from services.packaging.matroska.film import MatroskaFilm
from services.packaging.offered import Conversions, offered
from services.packaging.picture_conversion import ConvertedPicture
from services.packaging.remux.film import RemuxedFilm
from services.packaging.version import PACKAGING
from services.recent import Recent
from services.segments.reading import found, read
from services.storage.source import Source
from services.threads import Threads

_log = logging.getLogger(__name__)

INDEX = f"segments-{PACKAGING}.index"  # the file in the cache
_TIMEOUT_S = 120.0  # for the index of a long film in a slow store; it takes 0.3 s of a whole processor
_KEPT_BYTES = 8 * 2**20  # in memory
_MEDIA_TYPE = "application/octet-stream"

AllSamples = tuple[Samples | None, ...]  # of each track of an index in turn


@dataclass(frozen=True, slots=True)
class Packaged:
    """A film that is packaged. ``kept`` is how the cache knows it. ``listed`` is its index as players see it, with the
    tracks that are sent; ``json`` is the same for the page."""

    kept: IndexFile | MatroskaFilm | RemuxedFilm
    listed: FilmIndex
    json: Document

    @property
    def index(self) -> FilmIndex:
        return self.kept.index

    @property
    def is_remade(self) -> bool:
        """Whether all its segments are made by a worker, since they are no ranges of the film."""
        return isinstance(self.kept, RemuxedFilm) or (isinstance(self.kept, MatroskaFilm) and self.kept.is_compressed)

    @property
    def memory_bytes(self) -> int:
        """About: the numbers of a segment are some objects."""
        cuts = sum(len(each) for each in {self.cuts(track) for track in self.listed.tracks})
        return self.json.memory_bytes + 250 * cuts + 2000 * len(self.listed.tracks)

    def track(self, name: str) -> Track:
        """The track that players call so. Raises SegmentNotFound."""
        for track in self.listed.tracks:
            if track.name == name:
                return track
        raise SegmentNotFound(name)

    def pictures(self, name: str) -> tuple[ConvertedPicture, ...]:
        """Those that are called so in any size; the smallest first."""
        converted = (track for track in self.listed.tracks if isinstance(track, ConvertedPicture))
        return tuple(track for track in converted if track.name_of_any == name)

    def cuts(self, track: Track) -> tuple[float, ...]:
        """Where segments of the track begin."""
        return track.cuts if isinstance(track, ConvertedPicture) else self.index.cuts

    def place(self, track: Track) -> int:
        """The number in ``index`` of the film's own track that this is, or is converted from."""
        return [each.stream for each in self.index.tracks].index(track.stream)


class PackagedFilms:
    """``indexer`` runs the jobs. Work on indexes is done in ``threads``, once for all by ``errands``. ``conversions``
    tell how players see an index."""

    def __init__(
        self,
        cache: Cache,
        indexer: FilmJobs,
        errands: Errands,
        threads: Threads,
        conversions: Conversions,
    ) -> None:
        self._cache = cache
        self._conversions = conversions
        self._indexer = indexer
        self._errands = errands
        self._threads = threads
        self._films: Recent[str, Packaged] = Recent(_KEPT_BYTES)  # by version

    async def film(self, movie: Movie) -> Packaged:
        """Raises FilmNotPackaged; WorkerFailed, CacheFailed or StorageError where another try may succeed."""
        version = movie.file.version
        while (film := self._films.get(version)) is None:
            await self._errands.wait(version, partial(self._bring, movie))
        return film

    async def samples(self, movie: Movie, film: Packaged, number: int) -> AllSamples:
        """Those of segment ``number`` of a film whose index has all. Raises DamagedIndex, and as ``film`` does."""
        try:
            return await self._recorded(movie, film, number)
        except FileVanished:  # somebody deleted the cache
            self._films.forget(movie.file.version)
            return await self._recorded(movie, await self.film(movie), number)

    async def _recorded(self, movie: Movie, film: Packaged, number: int) -> AllSamples:
        assert isinstance(film.kept, IndexFile)
        async with self._cache.open(movie.file.version, INDEX, _MEDIA_TYPE) as file:
            record = await read(file, film.kept.record(number))
        return await self._threads.ask(segment_samples, record, len(film.index.tracks))

    async def _bring(self, movie: Movie) -> None:
        """Brings the film into memory."""
        try:
            film = await self._kept(movie)
        except (FileVanished, DamagedIndex):
            await make_index(self._indexer, self._cache, movie)
            try:
                film = await self._kept(movie)
            except FileVanished as error:
                raise CacheFailed("the index is gone from the cache") from error
            except DamagedIndex as error:  # a film took the worker over
                raise not_packaged(movie, error) from error
        self._films.keep(movie.file.version, film, film.memory_bytes)

    async def _kept(self, movie: Movie) -> Packaged:
        """The film as the cache knows it. Raises FileVanished, DamagedIndex or FilmNotPackaged."""
        async with self._cache.open(movie.file.version, INDEX, _MEDIA_TYPE) as file:
            beginning = await read(file, ByteRange(0, REFUSAL_BYTES - 1))
            if (reason := refused(beginning)) is not None:
                raise not_packaged(movie, reason)
            if beginning.startswith(MAGIC):
                return await self._threads.ask(self._packaged_matroska, await _whole(file), movie)
            if beginning.startswith(REMUXED_MAGIC):
                return await self._threads.ask(self._packaged_remuxed, await _whole(file), movie)
            found_index = await found(read_index_file(file.representation.complete_length), file, self._threads)
        return await self._threads.ask(self._packaged, found_index, movie)

    def _packaged(self, kept: IndexFile | MatroskaFilm | RemuxedFilm, movie: Movie) -> Packaged:
        """Raises FilmNotPackaged."""
        try:
            listed = offered(kept.index, _possible(kept, self._conversions))
        except NotPackaged as error:
            raise not_packaged(movie, error) from error
        return Packaged(kept, listed, Document.of(index_json(listed), "application/json", last_modified(movie)))

    def _packaged_matroska(self, content: bytes, movie: Movie) -> Packaged:
        """Raises DamagedIndex or FilmNotPackaged."""
        return self._packaged(matroska_of(content), movie)

    def _packaged_remuxed(self, content: bytes, movie: Movie) -> Packaged:
        """Raises DamagedIndex or FilmNotPackaged."""
        return self._packaged(remuxed_of(content), movie)


def _possible(kept: IndexFile | MatroskaFilm | RemuxedFilm, conversions: Conversions) -> Conversions:
    """Pictures that are compressed once more are not converted: the bytes of the film are not those of its samples."""
    is_compressed = isinstance(kept, MatroskaFilm) and kept.is_compressed
    return replace(conversions, pictures=conversions.pictures and not is_compressed)


async def make_index(jobs: FilmJobs, cache: Cache, movie: Movie) -> None:
    """Has the index made and kept. Raises CacheFailed, FilmUnreadable, StorageError or WorkerFailed."""
    async with cache.draft() as draft:
        await jobs.run("index_film", movie, timeout_s=_TIMEOUT_S, target=str(draft / INDEX))
        await cache.keep(movie.file.version, draft)


def not_packaged(movie: Movie, reason: object) -> FilmNotPackaged:
    """The error, which the log is told of."""
    _log.info("no segments of %s: %s", ascii(movie.path), ascii(str(reason)))
    return FilmNotPackaged(str(reason))


def require_listed(movie: Movie, source: Source) -> None:
    """Raises RepresentationChanged if the open file is not of the version that was listed."""
    if source.representation.entity_tag != movie.file.entity_tag:
        raise RepresentationChanged("the film has changed since it was listed")


def last_modified(movie: Movie) -> datetime:
    """As Representation has it."""
    return min(movie.modified, datetime.now(UTC).replace(microsecond=0))


async def _whole(file: Source) -> bytes:
    """Raises DamagedIndex where it is too long."""
    length = file.representation.complete_length
    if length > MATROSKA_BYTES:
        raise DamagedIndex("the index is too long")
    return await read(file, ByteRange(0, length - 1))
