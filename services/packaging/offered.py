"""What a server offers of a film: its own tracks, and what they are converted to.

Tested by tests/services/segments/test_converted_pictures.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.packaging.conversion import converted
from services.packaging.film_index import FilmIndex, NotPackaged, Track
from services.packaging.picture_conversion import converted_pictures, picture_cuts


@dataclass(frozen=True, slots=True)
class Conversions:
    """Which kinds of tracks a server converts for browsers that lack their codecs."""

    sound: bool = False
    pictures: bool = False


NO_CONVERSIONS = Conversions()
SOUND_ALONE = Conversions(sound=True)


def offered(index: FilmIndex, conversions: Conversions) -> FilmIndex:
    """The index as players see it: of the tracks that are sent as they are; behind each is what it is converted to.
    Raises NotPackaged: none of its pictures is among them."""
    cuts = picture_cuts(index) if conversions.pictures else ()
    tracks = tuple(each for track in index.tracks for each in _offered(track, conversions, cuts))
    if any(track.kind == "video" for track in index.tracks) and not any(track.kind == "video" for track in tracks):
        raise NotPackaged("no picture that browsers play")
    return replace(index, tracks=tracks)


def _offered(track: Track, conversions: Conversions, cuts: tuple[float, ...]) -> Iterator[Track]:
    if track.sample_entry:
        yield track
    if conversions.sound:
        yield from converted(track)
    if conversions.pictures:
        yield from converted_pictures(track, cuts)
