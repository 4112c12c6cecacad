"""The new head of an MP4 film: "ftyp", and "moov" in front of the samples, so that players have it with their first
read.

The film's own bytes stay what they are, and follow. So the film looks as if a program had written it that puts "moov"
in front (FFmpeg's ``-movflags faststart``).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from services.http.ranges import ByteRange
from services.packaging.faststart.layout import film_layout
from services.packaging.faststart.movie import shown_movie
from services.packaging.faststart.new_movie import Piece, Renamed, nodes, placed
from services.packaging.film_index import NotPackaged
from services.packaging.reading import Reading

MOST_BYTES = 60 * 2**20  # of the new head: a worker writes no file of more than 64 MiB
_MOST_TYPE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class FilmHead:
    """The new film is a head of ``head_bytes``, and then the film from byte ``front`` on, but for what is from byte
    ``first`` to before byte ``stop``: its "moov"."""

    head_bytes: int
    front: int
    first: int
    stop: int

    def rest(self, film_bytes: int) -> tuple[ByteRange, ...]:
        """What of the film follows the head."""
        spans = (self.front, self.first), (self.stop, film_bytes)
        return tuple(ByteRange(begin, end - 1) for begin, end in spans if begin < end)


def film_head(length: int, sound: int | None = None) -> Reading[tuple[FilmHead, Iterator[Piece]]]:
    """The head of the film of ``length`` bytes, and its bytes in pieces, once. ``sound``: the only sound track that the
    film has then, counted from 0; None: it has all.

    Raises NotPackaged where the film is best as it is, also while the pieces are made.
    """
    layout = yield from film_layout(length)
    if layout.content >= layout.stop or layout.front > _MOST_TYPE_BYTES:
        raise NotPackaged('an empty "moov", or an odd "ftyp"')
    movie = shown_movie(memoryview((yield ByteRange(layout.content, layout.stop - 1))), sound)
    if not (layout.is_behind or sound is not None or any(isinstance(node, Renamed) for node in nodes(movie))):
        raise NotPackaged('"moov" is in front')
    movie_bytes, pieces = placed(movie, layout)
    head = FilmHead(layout.front + movie_bytes, layout.front, layout.first, layout.stop)
    if head.head_bytes > MOST_BYTES:
        raise NotPackaged("a head of more than 60 MB")
    beginning = (yield ByteRange(0, layout.front - 1)) if layout.front else b""
    return head, _after(beginning, pieces)


def _after(beginning: bytes, pieces: Iterator[Piece]) -> Iterator[Piece]:
    yield beginning
    yield from pieces
