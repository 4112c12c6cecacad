"""Films as segments: each is put together as it is asked for, of a head that is made and of byte ranges of the film.

All is of the version of the film that the library lists. A film that was replaced since raises RepresentationChanged
until it is listed again.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

from services.cache import Cache
from services.catalogue import Catalogue
from services.document import Document
from services.errors import CacheFailed, FileVanished, SegmentNotFound
from services.http.ranges import ByteRange
from services.http.representation import EntityTag, Representation
from services.jobs.errands import CACHE_RETRY_S, Errands
from services.jobs.film_jobs import FilmJobs
from services.library import Library, Movie
from services.packaging.conversion import ConvertedTrack
from services.packaging.film_index import Track
from services.packaging.fmp4.initialisation import init_segment
from services.packaging.fmp4.parts import Parts, Segment, first_fragment
from services.packaging.offered import Conversions
from services.packaging.picture_conversion import NO_PICTURE, ConvertedPicture
from services.packaging.prospects import looks_convertible
from services.packaging.version import packaged_version
from services.segments.converted_pictures import ConvertedPictures
from services.segments.heads import Heads
from services.segments.hls import HlsFilm
from services.segments.packaged_films import Packaged, PackagedFilms, last_modified, require_listed
from services.segments.reading import read
from services.segments.remuxes import Remuxes
from services.segments.sounds import Sounds
from services.storage.memory import MemorySource
from services.storage.source import Source
from services.threads import Threads

_MOST_FILMS = 64  # whose indexes are waited for at a time
_MOST_SEGMENTS = 512  # that are waited for at a time
_MOST_SOUNDS = 64  # segments of sound that wait to be converted, one after another
_MOST_PICTURES = 16  # and of pictures
_SOUGHT_S = 1.0  # after so long without a viewer a segment of pictures is given up for one that has a viewer
_MOST_ENTRY_BYTES = 1024  # those of an encoder have 150
_RETRY_S = 15.0  # the pause after two failures; each further pause is four times as long


class Segments:
    """Indexes and segments of the films of ``library``. ``indexer`` runs the jobs that read their indexes,
    ``converter`` those that convert sound or put films together anew, ``picture_converter`` those that convert
    pictures, which take longest. ``converts``: this server can convert files of subtitles.

    Each method takes the ``version`` that the URL names; None: any. It is the film's entity tag, or that and the
    version of how films are packaged (services/packaging/version.py); the latter is also returned. Raises
    MovieNotFound, SegmentNotFound (also for another version than the one that is here), FilmNotPackaged, WorkerFailed,
    CacheFailed or StorageError.
    """

    def __init__(
        self,
        library: Library,
        catalogue: Catalogue,
        cache: Cache,
        indexer: FilmJobs,
        converter: FilmJobs,
        picture_converter: FilmJobs,
        converts: bool,
        conversions: Conversions,
        cache_retry_s: float = CACHE_RETRY_S,
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._converts = converts
        self._converts_sound = conversions.sound
        self._indexer = indexer
        self._threads = Threads("segments", most=1)  # one alone: it is work, which more of them would not speed up
        # Yields, so that nobody's film waits for those that somebody has only passed by.
        self._indexing = Errands(_MOST_FILMS, _pause_s, yields=True, cache_retry_s=cache_retry_s)
        # A store that fails may recover at any time, and no worker can crash over a segment.
        self._finding = Errands(_MOST_SEGMENTS, lambda _: 0.0, yields=False, cache_retry_s=cache_retry_s)
        self._converters = converter, picture_converter
        self._converting = Errands(_MOST_SOUNDS, _pause_s, yields=True, cache_retry_s=cache_retry_s)
        # A viewer who seeks waits for what is under way: one segment of pictures is made at a time.
        self._picturing = Errands(
            _MOST_PICTURES, _pause_s, yields=True, linger_s=_SOUGHT_S, cache_retry_s=cache_retry_s
        )
        self._films = PackagedFilms(cache, indexer, self._indexing, self._threads, conversions)
        self._heads = Heads(library, self._films, self._finding, self._threads)
        self._sounds = Sounds(cache, converter, self._heads, self._converting, self._threads)
        self._remuxes = Remuxes(cache, converter, self._converting, self._threads)
        self._pictures = ConvertedPictures(cache, picture_converter, self._heads, self._picturing, self._threads)

    async def index(self, path: str, version: str | None) -> tuple[Document, EntityTag]:
        """What a player has to know before it asks for segments, as JSON."""
        movie = await self._find(path, version)
        self._prepare(movie)
        return (await self._films.film(movie)).json, packaged_version(movie.file.entity_tag)

    async def playlist(self, path: str, name: str, version: str | None, known_as: str) -> tuple[Document, EntityTag]:
        """A playlist of HLS, by the names that HlsFilm has for them. ``known_as``: the film's path for who asks."""
        movie = await self._find(path, version)
        self._prepare(movie)
        film = await self._films.film(movie)
        hls = HlsFilm(replace(movie, path=known_as), self._catalogue.details(movie), film.listed, self._converts)
        return await self._threads.ask(_playlist, hls, name), packaged_version(movie.file.entity_tag)

    async def init(self, path: str, name: str, version: str | None) -> tuple[Source, EntityTag]:
        """The initialisation segment of a track."""
        movie = await self._find(path, version)
        film = await self._films.film(movie)
        track = film.track(name)
        if isinstance(track, ConvertedPicture):
            async with self._opened_picture(movie, film, 0, track, is_chosen_here=False) as made:
                track = await _described(made, track)
        content = init_segment(film.index, track)
        source = MemorySource(content, _representation(movie, track, "init", len(content)))
        return source, packaged_version(movie.file.entity_tag)

    @asynccontextmanager
    async def open(
        self, path: str, name: str, number: int, version: str | None, *, init: bool = False, key: bool = False
    ) -> AsyncIterator[tuple[Source, Segment, EntityTag | None]]:
        """Opens the film; also returns segment ``number`` of the track ``name``, and what its version is called. None:
        the track is that of converted pictures in the size that this server chooses, so another may be there later.

        ``init``: with its initialisation segment in front. ``key``: of video, only the picture that it begins with.
        """
        movie = await self._find(path, version)
        film = await self._films.film(movie)
        sizes = film.pictures(name)
        is_chosen_here = bool(sizes)
        if number >= len(film.cuts(sizes[0] if sizes else film.track(name))):
            raise SegmentNotFound(f"{path}: {number}")
        track = await self._pictures.chosen(movie, film, number, name) if is_chosen_here else film.track(name)
        if isinstance(track, ConvertedPicture):
            async with self._opened_picture(movie, film, number, track, is_chosen_here=is_chosen_here) as made:
                packaged = packaged_version(movie.file.entity_tag)
                segment = await _picture_segment(made, film, track, init=init)
                yield made, segment, None if is_chosen_here else packaged
            return
        head = (init_segment(film.index, track),) if init else ()
        if film.is_remade or isinstance(track, ConvertedTrack):
            async with self._opened_made(movie, film, number, track) as made:
                length = await _first_fragment_bytes(made) if key else made.representation.complete_length
                yield made, _made_segment(made.representation, head, length), packaged_version(movie.file.entity_tag)
            return
        parts = await self._heads.parts(movie, film, number, film.place(track))
        if key:
            parts = first_fragment(parts)
        if init:
            parts = Parts((*head, *parts))
        representation = _representation(movie, track, f"{number}{'-key' * key}{'-init' * init}", len(parts))
        async with self._library.open_file(movie.file, movie.media_type) as source:
            require_listed(movie, source)
            yield source, Segment(representation, parts), packaged_version(movie.file.entity_tag)

    @asynccontextmanager
    async def _opened_made(self, movie: Movie, film: Packaged, number: int, track: Track) -> AsyncIterator[Source]:
        """Has it made where the cache has it no more, or not yet."""
        maker = self._remuxes if film.is_remade else self._sounds
        await maker.make(movie, film, number, track)
        async with _made(maker.open(movie, number, track)) as made:
            yield made

    @asynccontextmanager
    async def _opened_picture(
        self, movie: Movie, film: Packaged, number: int, track: ConvertedPicture, *, is_chosen_here: bool
    ) -> AsyncIterator[Source]:
        """The same of converted pictures. ``is_chosen_here``: the size is."""
        await self._pictures.make(movie, film, number, track, is_chosen_here=is_chosen_here)
        async with _made(self._pictures.open(movie, number, track)) as made:
            yield made

    def _prepare(self, movie: Movie) -> None:
        """Has the converter started while the film's index is read, if it is likely to be needed."""
        details = self._catalogue.details(movie)
        codecs = [track["codec"] for track in details.get("audio", [])]
        if self._converts_sound and any(looks_convertible(codec, details.get("container", "")) for codec in codecs):
            self._sounds.prepare()

    async def close(self) -> None:
        await self._picturing.close()
        await self._converting.close()
        await self._finding.close()
        await self._indexing.close()
        await self._indexer.close()
        for converter in self._converters:
            await converter.close()
        self._threads.close()

    async def _find(self, path: str, version: str | None) -> Movie:
        movie = await self._library.find(path)
        tag = movie.file.entity_tag
        if version not in (None, tag.opaque, packaged_version(tag).opaque):
            raise SegmentNotFound(f"{path}: another version is here")
        return movie


