"""Names of different films in one folder that would read the same: their titles get the words that differ."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.media.names.film_name import FilmName
from services.media.names.version_words import own_words, same_words, unexplained
from services.media.names.versions import Version, stem_of


def told_apart(names: Mapping[str, FilmName], versions: Mapping[str, Version]) -> dict[str, FilmName]:
    """The new names, by path, of films that would otherwise read the same: "Course Lesson 1" for
    "Course.1080p.Lesson.1". The versions of a film keep one name."""
    alike: dict[tuple[str, FilmName], list[str]] = defaultdict(list)
    for path, name in names.items():
        if name.extra is None:
            alike[path.rpartition("/")[0], replace(name, edition=None)].append(path)
    return {
        path: replace(names[path], title=" ".join([names[path].title, *words]))
        for paths in alike.values()
        if len(paths) > 1 and len(films := _films(paths, versions)) > 1
        for first, files in films.items()
        if (words := _words(first, names[first]))
        for path in files
    }


def _films(paths: Iterable[str], versions: Mapping[str, Version]) -> dict[str, list[str]]:
    """The files of each film, by the path of its first file."""
    films: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        films[versions[path].of if path in versions else path].append(path)
    return films


def _words(path: str, name: FilmName) -> list[str]:
    """The words of the file name that the title leaves out, as they are written."""
    stem = stem_of(path)
    left_out = {word for told in unexplained(stem, name) for word in told.split()}
    left_out -= {*same_words(name.edition or "").split()}
    return [word for word in own_words(stem) if word.strip("-,").casefold() in left_out] or sorted(left_out)
