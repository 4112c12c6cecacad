"""Which subtitles a film has, and so how the page shows them.

Tested by tests/services/doctor/test_subtitles.py.
"""

from dataclasses import dataclass
from enum import StrEnum

from services.library import Movie, StoredSubtitles
from services.media.details import Details, EmbeddedSubtitles


class Kind(StrEnum):
    """docs/doctor.md says how each is shown."""

    TEXT = "text"
    STYLED = "styled"
    IMAGES = "images"


@dataclass(frozen=True, slots=True)
class Subtitles:
    """``language`` is a BCP 47 tag; "": it is not told. ``is_beside``: they are in a file of their own."""

    kind: Kind
    language: str = ""
    label: str = ""
    is_forced: bool = False
    is_for_the_deaf: bool = False
    is_beside: bool = False


def subtitles_of(movie: Movie, details: Details) -> tuple[Subtitles, ...]:
    """Those beside the film, then those in it."""
    return (
        *(_beside(each, Kind.STYLED if each.told.is_styled else Kind.TEXT) for each in movie.subtitles),
        *(_beside(each, Kind.IMAGES) for each in movie.image_subtitles),
        *(_inside(each, Kind.STYLED if each.get("styled") else Kind.TEXT) for each in details.get("subtitles", [])),
        *(_inside(each, Kind.IMAGES) for each in details.get("image_subtitles", [])),
    )


def _beside(stored: StoredSubtitles, kind: Kind) -> Subtitles:
    told = stored.told
    return Subtitles(kind, told.language or "", told.label or "", told.forced, told.hearing_impaired, is_beside=True)


def _inside(track: EmbeddedSubtitles, kind: Kind) -> Subtitles:
    flags = track.get("forced", False), track.get("hearing_impaired", False)
    return Subtitles(kind, track.get("language", ""), track.get("label", ""), *flags)
