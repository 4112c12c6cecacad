"""Sidecars: the subtitles, posters and descriptions beside films, by the conventions of Jellyfin, Kodi and Plex.

The scan that finds the films finds them, too. Which film they belong to follows from paths alone, and is worked out
anew only when a path comes or goes.
"""

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import takewhile
from operator import attrgetter
from posixpath import basename, splitext
from typing import Any

from services.media.names.artwork import SERIES_POSTER, artwork_of_folder, is_artwork, kind_at_end
from services.media.names.film_name import MAX_NAME, FilmName
from services.media.names.language_words import named_language
from services.media.names.version_words import same_words
from services.media.names.versions import Version
from services.media.types import FILM_EXTENSIONS, picture_type

_SUBTITLES = frozenset({".srt", ".vtt", ".ass", ".ssa", ".sub"})
_STYLED = frozenset({".ass", ".ssa"})
_VOBSUB_INDEX, _VOBSUB = ".idx", ".sub"  # beside an .idx, a .sub holds pictures and not text
_PGS = ".sup"
_SUBTITLE_FOLDERS = frozenset({"subs", "sub", "subtitles"})
_POSTERS_OF_A_FILM = ("-poster", "", "-cover", "-thumb")  # behind the film's own name; the best first
_ENDINGS = tuple(filter(None, _POSTERS_OF_A_FILM))
_POSTERS_OF_A_FOLDER = ("poster", "folder", "cover", "movie")
_NAMED_FOR_VERSIONS = re.compile(r"[(\[]\d{4}[)\]]$|(?<![^\W_])s\d{1,4}[ .]?e\d{1,4}", re.IGNORECASE)
_NFO = ".nfo"
_NFO_OF_A_FOLDER = "movie"
_NFO_OF_A_SERIES = "tvshow"
_NFOS_OF_A_DISC = frozenset({("video_ts", "video_ts"), ("bdmv", "index")})  # the folder on the disc, and the name in it
_IS_OWN, _OF_VERSIONS, _OF_FOLDER, _OF_SERIES = range(4)  # ranks: named like this version, like all versions, or not
_FLAGS = {
    "forced": "forced",
    "foreign": "forced",
    "sdh": "hearing_impaired",
    "cc": "hearing_impaired",
    "default": "default",
}


Rank = tuple[int, ...]  # of files of one kind for one film; the lowest is the best


@dataclass(frozen=True, slots=True)
class SubtitleFile:
    """A file of subtitles, and what its name tells. ``key`` names it among a film's subtitles: ASCII letters and
    digits, the same in every process. ``language`` is a BCP 47 tag. ``label`` has the words that are not understood.
    ``index`` is the path of the .idx of a .sub that holds pictures."""

    path: str
    key: str
    language: str | None = None
    label: str | None = None
    forced: bool = False
    hearing_impaired: bool = False
    default: bool = False
    index: str | None = None

    @property
    def is_styled(self) -> bool:
        """Whether it has styles, by its extension."""
        return splitext(self.path)[1].lower() in _STYLED


@dataclass(frozen=True, slots=True)
class Sidecars:
    """What belongs to a film. ``subtitles`` and ``image_subtitles`` are in the order of their paths; all others are
    paths. ``series_nfo`` is
    about the series of an episode. ``artwork`` is by kind (services/media/names/artwork.py); what an episode has not
    is its series'."""

    subtitles: tuple[SubtitleFile, ...] = ()
    image_subtitles: tuple[SubtitleFile, ...] = ()
    poster: str | None = None
    nfo: str | None = None
    series_nfo: str | None = None
    artwork: tuple[tuple[str, str], ...] = ()


def is_sidecar(name: str, siblings: Container[str]) -> bool:
    """Whether a file of this name may belong to a film.

    A folder may hold a film among a thousand photographs. So a picture counts only if it is named as a poster, like
    versions of a film ("Heat (1995)"), or like a film file among its ``siblings``.
    """
    if len(name) > MAX_NAME:
        return False
    stem, suffix = splitext(name)
    if suffix.lower() in _SUBTITLES or suffix.lower() in (_VOBSUB_INDEX, _PGS, _NFO):
        return True
    if picture_type(name) is None:
        return False
    if is_artwork(stem.lower()) or stem.lower() in _POSTERS_OF_A_FOLDER or stem.lower().endswith(_ENDINGS):
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
    paths = {place: path for path, place in files.items()}
    subtitles: dict[str, list[SubtitleFile]] = defaultdict(list)
    images: dict[str, list[SubtitleFile]] = defaultdict(list)
    best = _Best()
    for path, place in files.items():
        if place.suffix in _SUBTITLES or place.suffix == _PGS:
            index = paths.get(place.with_suffix(_VOBSUB_INDEX)) if place.suffix == _VOBSUB else None
            found = images if index or place.suffix == _PGS else subtitles
            for film, subtitle in _subtitle(path, place, shelf, index):
                found[film].append(subtitle)
        elif place.suffix == _NFO:
            best.note("nfo", path, _nfos(place, shelf))
            best.note("series_nfo", path, _nfos_of_series(place, shelf))
        elif picture_type(path):
            best.note("poster", path, _posters(place, shelf))
            for kind, films_of_kind in _artwork(place, shelf):
                best.note(kind, path, films_of_kind)
    films_with_any = {*subtitles, *images, *best.films()}
    return {film: _sidecars(subtitles.get(film, ()), images.get(film, ()), best.of(film)) for film in films_with_any}


