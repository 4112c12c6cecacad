"""The table of films, browsers and ways (page/ways.json), which tests of the page, the list and browsers share."""

import json

from services.packaging.offered import Conversions
from services.ways.ways import Film
from tests.server_process import ROOT

_TABLE = json.loads((ROOT / "tests" / "page" / "ways.json").read_text("utf-8"))
FILMS: list[str] = list(_TABLE["films"])


def details_of(film: str) -> dict[str, object]:
    """What a probe finds in the film."""
    facts = _TABLE["films"][film]
    pictures = {"video": _track(facts["video"].partition(" as ")[0])} if "video" in facts else {}
    sounds = [_track(sound.partition(" as ")[0]) for sound in facts["audio"]]
    return {"container": facts["container"], **pictures, "audio": sounds}


def _track(codec: str) -> dict[str, str]:
    return {"codec": codec, "name": codec.upper()}


def conversions_for(film: str) -> Conversions:
    """Those that the table takes for granted."""
    return Conversions(sound=True, pictures=" as " in _TABLE["films"][film].get("video", ""))


def has_segments(film: str) -> bool:
    return _TABLE["films"][film].get("segments", True)


def listed(film: str) -> dict[str, object]:
    """What the list says of the film, as far as its ways depend on that."""
    facts = _TABLE["films"][film]
    size = {"index_bytes": facts["index_bytes"]} if "index_bytes" in facts else {}
    segments = {"segments": "/segments/Film"} if has_segments(film) else {}
    sounds = [sound.partition(" as ") for sound in facts["audio"]]
    heard = [{"codec": codec} | ({"converted": other} if other else {}) for codec, _, other in sounds]
    codec, _, other = facts.get("video", "").partition(" as ")
    seen = {"video": _track(codec) | {"converted": other}} if other else {}
    return details_of(film) | size | segments | {"audio": heard} | seen


def as_film(film: str) -> Film:
    """What its way depends on. Its file is a large one."""
    facts = _TABLE["films"][film]
    sounds = [sound.partition(" as ") for sound in facts["audio"]]
    picture, _, converted = facts.get("video", "").partition(" as ")
    return Film(
        facts["container"],
        picture or None,
        tuple(codec for codec, _, _ in sounds),
        index_bytes=facts.get("index_bytes", 0),
        file_bytes=2_000_000_000,
        has_segments=has_segments(film),
        converts=any(other for _, _, other in sounds),
        converts_picture=bool(converted),
        is_behind=facts.get("behind", False),
    )


def plays() -> dict[str, dict[str, str]]:
    """What comes of that: film and browser, and the name of the way."""
    return _TABLE["plays"]


def supported_in(browser: str) -> list[str]:
    """How the codecs begin that the browser takes by segments."""
    return _TABLE["browsers"][browser]["supports"]


def ways_in(browser: str) -> dict[str, list[str]]:
    """The ways of each film, for which the table has any in the browser, the best first."""
    return {film: ways[browser] for film, ways in _TABLE["ways"].items() if browser in ways}
