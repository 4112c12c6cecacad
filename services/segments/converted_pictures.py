"""Pictures that are converted, a segment at a time: by a worker, once for all who ask, and kept in the cache. Segments
are those of ConvertedPicture, shorter than the film's.

Those of one film at a time are, for that may take all of a processor. A film is the one for as long as somebody asks
for its segments. Nothing is converted that nobody has asked for but the segment behind.

Tested by tests/services/segments/test_converted_pictures.py.
"""

from base64 import b64encode
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial
from time import monotonic
from typing import Any

from services.cache import Cache
from services.errors import ConversionRefused, FileVanished, MovieServerError, SegmentNotFound
from services.jobs.errands import Errands
from services.jobs.film_jobs import FilmJobs
from services.library import Movie
from services.media.checks import number as number_up_to
from services.packaging.kept.stored_remux import remuxed_bytes
from services.packaging.picture_conversion import (
    PICTURE_CONVERSION,
    ConvertedPicture,
    film_segment,
    picture_configuration,
    picture_decoder,
    picture_window,
    time_span,
)
from services.packaging.remux.film import RemuxedFilm
from services.packaging.version import PACKAGING
from services.segments.heads import Heads
from services.segments.pace import Pace
from services.segments.packaged_films import Packaged, not_packaged
from services.storage.local.local_file import LocalFile
from services.threads import Threads

TIMEOUT_S = 120.0  # for a segment, and up to a minute of film in front of it, which has to be decoded
_PATIENCE_S = 5.0  # a player asks for the next segment before the last has been seen, but for this
_MOST_PACKETS = 20_000  # in a window: those of a minute, with 300 pictures a second
_TOO_SLOW_S = 3600  # until it is tried again
_SHORTEST_S = 0.5  # segments that are shorter tell nothing of the pace