class _Best:
    """For each film the best file of each kind: the one of the lowest rank."""

    def __init__(self) -> None:
        self._files: dict[str, dict[str, tuple[Rank, str]]] = defaultdict(dict)

    def note(self, kind: str, path: str, films: Iterable[tuple[str, Rank]]) -> None:
        """``films``: those to which the file may belong as this kind, each with its rank."""
        for film, rank in films:
            files = self._files[film]
            files[kind] = min((rank, path), files.get(kind, (rank, path)))

    def films(self) -> Collection[str]:
        return self._files.keys()

    def of(self, film: str) -> dict[str, str]:
        return {kind: path for kind, (_, path) in sorted(self._files.get(film, {}).items())}


def _sidecars(subtitles: Iterable[SubtitleFile], images: Iterable[SubtitleFile], files: dict[str, str]) -> Sidecars:
    named = {kind: files.pop(kind, None) for kind in ("poster", "nfo", "series_nfo")}
    return Sidecars(_in_order(subtitles), _in_order(images), artwork=tuple(files.items()), **named)


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
        self._films = films
        self._below: dict[str, list[str]] | None = None  # the films in each folder and below it; made when asked for

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

    def episodes_below(self, folder: str) -> list[str]:
        """The episodes of any series in ``folder`` and below it."""
        return [path for path in self._all_below(folder) if self._films[path].series]

    def series_of(self, folder: str) -> list[str]:
        """The episodes in ``folder`` and below it, if all films there are of one series. Otherwise empty."""
        films = self._all_below(folder)
        series = {self._films[path].series for path in films}
        return films if len(series) == 1 and series != {None} else []

    def _all_below(self, folder: str) -> list[str]:
        if self._below is None:
            self._below = defaultdict(list)
            for path, name in self._films.items():
                if name.extra is None:
                    for above in _folders_above(_Place.of(path).folder):
                        self._below[above].append(path)
        return self._below.get(folder, [])


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


def _subtitle(path: str, place: _Place, shelf: _Shelf, index: str | None) -> Iterator[tuple[str, SubtitleFile]]:
    for films, words, anything_goes in _homes(place, shelf):
        told = _told(_as_written(words, splitext(basename(path))[0], place.stem)) if films else {}
        if films and (anything_goes or (told and "label" not in told)):
            for film in films:
                yield film, SubtitleFile(path, _key(path), index=index, **told)
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


def _posters(place: _Place, shelf: _Shelf) -> Iterator[tuple[str, Rank]]:
    """The films whose poster this may be, each with the rank of this poster."""
    for rank, ending in enumerate(_POSTERS_OF_A_FILM):
        if place.stem.endswith(ending):
            stem = place.stem.removesuffix(ending)
            for film in shelf.named(place.folder, stem):
                yield film, (_IS_OWN if _Place.of(film).stem == stem else _OF_VERSIONS, rank)
    if place.stem in _POSTERS_OF_A_FOLDER:
        rank = _POSTERS_OF_A_FOLDER.index(place.stem)
        yield from ((film, (_OF_FOLDER, rank)) for film in shelf.alone_in(place.folder))


def _nfos(place: _Place, shelf: _Shelf) -> Iterator[tuple[str, Rank]]:
    """The films that this file may be about."""
    for film in shelf.named(place.folder, place.stem):
        yield film, (_IS_OWN if _Place.of(film).stem == place.stem else _OF_VERSIONS,)
    if place.stem == _NFO_OF_A_FOLDER:
        yield from ((film, (_OF_FOLDER,)) for film in shelf.alone_in(place.folder))
    home, _, last = place.folder.rpartition("/")
    if (last, place.stem) in _NFOS_OF_A_DISC:
        yield from ((film, (_OF_FOLDER,)) for film in shelf.alone_in(home))


def _nfos_of_series(place: _Place, shelf: _Shelf) -> Iterator[tuple[str, Rank]]:
    """The episodes whose series this file may be about. The nearest one tells."""
    if place.stem == _NFO_OF_A_SERIES:
        yield from ((film, (-_depth(place),)) for film in shelf.episodes_below(place.folder))


def _artwork(place: _Place, shelf: _Shelf) -> Iterator[tuple[str, Iterable[tuple[str, Rank]]]]:
    """The kinds of artwork that this picture may be, each with the films whose it may be. What is a film's own is
    better than what is its series', for which the nearest folder comes first; but the poster of a series is that of the
    highest folder."""
    for stem, kind, rank in kind_at_end(place.stem):
        yield kind, ((film, (_IS_OWN, 0, rank)) for film in shelf.named(place.folder, stem))
    for kind, rank in artwork_of_folder(place.stem):
        yield kind, ((film, (_OF_FOLDER, 0, rank)) for film in shelf.alone_in(place.folder))
        yield kind, ((film, (_OF_SERIES, -_depth(place), rank)) for film in shelf.series_of(place.folder))
    if place.stem in _POSTERS_OF_A_FOLDER:
        rank = _POSTERS_OF_A_FOLDER.index(place.stem)
        yield SERIES_POSTER, ((film, (_OF_SERIES, _depth(place), rank)) for film in shelf.series_of(place.folder))


def _depth(place: _Place) -> int:
    return place.folder.count("/") + bool(place.folder)


def _folders_above(folder: str) -> Iterator[str]:
    """The folder itself, and all above it: "a/b", "a" and "" for "a/b"."""
    yield folder
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def _key(path: str) -> str:
    return blake2b(os.fsencode(path), digest_size=5).hexdigest()
