"""The mark of an episode in a name: "S01E02", "1x02", "Season 1 Episode 2", "[Group] Show - 02", "第02集".

Tested by tests/services/media/names/test_film_name.py.
"""

import re
from dataclasses import dataclass

from services.media.names.release_words import split_at_release


@dataclass(frozen=True, slots=True)
class EpisodeMark:
    """The mark, with the text ``before`` it and the ``rest`` behind it. ``last`` is the last of several episodes.
    ``special`` is the title of an extra episode without a number, such as "OVA"."""

    before: str
    rest: str
    episode: int | None
    season: int | None = None
    last: int | None = None
    special: str | None = None


_DENSE = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # letters of scripts that write no space before "S01E02"
_HAN = "一二三四五六七八九十百零〇"
_NUMBER_OR_HAN = rf"(?:\d{{1,4}}|[{_HAN}]{{1,5}})"
SEASONS = (
    "season|series|staffel|saison|temporada|stagione|seizoen|sezon|сезон|säsong|sæson|sesong|kausi|시즌|シーズン"
    "|الموسم|الجزء|עונה"
)
EPISODES = "episode|ep|folge|épisode|episodio|episódio|capítulo|capitulo|bölüm|odcinek|puntata|aflevering|avsnitt"
_SURE_EPISODES = r"folge|odcinek|odc\.?|tập|серия|الحلقة|حلقة"  # not "episode" or "chapter": films have them, too
_OTHER_EPISODES = "серия|الحلقة|حلقة|פרק"