@asynccontextmanager
async def _made(opened: AbstractAsyncContextManager[Source]) -> AsyncIterator[Source]:
    """What was made a moment ago, and is in the cache."""
    try:
        async with opened as made:
            yield made
    except FileVanished as error:
        raise CacheFailed("the segment is gone from the cache") from error


def _playlist(hls: HlsFilm, name: str) -> Document:
    return Document.of(hls.playlist(name).encode(), "application/vnd.apple.mpegurl", last_modified(hls.movie))


def _made_segment(made: Representation, head: tuple[bytes, ...], length: int) -> Segment:
    """The first ``length`` bytes of what was ``made``, with ``head`` in front."""
    parts = Parts((*head, ByteRange(0, length - 1)))
    what = "-key" * (length < made.complete_length) + "-init" * bool(head)
    entity_tag = EntityTag(f"{made.entity_tag.opaque}{what}", made.entity_tag.weak)
    return Segment(replace(made, complete_length=len(parts), entity_tag=entity_tag), parts)


async def _picture_segment(made: Source, film: Packaged, track: ConvertedPicture, *, init: bool) -> Segment:
    """What was made, without the sample entry in front; ``init``: with what is made of that."""
    described = await _described(made, track)
    head = (init_segment(film.index, described),) if init else ()
    whole, begin = made.representation, len(described.sample_entry)
    parts = Parts((*head, ByteRange(begin, whole.complete_length - 1)))
    entity_tag = EntityTag(f"{whole.entity_tag.opaque}{'-init' * init}", whole.entity_tag.weak)
    lacks_picture = await read(made, ByteRange(begin, begin + len(NO_PICTURE) - 1)) == NO_PICTURE
    return Segment(replace(whole, complete_length=len(parts), entity_tag=entity_tag), parts, lacks_picture)


async def _described(made: Source, track: ConvertedPicture) -> ConvertedPicture:
    """The track with the sample entry that stands in front of what was made."""
    size = int.from_bytes(await read(made, ByteRange(0, 3)))
    return replace(track, sample_entry=await read(made, ByteRange(0, min(size, _MOST_ENTRY_BYTES) - 1)))


async def _first_fragment_bytes(made: Source) -> int:
    """The length of "moof" and "mdat" with which a segment begins."""
    head = int.from_bytes(await read(made, ByteRange(0, 3)))
    content = int.from_bytes(await read(made, ByteRange(head, head + 3)))
    return min(head + content, made.representation.complete_length)


def _representation(movie: Movie, track: Track, what: str, length: int) -> Representation:
    """``what`` of the track it is."""
    packaged = packaged_version(movie.file.entity_tag)
    entity_tag = EntityTag(f"{packaged.opaque}-{track.name}-{what}", packaged.weak)
    return Representation(length, f"{track.kind}/mp4", entity_tag, last_modified(movie))


def _pause_s(failures: int) -> float:
    """After one failure there is no pause: the store or the worker may have recovered."""
    return _RETRY_S * 4.0 ** (failures - 2) if failures > 1 else 0.0
