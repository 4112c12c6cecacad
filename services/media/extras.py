"""Which film a trailer, a sample or the like belongs to: the one beside it, or beside its folder."""

from collections import defaultdict
from collections.abc import Mapping

from services.media.extra_marks import is_extras_folder
from services.media.names import FilmName


def films_of_extras(names: Mapping[str, FilmName]) -> dict[str, str]:
    """The path of the film, by that of each extra that has one. ``names`` are those of all films, by their paths."""
    extras = [path for path, name in names.items() if name.extra]
    if not extras:
        return {}
    films: dict[str, list[str]] = defaultdict(list)
    for path, name in sorted(names.items()):
        if not name.extra:
            films[path.rpartition("/")[0]].append(path)
    return {extra: film for extra in extras if (film := _film_of(names[extra], films[_home(extra)], names))}


def _home(extra: str) -> str:
    folder = extra.rpartition("/")[0]
    parent, _, last = folder.rpartition("/")
    return parent if is_extras_folder(last) else folder


def _film_of(extra: FilmName, films: list[str], names: Mapping[str, FilmName]) -> str | None:
    """The only one of ``films``, or the first of those that have the extra's title or are all of one title."""
    same = [film for film in films if names[film].title == extra.title]
    titles = {names[film].title for film in films}
    return next(iter(same if len(titles) > 1 else films), None)
