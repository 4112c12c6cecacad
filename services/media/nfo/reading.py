"""What an .nfo file says, as Kodi and Jellyfin write them: `<movie>`, `<tvshow>` or `<episodedetails>`.

https://kodi.wiki/view/NFO_files. Programs differ in the order and the spelling of elements, so what is not understood
is passed over.
"""

import re
from typing import Any

from services.errors import FilmUnreadable
from services.media import description as limits
from services.media.description import Description, Kind, Role
from services.media.description_fields import (
    first_day,
    known,
    line,
    name,
    names,
    paragraphs,
    split_names,
    whole_number,
    year,
)
from services.media.nfo.elements import Element, NoXml, parsed
from services.media.nfo.nfo_text import nfo_text

_KINDS: dict[str, Kind] = {
    "movie": "film",
    "musicvideo": "film",
    "video": "film",
    "episodedetails": "episode",
    "tvshow": "series",
}
_SEVERAL_STUDIOS = re.compile(r"\s*[/|;]\s*")  # "Company, Inc." is one
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def described(content: bytes) -> Description:
    """The description in a file. One for several episodes has the titles and plots of all. Raises FilmUnreadable if it
    describes nothing: it is a release's own .nfo, only a URL, damaged, or too much."""
    try:
        root = parsed(nfo_text(content))
    except NoXml as error:
        raise FilmUnreadable(str(error)) from error
    elements = [child for child in root.children if child.tag in _KINDS]
    if not elements:
        raise FilmUnreadable("it describes no film, no series and no episode")
    kind = _KINDS[elements[0].tag]
    alike = [element for element in elements if element.tag == elements[0].tag] if kind == "episode" else elements[:1]
    return _description(kind, alike)


def _description(kind: Kind, elements: list[Element]) -> Description:
    first = elements[0]
    released = first_day(first.texts("premiered", "releasedate", "aired", "firstaired"))
    fields: dict[str, Any] = {
        "kind": kind,
        "title": line(" / ".join(_each(elements, "title"))),
        "original_title": line(_first(first, "originaltitle")),
        "year": year(first.texts("year")) or year([released] if released else []),
        "tagline": line(_first(first, "tagline")),
        "plot": paragraphs("\n\n".join(_each(elements, "plot") or _each(elements, "outline"))),
        "genres": split_names(_texts(elements, "genre"), limits.MAX_GENRES),
        "directors": names(_texts(elements, "director"), limits.MAX_MAKERS),
        "writers": names(_texts(elements, "credits", "writer"), limits.MAX_MAKERS),
        "cast": _cast(elements),
        "studios": split_names(_texts(elements, "studio"), limits.MAX_STUDIOS, _SEVERAL_STUDIOS),
        "rating": _rating(first),
        "certificate": name(_first(first, "mpaa", "certification")),
        "released": released,
    }
    if kind == "episode":
        fields |= {
            "series": line(_first(first, "showtitle")),
            "season": whole_number(_first(first, "season")),
            "episode": whole_number(_first(first, "episode")),
        }
    return known(fields)


def _first(element: Element, *tags: str) -> str:
    return next(iter(element.texts(*tags)), "")


def _texts(elements: list[Element], *tags: str) -> list[str]:
    return [text for element in elements for text in element.texts(*tags)]


def _each(elements: list[Element], tag: str) -> list[str]:
    """The first text of this tag in each element, without repetitions."""
    return list(dict.fromkeys(filter(None, (_first(element, tag) for element in elements))))


def _cast(elements: list[Element]) -> list[Role]:
    cast: dict[str, Role] = {}
    for actor in (actor for element in elements for actor in element.all("actor")):
        if who := name(_first(actor, "name")):
            role = name(_first(actor, "role"))
            cast.setdefault(who, {"name": who, "role": role} if role else {"name": who})
    return list(cast.values())[: limits.MAX_CAST]


def _rating(element: Element) -> float | None:
    """The rating that counts first, from 0 to 10: that of `<ratings>` which is the default, else the first one."""
    among = [rating for ratings in element.all("ratings") for rating in ratings.all("rating")]
    among.sort(key=lambda rating: rating.attributes.get("default", "").lower() != "true")
    told = [(_first(rating, "value"), rating.attributes.get("max", "")) for rating in among]
    told += [(text, "") for text in element.texts("rating")]
    for value, most in told:
        rating, of = _number(value), _number(most) or 10.0
        if rating and rating <= of:
            return round(10 * rating / of, 1)
    return None


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) and len(text) < 10 else None
