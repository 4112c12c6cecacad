"""Sound that is converted, a segment at a time: by a worker, once for all who ask, and kept in the cache.

Tested by tests/services/segments/test_sounds.py.
"""

from contextlib import AbstractAsyncContextManager, suppress
from functools import partial

from services.cache import Cache
from services.errors import FileVanished, MovieServerError
from services.jobs.errands import Errands
from services.jobs.film_jobs import FilmJobs
from services.library import Movie
from services.packaging.conversion import CONVERSION, decoder, window
from services.packaging.film_index import Track
from services.packaging.version import PACKAGING
from services.segments.heads import Heads
from services.segments.packaged_films import Packaged
from services.storage.local.local_file import LocalFile
from services.threads import Threads

_TIMEOUT_S = 60.0  # ten seconds of 5.1 take 0.2 s of a whole processor


class Sounds:
    """``converter`` runs the jobs. Work is done once for all by ``errands``, in ``threads`` what is done here."""

    def __init__(self, cache: Cache, converter: FilmJobs, heads: Heads, errands: Errands, threads: Threads) -> None:
        self._cache = cache
        self._converter = converter
        self._heads = heads
        self._errands = errands
        self._threads = threads

    async def make(self, movie: Movie, film: Packaged, number: int, track: Track) -> None:
        """Makes segment ``number`` of the track, and begins the next, since a player asks for it soon. Raises
        FilmUnreadable, WorkerFailed, CacheFailed or StorageError."""
        await self._errands.wait(_key(movie, track, number), partial(self._convert, movie, film, number, track))
        if number + 1 < len(film.index.cuts):
            with suppress(MovieServerError):  # it is met again when somebody asks
                following = partial(self._convert, movie, film, number + 1, track)
                self._errands.begin(_key(movie, track, number + 1), following)

    def prepare(self) -> None:
        """Makes the converter ready, which goes on when this returns: a viewer will ask for sound in a moment."""
        with suppress(MovieServerError):  # it is met again when somebody asks
            self._errands.begin("prepare", partial(self._converter.prepare, "prepare_sound", timeout_s=_TIMEOUT_S))

    def open(self, movie: Movie, number: int, track: Track) -> AbstractAsyncContextManager[LocalFile]:
        """Raises FileVanished where it is not there yet, or no more."""
        return self._cache.open(movie.file.version, _name(track, number), "audio/mp4")

    async def _convert(self, movie: Movie, film: Packaged, number: int, track: Track) -> None:
        """Does nothing where the cache has it."""
        name = _name(track, number)
        if await self._cache.threads.ask(self._cache.has, movie.file.version, name):
            with suppress(FileVanished):
                async with self._cache.open(movie.file.version, name, "audio/mp4"):
                    return
        place = film.place(track)
        around = range(max(number - 1, 0), min(number + 2, len(film.index.cuts)))
        nearby = [(await self._heads.samples(movie, film, each))[place] for each in around]
        source = film.index.tracks[place]
        found = await self._threads.ask(window, film.index, source, number, nearby)
        async with self._cache.draft() as draft:
            await self._converter.run(
                "convert_sound",
                movie,
                timeout_s=_TIMEOUT_S,
                decoder=decoder(source),
                configuration=source.configuration.hex(),
                source_rate=source.rate,
                source_channels=source.channels,
                rate=track.timescale,
                channels=track.channels,
                first=found.first,
                end=found.end,
                packets=found.packets,
                number=number,
                target=str(draft / name),
            )
            await self._cache.keep(movie.file.version, draft)


def _name(track: Track, number: int) -> str:
    """The file in the cache."""
    return f"sound-{PACKAGING}.{CONVERSION}-{track.name}-{number}.m4s"


def _key(movie: Movie, track: Track, number: int) -> tuple[str, str, int]:
    return movie.file.version, track.name, number
