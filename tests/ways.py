"""The table of films, browsers and ways (page/ways.json), which tests of the page, the list and browsers share."""

import json

from tests.server_process import ROOT

_TABLE = json.loads((ROOT / "tests" / "page" / "ways.json").read_text("utf-8"))
FILMS: list[str] = list(_TABLE["films"])


def details_of(film: str) -> dict[str, object]:
    """What a probe finds in the film."""
    facts = _TABLE["films"][film]
    pictures = {"video": {"codec": facts["video"]}} if "video" in facts else {}
    return {"container": facts["container"], **pictures, "audio": [{"codec": codec} for codec in facts["audio"]]}


def has_segments(film: str) -> bool:
    return _TABLE["films"][film].get("segments", True)


def listed(film: str) -> dict[str, object]:
    """What the list says of the film, as far as its ways depend on that."""
    size = _TABLE["films"][film].get("index_bytes")
    more = ({"index_bytes": size} if size else {}) | ({"segments": "/segments/Film"} if has_segments(film) else {})
    return details_of(film) | more


def ways_in(browser: str) -> dict[str, list[str]]:
    """The ways of each film, for which the table has any in the browser, the best first."""
    return {film: ways[browser] for film, ways in _TABLE["ways"].items() if browser in ways}
