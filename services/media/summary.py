"""What lists have of descriptions, and the names of films by them.

A description beside a film is taken for right, since its owner, or a program of theirs, wrote it. Tags in a film are
mostly left over from whoever encoded it, and a file that was renamed keeps them. So a title there counts only where the
file's name is none ("IMG_1234"), and an episode only where the path tells no more than a plain name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from sys import intern

from services.media.description import NOTHING, Description
from services.media.names.film_name import FilmName

MOST_PEOPLE = 8  # in a list: the directors and the first of the cast
_MOST_DIRECTORS = 2
_DISC_OR_RELEASE = re.compile(r"_|://|\bwww\.|\w\.\w.*\.\w|\.\w{2,4}$", re.IGNORECASE)  # "MATRIX_D1", "The.Matrix.1999"
# What cameras, disc rippers and programs call files: "IMG_1234", "VTS_01_1", "title t00", "output", a hash.
_NO_TITLE = re.compile(
    r"(?:img|vid|mvi|mov|dscn?|dscf|gopr|g[hx]|pxl|dji|vts|video|clip|movie|film|title|track|output|untitled)?"
    r"(?:[\W\d_]|\bt(?=\d))*|[0-9a-f-]{16,}",
    re.IGNORECASE,
)
_YEAR_AT_END = re.compile(r" \(\d{4}\)$")


@dataclass(frozen=True, slots=True)
class Summary:
    """The part of a description that is in memory for each film: about 800 bytes. Fields are those of a Description;
    ``people`` are directors and cast."""

    kind: str | None = None
    title: str | None = None
    year: int | None = None
    series: str | None = None
    season: int | None = None
    episode: int | None = None
    genres: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


UNKNOWN = Summary()


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a film: by the file beside it, by the file about its series, and by its tags."""

    own: Summary = UNKNOWN
    series: Summary = UNKNOWN
    tags: Summary = UNKNOWN

    @property
    def genres(self) -> tuple[str, ...]:
        return self.own.genres or self.series.genres or self.tags.genres

    @property
    def people(self) -> tuple[str, ...]:
        people = dict.fromkeys((*self.own.people, *self.series.people)) or dict.fromkeys(self.tags.people)
        return tuple(people)[:MOST_PEOPLE]


def summary_of(description: Description) -> Summary:
    """The summary of a description. Names are shared in memory: they are mostly those of other films, too."""
    if description == NOTHING:
        return UNKNOWN
    cast = [member["name"] for member in description.get("cast", [])]
    people = dict.fromkeys([*description.get("directors", [])[:_MOST_DIRECTORS], *cast])
    return Summary(
        description.get("kind"),
        description.get("title"),
        description.get("year"),
        description.get("series"),
        description.get("season"),
        description.get("episode"),
        _shared(description.get("genres", [])),
        _shared(list(people)[:MOST_PEOPLE]),
    )


def named(name: FilmName, told: Told) -> FilmName:
    """The name of a film, of which its path tells ``name``. Extras keep their names."""
    if name.extra is not None:
        return name
    own = told.own if told.own.kind in ("film", "episode") else UNKNOWN
    if name.series is None:
        name = _as_episode(name, own) or _of_film(name, own) or _tagged(name, told.tags)
    elif own.title:
        name = replace(name, title=own.title)
    if name.series is not None and told.series.kind == "series" and told.series.title:
        name = replace(name, series=_of_series(name.series, told.series))
    return name


def _as_episode(name: FilmName, told: Summary) -> FilmName | None:
    """The name of an episode. None: it is not said that this is one."""
    if told.series is None or told.episode is None or told.kind == "film":
        return None
    title = told.title or name.title
    return FilmName(title, None, told.series, told.season, told.episode, edition=name.edition)


def _of_film(name: FilmName, told: Summary) -> FilmName | None:
    if not told.title and not told.year:
        return None
    return replace(name, title=told.title or name.title, year=told.year or name.year)


def _tagged(name: FilmName, tags: Summary) -> FilmName:
    """The name by the tags in a film, if they are better than that of its file."""
    if name != FilmName(name.title) or tags.title is None or _DISC_OR_RELEASE.search(tags.title):
        return name
    is_nameless = _NO_TITLE.fullmatch(name.title) is not None
    return _as_episode(name, tags) or (replace(name, title=tags.title, year=tags.year) if is_nameless else name)


def _of_series(series: str, told: Summary) -> str:
    """The title of a series. Its year stays if the path has it: there may be two of one title."""
    title = told.title or series
    year = _YEAR_AT_END.search(series)
    return f"{title}{year[0]}" if year and not _YEAR_AT_END.search(title) else title


def _shared(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(intern, names))
