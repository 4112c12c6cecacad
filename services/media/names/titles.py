"""The title in a name, its year, part and edition: of releases, of Jellyfin's and Kodi's libraries, and of people's own
films."""

import re
from dataclasses import dataclass
from typing import Any

_YEAR = r"(?:18[89]|19\d|20[0-3])\d"  # not 2049: titles look ahead
_SURE_TAG = re.compile(  # of a release; nothing after it is of the title
    r"(?<![^\W_])(?:(?:360|480|540|576|720|1080|1440|2160|4320)[pi]|\d{3,4}x\d{3,4}|remux"
    r"|blu-?ray|bd-?(?:rip|remux)|brrip|dvd-?(?:rip|scr)|web-?(?:dl|rip)|web [xh] ?26[45]|hd-?(?:tv|rip|cam))"
    r"(?![^\W_])",
    re.IGNORECASE,
)
_TAG = re.compile(  # beside a year or a sure one only: alone it may be what tells two films apart
    r"extended|uncut|unrated|proper|repack|rerip|limited|internal|remastered|imax|[xh]\.?26[45]|hevc|avc|av1|xvid|divx"
    r"|4k|8k|uhd|(?:8|10|12)-?bit|hdr(?:10)?\+?|aac|e?ac-?3|dts|flac|[257]\.[01]",
    re.IGNORECASE,
)
_YEAR_IN_BRACKETS = re.compile(rf"[(\[]({_YEAR})[)\]]")
_BARE_YEAR = re.compile(rf"(?<![^\W_])({_YEAR})(?![^\W_])")
_PREFIX = re.compile(r"(?:\[[^\]]*\]|www\.\S+ +-)[ _.]*(?=.)")  # who released it
_EDITION_IN_BRACES = re.compile(r"\{edition-([^{}]*)\}", re.IGNORECASE)
_PART = re.compile(r"(?<![^\W_])(?:cd|dvd|dis[ck]|part|pt)[ ._-]?(\d{1,2})(?![^\W_])", re.IGNORECASE)
_EDITION = re.compile(
    r"(?<![^\W_])(?:(?:director'?s|theatrical|extended|final|ultimate|special|collector'?s|producer'?s|international"
    r"|(?:\d+th )?anniversary|unrated|uncut|alternate|criterion) (?:cut|edition|version|collection)"
    r"|theatrical|extended|unrated|uncut|remastered|imax)(?![^\W_])",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"\{[a-z]+-[^{}]*\}|\[(?:imdb|tmdb|tvdb|anidb)[^\[\]]*\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Titled:
    """``part`` counts from 1. ``edition`` is what tells two cuts of one film apart: "Director's Cut"."""

    title: str
    year: int | None = None
    part: int | None = None
    edition: str | None = None


def words(stem: str) -> str:
    """The name as a person would write it: "big_buck_bunny" and "Big.Buck.Bunny" in words."""
    spaced = stem.replace("_", " ")
    return spaced if " " in spaced else spaced.replace(".", " ")


def titled(stem: str) -> Titled:
    """What a name tells. Never without a title: what would be one is the whole name."""
    named = _EDITION_IN_BRACES.search(stem)
    if _PREFIX.match(stem):
        found = _titled(_PREFIX.sub("", stem, count=1), stem)
        # "[REC] (2007)": without a word before the year, what stands in front is no release's name but the film's.
        if not re.fullmatch(rf"\W*(?:\d|{_YEAR})?\W*", found.title):
            return _in_edition(found, named)
    return _in_edition(_titled(stem, stem), named)


def _titled(stem: str, whole: str) -> Titled:
    compact = " " not in whole  # how releases are written
    text = _IDENTIFIER.sub("", words(stem))
    title, tags = _apart(text)
    for year in reversed([*_YEAR_IN_BRACKETS.finditer(title)]):
        before, after = title[: year.start()], title[year.end() :]
        if tidy(before):
            about, beyond = _aside(after)
            return Titled(tidy(before if _all_tags(beyond) else f"{before} {beyond}"), int(year[1]), **about)
    for year in reversed([*_BARE_YEAR.finditer(title)]):
        before, after = tidy(title[: year.start()]), title[year.end() :]
        about, beyond = _aside(after)
        is_of_release = compact and (tags or ("." in whole and not beyond.strip()))
        if before and (is_of_release or (_all_tags(beyond) and (tags or after.strip()))):
            return Titled(before, int(year[1]), **about)
    if tags and (compact or _all_tags(tags)):
        text = _without_tags(title)
    return Titled(tidy(text) or tidy(words(whole)) or whole)


def _in_edition(found: Titled, named: re.Match[str] | None) -> Titled:
    if named is None:
        return found
    return Titled(found.title, found.year, found.part, words(named[1]).strip() or None)


def _aside(after: str) -> tuple[dict[str, Any], str]:
    """Part and edition in what stands behind the year, as fields of Titled; and the rest of it."""
    about: dict[str, Any] = {}
    if part := _PART.search(after):
        about["part"] = int(part[1])
        after = after[: part.start()] + after[part.end() :]
    editions = [_in_words(edition[0]) for edition in _EDITION.finditer(after)]
    if editions:
        about["edition"] = ", ".join(dict.fromkeys(editions))
        after = _EDITION.sub("", after)
    return about, after


def _in_words(edition: str) -> str:
    """ "DIRECTORS CUT" as "Director's Cut"."""
    spelled = re.sub(r"(?i)\b(director|collector|producer)s\b", r"\1's", edition)
    return (
        spelled
        if spelled != spelled.upper() and spelled != spelled.lower()
        else spelled.title().replace("'S", "'s").replace("Imax", "IMAX")
    )


def without_release(text: str) -> str:
    """What stands before the first sure tag."""
    return tidy(_SURE_TAG.split(text, maxsplit=1)[0])


def tidy(text: str) -> str:
    """Without the dashes and open brackets that are left where something was cut off."""
    return re.sub(r"\s+", " ", text).rstrip(" -_,([{").lstrip(" -_,")


def _apart(text: str) -> tuple[str, str]:
    """What stands before the first sure tag, and the rest. The first word is no tag."""
    tag = _SURE_TAG.search(text, re.match(r"\W*\w*", text).end())  # type: ignore[union-attr]  # it matches anything
    return (text[: tag.start()], text[tag.start() :]) if tag else (text, "")


def _all_tags(text: str) -> bool:
    """Whether there is no word of a person in it."""
    tags = (re.sub(r"-\w+$", "", word.strip("()[]")) for word in text.split())
    return all(_TAG.fullmatch(tag) or _SURE_TAG.fullmatch(tag) or not re.search(r"[^\W_]", tag) for tag in tags)


def _without_tags(title: str) -> str:
    words = title.split()
    while len(words) > 1 and _TAG.fullmatch(words[-1]):
        words.pop()
    return " ".join(words)
