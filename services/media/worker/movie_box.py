"""Where the box "moov" of an MP4 film is, which players read before its first frame. For the worker alone."""

from typing import BinaryIO, NamedTuple

from services.media.worker.film_tail import film_length, read_at
from services.packaging.mp4.boxes import HEAD_BYTES, box_head

_MOST_TOP_BOXES = 32  # before "moov"


class MovieBox(NamedTuple):
    """Its content is ``length`` bytes from ``start`` on. The film may end before that."""

    start: int
    length: int


def movie_box(film: BinaryIO) -> MovieBox | None:
    """None: there is none among the first boxes, or the film is no MP4. Moves the film's position. Raises
    StorageError."""
    position, length = 0, film_length(film)
    for _ in range(_MOST_TOP_BOXES):
        if position >= length:
            return None
        head = box_head(read_at(film, position, HEAD_BYTES))
        if head is None or not head.size:
            return None
        if head.kind == b"moov":
            return MovieBox(position + head.head_bytes, head.size - head.head_bytes)
        position += head.size
    return None
