"""What a film's path tells of it: title, year, series, season, episode, and whether it is a trailer or the like.

Read are the names of releases (scene and Usenet), the conventions of Jellyfin and Kodi, and plain
names, which are most in people's own libraries. So a rule is only here if it leaves those alone: a
number is an episode, and a year one of release, where something else in the name says so.
"""

import re
from dataclasses import dataclass

from services.media.extra_marks import marked_extra, own_folder
from services.media.titles import tidy, titled, without_release, words


@dataclass(frozen=True, slots=True)
class FilmName:
    """``season`` 0 has the specials. ``title`` is the episode's where there is a ``series``. ``extra``
    is what a film is that goes with another: "trailer", "deleted scene"."""

    title: str
    year: int | None = None
    series: str | None = None
    season: int | None = None
    episode: int | None = None
    extra: str | None = None

    @property
    def in_words(self) -> str:
        """On one line, so that it stands for itself: "Show S01E02 Pilot", "The Matrix (1999)"."""
        title = f"{self.title} ({self.extra})" if self.extra else self.title
        if not self.series:
            return f"{title} ({self.year})" if self.year else title
        season = "" if self.season is None else f"S{self.season:02}"
        episode = "" if self.episode is None else f"E{self.episode:02}"
        return " ".join(filter(None, (self.series, season + episode, title)))


def film_name(path: str) -> FilmName:
    """The name of the film at ``path``, which may hold surrogates for bytes that are not UTF-8 (PEP 383)."""
    *folders, file = _readable(path).split("/")
    stem, extra = marked_extra(file.rpartition(".")[0] or file, folders)
    if extra is None and (episode := _episode(stem, folders)):
        return episode
    title, year = titled(stem)
    if year is None and (own := own_folder(folders)) and _is_of(title, own[0]):
        title, year = own
    return FilmName(title, year, extra=extra)


_SEASON_FOLDER = re.compile(
    r"(?:season|series|staffel|saison|temporada|stagione|seizoen)[ ._-]*(?P<number>\d{1,4})|s(?P<short>\d\d)",
    re.IGNORECASE,
)
_SEASON_AND_EPISODE = re.compile(
    r"(?<![^\W_])(?:s(?P<season>\d{1,4})[ -]?ep?(?P<episode>\d{1,4})(?:[ -]?e(?P<last>\d{1,4}))*"
    r"|(?P<season_x>\d{1,2})x(?P<episode_x>\d\d))(?![^\W_])",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:(?:episode|ep|e|folge)[ .]?)?(?P<episode>\d{1,3})(?:[ .]*[-.:–] +| +|$)", re.IGNORECASE)
_ABSOLUTE = re.compile(
    r"\[[^\]]*\] ?(?P<series>[^\[\]]+?)(?: S(?P<season>\d{1,2}))? - (?P<episode>\d{1,4})(?:v\d)?(?: |$)"
)

_NAMELESS = {"movie", "film", "video", "trailer", "sample"}  # what a file in its film's folder may be called


def _readable(path: str) -> str:
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char if char.isprintable() else " " for char in text)


def _episode(stem: str, folders: list[str]) -> FilmName | None:
    """The episode of this name, if it is one and its series is known."""
    season = _season(folders[-1]) if folders else None
    series = _series(folders[-2]) if season is not None and len(folders) > 1 else None
    text = words(stem)
    if match := _ABSOLUTE.match(text):
        return _named(series or _series(match["series"]), _number(match["season"]) or season, match, "")
    if match := _SEASON_AND_EPISODE.search(text):
        before = tidy(text[: match.start()])
        if match["season_x"] and not before and season is None:
            return None
        beside = folders[-1] if folders and season is None else ""
        series = series or _series(before or beside, compact=" " not in stem)
        season = int(match["season"] or match["season_x"])
        return _named(series, season, match, text[match.end() :])
    if season is None or series is None:
        return None
    if text.casefold().startswith(series.casefold()):
        text = tidy(text[len(series) :]) or text
    if match := _NUMBERED.match(text):
        return _named(series, season, match, text[match.end() :])
    return FilmName(titled(stem)[0], None, series, season) if season else None


def _named(series: str | None, season: int | None, match: re.Match[str], rest: str) -> FilmName | None:
    if not series:
        return None
    found = match.groupdict()
    episode = int(found["episode"] or found["episode_x"])
    last = _number(found.get("last"))
    number = f"Episodes {episode}–{last}" if last else f"Episode {episode}"
    title = without_release(rest)
    return FilmName(title or number, None, series, season, episode)


def _season(folder: str) -> int | None:
    if folder.casefold() == "specials":
        return 0
    match = _SEASON_FOLDER.fullmatch(folder)
    return int(match["number"] or match["short"]) if match else None


def _series(name: str, compact: bool = False) -> str | None:
    """The series of this name; with its year, which tells two of one title apart."""
    if not name:
        return None
    title, year = titled(name.replace(" ", ".") if compact else name)
    return f"{title} ({year})" if year else title


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _is_of(title: str, film: str) -> bool:
    words = set(title.casefold().split())
    return words <= set(film.casefold().split()) or words <= _NAMELESS
