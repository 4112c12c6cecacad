"""Where "moov" is in an MP4 or QuickTime film: in front of the samples or behind them (ISO/IEC 14496-12 §8.2.1).

Tested by tests/services/packaging/mp4/test_index.py.
"""

from typing import NamedTuple

from services.http.ranges import ByteRange
from services.packaging.film_index import NotPackaged
from services.packaging.mp4.boxes import HEAD_BYTES, box_head
from services.packaging.reading import Reading

MOST_MOVIE_BYTES = 64 * 2**20  # three hours have 12 MB
_MOST_BOXES = 1000  # in front of it


class MoviePlace(NamedTuple):
    """The box begins at byte ``first``, its content at ``content``; ``stop`` is the byte behind it."""

    first: int
    content: int
    stop: int


def find_movie(length: int) -> Reading[MoviePlace]:
    """Raises NotPackaged if the film of ``length`` bytes has no complete "moov", or one of more than 64 MB."""
    position = 0
    for _ in range(_MOST_BOXES):
        if position >= length:
            break
        head = box_head((yield ByteRange(position, min(position + HEAD_BYTES, length) - 1)))
        if head is None:
            break
        stop = position + head.size if head.size else length
        if head.kind == b"moov":
            return _checked(MoviePlace(position, position + head.head_bytes, stop), length)
        position = stop
    raise NotPackaged('no "moov"')


def _checked(place: MoviePlace, length: int) -> MoviePlace:
    if place.stop - place.content > MOST_MOVIE_BYTES:
        raise NotPackaged('a "moov" of more than 64 MB')
    if not place.content < place.stop <= length:
        raise NotPackaged('"moov" is cut off')
    return place
