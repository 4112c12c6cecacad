"""What a film's path tells of it: title, year, series, season, episode, and whether it is an extra.

The rules read names of releases (scene and Usenet), the conventions of Jellyfin and Kodi, and plain names, which most
people's own films have. So each rule leaves plain names alone: a number is an episode, and a year is the year of
release, only if something else in the name says so (brackets, a resolution, dots for spaces, a season's folder).

The rules are our own: 40 µs a name, run in the scan for new paths alone. guessit takes 16 ms a name and 22 MB, and
makes "Room 237" episode 37 of season 2.
"""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote

from services.media.names.editions import edition_apart
from services.media.names.episode_marks import EPISODES, EpisodeMark, episode_mark
from services.media.names.extra_marks import marked_extra, own_folder
from services.media.names.parts import part_alone
from services.media.names.printable import printable
from services.media.names.release_words import all_of_release, split_at_release, without_ending
from services.media.names.season_folders import season_of, series_name
from services.media.names.titles import tidy, titled, without_prefix, without_release, words

# No file system has longer names, but web servers may. A longer name is taken as it is, since the time of some rules
# grows with the square of the length.
MAX_NAME = 255


@dataclass(frozen=True, slots=True)
class FilmName:
    """The name of a film, of an episode, or of an extra.

    With a ``series``, ``title`` is the episode's. ``season`` 0 has the specials. An episode of a daily show has the day
    on which it was ``aired`` instead of season and episode. ``part`` counts from 1. ``edition`` is "Director's Cut" or
    the like. ``extra`` is the kind of extra: "trailer", "deleted scene".
    """

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
        """The name for people, complete on one line: "Show S01E02 Pilot", "The Matrix (1999)"."""
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
    """The name of the film at ``path``. The path may hold surrogates for bytes that are not UTF-8 (PEP 383); in the
    name they are U+FFFD. Text is in NFC, without control characters."""
    *folders, file = map(_unquoted, printable(path).split("/"))
    if max(map(len, (*folders, file))) > MAX_NAME:
        return plain_name(path)
    stem, extra = marked_extra(file.rpartition(".")[0] or file, folders)
    if extra is None and (episode := _episode(stem, folders)):
        return episode
    if extra is None and (version := _version(stem, folders)):
        return version
    if part := _part(stem, folders, extra):
        return part
    film = titled(stem)
    if film.year is None and (own := own_folder(folders)) and _is_of(film.title, own[0]):
        return FilmName(*own, part=film.part, edition=film.edition, extra=extra)
    return FilmName(film.title, film.year, part=film.part, edition=film.edition, extra=extra)


def _unquoted(name: str) -> str:
    """ "The%20Film" as "The Film": some programs keep the name of an address so."""
    if "%20" not in name or " " in name:
        return name
    plain = printable(unquote(name))
    return name if "/" in plain or "\ufffd" in plain else plain


def plain_name(path: str) -> FilmName:
    """The file's name without its extension, by no rule."""
    file = printable(path).rpartition("/")[2]
    return FilmName(file.rpartition(".")[0] or file)


# A number of four digits is an episode unless it may be a year.
_NUMBERED = re.compile(
    rf"(?:(?:{EPISODES}|e|серия|الحلقة|פרק)[ .]*)?(?P<episode>\d{{1,3}}|(?!19|20)\d{{4}})(?:[ .]*[-.:–] +| +|$)",
    re.IGNORECASE,
)
_NUMBERED_AFTER_SERIES = re.compile(r" - (?P<episode>\d{2,3}|(?!19|20)\d{4})(?:v\d)?(?= |\[|$)")
_AIRED = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[ .-]?(?P<month>\d\d)[ .-]?(?P<day>\d\d)(?!\d)")

_ABSOLUTE_TOO = re.compile(r"^ - \d{3,4} - ")  # Sonarr's "S01E01 - 001 - Title"

_NAMELESS = {"movie", "film", "video", "trailer", "sample"}  # names of files in a film's folder that tell no title


def _version(stem: str, folders: list[str]) -> FilmName | None:
    """The name of "Film (2010)/Film (2010) - black and white": in Jellyfin's convention, the folder's name and then the
    edition. None: it is not written so."""
    own = own_folder(folders)
    if own is None or not stem.casefold().startswith(f"{folders[-1].casefold()} - "):
        return None
    label = stem[len(folders[-1]) + 3 :]
    told = titled(stem)
    if told.part or told.edition or all_of_release(label, certain=True) or split_at_release(label)[1]:
        return None
    return FilmName(*own, edition=tidy(label)) if tidy(label) else None


