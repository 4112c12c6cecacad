"""The pictures beside a film that are no posters: how Kodi, Jellyfin and Plex name them.

Tested by tests/services/media/names/test_sidecars.py.
"""

from collections.abc import Iterator

BACKDROP, LANDSCAPE, LOGO, SERIES_POSTER = "backdrop", "landscape", "logo", "series-poster"
KINDS = (BACKDROP, LANDSCAPE, LOGO, SERIES_POSTER)

_KINDS_BY_NAME = {  # of each kind the best first
    "fanart": BACKDROP,
    "backdrop": BACKDROP,
    "background": BACKDROP,
    "landscape": LANDSCAPE,
    "clearlogo": LOGO,
    "logo": LOGO,
}
_NAMES = list(_KINDS_BY_NAME)
_ENDINGS = tuple(f"-{name}" for name in _NAMES)


def is_artwork(stem: str) -> bool:
    """Whether a picture of this name in lower case, without its extension, may be artwork of a film or a series."""
    return stem in _KINDS_BY_NAME or stem.endswith(_ENDINGS)


def artwork_of_folder(stem: str) -> Iterator[tuple[str, int]]:
    """The kind of artwork that a picture of this name is for its folder, if any, and its rank among those: 0 is the
    best."""
    if kind := _KINDS_BY_NAME.get(stem):
        yield kind, _NAMES.index(stem)


def kind_at_end(stem: str) -> Iterator[tuple[str, str, int]]:
    """For "film-fanart": "film", the kind, and the rank of the name, if it ends so."""
    film, _, name = stem.rpartition("-")
    if film and name in _KINDS_BY_NAME:
        yield film, _KINDS_BY_NAME[name], _NAMES.index(name)
