"""Decodes text files of unknown encoding: subtitles come in whatever encoding was usual for their language."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

import charset_normalizer

_BY_LANGUAGE = {
    "ar": "cp1256",
    "az": "cp1254",
    "be": "cp1251",
    "bg": "cp1251",
    "bs": "cp1250",
    "cs": "cp1250",
    "el": "cp1253",
    "et": "cp1257",
    "fa": "cp1256",
    "he": "cp1255",
    "hr": "cp1250",
    "hu": "cp1250",
    "ja": "cp932",
    "kk": "cp1251",
    "ko": "cp949",
    "lt": "cp1257",
    "lv": "cp1257",
    "mk": "cp1251",
    "pl": "cp1250",
    "ro": "cp1250",
    "ru": "cp1251",
    "sk": "cp1250",
    "sl": "cp1250",
    "th": "cp874",
    "tr": "cp1254",
    "uk": "cp1251",
    "ur": "cp1256",
    "vi": "cp1258",
    "zh": "gb18030",
    "zh-Hant": "big5hkscs",
    "zh-TW": "big5hkscs",
    "zh-HK": "big5hkscs",
}
_GUESSED = {None, "sr"}  # languages that do not tell the encoding: Serbian has two scripts
_WESTERN = "cp1252"
_BOMS = {BOM_UTF8: "utf-8-sig", BOM_UTF16_LE: "utf-16", BOM_UTF16_BE: "utf-16"}
_TIMES_AND_NUMBERS = re.compile(rb"^[\d\s:,.>{}\[\]-]*$\n?", re.MULTILINE)  # these make every encoding look likely
_ENOUGH_BYTES = 64 * 1024  # for a guess
_SAMPLE_BYTES = 1024  # looked at for UTF-16
_LEAST_ZEROS = 0.05  # share of zero bytes in UTF-16
_LINE_END = re.compile(r"\r{1,2}\n|\r")  # two "\r" where line ends were converted twice
_BEYOND_ASCII = re.compile(r"[^\0-\x7f]")
_SOUND_FOR_EACH_ODD = 10  # sound characters needed for each odd one beyond the first


def decoded(content: bytes, language: str | None = None) -> str:
    """The text, with lines that end in "\\n", and without byte order marks, which joined files have inside, too. Never
    fails: undecodable bytes become U+FFFD. ``language`` is a BCP 47 tag, if the file's name tells it."""
    return _LINE_END.sub("\n", _text(content, language).replace("\ufeff", ""))


def _text(content: bytes, language: str | None) -> str:
    for bom, with_bom in _BOMS.items():
        if content.startswith(bom):
            return content.decode(with_bom, "replace")
    if encoding := _utf_16(content):
        return content.decode(encoding, "replace")
    if (text := _utf_8(content)) is not None:
        return text
    for encoding in (_by_language(language), _guess(content, language)):
        if encoding:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    return content.decode(_WESTERN, "replace")


def _utf_16(content: bytes) -> str | None:
    """The UTF-16 encoding, if it is one. Other texts have no zero bytes; in UTF-16, every other byte of times and line
    ends is zero."""
    sample = content[:_SAMPLE_BYTES]
    zeros_first, zeros_last = sample[::2].count(0), sample[1::2].count(0)
    if max(zeros_first, zeros_last) < len(sample) * _LEAST_ZEROS:
        return None
    return "utf-16-be" if zeros_first > zeros_last else "utf-16-le"


def _utf_8(content: bytes) -> str | None:
    """The text, if it is UTF-8. A few odd bytes are allowed, since a file may be damaged or end within a character.
    Text in another encoding is hardly ever valid UTF-8 by chance."""
    text = content.decode("utf-8", "replace")
    odd = text.count("\ufffd")
    if not odd:
        return text
    sound = len(_BEYOND_ASCII.findall(text)) - odd
    return text if sound >= max(1, _SOUND_FOR_EACH_ODD * (odd - 1)) else None


def _by_language(language: str | None) -> str | None:
    """The usual encoding of the language. None: the language is not known, or has several."""
    if language is None or language in _GUESSED:
        return None
    return _BY_LANGUAGE.get(language) or _BY_LANGUAGE.get(language.split("-")[0], _WESTERN)


def _guess(content: bytes, language: str | None) -> str | None:
    if language not in _GUESSED:
        return None
    match = charset_normalizer.from_bytes(_TIMES_AND_NUMBERS.sub(b"", content)[:_ENOUGH_BYTES]).best()
    return match.encoding if match else None
