"""Films whose bytes cannot be sent as they are, or are compressed, put together anew a segment at a time: by a worker,
once for all who ask, and kept in the cache.

Tested by tests/handlers/test_bucket_segments.py.
"""

from base64 import b64encode
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial

from services.cache import Cache
from services.errors import FileVanished, MovieServerError
from services.jobs.errands import Errands
from services.jobs.film_jobs import FilmJobs
from services.library import Movie
from services.packaging.conversion import CONVERSION, is_surround
from services.packaging.film_index import Track
from services.packaging.kept.index_file import IndexFile
from services.packaging.kept.stored_matroska import matroska_bytes
from services.packaging.kept.stored_remux import remuxed_bytes
from services.packaging.matroska.film import MatroskaFilm
from services.packaging.picture_conversion import ConvertedPicture
from services.packaging.remux.film import RemuxedFilm
from services.packaging.version import PACKAGING
from services.segments.packaged_films import Packaged
from services.storage.local.local_file import LocalFile
from services.threads import Threads

_TIMEOUT_S = 60.0  # a segment of ten seconds takes 0.3 s of a whole processor


class Remuxes:
    """``jobs`` runs the jobs. Work is done once for all by ``errands``, in ``threads`` what is done here."""

    def __init__(self, cache: Cache, jobs: FilmJobs, errands: Errands, threads: Threads) -> None:
        self._cache = cache
        self._jobs = jobs
        self._errands = errands
        self._threads = threads

    async def make(self, movie: Movie, film: Packaged, number: int, track: Track) -> None:
        """Makes segment ``number`` of the track, and of those that are made together with it, and begins the next,
        since a player asks for it soon. Raises FilmUnreadable, WorkerFailed, CacheFailed or StorageError."""
        tracks = _together(film, track)
        await self._errands.wait(_key(movie, number, tracks), partial(self._remux, movie, film, number, tracks))
        if number + 1 < len(film.index.cuts):
            with suppress(MovieServerError):  # it is met again when somebody asks
                following = partial(self._remux, movie, film, number + 1, tracks)
                self._errands.begin(_key(movie, number + 1, tracks), following)

    def open(self, movie: Movie, number: int, track: Track) -> AbstractAsyncContextManager[LocalFile]:
        """Raises FileVanished where it is not there yet, or no more."""
        return self._cache.open(movie.file.version, _name(track.name, number), f"{track.kind}/mp4")

    async def _remux(self, movie: Movie, film: Packaged, number: int, tracks: Sequence[Track]) -> None:
        """Does nothing where the cache has it."""
        if await self._is_kept(movie, number, tracks):
            return
        assert not isinstance(film.kept, IndexFile)
        job = "remux_segment" if isinstance(film.kept, RemuxedFilm) else "decompress_segment"
        index = await self._threads.ask(_in_text, film.kept)
        async with self._cache.draft() as draft:
            await self._jobs.run(
                job,
                movie,
                timeout_s=_TIMEOUT_S,
                index=index,
                number=number,
                targets={each.name: str(draft / _name(each.name, number)) for each in tracks},
            )
            await self._cache.keep(movie.file.version, draft)

    async def _is_kept(self, movie: Movie, number: int, tracks: Sequence[Track]) -> bool:
        """Whether the cache has the segment of all these tracks."""
        try:
            for track in tracks:
                async with self.open(movie, number, track):
                    pass
        except FileVanished:
            return False
        return True


def _together(film: Packaged, track: Track) -> list[Track]:
    """Those that are made together with this one: all but converted pictures; 5.1 by itself, since few listen to it."""
    made = [each for each in film.listed.tracks if not isinstance(each, ConvertedPicture)]
    return [each for each in made if is_surround(each) == is_surround(track)]


def _in_text(film: RemuxedFilm | MatroskaFilm) -> str:
    content = remuxed_bytes(film) if isinstance(film, RemuxedFilm) else matroska_bytes(film)
    return b64encode(content).decode("ascii")


def _name(track: str, number: int) -> str:
    """The file in the cache."""
    return f"remux-{PACKAGING}.{CONVERSION}-{track}-{number}.m4s"


def _key(movie: Movie, number: int, tracks: Sequence[Track]) -> tuple[str, str, int]:
    return movie.file.version, tracks[0].name, number