class ConvertedPictures:
    """``converter`` runs the jobs. Work is done once for all by ``errands``, in ``threads`` what is done here."""

    def __init__(self, cache: Cache, converter: FilmJobs, heads: Heads, errands: Errands, threads: Threads) -> None:
        self._cache = cache
        self._converter = converter
        self._heads = heads
        self._errands = errands
        self._threads = threads
        self._film = ""  # the version of the one whose pictures are converted
        self._waiting = 0  # how many wait for a segment of it
        self._until_s = 0.0  # when another may take its place, unless somebody waits
        self._pace: Pace | None = None

    async def chosen(self, movie: Movie, film: Packaged, number: int, name: str) -> ConvertedPicture:
        """The size that this server chooses for the segment, of the track that is called ``name`` in any: the largest
        that the cache has, or else what it keeps up with. Raises SegmentNotFound."""
        sizes = film.pictures(name)
        if not sizes:
            raise SegmentNotFound(name)
        for size in reversed(sizes):
            if await self._cache.threads.ask(self._cache.has, movie.file.version, _name(size, number)):
                return size
        return self._pace.size if self._pace and self._film == movie.file.version else sizes[0]

    async def make(
        self, movie: Movie, film: Packaged, number: int, track: ConvertedPicture, *, is_chosen_here: bool
    ) -> None:
        """Makes segment ``number`` of the track, and begins the next, since a player asks for it soon: in the same
        size, unless that ``is_chosen_here``. Raises ConversionRefused, FilmUnreadable, WorkerFailed, CacheFailed or
        StorageError."""
        version = movie.file.version
        if not await self._is_kept(movie, track, number):
            self._take_turn(movie, film, track)
            self._waiting += 1
            try:
                await self._errands.wait(_key(movie, track, number), partial(self._convert, movie, film, number, track))
            finally:
                self._waiting -= 1
        if self._film == version and self._pace:
            self._until_s = monotonic() + _length_s(film, track, number) + _PATIENCE_S
            self._begin(movie, film, number + 1, self._pace.size if is_chosen_here else track)

    def _begin(self, movie: Movie, film: Packaged, number: int, track: ConvertedPicture) -> None:
        if number < len(track.cuts):
            with suppress(MovieServerError):  # it is met again when somebody asks
                self._errands.begin(_key(movie, track, number), partial(self._convert, movie, film, number, track))

    def open(self, movie: Movie, number: int, track: ConvertedPicture) -> AbstractAsyncContextManager[LocalFile]:
        """Raises FileVanished where it is not there yet, or no more."""
        return self._cache.open(movie.file.version, _name(track, number), "video/mp4")

    def _take_turn(self, movie: Movie, film: Packaged, track: ConvertedPicture) -> None:
        """Raises ConversionRefused."""
        if self._film != movie.file.version:
            left_s = max(self._until_s - monotonic(), _PATIENCE_S if self._waiting else 0)
            if left_s > 0:
                raise ConversionRefused(
                    "This server converts the pictures of one film at a time, and somebody watches another."
                    " This one begins when nobody does any more.",
                    round(left_s) + 1,
                )
            self._film, self._pace = movie.file.version, Pace(film.pictures(track.name_of_any))
        if self._pace and self._pace.is_too_slow:
            self._film = ""  # it may be tried again
            raise ConversionRefused(
                "This server is too slow to convert the pictures of this film while it is watched.", _TOO_SLOW_S
            )

    async def _convert(self, movie: Movie, film: Packaged, number: int, track: ConvertedPicture) -> None:
        """Does nothing where the cache has it."""
        if await self._is_kept(movie, track, number):
            return
        job, arguments = await self._job(movie, film, number, track)
        async with self._cache.draft() as draft:
            work_s = await self._converter.run(
                job,
                movie,
                timeout_s=TIMEOUT_S,
                accept=_seconds,
                target=str(draft / _name(track, number)),
                **arguments,
            )
            await self._cache.keep(movie.file.version, draft)
        length_s = _length_s(film, track, number)
        if self._pace and self._film == movie.file.version and length_s >= _SHORTEST_S:
            self._pace.took(track, work_s, length_s)

    async def _job(
        self, movie: Movie, film: Packaged, number: int, track: ConvertedPicture
    ) -> tuple[str, dict[str, object]]:
        """The name of the worker's job, and its arguments."""
        place, own = film.place(track), film_segment(film.index, track, number)
        source = film.index.tracks[place]
        begin, end = time_span(film.index, track, number)
        wanted = {
            "number": number,
            "timescale": track.timescale,
            "begin": begin,
            "end": end,
            "width": track.width,
            "height": track.height,
            "frame_rate": track.frame_rate,
            "bits_per_s": track.rung.bits_per_s,
        }
        decoder = {
            "name": picture_decoder(source),
            "configuration": picture_configuration(source).hex(),
            "width": source.coded_width,
            "height": source.coded_height,
        }
        common = {"window": f"{movie.file.version} {track.stream} {own}", "decoder": decoder, "wanted": wanted}
        if isinstance(film.kept, RemuxedFilm):
            index = await self._threads.ask(_in_text, film.kept)
            return "convert_remuxed_pictures", {**common, "index": index, "number": own}
        samples = (await self._heads.samples(movie, film, own))[place]
        has_more = own + 1 < len(film.index.cuts)
        following = (await self._heads.samples(movie, film, own + 1))[place] if has_more else None
        found = await self._threads.ask(picture_window, film.index, source, own, samples, following)
        if len(found.packets) > _MOST_PACKETS:
            raise not_packaged(movie, "a segment has too many pictures to convert")
        span = found.begin, found.end
        return "convert_pictures", {**common, "packets": found.packets, "span": span}

    async def _is_kept(self, movie: Movie, track: ConvertedPicture, number: int) -> bool:
        try:
            async with self.open(movie, number, track):
                return True
        except FileVanished:
            return False


def _seconds(value: Any) -> float:
    if not number_up_to(TIMEOUT_S)(value):
        raise ValueError("the answer is no time")
    return float(value)


def _in_text(film: RemuxedFilm) -> str:
    return b64encode(remuxed_bytes(film)).decode("ascii")


def _length_s(film: Packaged, track: ConvertedPicture, number: int) -> float:
    end_s = track.cuts[number + 1] if number + 1 < len(track.cuts) else film.index.duration_s
    return end_s - track.cuts[number]


def _name(track: ConvertedPicture, number: int) -> str:
    """The file in the cache."""
    return f"picture-{PACKAGING}.{PICTURE_CONVERSION}-{track.name}-{number}.m4s"


def _key(movie: Movie, track: ConvertedPicture, number: int) -> tuple[str, str, int]:
    return movie.file.version, track.name, number
