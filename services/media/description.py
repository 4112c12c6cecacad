"""What files beside a film, or tags in it, say of it for people: title, plot, cast and the like. In the JSON shape in
which it is cached and sent. All texts are plain: markup in them means nothing. Unknown fields are absent.

It comes from a worker or from the cache, which a hostile film may have made, so it is checked before it is used.
"""

from typing import Literal, NotRequired, TypedDict, cast

from services.media.checks import like, number, record, several, whole

MAX_LINE = 200  # characters of a title
MAX_NAME = 80  # characters of a person's name, a role, a genre or a studio
MAX_PLOT = 3000  # characters
MAX_GENRES = 8
MAX_STUDIOS = 4
MAX_MAKERS = 8  # directors, and writers
MAX_CAST = 40
EARLIEST_YEAR, LATEST_YEAR = 1870, 2100
MAX_NUMBER = 100_000  # of a season or an episode
MAX_RATING = 10.0

Kind = Literal["film", "episode", "series"]


class Role(TypedDict):
    """A member of the cast, and whom they play."""

    name: str
    role: NotRequired[str]


class Description(TypedDict):
    """``series``, ``season`` and ``episode`` are of an episode. ``rating`` is from 0 to 10. ``certificate``: who may
    watch it ("PG-13"). ``released`` is a day, as "2024-01-15"."""

    kind: NotRequired[Kind]
    title: NotRequired[str]
    original_title: NotRequired[str]
    year: NotRequired[int]
    series: NotRequired[str]
    season: NotRequired[int]
    episode: NotRequired[int]
    tagline: NotRequired[str]
    plot: NotRequired[str]
    genres: NotRequired[list[str]]
    directors: NotRequired[list[str]]
    writers: NotRequired[list[str]]
    cast: NotRequired[list[Role]]
    studios: NotRequired[list[str]]
    rating: NotRequired[float]
    certificate: NotRequired[str]
    released: NotRequired[str]


NOTHING: Description = {}


def plausible_description(value: object) -> Description:
    """``value`` as a description. Raises ValueError if no file can have given it."""
    if not is_description(value):
        raise ValueError("this is no description of a film")
    return cast(Description, value)


def kept_description(value: object) -> Description | None:
    """``value`` as a description from the cache. None: it cannot have been kept there."""
    return cast(Description, value) if is_description(value) else None


_UNSAFE = r"\x00-\x1f\x7f-\x9f\ud800-\udfff"  # which terminals act on; surrogates, which cannot be encoded
_line = like(rf"[^{_UNSAFE}]+", MAX_LINE)
_name = like(rf"[^{_UNSAFE}]+", MAX_NAME)
_names = several(_name, MAX_MAKERS)

is_description = record(
    {},
    {
        "kind": like("film|episode|series", 7),
        "title": _line,
        "original_title": _line,
        "year": whole(EARLIEST_YEAR, LATEST_YEAR),
        "series": _line,
        "season": whole(0, MAX_NUMBER),
        "episode": whole(0, MAX_NUMBER),
        "tagline": _line,
        "plot": like(rf"(?:[^{_UNSAFE}]|\n)+", MAX_PLOT),
        "genres": several(_name, MAX_GENRES),
        "directors": _names,
        "writers": _names,
        "cast": several(record({"name": _name}, {"role": _name}), MAX_CAST),
        "studios": several(_name, MAX_STUDIOS),
        "rating": number(MAX_RATING),
        "certificate": _name,
        "released": like(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", 10),
    },
)
