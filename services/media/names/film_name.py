"""What a film's path tells of it: title, year, series, season, episode, and whether it is a trailer or the like.

Read are the names of releases (scene and Usenet), the conventions of Jellyfin and Kodi, and plain
names, which are most in people's own libraries. So a rule is only here if it leaves those alone: a
number is an episode, and a year one of release, where something else in the name says so.
"""

import re
from dataclasses import dataclass
from datetime import date

from services.media.names.extra_marks import marked_extra, own_folder
from services.media.names.titles import tidy, titled, without_release, words

# As long as a file system lets a name be. Those of web servers may be longer, and rules take a time that grows with the
# square of the length.
MAX_NAME = 255


@dataclass(frozen=True, slots=True)
class FilmName:
    """``season`` 0 has the specials; a daily show's episode has the day on which it was ``aired`` instead. ``title`` is
    the episode's where there is a ``series``. ``part`` counts from 1; ``edition`` is "Director's Cut" or the like.
    ``extra`` is what a film is that goes with another: "trailer", "deleted scene"."""

    title: str
    year: int | None = None
    series: str | None = None
    season: int | None = None
    episode: int | None = None
    aired: date | None = None
    part: int | None = None
    edition: str | None = None
    extra: str | None = None

    @property
    def in_words(self) -> str:
        """On one line, so that it stands for itself: "Show S01E02 Pilot", "The Matrix (1999)"."""
        title = f"{self.title} ({self.extra})" if self.extra else self.title
        edition = f" - {self.edition}" if self.edition else ""
        if not self.series:
            year = f" ({self.year})" if self.year else ""
            return f"{title}{year}{edition}" + (f" - Part {self.part}" if self.part else "")
        if self.aired:
            return f"{self.series} {self.aired} {self.title}"
        season = "" if self.season is None else f"S{self.season:02}"
        episode = "" if self.episode is None else f"E{self.episode:02}"
        return " ".join(filter(None, (self.series, season + episode, title))) + edition


def film_name(path: str) -> FilmName:
    """The name of the film at ``path``, which may hold surrogates for bytes that are not UTF-8 (PEP 383)."""
    *folders, file = _readable(path).split("/")
    if max(map(len, (*folders, file))) > MAX_NAME:
        return plain_name(path)
    stem, extra = marked_extra(file.rpartition(".")[0] or file, folders)
    if extra is None and (episode := _episode(stem, folders)):
        return episode
    film = titled(stem)
    if film.year is None and (own := own_folder(folders)) and _is_of(film.title, own[0]):
        return FilmName(*own, part=film.part, edition=film.edition, extra=extra)
    return FilmName(film.title, film.year, part=film.part, edition=film.edition, extra=extra)


def plain_name(path: str) -> FilmName:
    """As it is written, by no rule."""
    file = _readable(path).rpartition("/")[2]
    return FilmName(file.rpartition(".")[0] or file)


_SEASON = "season|series|staffel|saison|temporada|stagione|seizoen|sezon|сезон|säsong|sæson|sesong|kausi"
_SEASON_FOLDER = re.compile(  # "Season 1", "Season 01 (The Entry)", "Show Season 1 (BDRip)"
    rf"(?:(?P<series>.*[^\W_])[ ._-]+)?(?:{_SEASON})[ ._-]*(?P<number>\d{{1,4}})(?:\W.*)?|s(?P<short>\d\d)",
    re.IGNORECASE,
)
_SEASON_AND_EPISODE = re.compile(
    r"(?<![^\W_])(?:s(?P<season>\d{1,4})[ -]?ep?(?P<episode>\d{1,4})(?:(?:[ -]?e|-)(?P<last>\d{1,4}))*"
    r"|(?P<season_x>\d{1,2})x(?P<episode_x>\d\d))(?![^\W_])",
    re.IGNORECASE,
)
# Numbers of four digits are episodes where they are no years.
_NUMBERED = re.compile(
    r"(?:(?:episode|ep|e|folge)[ .]?)?(?P<episode>\d{1,3}|(?!19|20)\d{4})(?:[ .]*[-.:–] +| +|$)", re.IGNORECASE
)
_ABSOLUTE = re.compile(
    r"\[[^\]]*\] ?(?P<series>[^\[\]]+?)(?: S(?P<season>\d{1,2}))?(?: - (?P<episode>\d{1,4})(?:v\d)?(?: |$)"
    r"| ?\[(?P<episode_in_brackets>\d{1,4})(?:v\d)?\])"
)
_SERIES_OF_GROUP = re.compile(
    r" ?-? ?\[[^\]]*\] ?(?P<series>[^\[\]]+?) ?(?:\[|$)"
)  # behind the number: "[Group] Show ["
_AIRED = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[ .-](?P<month>\d\d)[ .-](?P<day>\d\d)(?!\d)")

