"""Languages by the words for them in file names.

Codes of ISO 639-3 are left out: there are 7,000, and "cut", "hum" and "the" are among them.

Tested by tests/services/media/names/test_sidecars.py.
"""

import re

# By BCP 47 tag: the codes of ISO 639-2, and the names in English and in the language itself.
_WORDS = {
    "af": "afr afrikaans",
    "ar": "ara arabic العربية",
    "az": "aze azerbaijani",
    "be": "bel belarusian",
    "bg": "bul bulgarian български",
    "bn": "ben bengali বাংলা",
    "bs": "bos bosnian bosanski",
    "ca": "cat catalan català",
    "cs": "cze ces czech čeština",
    "cy": "wel cym welsh cymraeg",
    "da": "dan danish dansk",
    "de": "ger deu german deutsch",
    "el": "gre ell greek ελληνικά",
    "en": "eng english",
    "eo": "epo esperanto",
    "es": "spa esp spanish español espanol castellano",
    "et": "est estonian eesti",
    "eu": "baq eus basque euskara",
    "fa": "per fas persian farsi فارسی",
    "fi": "fin finnish suomi",
    "fr": "fre fra french français francais",
    "ga": "gle irish gaeilge",
    "gl": "glg galician galego",
    "he": "heb hebrew עברית",
    "hi": "hin hindi हिन्दी",
    "hr": "hrv scr croatian hrvatski",
    "hu": "hun hungarian magyar",
    "hy": "arm hye armenian",
    "id": "ind indonesian indonesia",
    "is": "ice isl icelandic íslenska",
    "it": "ita italian italiano",
    "ja": "jpn japanese 日本語",
    "ka": "geo kat georgian",
    "kk": "kaz kazakh",
    "ko": "kor korean 한국어",
    "la": "lat latin",
    "lt": "lit lithuanian lietuvių",
    "lv": "lav latvian latviešu",
    "mk": "mac mkd macedonian",
    "ml": "mal malayalam",
    "mr": "mar marathi",
    "ms": "may msa malay melayu",
    "nb": "nob bokmål bokmal",
    "nl": "dut nld dutch nederlands flemish",
    "nn": "nno nynorsk",
    "no": "nor norwegian norsk",
    "pl": "pol polish polski",
    "pt": "por portuguese português portugues",
    "pt-BR": "pob brazilian",
    "ro": "rum ron romanian română romana",
    "ru": "rus russian русский",
    "sk": "slo slk slovak slovenčina",
    "sl": "slv slovenian slovenščina",
    "sq": "alb sqi albanian shqip",
    "sr": "srp scc serbian srpski српски",
    "sv": "swe swedish svenska",
    "ta": "tam tamil தமிழ்",
    "te": "tel telugu తెలుగు",
    "th": "tha thai ไทย",
    "tr": "tur turkish türkçe turkce",
    "uk": "ukr ukrainian українська",
    "ur": "urd urdu",
    "vi": "vie vietnamese",
    "zh": "chi zho chinese 中文",
    "zh-Hans": "chs simplified 简体中文",
    "zh-Hant": "cht traditional 繁體中文",
}
_LANGUAGES = {word: tag for tag, words in _WORDS.items() for word in (tag.casefold(), *words.split())}
_REGION = re.compile(r"(?P<language>[a-z]{2,3})[-_](?:(?P<script>[a-z]{4})|(?P<region>[a-z]{2}|\d{3}))")


def named_language(word: str) -> str | None:
    """The BCP 47 tag of the language that ``word`` names: "de" for "ger" and "Deutsch", "pt-BR" for "pt_br". None: it
    names no language."""
    folded = word.casefold()
    if language := _LANGUAGES.get(folded):
        return language
    if not (match := _REGION.fullmatch(folded)) or not (language := _LANGUAGES.get(match["language"])):
        return None
    if match["script"]:
        return f"{language}-{match['script'].title()}"
    return f"{language}-{match['region'].upper()}"
