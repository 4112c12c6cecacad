"""Films as playlists for any player: extended M3U, in UTF-8.

An entry holds the text before the origin of its URL and the text after it. The origin ("http://127.0.0.1:8000") is put
in while a playlist is read. So the playlists of all origins (``Host``, ``X-Forwarded-…``) and of all folders share
the same entries in memory (services/storage/memory.py). Playlists are not compressed, since that would take a copy for
each origin.

Tested by tests/handlers/test_playlist.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from services.errors import MovieNotFound
from services.library import Movie
from services.lists.movie_json import movie_url, readable
from services.media.details import Details
from services.storage.memory import Pieces, PiecesSource
from services.threads import unhurried

_MEDIA_TYPE = "audio/x-mpegurl; charset=utf-8"
_BEGINNING = b"#EXTM3U\n"

Entry = tuple[bytes, bytes]  # the text before the origin, and after it
_Runs = list[tuple[int, int]]  # of entries: the first of each run, and the one after its last


def entry(movie: Movie, details: Details, before: str = "") -> Entry:
    """One movie's entry, without the origin of its URL. ``before`` comes before its path: "/t/…"."""
    # Names hold no line breaks, so no file name can add an entry.
    title = f"#EXTINF:{round(details.get('duration', -1))},{movie.in_words}\n"
    return title.encode(), f"{before}{movie_url('videos', movie)}\n".encode()


def playlist_of(files: Sequence[Entry], origin: str) -> PiecesSource:
    """The playlist of one movie, which may be in several files. ``origin`` is the one by which the viewer reached this
    server: "http://127.0.0.1:8000"."""
    return _playlist(Pieces(_BEGINNING, files, _now()), [(0, len(files))], origin)


class Playlists:
    """The playlists of the whole library, of each folder and of each series: a Snapshot.

    Extras such as trailers are in none, since nobody wants them between films. Takes time in proportion to the number
    of films: make it in a thread.
    """

    def __init__(self, films: Iterable[tuple[Movie, Entry]]) -> None:
        films = list(films)
        self._spelt: dict[str, str] = {}
        for movie, _ in unhurried(films):
            if (shown := readable(movie.path)) != movie.path:
                self._spelt.setdefault(shown, movie.path)
        listed = [(movie, entry) for movie, entry in films if movie.name.extra is None]
        self._pieces = Pieces(_BEGINNING, [entry for _, entry in listed], _now())
        # By folder: which films are in it and below, as runs of ``listed``. Mostly one run; natural order mixes the
        # films of folders whose names differ only in case or in leading zeros.
        self._runs: dict[str, _Runs] = {"": [(0, len(listed))]}
        self._series: dict[str, _Runs] = {}
        for number, (movie, _) in enumerate(unhurried(listed)):
            for folder in {name for spelt in (movie.path, readable(movie.path)) for name in _folders(spelt)}:
                _append(self._runs.setdefault(folder, []), number)
            if movie.name.series is not None:
                _append(self._series.setdefault(readable(movie.name.series), []), number)

    @property
    def memory_bytes(self) -> int:
        return self._pieces.memory_bytes

    def forget(self) -> None:
        self._pieces.forget()

    def spelt(self, path: str) -> str:
        """The path of the first movie that the list shows as ``path``. The two differ where a path is not UTF-8."""
        return self._spelt.get(path, path)

    def of_folder(self, folder: str, origin: str) -> PiecesSource:
        """The playlist of all films in ``folder`` and below it; "" is the whole library. ``folder`` is a real path, or
        one as the list shows it. Raises MovieNotFound where there is no film.
        """
        return self._of(self._runs.get(folder), folder, origin)

    def of_series(self, series: str, origin: str) -> PiecesSource:
        """The playlist of all episodes of the series, by the name that the list shows. Raises MovieNotFound where there
        is none."""
        return self._of(self._series.get(series), series, origin)

    def _of(self, runs: _Runs | None, name: str, origin: str) -> PiecesSource:
        if runs is None:
            raise MovieNotFound(name)
        return _playlist(self._pieces, runs, origin)


def _playlist(pieces: Pieces, runs: Sequence[tuple[int, int]], origin: str) -> PiecesSource:
    return PiecesSource(pieces, _MEDIA_TYPE, runs, origin.encode("ascii"))


def _append(runs: _Runs, number: int) -> None:
    begin = runs.pop()[0] if runs and runs[-1][1] == number else number
    runs.append((begin, number + 1))


def _folders(path: str) -> Iterator[str]:
    """All folders that hold the path: "a" and "a/b" of "a/b/c.mp4"."""
    end = path.find("/", 1)  # from 1: a "/" at the beginning names no folder below the library
    while end >= 0:
        yield path[:end]
        end = path.find("/", end + 1)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
