"""Sidecars: the subtitles and posters beside films, by the conventions of Jellyfin, Kodi and Plex.

The scan that finds the films finds them, too. Which film they belong to follows from paths alone, and is worked out
anew only when a path comes or goes.
"""

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import takewhile
from operator import attrgetter
from posixpath import basename, splitext
from typing import Any

from services.media.names.film_name import MAX_NAME, FilmName
from services.media.names.language_words import named_language
from services.media.names.version_words import same_words
from services.media.names.versions import Version
from services.media.types import FILM_EXTENSIONS, picture_type

_SUBTITLES = frozenset({".srt", ".vtt", ".ass", ".ssa", ".sub"})
_VOBSUB_INDEX = ".idx"  # beside a .sub that holds pictures and not text
_SUBTITLE_FOLDERS = frozenset({"subs", "sub", "subtitles"})
_POSTERS_OF_A_FILM = ("-poster", "", "-cover", "-thumb")  # behind the film's own name; the best first
_ENDINGS = tuple(filter(None, _POSTERS_OF_A_FILM))
_POSTERS_OF_A_FOLDER = ("poster", "folder", "cover", "movie")
_NAMED_FOR_VERSIONS = re.compile(r"[(\[]\d{4}[)\]]$|(?<![^\W_])s\d{1,4}[ .]?e\d{1,4}", re.IGNORECASE)
_FLAGS = {
    "forced": "forced",
    "foreign": "forced",
    "sdh": "hearing_impaired",
    "cc": "hearing_impaired",
    "default": "default",
}


@dataclass(frozen=True, slots=True)
class SubtitleFile:
    """A file of subtitles, and what its name tells. ``key`` names it among a film's subtitles: ASCII letters and
    digits, the same in every process. ``language`` is a BCP 47 tag. ``label`` has the words that are not understood."""

    path: str
    key: str
    language: str | None = None
    label: str | None = None
    forced: bool = False
    hearing_impaired: bool = False
    default: bool = False


@dataclass(frozen=True, slots=True)
class Sidecars:
    """What belongs to a film. ``subtitles`` are in the order of their paths; ``poster`` is a path."""

    subtitles: tuple[SubtitleFile, ...] = ()
    poster: str | None = None


def is_sidecar(name: str, siblings: Container[str]) -> bool:
    """Whether a file of this name may belong to a film.

    A folder may hold a film among a thousand photographs. So a picture counts only if it is named as a poster, like
    versions of a film ("Heat (1995)"), or like a film file among its ``siblings``.
    """
    if len(name) > MAX_NAME:
        return False
    stem, suffix = splitext(name)
    if suffix.lower() in _SUBTITLES or suffix.lower() == _VOBSUB_INDEX:
        return True
    if picture_type(name) is None:
        return False
    if stem.lower() in _POSTERS_OF_A_FOLDER or stem.lower().endswith(_ENDINGS):
        return True
    return bool(_NAMED_FOR_VERSIONS.search(stem)) or any(stem + extension in siblings for extension in FILM_EXTENSIONS)


def sidecars(
    films: Mapping[str, FilmName], versions: Mapping[str, Version], others: Iterable[str]
) -> dict[str, Sidecars]:
    """The sidecars of each film that has any, by its path. ``others`` are the paths of all files that are no films. A
    file named like the film belongs to all of its ``versions``; one named like a single version belongs to that one."""
    files = {path: _Place.of(path) for path in others}
    if not files:
        return {}
    shelf = _Shelf(films, versions)
    taken = set(files.values())
    subtitles: dict[str, list[SubtitleFile]] = defaultdict(list)
    posters: dict[str, tuple[int, str]] = {}
    for path, place in files.items():
        if place.suffix in _SUBTITLES and place.with_suffix(_VOBSUB_INDEX) not in taken:
            for film, subtitle in _subtitle(path, place, shelf):
                subtitles[film].append(subtitle)
        elif picture_type(path):
            for film, rank in _posters(place, shelf):
                posters[film] = min((rank, path), posters.get(film, (rank, path)))
    return {
        film: Sidecars(_in_order(subtitles.get(film, ())), posters[film][1] if film in posters else None)
        for film in subtitles.keys() | posters.keys()
    }


def _in_order(subtitles: Iterable[SubtitleFile]) -> tuple[SubtitleFile, ...]:
    return tuple(sorted(subtitles, key=attrgetter("path")))


@dataclass(frozen=True, slots=True)
class _Place:
    """A path in parts, with case folded and in NFC. ``suffix`` begins with its dot."""

    folder: str
    stem: str
    suffix: str

    @classmethod
    def of(cls, path: str) -> "_Place":
        folded = path if path.isascii() else unicodedata.normalize("NFC", path)
        folder, _, name = folded.casefold().rpartition("/")
        stem, dot, extension = name.rpartition(".")
        return cls(folder, stem or name, dot + extension)

    def with_suffix(self, suffix: str) -> "_Place":
        return _Place(self.folder, self.stem, suffix)


