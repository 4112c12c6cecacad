"""Folders of a season: "Season 1", "Season 01 (The Entry)", "1 сезон", "Show.S01.1080p.BluRay".

Tested by tests/services/media/names/test_film_name.py.
"""

import re

from services.media.names.episode_marks import SEASONS, number_of
from services.media.names.release_words import split_at_release
from services.media.names.titles import titled, words

_SEASON_FOLDER = re.compile(
    rf"(?:(?P<series>.*[^\W_])[ ._-]+)?(?:{SEASONS})[ ._-]*(?P<number>\d{{1,4}})(?:\W.*)?|s(?P<short>\d\d)"
    r"|(?P<before>\d{1,2})(?:st|nd|rd|th)?[ ._-]*(?:season|сезон|시즌|sezon|staffel)(?: ?[-(\[].*)?"
    r"|第 ?(?P<han>\d{1,2}|[一二三四五六七八九十]{1,3}) ?[季期]",
    re.IGNORECASE,
)
_SEASON_OF_RELEASE = re.compile(r"(?P<series>.*[^\W_])[ ._-]+S(?P<number>\d{1,2})(?P<rest>[ ._-].*)?", re.IGNORECASE)


def season_of(folders: list[str]) -> tuple[int | None, str | None]:
    """Season and series, if the last folder is a season's; otherwise both are None. Specials are season 0."""
    if not folders:
        return None, None
    above = series_name(folders[-2]) if len(folders) > 1 else None
    if folders[-1].casefold() == "specials":
        return 0, above
    match = _SEASON_FOLDER.fullmatch(folders[-1])
    if match is None:
        return _release_tells(folders[-1])
    before = series_name(match["series"]) if match["series"] else None
    if above and before and not before.casefold().startswith(titled(folders[-2]).title.casefold()):
        return None, None  # "My season 3 of sailing" is about something else than its parent folder
    number = next(filter(None, (match["number"], match["short"], match["before"], match["han"])))
    return number_of(number), above or before


def _release_tells(folder: str) -> tuple[int | None, str | None]:
    """Season and series of "Show.S01.1080p.BluRay". "Galaxy S10" is no season: that takes words of a release behind the
    number, or a number that begins with 0."""
    match = _SEASON_OF_RELEASE.fullmatch(folder)
    if match is None or not (match["number"].startswith("0") or split_at_release(words(match["rest"] or ""))[1]):
        return None, None
    return int(match["number"]), series_name(match["series"], compact=" " not in folder)


def series_name(name: str, compact: bool = False) -> str | None:
    """The series in a name, with its year if it has one, since there may be two of one title. ``compact``: the name was
    written without spaces."""
    if not name:
        return None
    found = titled(name.replace(" ", ".") if compact else name)
    return f"{found.title} ({found.year})" if found.year else found.title
