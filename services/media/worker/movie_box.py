"""Where the box "moov" of an MP4 film is, which players read before its first frame. For the worker alone."""

import struct
from typing import BinaryIO, NamedTuple

from services.media.worker.film_tail import film_length, read_at

_MOST_TOP_BOXES = 32  # before "moov"
_LARGE = 1  # a size of so much: the size is in the 64 bits after the kind (ISO/IEC 14496-12 §4.2)


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
        head = read_at(film, position, 16)
        if len(head) < 8:
            return None
        size, kind = struct.unpack(">I4s", head[:8])
        begins = 8
        if size == _LARGE and len(head) == 16:
            size, begins = int.from_bytes(head[8:]), 16
        if size < begins:
            return None
        if kind == b"moov":
            return MovieBox(position + begins, size - begins)
        position += size
    return None
