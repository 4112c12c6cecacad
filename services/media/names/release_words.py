"""The words by which names of releases say how they were made: "1080p", "BluRay", "x264-GROUP", "PROPER", "German DL".

Most of them may be words of titles, too. So there are three kinds. Sure words count wherever they stand. Technical
words count beside a year or a sure word. Plain words count there only in capitals, as releases write them.

Tested by tests/services/media/names/test_film_name.py.
"""

import re

from services.media.names.language_words import named_language

_SURE = re.compile(
    r"(?<![^\W_])(?:(?:360|480|540|576|720|1080|1440|2160|4320)[pi](?:\d\d\d?)?|\d{3,4}x\d{3,4}|remux"
    r"|blu-?ray|bd-?(?:rip|remux)|brrip|dvd-?(?:rip|scr|[r59])|web-?(?:dl|rip|cap)|web [xh] ?26[45]"
    r"|hd-?(?:tv|rip|cam|ts|tc)|(?:vhs|tv|dvb|sat|uhd|ppv)-?rip|pdtv|telesync|telecine)(?![^\W_])"
    r"|\[(?=\d*[a-f])[\da-f]{8}\]",  # a checksum
    re.IGNORECASE,
)
_CODEC = re.compile(r"[xh]\.?26[45]|hevc|avc|av1|xvid|divx|vc-?1|mpeg-?2", re.IGNORECASE)
_TECHNICAL = re.compile(
    rf"{_CODEC.pattern}|[48]k|uhd|(?:8|10|12)-?bit|hi10p?|\d{{2,3}}fps"
    r"|(?:hdr(?:10)?|dv|dovi|hlg|sdr)\+?|dv-hdr|(?:aac|e?ac-?3|ddp?\+?)(?:\d[. ]\d)?|dts(?:-(?:hd|x|es))?"
    r"|truehd|atmos|flac|lpcm|[257]\.[01]|[hf]-?(?:sbs|tab|ou)|sbs|\d+(?:\.\d+)?[mg]b|dvd[59]|amzn|dsnp|hmax|atvp|pcok|pmtp",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"proper|repack|rerip|limited|internal|retail|stv|festival|readnfo|hybrid|dubbed|subbed|dual|multi|complete|ws|fs|hc"
    r"|hd|fhd|bd|dvd|web|cam|ts|tc|scr|screener|r5|pal|ntsc|nf|hulu|dl|ml|ld|ma|hc|audio|v[2-9]|(?:true|sub)french"
    r"|vostfr|vff|vfq|vfi|vf2|nordic|korsub|opus",
    re.IGNORECASE,
)
_CODES = re.compile("CHI|CZE|DEU|ENG|ESP|FRA|FRE|GER|HUN|ITA|JAP|JPN|KOR|NLD|POL|POR|RUS|SPA|TUR|UKR")
_SHORT_CODES = re.compile("BR|CZ|DE|EN|ES|FR|HU|NL|PL|PT|RU|SK")  # not at the end of a title, which may end in one
_OF_LANGUAGES = re.compile("dl|ml|dual|dubbed|subbed|audio", re.IGNORECASE)  # words that follow a language
_LEADS_ON = re.compile("an?|the|and|of|in|to|for|with|at|on|by|from|der|die|das|le|la|les|el|los", re.IGNORECASE)


def split_at_release(text: str) -> tuple[str, str]:
    """The text before the first sure word, and the rest from there on."""
    sure = _SURE.search(text)
    return (text[: sure.start()], text[sure.start() :]) if sure else (text, "")


def all_of_release(text: str, certain: bool = False) -> bool:
    """Whether every word is one of a release. ``certain``: this is known to be a release's name, so languages and plain
    words count as well."""
    return all(_is_of_release(word, certain) for word in map(_bare, text.split()))


def is_coded(text: str) -> bool:
    """Whether one of the words names a codec."""
    return any(_CODEC.fullmatch(_bare(word)) for word in text.split())


def without_ending(text: str) -> str:
    """The text before the first sure word without the release's words at its end: the title. At least one word is left,
    and a title is not cut after a word that needs another one: "The Proper" stays."""
    words = text.split()
    shouts = text == text.upper()
    last = ""
    while len(words) > 1 and _ends_title(word := _bare(words[-1]), last, shouts):
        words.pop()
        last = word
    return text if is_open(" ".join(words)) else " ".join(words)


def is_open(title: str) -> bool:
    """Whether another word has to follow: "The", "Guardians of the"."""
    return _LEADS_ON.fullmatch(title.rpartition(" ")[2]) is not None


def _bare(word: str) -> str:
    """The word without brackets and the release group: "x264" for "[x264-GROUP]"."""
    bare = word.strip("()[],")
    return bare if _TECHNICAL.fullmatch(bare) else re.sub(r"(?<=\w)-\w+$", "", bare)


def _is_of_release(word: str, certain: bool) -> bool:
    if not re.search(r"[^\W_]", word) or _TECHNICAL.fullmatch(word) or _SURE.fullmatch(word):
        return True
    if word.lower() == "3d":  # not in _ends_title: "Step Up 3D" is a title
        return True
    if _WORDS.fullmatch(word):
        return certain or _is_in_capitals(word)
    return certain and (_is_language(word) or _SHORT_CODES.fullmatch(word) is not None)


def _ends_title(word: str, last: str, shouts: bool) -> bool:
    """Whether the last word of a title is the release's. ``last``: the word behind it, which was the release's."""
    if not re.search(r"[^\W_]", word) or _TECHNICAL.fullmatch(word):
        return True
    if _OF_LANGUAGES.fullmatch(last) and _is_language(word):
        return True
    return not shouts and _is_in_capitals(word) and (_WORDS.fullmatch(word) is not None or _is_language(word))


def _is_language(word: str) -> bool:
    return _CODES.fullmatch(word) is not None or (len(word) > 3 and named_language(word) is not None)


def _is_in_capitals(word: str) -> bool:
    """Whether the word is written as releases write plain words: "PROPER", "iNTERNAL"."""
    return word not in (word.lower(), word.capitalize())
