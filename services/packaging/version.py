"""The version of how films are packaged. A film's segments change with it, though the film does not."""

from services.http.representation import EntityTag

PACKAGING = 5  # goes up whenever any film's index, segments or new head would be others


def packaged_version(film: EntityTag) -> EntityTag:
    """What names the segments of this version of a film. At addresses that name it (``?v=``) nothing ever changes."""
    return EntityTag(f"{film.opaque}.{PACKAGING}", film.weak)
