"""The title, year, part and edition in a name: of a release, by Jellyfin's and Kodi's conventions, or a plain one.

Tested by tests/services/media/names/test_film_name.py.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from services.media.names.editions import edition_apart, edition_in
from services.media.names.parts import part_in
from services.media.names.release_words import all_of_release, is_coded, is_open, split_at_release, without_ending

_YEAR = r"(?:18[89]|19\d|20[0-3])\d"  # not 2049: titles look ahead
_YEAR_IN_BRACKETS = re.compile(rf"[(\[]({_YEAR})[)\]]")
_BARE_YEAR = re.compile(rf"(?<![^\W_])({_YEAR})(?![^\W_])")
_BEHIND_YEAR = re.compile(rf"(?<=[(\[]{_YEAR}[)\]])[._]([^\s()\[\]]+)$")
_MOST_YEARS = 4  # tried; only a name made to take long has more
_PREFIX = re.compile(r"(?:\[(?![\d .-]*\])[^\]]*\]|【[^】]*】|www\.\S+ +-)[ _.-]*(?=.)")  # the release group; no year
# Brackets that belong to the title: "[REC]³", "[REC].3.Genesis.2012", "[M]otherhood".
_OWN_BRACKETS = re.compile(r"\[[^\[\]]*\](?:[\d²³]|\.\d\d?\.)|\[\w{1,2}\][a-z]")
_SITE = re.compile(r"www\.", re.IGNORECASE)
_IDENTIFIER = re.compile(
    r"[{\[](?:imdb|tmdb|tvdb|anidb|anilist|tvmaze|trakt)(?:id)?[-=][^{}\[\]]*[}\]]|\[tt\d{5,}\]|\{edition-[^{}]*\}",
    re.IGNORECASE,
)
_EDITION_IN_BRACES = re.compile(r"\{edition-([^{}]*)\}", re.IGNORECASE)
_INITIALS = re.compile(r"(?<![^\W_])(?:(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?|[^\W\d_]\.[^\W\d_](?=$| ))")
_SMALL_NUMBERS = re.compile(r"(?<![^\W_])(?<!\d\.)\d{1,2}(?:\.\d{1,2}(?!\w))+")  # "11.22.63", "8.1"; not "2019.07.14"
# What may be written with dots in a name with spaces: three words ("Show S01E02 The.Long.Tunnel"), or all that stands
# before brackets or a dash ("Long.Tunnel (2010)").
_DOTTED = re.compile(r"(?<!\S)[\w'’!,&-]+(?:\.[\w'’!,&-]+){2,}(?!\S)|^[^\s()\[\]{}]+(?= +(?:[(\[{]|- ))")
_OF_SITE = re.compile(r"www\.|.*\.(?:com|net|org|info|tv|co\.uk)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Titled:
    """What a name tells. ``part`` counts from 1. ``edition`` tells two cuts of one film apart: "Director's Cut"."""

    title: str
    year: int | None = None
    part: int | None = None
    edition: str | None = None


def words(stem: str) -> str:
    """The name with spaces between its words: "big buck bunny" for "big_buck_bunny" and "big.buck.bunny". "E.T." and
    "11.22.63" keep their dots, and so do names with spaces, but for a title in them that has dots for spaces."""
    if behind := _BEHIND_YEAR.search(stem):  # "Film Name (2010).3D.SBS", by the conventions of Kodi and Jellyfin
        return f"{words(stem[: behind.start()])} {words(behind[1])}"
    spaced = stem.replace("_", " ")
    if " " in stem:
        return _DOTTED.sub(lambda found: _undotted(found[0]), spaced)
    if "_" in stem and stem.count(".") <= stem.count("_"):
        return spaced
    return _without_dots(spaced)


def _undotted(text: str) -> str:
    """The text without its dots if it has two words, which "J.Edgar", "v1.2.3" and the names of sites have not."""
    has_words = sum(len(word) > 1 and word.isalpha() for word in text.split(".")) > 1
    return _without_dots(text) if has_words and not _OF_SITE.match(text) else text


def _without_dots(spaced: str) -> str:
    kept = _INITIALS.sub(lambda found: _kept(found[0]) if found[0] == found[0].upper() else found[0], spaced)
    return _SMALL_NUMBERS.sub(lambda found: _kept(found[0]), kept).replace(".", " ").replace(_DOT, ".")


_DOT = "\0"  # stands for a dot that is kept; no name has this character


def _kept(dotted: str) -> str:
    return dotted.replace(".", _DOT) + (" " if dotted.endswith(".") else "")


def titled(stem: str) -> Titled:
    """What a name tells. If no title is left, the whole name is the title."""
    named = _EDITION_IN_BRACES.search(stem)
    edition = words(named[1]).strip() if named else None
    found = _without_prefix(stem) or _titled(stem, stem)
    return replace(found, edition=edition) if edition else found


def _without_prefix(stem: str) -> Titled | None:
    """What the name tells without the release group in front. None: there is no group; "[draft] Rehearsal" has none."""
    prefix = _PREFIX.match(stem)
    if prefix is None:
        return None
    rest = stem[prefix.end() :]
    found = _titled(rest, stem, _is_of_group(rest))
    tags = split_at_release(words(rest))[1]
    is_of_site = _SITE.search(prefix[0])
    if not (found.year or is_of_site or tags):
        return None
    if not is_of_site and (_OWN_BRACKETS.match(stem) or (not tags and re.match(r"\d", rest))):
        return None
    # "[REC] (2007)": if no word stands before the year, the brackets hold the film's title.
    if re.fullmatch(rf"\W*(?:\d|{_YEAR})?\W*", found.title) or all_of_release(found.title):
        return None
    return found


def _is_of_group(rest: str) -> bool:
    """Whether the words of the release are in brackets, as in "[Group] Film [1080p][Multiple Subtitles]"."""
    title, tags = _apart(words(rest))
    return bool(tags) and (tags.startswith("[") or re.search(r"[\[(][^\[\]()]*$", title) is not None)


def without_prefix(text: str) -> str:
    """The text without the release group in front, unless nothing is left then."""
    rest = _PREFIX.sub("", text, count=1)
    return rest if re.search(r"[^\W_]", rest) else text


def _titled(stem: str, whole: str, of_release: bool = False) -> Titled:
    compact = of_release or " " not in whole  # releases are written without spaces
    text = _IDENTIFIER.sub("", words(stem))
    title, tags = _apart(text)
    for year in _last(_YEAR_IN_BRACKETS, title):
        before, (about, beyond) = title[: year.start()], _aside(title[year.end() :], tags)
        if tidy(before):
            return _of_year(before, int(year[1]), about, beyond, tags, compact)
    for year in _last(_BARE_YEAR, title):
        before, after = tidy(title[: year.start()]), title[year.end() :]
        about, beyond = _aside(after, tags)
        has_only_tags = all_of_release(beyond, certain=bool(tags or is_coded(beyond)))
        released = compact and bool(tags or is_coded(beyond) or ("." in whole and not beyond.strip()))
        if before and not is_open(before) and (released or (has_only_tags and (tags or after.strip()))):
            return _of_year(before, int(year[1]), about, beyond, tags, compact)
    if tags and (compact or all_of_release(tags, certain=True)):
        return _of_release(title, tags, compact)
    return Titled(tidy(text) or tidy(words(whole)) or whole)


def _last(years: re.Pattern[str], title: str) -> list[re.Match[str]]:
    """The years in a title from the last one backwards, at most _MOST_YEARS."""
    return [*years.finditer(title)][: -_MOST_YEARS - 1 : -1]


def _of_year(before: str, year: int, about: dict[str, Any], beyond: str, tags: str, compact: bool) -> Titled:
    """A title with its year. Text ``beyond`` the year that is no release's stays in the title: it may tell two films
    apart."""
    if compact:
        before, edition = edition_apart(tidy(before))
        about = {"edition": edition, **about} if edition else about
    if all_of_release(beyond, certain=bool(tags or is_coded(beyond))):
        return Titled(tidy(before), year, **about)
    joined = (
        f"{before.rstrip(' -')} - {beyond.lstrip(' -')}" if " -" in before[-3:] + beyond[:3] else f"{before} {beyond}"
    )
    return Titled(tidy(without_ending(joined) if tags else joined), year, **about)


def _of_release(title: str, tags: str, compact: bool) -> Titled:
    """A title without a year, before the words of a release."""
    title = without_ending(tidy(title))
    about, _ = _aside("", tags)
    if compact:
        title, edition = edition_apart(title)
        about = {"edition": edition, **about} if edition else about
    return Titled(tidy(title), **about)


def _aside(after: str, tags: str) -> tuple[dict[str, Any], str]:
    """Part and edition in ``after`` (the text behind the year) or in ``tags``, as fields of Titled; and the rest of
    ``after``."""
    part, after = part_in(after, tags)
    edition, after = edition_in(after, tags)
    return {field: value for field, value in (("part", part), ("edition", edition)) if value}, after


def without_release(text: str) -> str:
    """The text before the first sure word of a release."""
    return tidy(split_at_release(text)[0])


def tidy(text: str) -> str:
    """The text without the dashes and brackets that are left at its ends where something was cut off."""
    return re.sub(r"\s+", " ", text).rstrip(" -_,([{").lstrip(" -_,)]}")


def _apart(text: str) -> tuple[str, str]:
    """The text before the first sure word of a release, and the rest. The first word is always the title's."""
    first = re.match(r"\W*\w*", text).end()  # type: ignore[union-attr]  # it matches anything
    title, tags = split_at_release(text[first:])
    return text[:first] + title, tags