def _part(stem: str, folders: list[str], extra: str | None) -> FilmName | None:
    """The name of "Film (2010)/cd1" and "Film/CD1/movie": a part of the folder's film. None: it is not written so."""
    *above, last = folders or [""]
    if extra is None and above and (part := part_alone(last)):
        film = titled(above[-1])
        return FilmName(film.title, film.year, part=part) if _is_of(titled(stem).title, film.title) else None
    own = own_folder(folders)
    if extra is None and own and (part := part_alone(stem)):
        return FilmName(*own, part=part)
    return None


def _episode(stem: str, folders: list[str]) -> FilmName | None:
    """The name of an episode. None: it is no episode, or its series is not known."""
    season, series = season_of(folders)
    text, compact = words(stem), " " not in stem
    if mark := episode_mark(text, compact, in_season=season is not None):
        beside = folders[-1] if folders and season is None else ""
        series = series or series_name(tidy(without_prefix(mark.before)) or beside, compact)
        return _marked(mark, series, season) if series else None
    if daily := _daily(stem, text, series, folders):
        return daily
    if season is None:
        return _numbered_in_series(text, folders)
    if series is None:
        return None
    if text.casefold().startswith(series.casefold()):
        text = tidy(text[len(series) :]) or text
    if match := _NUMBERED.match(text):
        return _numbered(series, season, int(match["episode"]), None, text[match.end() :])
    return FilmName(titled(stem).title, None, series, season) if season else None


def _marked(mark: EpisodeMark, series: str, season: int | None) -> FilmName:
    season = season if mark.season is None else mark.season
    if mark.episode is None:
        return FilmName(mark.special or series, None, series, season)
    return _numbered(series, season, mark.episode, mark.last, mark.rest)


def _numbered(series: str, season: int | None, episode: int, last: int | None, rest: str) -> FilmName:
    number = f"Episodes {episode}–{last}" if last else f"Episode {episode}"
    title, edition = _title(rest)
    return FilmName(title or number, None, series, season, episode, edition=edition)


def _numbered_in_series(text: str, folders: list[str]) -> FilmName | None:
    """The name of "Naruto/Naruto - 001 - Enter Naruto", where the folder shows that the number is an episode's."""
    match = _NUMBERED_AFTER_SERIES.search(text)
    if match is None or not folders or titled(text).year:
        return None  # "James Bond/James Bond - 01 - Dr. No (1962)" is a film
    series = series_name(folders[-1])
    if series is None or series_name(tidy(text[: match.start()])) != series:
        return None
    return _numbered(series, None, int(match["episode"]), None, text[match.end() :])


def _daily(stem: str, text: str, series: str | None, folders: list[str]) -> FilmName | None:
    """The name of an episode with the day on which it was aired. Only in a series' folder or in a release, since
    people's own films have dates, too."""
    match = _AIRED.search(text)
    before = tidy(text[: match.start()]) if match else ""
    if match is None:
        return None
    if series is None and text[: match.start()].endswith(" - "):  # Sonarr's, in the series' folder
        series = next((name for folder in folders[-1:] if (name := series_name(folder)) == series_name(before)), None)
    if not (series or (before and without_release(text) != tidy(text))):
        return None
    if match[0].isdecimal() and "_" in stem:  # a camera's name: "VID_20230101_120000_1080p"
        return None
    try:
        aired = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    title, edition = _title(text[match.end() :])
    return FilmName(title or f"{aired}", None, series or without_prefix(before), aired=aired, edition=edition)


def _title(rest: str) -> tuple[str, str | None]:
    """The title of an episode and its edition, in the text behind its number. The title is "" if there is none."""
    title, tags = split_at_release(_ABSOLUTE_TOO.sub("", rest))
    if all_of_release(title, certain=bool(tags)):
        return "", None
    return edition_apart(without_ending(tidy(title)), least=0) if tags else (tidy(title), None)


def _is_of(title: str, film: str) -> bool:
    words = set(title.casefold().split())
    return words <= set(film.casefold().split()) or words <= _NAMELESS
