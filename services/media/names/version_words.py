"""The words in a name that tell versions of one film apart, not films: quality, edition, language, release group.

Tested by tests/services/media/names/test_versions.py.
"""

import re
from collections import Counter
from dataclasses import dataclass

from services.media.names.episode_marks import episode_mark
from services.media.names.film_name import FilmName
from services.media.names.language_words import named_language
from services.media.names.release_words import all_of_release, split_at_release
from services.media.names.titles import tidy, words

_TECHNICAL = (
    r"(?:360|480|540|576|720|1080|1440|2160|4320)[pi]|[48]k|uhd|hd|sd|hq|hdr(?:10)?\+?|dolby vision|(?:stereo )?3d"
    r"|(?:[hf]-?|half-?|full-?)?(?:sbs|tab)|[hf]-?ou|[xh][ .]?26[45]|hevc|avc|av1|vp9|xvid|divx|(?:8|10|12)-?bit"
)
_CUT = (
    r"(?:the )?(?:director'?s|theatrical|extended|final|ultimate|special|collector'?s|producer'?s|international"
    r"|(?:\d+th )?anniversary|unrated|uncut|alternate|criterion|assembly|fan)[ -](?:cut|edition|edit|version)"
)
_EDITION = (
    rf"{_CUT}|theatrical|extended|unrated|uncut|uncensored|remastered|restored|redux|imax|open matte|hybrid"
    r"|despeciali[sz]ed|black (?:and|&) white|b&w|colou?r(?:i[sz]ed)?"
)
_OF_RELEASES = (
    r"proper|repack|rerip|limited|internal|real|multi|dual(?:[ -]audio)?|dubbed|subbed|subs?|dl|vostfr|vff|vfq|vfi|vf2"
    r"|aac|e?ac-?3|ddp?|dts(?:-?hd)?|truehd|atmos|flac|opus"
)
# At the end of a title. A word that may be the title's own counts only if a dash or brackets set it apart.
_TECHNICAL_END = re.compile(rf"[\s(\[-]+(?:{_TECHNICAL})[\s)\]]*$", re.IGNORECASE)
_BARE_3D = re.compile(r"[^\s(\[-] 3d$", re.IGNORECASE)
_EDITION_END = re.compile(rf"(?: - | ?[(\[])({_EDITION})[)\]]?$|[\s-]+({_CUT})$", re.IGNORECASE)
_ANY = re.compile(rf"(?<![^\W_])(?:{_TECHNICAL}|{_EDITION}|{_OF_RELEASES})(?![^\W_])", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![^\W_])\d{1,3}(?![^\W_])")
# Channels, codecs and bit depths, which are no numbers of films.
_NO_NUMBER = re.compile(r"(?<!\d)[1257][ .][01](?!\d)|[xh][ .]?26[45]|\d+[ -]?bit", re.IGNORECASE)
_SHARPNESS = re.compile(r"(?<![^\W_])(?:\d{3,4}[pi]|[48]k|uhd)(?![^\W_])", re.IGNORECASE)
_PART = re.compile(r"(?<![^\W_])(?:cd|dvd|dis[ck]|part|pt)[ ._-]?(\d{1,2})(?![^\W_])", re.IGNORECASE)
_IDENTIFIER = re.compile(r"\{[^{}]*\}|\[(?:imdb|tmdb|tvdb|anidb)[^\[\]]*\]|^\[[^\]]*\](?=.)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s._()\[\]-]+")
_SPLIT_NUMBER = re.compile(r"(?<!\d)([1257xh]) (?=[01](?!\d)|26[45])", re.IGNORECASE)  # "5 1", whose dot became a space
_IN_BRACKETS = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
_OF_SOUND_OR_SUBTITLES = re.compile(
    r"e?-?subs?|msubs?|subtitles?|dubs?|rip|line|org|original|remux|dolby|vision|\dch|upscaled?|encode|.*[语語字简簡繁].*",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
_ROMAN = re.compile("[IVX]{1,4}")
_BRACKETS = str.maketrans("()[]{}", " " * 6)
_NAMELESS = frozenset({"movie", "film", "video"})
_ARTICLES = frozenset({"the", "a", "an"})
_MOST_ENDINGS = 8  # taken off one title


@dataclass(frozen=True, slots=True)
class Versionless:
    """A title without a version's words at its end, and the edition that was there."""

    title: str
    edition: str | None = None


def versionless(title: str, dated: bool) -> Versionless:
    """The title without a version's words at its end: "Film" for "Film - Director's Cut" and "Film 4K". "The Final Cut"
    and "Extended Family" stay. So does "Saw 3D", which is a film of its own; but a name that is ``dated`` is "Saw",
    since two films of one title and one year are versions."""
    whole, editions = title, list[str]()
    for _ in range(_MOST_ENDINGS):
        edition = _EDITION_END.search(title)
        end = edition or _TECHNICAL_END.search(title)
        rest = tidy(title[: end.start()]) if end else ""
        if not dated and title == whole and _BARE_3D.search(title):
            break
        if not rest or rest.casefold() in _ARTICLES:
            break
        if edition:
            editions.insert(0, edition[1] or edition[2])
        title = rest
    return Versionless(title, ", ".join(editions) or None)


def same_words(text: str) -> str:
    """The words in lower case with one space between them: the same for "Film.(2010)" and "film 2010"."""
    return " ".join(filter(None, _SEPARATORS.split(text.casefold())))


def sharpness(stem: str) -> str:
    """The resolution in the name: "1080p", "4K"; "" if it has none."""
    found = _SHARPNESS.search(words(stem))
    if not found:
        return ""
    return found[0].lower() if found[0][-1] in "pPiI" else found[0].upper()


def unexplained(stem: str, name: FilmName) -> tuple[str, ...]:
    """The words in a file name that belong neither to the film's name nor to a version: "round", "05" in
    "Formula.1.2024.Round.05.1080p", "race" in "Formula.1.2024.1080p.Race". Files that differ in them are different
    films, or parts of one."""
    text = _IDENTIFIER.sub(" ", words(stem))
    before = split_at_release(text)[0]
    numbers = Counter(_NUMBER.findall(_NO_NUMBER.sub(" ", text))) - Counter(_NUMBER.findall(before))
    parts = [f"part {int(number)}" for number in _PART.findall(text)]
    if name.series and (mark := episode_mark(text, compact=" " not in stem, in_season=True)) and mark.last:
        parts.append(f"E{mark.last}")  # "S01E01-E02" is no version of "S01E01"
    said = _said(text[len(before.rstrip(" ([")) :]) - {*same_words(name.edition or "").split()}
    if not name.series:
        said |= {*same_words(_ANY.sub(" ", _PART.sub(" ", _NO_NUMBER.sub(" ", before)))).split()}
    said -= {*same_words(f"{name.title} {name.year}").split(), *_NAMELESS}
    return *sorted(word for word in said if not named_language(word)), *sorted(numbers), *parts


def _said(tags: str) -> set[str]:
    """The words of a person among those of a release: "making", "of" of "1080p BluRay Making Of". Who released it
    stands behind a hyphen or in brackets, or is one word in capitals."""
    plain = _ANY.sub(" ", _PART.sub(" ", _IN_BRACKETS.sub(" ", tags)))
    said = [word for word in plain.split() if not _is_of_release(word)]
    if len(said) == 1 and _is_group(said[0]) and tags != tags.upper():
        return set()
    return {word.casefold() for word in said}


def _is_of_release(word: str) -> bool:
    made = word.partition("-")[0]  # "x264" of "x264-GRP"
    return bool(
        not _LETTER.search(made) or all_of_release(made, certain=True) or _OF_SOUND_OR_SUBTITLES.fullmatch(made)
    )


def _is_group(word: str) -> bool:
    return word not in (word.lower(), word.capitalize()) and "-" not in word and not _ROMAN.fullmatch(word)


def own_words(stem: str) -> list[str]:
    """All words of a name, in which a label for the version may be found: "DTS", "5.1", "x264-GRP"."""
    spelt = _SPLIT_NUMBER.sub(r"\1.", words(stem)).translate(_BRACKETS)
    return [word for word in spelt.split() if word.casefold() not in _NAMELESS and re.search(r"\w", word)]
