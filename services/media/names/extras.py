"""Which film an extra, such as a trailer, belongs to: the film beside it, or beside its folder."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from services.media.names.extra_marks import is_extras_folder, marked_extra
from services.media.names.film_name import FilmName

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The films of a folder, by stem, by title and year, and by title: of each the path of the first film."""

    by_stem: dict[str, str] = field(default_factory=dict)
    by_year: dict[tuple[str, int | None], str] = field(default_factory=dict)
    by_title: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, name: FilmName) -> None:
        _keep_first(self.by_stem, _stem(path), path)
        _keep_first(self.by_year, (name.title, name.year), path)
        _keep_first(self.by_title, name.title, path)

    def film_of(self, extra: str, name: FilmName) -> str | None:
        """The film to which the extra at this path belongs: one with the extra's name without its mark, or with its
        title and year; or the first film where all films have one title. None: there is no such film."""
        stem, _ = marked_extra(_stem(extra), extra.split("/")[:-1])
        if film := self.by_stem.get(stem) or self.by_year.get((name.title, name.year)):
            return film
        if len(self.by_title) == 1:
            return next(iter(self.by_title.values()))
        return self.by_title.get(name.title) if name.year is None else None


def films_of_extras(names: Mapping[str, FilmName]) -> dict[str, str]:
    """The path of the film, by the path of each extra that belongs to one. ``names`` are those of all films."""
    extras = [path for path, name in names.items() if name.extra]
    if not extras:
        return {}
    shelves: dict[str, _Shelf] = defaultdict(_Shelf)
    for path, name in names.items():
        if not name.extra:
            shelves[path.rpartition("/")[0]].add(path, name)
    return {
        extra: film
        for extra in extras
        if (shelf := shelves.get(_home(extra))) and (film := shelf.film_of(extra, names[extra]))
    }


def _home(extra: str) -> str:
    folder = extra.rpartition("/")[0]
    parent, _, last = folder.rpartition("/")
    return parent if is_extras_folder(last) else folder


def _stem(path: str) -> str:
    file = path.rpartition("/")[2]
    return file.rpartition(".")[0] or file


def _keep_first(films: dict[K, str], key: K, path: str) -> None:
    films[key] = min(path, films.get(key, path))
