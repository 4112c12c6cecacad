"""The title in a name, and its year: of releases, of Jellyfin's and Kodi's libraries, and of people's own films."""

import re

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
_IDENTIFIER = re.compile(r"\{[a-z]+-[^{}]*\}|\[(?:imdb|tmdb|tvdb|anidb)[^\[\]]*\]", re.IGNORECASE)


def words(stem: str) -> str:
    """The name as a person would write it: "big_buck_bunny" and "Big.Buck.Bunny" in words."""
    spaced = stem.replace("_", " ")
    return spaced if " " in spaced else spaced.replace(".", " ")


def titled(stem: str) -> tuple[str, int | None]:
    """Title and year of a name. Never without a title: what would be one is the whole name."""
    compact = " " not in stem  # how releases are written
    text = _IDENTIFIER.sub("", words(_PREFIX.sub("", stem, count=1) if _PREFIX.match(stem) else stem))
    title, tags = _apart(text)
    for year in reversed([*_YEAR_IN_BRACKETS.finditer(title)]):
        before, after = title[: year.start()], title[year.end() :]
        if tidy(before):
            return tidy(before if _all_tags(after) else f"{before} {after}"), int(year[1])
    for year in reversed([*_BARE_YEAR.finditer(title)]):
        before, after = tidy(title[: year.start()]), title[year.end() :]
        is_of_release = compact and (tags or ("." in stem and not after.strip()))
        if before and (is_of_release or (_all_tags(after) and (tags or after.strip()))):
            return before, int(year[1])
    if tags and (compact or _all_tags(tags)):
        text = _without_tags(title)
    return tidy(text) or tidy(words(stem)) or stem, None


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
