"""Which film a trailer, a sample or the like belongs to: the one beside it, or beside its folder."""

from collections import defaultdict
from collections.abc import Mapping

from services.media.names.extra_marks import is_extras_folder
from services.media.names.film_name import FilmName


def films_of_extras(names: Mapping[str, FilmName]) -> dict[str, str]:
    """The path of the film, by that of each extra that has one. ``names`` are those of all films, by their paths."""
    extras = [path for path, name in names.items() if name.extra]
    if not extras:
        return {}
    shelves: dict[str, dict[str, str]] = defaultdict(dict)  # of each folder: the first film of each title
    for path, name in names.items():
        if not name.extra:
            shelf = shelves[path.rpartition("/")[0]]
            shelf[name.title] = min(path, shelf.get(name.title, path))
    return {extra: film for extra in extras if (film := _film_of(names[extra], shelves.get(_home(extra), {})))}


def _home(extra: str) -> str:
    folder = extra.rpartition("/")[0]
    parent, _, last = folder.rpartition("/")
    return parent if is_extras_folder(last) else folder


def _film_of(extra: FilmName, shelf: Mapping[str, str]) -> str | None:
    """The first film that has the extra's title, or of the one title that there is."""
    return shelf.get(extra.title) if len(shelf) != 1 else next(iter(shelf.values()))
