"""The words by which releases tell how they were made: "1080p", "BluRay", "x264-GROUP", "PROPER", "German DL".

Most of them are words of titles as well. So there are three kinds: what is sure wherever it stands; what is technical,
and counts beside a year or a sure word; and what is plain English but in capitals, as releases write it.

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
    r"|vostfr|nordic|korsub|opus",
    re.IGNORECASE,
)
_CODES = re.compile("CHI|CZE|DEU|ENG|ESP|FRA|FRE|GER|HUN|ITA|JAP|JPN|KOR|NLD|POL|POR|RUS|SPA|TUR|UKR")
_SHORT_CODES = re.compile("BR|CZ|DE|EN|ES|FR|HU|NL|PL|PT|RU|SK")  # titles end in such as well
_OF_LANGUAGES = re.compile("dl|ml|dual|dubbed|subbed|audio", re.IGNORECASE)  # stand behind a language
_LEADS_ON = re.compile("an?|the|and|of|in|to|for|with|at|on|by|from|der|die|das|le|la|les|el|los", re.IGNORECASE)


def split_at_release(text: str) -> tuple[str, str]:
    """What stands before the first sure word, and the rest."""
    sure = _SURE.search(text)
    return (text[: sure.start()], text[sure.start() :]) if sure else (text, "")


def all_of_release(text: str, certain: bool = False) -> bool:
    """Whether there is no word of a person in it. ``certain``: that it is a release's name is known, so that languages
    and plain words count as well."""
    return all(_is_of_release(word, certain) for word in map(_bare, text.split()))


def is_coded(text: str) -> bool:
    """Whether it has the word of a codec."""
    return any(_CODEC.fullmatch(_bare(word)) for word in text.split())


def without_ending(text: str) -> str:
    """The title in what stands before ``split_at_release``: without the words of a release that end it. Never down to
    nothing, nor to what leads on to a word that would be gone: "The Proper" stays."""
    words = text.split()
    shouts = text == text.upper()
    last = ""
    while len(words) > 1 and _ends_title(word := _bare(words[-1]), last, shouts):
        words.pop()
        last = word
    return text if is_open(" ".join(words)) else " ".join(words)


def is_open(title: str) -> bool:
    """Whether a word has to follow: "The", "Guardians of the"."""
    return _LEADS_ON.fullmatch(title.rpartition(" ")[2]) is not None


def _bare(word: str) -> str:
    """Without brackets and the group: "[x264-GROUP]" is "x264"."""
    bare = word.strip("()[],")
    return bare if _TECHNICAL.fullmatch(bare) else re.sub(r"(?<=\w)-\w+$", "", bare)


def _is_of_release(word: str, certain: bool) -> bool:
    if not re.search(r"[^\W_]", word) or _TECHNICAL.fullmatch(word) or _SURE.fullmatch(word):
        return True
    if word.lower() == "3d":  # but it may end a title: "Step Up 3D"
        return True
    if _WORDS.fullmatch(word):
        return certain or _is_in_capitals(word)
    return certain and (_is_language(word) or _SHORT_CODES.fullmatch(word) is not None)


def _ends_title(word: str, last: str, shouts: bool) -> bool:
    """Whether ``word`` is of a release, and not of the title that it ends; ``last`` is what followed, and was one."""
    if not re.search(r"[^\W_]", word) or _TECHNICAL.fullmatch(word):
        return True
    if _OF_LANGUAGES.fullmatch(last) and _is_language(word):
        return True
    return not shouts and _is_in_capitals(word) and (_WORDS.fullmatch(word) is not None or _is_language(word))


def _is_language(word: str) -> bool:
    return _CODES.fullmatch(word) is not None or (len(word) > 3 and named_language(word) is not None)


def _is_in_capitals(word: str) -> bool:
    """As releases write it: "PROPER", "iNTERNAL"."""
    return word not in (word.lower(), word.capitalize())
