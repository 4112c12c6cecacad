"""Which films are shared, and the paths by which a guest knows them. These paths do not name the folders around.

Takes time in proportion to the library: call it in a thread.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from services.access.shares import Form, Subject
from services.library import Movie
from services.lists.movie_json import readable
from services.threads import unhurried


def films_of(subject: Subject, movies: Iterable[Movie]) -> dict[str, str]:
    """The paths of the films, in their order, by the paths for the holder. Of a film these are its versions, the parts
    of its disc and its extras, too. None has "." or "..", as keys of a bucket may: a proxy would read another path.
    """
    if subject.form is Form.FOLDER:
        depth = subject.name.count("/") + 1
        below = (movie.path for movie in unhurried(movies) if _is_in(movie, subject.name))
        shown = {"/".join(path.split("/")[depth:]): path for path in below}
        return {name: path for name, path in shown.items() if {".", ".."}.isdisjoint(name.split("/"))}
    if subject.form is Form.SERIES:
        return _by_name(movie.path for movie in unhurried(movies) if _series(movie) == subject.name)
    by_path = {movie.path: movie for movie in unhurried(movies)}
    return _by_name(_with_its_own(by_path[subject.name], by_path)) if subject.name in by_path else {}


def subject_of(movies: Iterable[Movie], is_it: Callable[[Subject], bool]) -> Subject | None:
    """The subject that ``is_it``, of all that could be shared of the movies."""
    seen: set[Subject] = set()
    for movie in unhurried(movies):
        for subject in _subjects(movie):
            if subject not in seen and is_it(subject):
                return subject
            seen.add(subject)
    return None


def as_shared(movie: Movie, shared: Mapping[str, str]) -> Movie:
    """The movie with the paths that the holder knows. ``shared`` has them by the paths of the films."""
    version = movie.version and replace(movie.version, of=shared.get(movie.version.of, shared[movie.path]))
    return replace(
        movie,
        path=shared[movie.path],
        of=shared.get(movie.of) if movie.of else None,
        version=version,
        parts=tuple(shared[part] for part in movie.parts if part in shared),
    )


def _subjects(movie: Movie) -> Iterator[Subject]:
    yield Subject(Form.FILM, movie.path)
    if series := _series(movie):
        yield Subject(Form.SERIES, series)
    parts = readable(movie.path).split("/")
    for depth in range(1, len(parts)):
        yield Subject(Form.FOLDER, "/".join(parts[:depth]))


def _series(movie: Movie) -> str:
    return readable(movie.name.series or "")


def _is_in(movie: Movie, folder: str) -> bool:
    return readable(movie.path).startswith(f"{folder}/")


def _with_its_own(film: Movie, by_path: Mapping[str, Movie]) -> Iterator[str]:
    """The film's path, and those of its versions, parts and extras. Of an extra, or a part of a disc, it alone."""
    if film.of is not None:
        yield film.path
        return
    for movie in unhurried(by_path.values()):
        owner = by_path.get(movie.of, movie) if movie.of else movie
        if _first_version(owner) == _first_version(film):
            yield movie.path


def _first_version(movie: Movie) -> str:
    return movie.version.of if movie.version else movie.path


def _by_name(paths: Iterable[str]) -> dict[str, str]:
    """The paths by the names of their files; a second one of a name stands in a folder "2"."""
    found: dict[str, str] = {}
    for path in paths:
        name = shown = path.rpartition("/")[2]
        number = 1
        while shown in found:
            number += 1
            shown = f"{number}/{name}"
        found[shown] = path
    return found