_SEASON_AND_EPISODE = re.compile(
    rf"(?:(?<![^\W_])|(?<=[{_DENSE}]))"
    r"(?:s(?P<season>\d{1,4})(?: - |[ -])?ep? ?(?P<episode>\d{1,5})(?:v\d)?"
    r"(?:(?:(?: ?[&+,] ?| - (?=s)|[ -])?(?:s\d{1,4})?e|-)(?P<last>\d{1,5}))*"
    r"|(?P<season_x>(?:19|20)\d\d|\d{1,2})x(?P<episode_x>\d\d)(?:(?:-(?:\d{1,2}x)?|x)(?P<last_x>\d\d))*)(?![^\W_])",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(
    rf"(?:(?<![^\W_])(?:{SEASONS})[ .]*(?P<season>\d{{1,4}})"
    r"|(?<![^\W_])(?P<season_before>\d{1,2})[ .-]*(?:сезон|시즌|sezon)"
    rf"|第 ?(?P<season_han>{_NUMBER_OR_HAN}) ?[季期])[ ,.–-]*"
    rf"(?:(?:{EPISODES}|{_OTHER_EPISODES}|e)[ .]*(?P<episode>\d{{1,4}})"
    r"|(?P<episode_before>\d{1,4})[ .-]*(?:сери[яи]|b[öo]l[üu]m|[화회])"
    rf"|第 ?(?P<episode_han>{_NUMBER_OR_HAN}) ?[集話话回])"
    r"(?![^\W_])",
    re.IGNORECASE,
)
_IN_A_WORD = re.compile(
    rf"(?<![^\W_])(?:{_SURE_EPISODES})[ .]*(?P<episode>\d{{1,4}})(?![^\W_])"
    r"|(?<!\d)(?:제 ?)?(?P<episode_before>\d{1,4})(?:[ .-]*(?:сери[яи]|b[öo]l[üu]m)|[화회])(?![^\W_])(?: ?из ?\d{1,3})?"
    rf"|第 ?(?P<episode_han>{_NUMBER_OR_HAN}) ?(?:[集話话]|回(?![^\W_]))",
    re.IGNORECASE,
)
_WITHOUT_SEASON = re.compile(
    r"(?<![^\W_])(?:ep ?(?P<ep>\d{2,4})|e(?P<e>\d{2,4})|(?P<of>\d{1,2})of\d{1,2})(?![^\W_])", re.IGNORECASE
)
_MOST_AT_ONCE = 12  # episodes in a file, where only a hyphen says so: "S01E01-24 Hours" is a title
_SHORT_DATE = re.compile(r"^ *\d{6}(?!\d)")  # the date in "E650 230416", as Korean shows have it

_GROUP = r"(?:\[(?![\d .-]*\])[^\]]*\]|【[^】]*】) ?"
_EXTRA_OF_SERIES = r"(?:NC)?(?:OP|ED)\d{0,2}[a-z]?|(?:OVA|OAD|ONA|SP|PV|CM|Specials?|Menu|Preview) ?\d{0,2}"
_OF_GROUP = re.compile(
    rf"{_GROUP}(?P<before>[^\[\]]+?)(?: S(?P<season>\d{{1,2}}))?"
    r"(?: - (?:(?P<episode>\d{1,4})(?P<half>\.\d)?(?:v\d)?(?:-(?P<last>\d{1,4}))?"
    rf"|(?P<special>{_EXTRA_OF_SERIES}))(?= |\[|$)"
    r"| ?\[(?P<in_brackets>\d{1,4})(?:v\d)?(?:END)?[集話话]?\]| (?P<at_end>\d{2,3})(?:v\d)?(?= ?[\[(【]))"
)
_ALL_IN_BRACKETS = re.compile(
    rf"{_GROUP}(?:★[^★]*★ ?)?\[(?P<before>[^\[\]]+)\](?: ?\[[^\[\]]*\]){{0,3}}? ?"
    r"\[(?:第)?(?P<episode>\d{1,3}|(?!19|20)\d{4})(?:v\d)?(?: ?END)?[集話话]?\]"
)
_SERIES_OF_GROUP = re.compile(r" ?-? ?\[[^\]]*\] ?(?P<series>[^\[\]]+?) ?(?:\[|$)")  # the series behind the number


def episode_mark(text: str, compact: bool, in_season: bool) -> EpisodeMark | None:
    """The mark in ``text``, a name in words; None: the name has none. ``compact``: the name was written without spaces,
    as releases are. ``in_season``: the file is in the folder of a season."""
    return _of_group(text) or _with_season(text, in_season) or _in_words(text) or _without_season(text, compact)


def _of_group(text: str) -> EpisodeMark | None:
    match = _OF_GROUP.match(text) or _ALL_IN_BRACKETS.match(text)
    if match is None:
        return None
    found = match.groupdict()
    before, rest, season = match["before"], text[match.end() :], _number(found.get("season"))
    if special := found.get("special"):
        return EpisodeMark(before, "", None, 0, special=special)
    if found.get("half"):
        return EpisodeMark(before, rest, None, 0, special=f"Episode {int(match['episode'])}{match['half']}")
    episode = match["episode"] or found.get("in_brackets") or found.get("at_end")
    return EpisodeMark(
        before, rest if rest.startswith(" - ") else "", _number(episode), season, _number(found.get("last"))
    )


def _with_season(text: str, in_season: bool) -> EpisodeMark | None:
    match = _SEASON_AND_EPISODE.search(text)
    if match is None:
        return None
    before, rest = text[: match.start()], text[match.end() :]
    if match["season_x"] and not before.strip(" -") and not in_season:  # "4x10 timber" is no episode
        return None
    if not before.strip(" -") and (series := _SERIES_OF_GROUP.match(rest)):
        before, rest = series["series"], ""
    season, episode = match["season"] or match["season_x"], match["episode"] or match["episode_x"]
    last = _number(match["last"] or match["last_x"])
    if match["last"] and last and not int(episode) < last <= int(episode) + _MOST_AT_ONCE:
        last, rest = (last, rest) if text[match.start("last") - 1] in "eE" else (None, text[match.end("episode") :])
    return EpisodeMark(before, rest, int(episode), int(season), last)


def _in_words(text: str) -> EpisodeMark | None:
    match = _IN_WORDS.search(text) or _IN_A_WORD.search(text)
    if match is None:
        return None
    found = match.groupdict()
    season, episode = (
        next(filter(None, (found.get(kind) for kind in (number, f"{number}_before", f"{number}_han"))), None)
        for number in ("season", "episode")
    )
    # Drops a dot that ends a sentence, but not an initial's.
    before = re.sub(r"(?<=\w\w)\.\s*$", "", text[: match.start()].rstrip(" ("))
    rest = text[match.end() :].lstrip(") ")
    return EpisodeMark(before, _SHORT_DATE.sub("", rest, count=1), _number(episode), _number(season))


def _without_season(text: str, compact: bool) -> EpisodeMark | None:
    """ "Show EP02"; and "Show.E02.720p", "Show.2of6.720p" in releases alone, since people film their BMW E30."""
    match = _WITHOUT_SEASON.search(text)
    if match is None or not text[: match.start()].strip(" -"):
        return None
    rest = text[match.end() :]
    dated = _SHORT_DATE.match(rest)
    is_dense = re.search(rf"[{_DENSE}] ?$", text[: match.start()])
    if not match["ep"] and not (is_dense or (compact and (dated or split_at_release(rest)[1]))):
        return None
    episode = int(match["ep"] or match["e"] or match["of"])
    return EpisodeMark(text[: match.start()], rest[dated.end() :] if dated else rest, episode)


def _number(digits: str | None) -> int | None:
    return number_of(digits) if digits else None


def number_of(digits: str) -> int:
    """The number in digits or in Chinese numerals: 12 for "12" and "十二", 102 for "一百零二"."""
    if digits.isdecimal():
        return int(digits)
    number, digit = 0, 0
    for char in digits:
        if char in "十百":
            number += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = max(0, "零一二三四五六七八九".find(char))
    return number + digit