_JOINERS = "\u200c\u200d"  # not to be seen, but some scripts and emoji are wrong without them
_NAMELESS = {"movie", "film", "video", "trailer", "sample"}  # what a file in its film's folder may be called


def _readable(path: str) -> str:
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char if char.isprintable() or char in _JOINERS else " " for char in text)


def _episode(stem: str, folders: list[str]) -> FilmName | None:
    """The episode of this name, if it is one and its series is known."""
    season, series = _folders_tell(folders)
    text = words(stem)
    if match := _ABSOLUTE.match(text):
        return _named(series or _series(match["series"]), _number(match["season"]) or season, match, "")
    if match := _SEASON_AND_EPISODE.search(text):
        before, rest = tidy(text[: match.start()]), text[match.end() :]
        if match["season_x"] and not before and season is None:
            return None
        if not before and not series and (group := _SERIES_OF_GROUP.match(rest)):
            before, rest = group["series"], ""
        beside = folders[-1] if folders and season is None else ""
        series = series or _series(before or beside, compact=" " not in stem)
        return _named(series, int(match["season"] or match["season_x"]), match, rest)
    if daily := _daily(text, series):
        return daily
    if season is None or series is None:
        return None
    if text.casefold().startswith(series.casefold()):
        text = tidy(text[len(series) :]) or text
    if match := _NUMBERED.match(text):
        return _named(series, season, match, text[match.end() :])
    return FilmName(titled(stem).title, None, series, season) if season else None


def _folders_tell(folders: list[str]) -> tuple[int | None, str | None]:
    """Season and series, where the last folder is a season's."""
    if not folders:
        return None, None
    if folders[-1].casefold() == "specials":
        return 0, _series(folders[-2]) if len(folders) > 1 else None
    match = _SEASON_FOLDER.fullmatch(folders[-1])
    if match is None:
        return None, None
    above = _series(folders[-2]) if len(folders) > 1 else None
    before = _series(match["series"]) if match["series"] else None
    if above and before and not before.casefold().startswith(titled(folders[-2]).title.casefold()):
        return None, None  # "My season 3 of sailing" is about something else than the folder that it is in
    return int(match["number"] or match["short"]), above or before


def _daily(text: str, series: str | None) -> FilmName | None:
    """An episode that is told by its day: in a series' folder, or of a release. People's own films have dates, too."""
    match = _AIRED.search(text)
    before = tidy(text[: match.start()]) if match else ""
    if match is None or not (series or (before and without_release(text) != tidy(text))):
        return None
    try:
        aired = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    title = without_release(text[match.end() :])
    return FilmName(title or f"{aired}", None, series or before, aired=aired)


def _named(series: str | None, season: int | None, match: re.Match[str], rest: str) -> FilmName | None:
    if not series:
        return None
    found = match.groupdict()
    numbers = ("episode", "episode_x", "episode_in_brackets")
    episode = next(int(found[number]) for number in numbers if found.get(number))
    last = _number(found.get("last"))
    number = f"Episodes {episode}–{last}" if last else f"Episode {episode}"
    title = without_release(rest)
    return FilmName(title or number, None, series, season, episode)


def _series(name: str, compact: bool = False) -> str | None:
    """The series of this name; with its year, which tells two of one title apart."""
    if not name:
        return None
    found = titled(name.replace(" ", ".") if compact else name)
    return f"{found.title} ({found.year})" if found.year else found.title


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _is_of(title: str, film: str) -> bool:
    words = set(title.casefold().split())
    return words <= set(film.casefold().split()) or words <= _NAMELESS
