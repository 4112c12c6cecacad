"""Which files are versions of one film: of one folder, the same name, and nothing between them but quality, edition,
language or container, as Jellyfin, Kodi and Plex know versions. The parts of a film are not its versions."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from services.media.names.film_name import MAX_NAME, FilmName
from services.media.names.printable import printable
from services.media.names.version_words import Versionless, own_words, same_words, sharpness, unexplained, versionless

_NO_UTF_8 = re.compile("[\udc80-\udcff]+")  # bytes that all read the same (PEP 383)
MOST = 64  # more are no versions: nobody could choose, and each has what stands beside the film


@dataclass(frozen=True, slots=True)
class Version:
    """``of`` is the path of the film's first file, which is a version as well. ``name`` is the film's name, with the
    version's edition. ``label`` tells it from those of the same edition: "1080p", "WEBM"; None: its name does not."""

    of: str
    name: FilmName
    label: str | None = None


def versions(names: Mapping[str, FilmName]) -> dict[str, Version]:
    """Each file that is one of several versions, by its path. ``names`` are those of all films, in their order."""
    found: dict[str, Version] = {}
    for film in _films({path: name for path, name in names.items() if _may_be_one(path, name)}):
        found |= _labelled(film)
    return found


def _may_be_one(path: str, name: FilmName) -> bool:
    return name.extra is None and len(stem_of(path)) <= MAX_NAME


def _films(names: Mapping[str, FilmName]) -> Iterator[dict[str, FilmName]]:
    """Those in several versions: the name of each, by its path."""
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
    """The paths that have a key with others in common."""
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
    """With as little in each label as tells all apart."""
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
    """The words that not all have, but for those told before."""
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
    """What files of one folder always differ in."""
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
