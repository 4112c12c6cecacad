"""Folders of DVDs, Blu-rays and camcorders: which of their files are the film, and in which order they play.

A DVD has its title sets in VIDEO_TS. VTS_01_1.VOB, VTS_01_2.VOB … are one film, cut at 1 GiB; VTS_01_0.VOB and
VIDEO_TS.VOB are menus. A Blu-ray has one file for each clip in BDMV/STREAM. Title sets and clips that are much smaller
than the largest are taken for trailers: nothing else tells. A camcorder writes the same tree, but each of its clips was
filmed by somebody, so all of them are kept.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from services.media.names.film_name import FilmName, film_name
from services.media.names.parts import part_alone

_VOB = re.compile(r"(?:vts_(?P<set>\d\d)_(?P<number>\d)|video_ts)\.vob", re.IGNORECASE)
_CLIP = re.compile(r".+\.(?:m2ts|mts)", re.IGNORECASE)
# Names of a disc's folder that say nothing of the film: the folder above has its name.
_NAMELESS = frozenset({"dvd", "bluray", "blu-ray", "bd", "disc", "disk"})
_LEAST_SHARE = 0.5  # of the largest title's size: two episodes are that close, a film and its trailer are not


@dataclass(frozen=True, slots=True)
class DiscFile:
    """A file of a film on a disc. ``of`` is the path of the film's first file; None: this is the first file. ``name``
    is the film's, with a part number from 2 for the other files. ``home`` is the path that the film would have as one
    file: its posters and subtitles are looked for beside that."""

    name: FilmName
    home: str
    of: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class _File:
    """A file found on a disc; sorts in the order of playing. ``title`` is its title set or its clip."""

    disc: int
    root: str
    title: str
    number: int
    path: str
    is_filmed: bool  # by a camcorder

    @property
    def is_menu(self) -> bool:
        return self.number == 0


def disc_files(sizes: Mapping[str, int]) -> dict[str, DiscFile | None]:
    """The files of discs, by their paths; None: the file is no part of the film, such as a menu or a trailer. ``sizes``
    are those of all film files, in bytes."""
    films: dict[str, list[_File]] = defaultdict(list)
    found: dict[str, DiscFile | None] = {}
    for path in sizes:
        if file := _file(path):
            films[_film_of(file)].append(file)
            found[path] = None
    for film, files in films.items():
        name, home = _name(film), _home(film)
        first, *others = sorted(_playing(files, sizes))
        found[first.path] = DiscFile(name, home)
        found |= {
            file.path: DiscFile(replace(name, part=part), home, first.path) for part, file in enumerate(others, 2)
        }
    return found


def parts_of_discs(discs: Mapping[str, DiscFile]) -> dict[str, tuple[str, ...]]:
    """The paths of the files that play after a film's first file, by the path of that first file."""
    parts: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for path, disc in discs.items():
        if disc.of:
            parts[disc.of].append((disc.name.part or 0, path))
    return {first: tuple(path for _, path in sorted(others)) for first, others in parts.items()}


def _file(path: str) -> _File | None:
    if not path.lower().endswith((".vob", ".m2ts", ".mts")):
        return None
    *folders, name = path.split("/")
    below = [folder.casefold() for folder in folders]
    if vob := _VOB.fullmatch(name):
        root = folders[:-1] if below[-1:] == ["video_ts"] else folders
        return _placed(path, root, vob["set"] or "", int(vob["number"] or 0), False)
    if below[-2:] != ["bdmv", "stream"] or not _CLIP.fullmatch(name):
        return None
    depth = 4 if below[-4:-2] == ["private", "avchd"] else 3 if below[-3:-2] == ["avchd"] else 2
    return _placed(path, folders[:-depth], name, 1, is_filmed=depth > 2 or name.casefold().endswith(".mts"))


def _placed(path: str, root: list[str], title: str, number: int, is_filmed: bool) -> _File:
    disc = part_alone(root[-1]) if len(root) > 1 else None
    return _File(disc or 0, "/".join(root), title, number, path, is_filmed)


def _film_of(file: _File) -> str:
    """The folder with the film's name: the disc's own, or the folder above that has all discs of the film. Each disc of
    a season is a film of its own."""
    above, _, last = file.root.rpartition("/")
    is_season = file.disc and film_name(f"{file.root}.iso").series
    return above if above and (last.casefold() in _NAMELESS or (file.disc and not is_season)) else file.root


def _home(film: str) -> str:
    return f"{film}/{film.rpartition('/')[2]}.iso" if film else "Disc.iso"


@lru_cache(maxsize=4096)  # each scan after a change asks for the same names again
def _name(film: str) -> FilmName:
    inside = film_name(_home(film))
    name = inside if inside.series else film_name(f"{film or 'Disc'}.iso")
    return replace(name, title=f"{name.title} – Disc {name.part}", part=None) if name.part else name


def _playing(files: Iterable[_File], sizes: Mapping[str, int]) -> list[_File]:
    """The files to play: without menus, and without titles much smaller than the largest of their disc. If there are
    only menus, all files."""
    plays = [file for file in files if not file.is_menu] or list(files)
    titles: Counter[tuple[str, str]] = Counter()
    for file in plays:
        titles[file.root, file.title] += sizes[file.path]
    largest: Counter[str] = Counter()
    for (root, _), size in titles.items():
        largest[root] = max(size, largest[root])
    return [
        file for file in plays if file.is_filmed or titles[file.root, file.title] >= _LEAST_SHARE * largest[file.root]
    ]
