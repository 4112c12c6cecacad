"""Which files are versions of one film, by the conventions of Jellyfin, Kodi and Plex.

Versions are in one folder, have one name, and differ only in quality, edition, language or container. Parts of a film
are not versions of it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from services.media.names.film_name import MAX_NAME, FilmName
from services.media.names.printable import printable
from services.media.names.version_words import Versionless, own_words, same_words, sharpness, unexplained, versionless

_NO_UTF_8 = re.compile("[\udc80-\udcff]+")  # bytes that all read the same (PEP 383)
MOST = 64  # more are taken for films of their own: nobody could choose, and each would have all the sidecars


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a film. ``of`` is the path of the film's first version, also in that version itself. ``name`` is the
    film's name with the version's edition. ``label`` tells versions of one edition apart: "1080p", "WEBM"; None: the
    edition is enough, or the file name has nothing for a label."""

    of: str
    name: FilmName
    label: str | None = None


def versions(names: Mapping[str, FilmName]) -> dict[str, Version]:
    """The version that each file is, by its path; only files that are one of several versions. ``names`` are those of
    all films, in natural order."""
    found: dict[str, Version] = {}
    for film in _films({path: name for path, name in names.items() if _may_be_one(path, name)}):
        found |= _labelled(film)
    return found


def _may_be_one(path: str, name: FilmName) -> bool:
    return name.extra is None and len(stem_of(path)) <= MAX_NAME


def _films(names: Mapping[str, FilmName]) -> Iterator[dict[str, FilmName]]:
    """The films in several versions: for each film, the names of its versions by path."""
    short = {path: versionless(name.title, dated=name.year is not None) for path, name in names.items()}
    for alike in _shared(names, lambda path: _key(path, short[path], names[path])):
        for paths in _shared(alike, _rests(alike, names).__getitem__):
            if len(paths) <= MOST:
                titles = {names[path].title for path in paths}
                yield {path: names[path] if len(titles) == 1 else _shorter(names[path], short[path]) for path in paths}


def _rests(alike: Iterable[str], names: Mapping[str, FilmName]) -> dict[str, tuple[str, ...]]:
    """What of each file its name leaves unexplained. An edition of which nothing is known, "Film (2010) - Grindhouse",
    is one where the film itself is there; without that, and with a number, it may be what the film is about."""
    rests = {path: unexplained(stem_of(path), names[path]) for path in alike}
    known = set(rests.values())
    for path, rest in rests.items():
        edition = same_words(names[path].edition or "").split()
        bare = tuple(word for word in rest if word not in edition or not word.isalpha())
        if bare in known:
            rests[path] = bare
    return rests


def _shared(paths: Iterable[str], key: Callable[[str], Hashable]) -> Iterator[list[str]]:
    """The paths in groups of one key, without groups of one path."""
    by_key: dict[Hashable, list[str]] = defaultdict(list)
    for path in paths:
        by_key[key(path)].append(path)
    return (each for each in by_key.values() if len(each) > 1)


def _key(path: str, short: Versionless, name: FilmName) -> Hashable:
    series = name.series and same_words(name.series)
    written = short.title if name.series is None and name.year is None else ""  # "IT" and "It" may be two films
    folder, _, file = path.rpartition("/")
    alike = replace(name, title=same_words(short.title), series=series, edition=None)
    return folder, " ".join(written.split()), tuple(_NO_UTF_8.findall(file)), alike


def _shorter(name: FilmName, short: Versionless) -> FilmName:
    return replace(name, title=short.title, edition=name.edition or short.edition)


def _labelled(names: Mapping[str, FilmName]) -> dict[str, Version]:
    """The versions of one film, with labels that have just as many facts as tell all apart."""
    told: dict[str, list[str]] = {path: [names[path].edition or ""] for path in names}
    stems = {path: stem_of(path) for path in names}
    for fact in _FACTS:
        if len({tuple(facts) for facts in told.values()}) == len(names):
            break
        facts = fact(stems, names)
        if len(set(facts.values())) > 1:
            for path in names:
                told[path].append(facts[path])
    first, own = next(iter(names)), _own_words(stems, names)
    labels = {path: " ".join(filter(None, facts[1:])) for path, facts in told.items()}
    return {
        path: Version(
            first, name, labels[path] or (None if name.edition else sharpness(stems[path]) or own[path] or None)
        )
        for path, name in names.items()
    }


def _sharpness(stems: Mapping[str, str], names: Mapping[str, FilmName]) -> dict[str, str]:
    return {path: sharpness(stem) for path, stem in stems.items()}


def _own_words(stems: Mapping[str, str], names: Mapping[str, FilmName]) -> dict[str, str]:
    """The words that not all versions have, without those of the film's name and the resolution."""
    split = {path: own_words(stem) for path, stem in stems.items()}
    counts = Counter(word for each in split.values() for word in {word.casefold() for word in each})
    told = {
        path: {*same_words(f"{name.title} {name.year} {name.edition}").split(), sharpness(stems[path]).casefold()}
        for path, name in names.items()
    }
    return {
        path: " ".join(
            word for word in each if counts[word.casefold()] < len(names) and word.casefold() not in told[path]
        )
        for path, each in split.items()
    }


def _extension(stems: Mapping[str, str], names: Mapping[str, FilmName]) -> dict[str, str]:
    return {path: path.rpartition(".")[2].upper() for path in names}


def _file(stems: Mapping[str, str], names: Mapping[str, FilmName]) -> dict[str, str]:
    """The file name, in which files of one folder always differ."""
    return {path: printable(path.rpartition("/")[2]) for path in names}


_FACTS: tuple[Callable[[Mapping[str, str], Mapping[str, FilmName]], dict[str, str]], ...] = (
    _sharpness,
    _own_words,
    _extension,
    _file,
)


def stem_of(path: str) -> str:
    """The name of a file without its extension, as it may be shown."""
    file = printable(path.rpartition("/")[2])
    return file.rpartition(".")[0] or file
