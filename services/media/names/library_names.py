"""What the paths of a whole library tell: the films' names, and what belongs to what.

It is told anew only when a path comes or goes, in time that grows in proportion to the number of files. One name never
takes other films away: where a rule breaks over a name, that film is listed under its plain name, or the films are
listed without what the rule would tell. The log has the reason.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from services.media.names.discs import DiscFile, disc_files, parts_of_discs
from services.media.names.extras import films_of_extras
from services.media.names.film_name import FilmName, film_name, plain_name
from services.media.names.natural_order import in_natural_order
from services.media.names.sidecars import Sidecars, sidecars
from services.media.names.told_apart import told_apart
from services.media.names.versions import Version, versions
from services.threads import unhurried

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LibraryNames:
    """All by the path of a film. ``ordered`` has the paths of all films that are listed, in natural order.

    ``names`` are those of the films; versions of one film share its name. ``of_extras`` has the path of the film that
    an extra belongs to, or of a disc's first file; ``parts`` has the paths of the files that play after that first one.
    """

    ordered: list[str] = field(default_factory=list)
    names: Mapping[str, FilmName] = field(default_factory=dict)
    versions: Mapping[str, Version] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sidecars: Mapping[str, Sidecars] = field(default_factory=dict)
    of_extras: Mapping[str, str] = field(default_factory=dict)
    # What this follows from, and what is used again:
    alone: Mapping[str, FilmName] = field(default_factory=dict)  # the name that each path tells by itself
    others: frozenset[str] = frozenset()
    discs: Mapping[str, DiscFile] = field(default_factory=dict)


def library_names(sizes: Mapping[str, int], others: Collection[str], before: LibraryNames) -> LibraryNames:
    """What the paths tell. ``sizes``: of all film files, in bytes, by path. ``others``: the paths of all other files.

    ``before`` is the last answer: returned where nothing changed, and otherwise used again as far as it goes.
    """
    on_discs = _told(disc_files, sizes)
    discs = {path: disc for path, disc in on_discs.items() if disc}
    films = {path for path in unhurried(sizes) if path in discs or path not in on_discs}
    if before.alone.keys() == films and before.others == set(others) and before.discs == discs:
        return before
    ordered = in_natural_order(unhurried(films))
    alone = _names_alone(ordered, discs, before)
    found = _told(versions, alone)
    names = _names(alone, found)
    return LibraryNames(
        ordered=ordered,
        names=names,
        versions=found,
        parts=parts_of_discs(discs),
        sidecars=_sidecars(names, found, others, discs),
        of_extras=_films_of_extras(names, discs),
        alone=alone,
        others=frozenset(others),
        discs=discs,
    )


def _names_alone(paths: list[str], discs: Mapping[str, DiscFile], before: LibraryNames) -> dict[str, FilmName]:
    known = {path: name for path, name in before.alone.items() if path not in before.discs}
    return {path: discs[path].name if path in discs else known.get(path) or _name(path) for path in unhurried(paths)}


def _names(alone: dict[str, FilmName], found: Mapping[str, Version]) -> dict[str, FilmName]:
    names = alone | {path: version.name for path, version in found.items()}
    return names | _told(told_apart, names, found)


def _sidecars(
    names: Mapping[str, FilmName],
    versions: Mapping[str, Version],
    others: Collection[str],
    discs: Mapping[str, DiscFile],
) -> dict[str, Sidecars]:
    homes = _homes(discs)
    beside = _told(sidecars, _at_home(names, homes), versions, others)
    return {homes.get(film, film): own for film, own in beside.items()}


def _films_of_extras(names: Mapping[str, FilmName], discs: Mapping[str, DiscFile]) -> dict[str, str]:
    homes = _homes(discs)
    films = _told(films_of_extras, _at_home(names, homes))
    of_extras = {homes.get(extra, extra): homes.get(film, film) for extra, film in films.items()}
    return of_extras | {path: disc.of for path, disc in discs.items() if disc.of}


def _homes(discs: Mapping[str, DiscFile]) -> dict[str, str]:
    """The first file of each film on discs, by the film's home."""
    return {disc.home: path for path, disc in discs.items() if not disc.of}


def _at_home(names: Mapping[str, FilmName], homes: Mapping[str, str]) -> dict[str, FilmName]:
    """``names``, with each film on discs at its home instead of at its first file."""
    first_files = set(homes.values())
    elsewhere = {path: name for path, name in names.items() if path not in first_files}
    return elsewhere | {home: names[path] for home, path in homes.items()}


def _name(path: str) -> FilmName:
    try:
        return film_name(path)
    except Exception:
        _log.exception("a rule for names failed: %s is listed under its plain name", ascii(path))
        return plain_name(path)


def _told(rule: Callable[..., dict[str, T]], *paths: Collection[str]) -> dict[str, T]:
    """What ``rule`` tells of films together; nothing where it fails."""
    try:
        return rule(*paths)
    except Exception:
        _log.exception("a rule for names failed: films are listed without what belongs to them")
        return {}