class _Shelf:
    """All films, to be looked up by folder and name."""

    def __init__(self, films: Mapping[str, FilmName], versions: Mapping[str, Version]) -> None:
        self._by_stem: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._by_folder: dict[str, list[str]] = defaultdict(list)
        self._of_versions: dict[str, list[str]] = defaultdict(list)  # by the path of the film's first version
        self._films_in: dict[str, set[str]] = defaultdict(set)  # by folder; of versions, the first alone
        for path, name in films.items():
            place = _Place.of(path)
            self._by_stem[place.folder, place.stem].append(path)
            if path in versions:
                self._of_versions[versions[path].of].append(path)
            if name.extra is None:
                self._by_folder[place.folder].append(path)
                self._films_in[place.folder].add(versions[path].of if path in versions else path)
        self._by_name = self._names_of_films(versions)

    def _names_of_films(self, versions: Mapping[str, Version]) -> dict[tuple[str, str], list[str]]:
        """The versions of each film, by folder and by each name that stands for all versions."""
        by_name: dict[tuple[str, str], list[str]] = {}
        for first, paths in self._of_versions.items():
            places = [_Place.of(path) for path in paths]
            for name in _names_of_film(versions[first].name, [place.stem for place in places]):
                by_name.setdefault((places[0].folder, name), paths)
        return by_name

    def named(self, folder: str, stem: str) -> list[str]:
        """The films of this name: all versions, or the one version that has the name for itself."""
        films = self._by_stem.get((folder, stem), [])
        if not self._by_name or len(stem) > MAX_NAME:
            return films
        versions = self._by_name.get((folder, same_words(stem)), [])
        return versions if set(films) <= set(versions) else films

    def alone_in(self, folder: str) -> list[str]:
        """The versions of the only film in ``folder``, extras aside. Empty: there is none, or more than one film."""
        return self._by_folder[folder] if len(self._films_in.get(folder, ())) == 1 else []


def _names_of_film(name: FilmName, stems: Sequence[str]) -> set[str]:
    """The names that stand for all versions of a film, as ``same_words``: the words with which all file names begin,
    and the title with and without its year."""
    split = [same_words(stem).split() for stem in stems]
    shared = [words[0] for words in takewhile(lambda words: len(set(words)) == 1, zip(*split, strict=False))]
    names = {" ".join(shared)}
    if name.series is None and name.part is None:
        title = same_words(name.title)
        names |= {title, f"{title} {name.year or ''}".rstrip()}
    return names - {""}


def _subtitle(path: str, place: _Place, shelf: _Shelf) -> Iterator[tuple[str, SubtitleFile]]:
    for films, words, anything_goes in _homes(place, shelf):
        told = _told(_as_written(words, splitext(basename(path))[0], place.stem)) if films else {}
        if films and (anything_goes or (told and "label" not in told)):
            for film in films:
                yield film, SubtitleFile(path, _key(path), **told)
            return


def _as_written(ending: str, written: str, folded: str) -> str:
    """``ending`` as the file name has it, before case folding. If folding changed the length: ``ending`` itself."""
    return written[len(written) - len(ending) :] if len(written) == len(folded) else ending


def _homes(place: _Place, shelf: _Shelf) -> Iterator[tuple[list[str], str, bool]]:
    """The films that a subtitle file may belong to, the likeliest first. With the rest of its name, and whether that
    rest may be anything; otherwise it must be words about languages."""
    folder, _, last = place.folder.rpartition("/")
    in_subtitles = last in _SUBTITLE_FOLDERS
    for home in (place.folder, folder) if in_subtitles else (place.folder,):
        yield shelf.named(home, place.stem), "", True
        for separator in reversed([*re.finditer(r"[. _\-(\[]", place.stem)]):
            films = shelf.named(home, place.stem[: separator.start()])
            yield films, place.stem[separator.end() :], separator[0] == "."
    if in_subtitles:
        yield shelf.alone_in(folder), place.stem, True
    grandparent, _, parent = folder.rpartition("/")
    if parent in _SUBTITLE_FOLDERS:
        yield shelf.named(grandparent, last), place.stem, True
    yield shelf.alone_in(place.folder), place.stem, False


def _told(words: str) -> dict[str, Any]:
    """What ``words`` such as "en.forced" and "3_English SDH" say of subtitles, as fields of SubtitleFile."""
    told: dict[str, Any] = {}
    labels = []
    for word in _told_words(re.sub(r"^\d+_", "", words)):
        language = named_language(word)
        if flag := _FLAGS.get(word.casefold()):
            told[flag] = True
        elif word.casefold() == "hi" and "language" in told:
            told["hearing_impaired"] = True
        elif language and told.get("language") == "hi":
            told |= {"language": language, "hearing_impaired": True}
        elif language and told.get("language", language)[:2] == language[:2]:  # "Brazilian Portuguese"
            told["language"] = max(language, told.get("language", ""), key=len)
        elif word.casefold() != "und":
            labels.append(word)
    if "language" in told:
        labels = [word for word in labels if not word.isdecimal()]  # "Film.2.ger.srt" is the second file, in German
    if labels:
        told["label"] = " ".join(labels).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return told


def _told_words(words: str) -> Iterator[str]:
    for part in filter(None, words.split(".")):
        if named_language(part):
            yield part
        else:
            yield from filter(None, re.split(r"[ _()\[\]]+", part))


def _posters(place: _Place, shelf: _Shelf) -> Iterator[tuple[str, int]]:
    """The films whose poster this may be, each with the rank of this poster: 0 is the best."""
    for rank, ending in enumerate(_POSTERS_OF_A_FILM):
        if place.stem.endswith(ending):
            stem = place.stem.removesuffix(ending)
            for film in shelf.named(place.folder, stem):
                is_its_own = _Place.of(film).stem == stem  # named like this version, not like all versions
                yield film, rank if is_its_own else rank + len(_POSTERS_OF_A_FILM)
    if place.stem in _POSTERS_OF_A_FOLDER:
        rank = 2 * len(_POSTERS_OF_A_FILM) + _POSTERS_OF_A_FOLDER.index(place.stem)
        yield from ((film, rank) for film in shelf.alone_in(place.folder))


def _key(path: str) -> str:
    return blake2b(os.fsencode(path), digest_size=5).hexdigest()
