"""A representation that is put together: literal bytes and byte ranges of a film, one after another."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from services.http.ranges import ByteRange
from services.http.representation import Representation
from services.http.response import Body


class Parts:
    """The representation that ``parts`` are, in their order. Ranges in ``parts`` are of the film, and not empty."""

    def __init__(self, parts: Body) -> None:
        self._parts = tuple(part for part in parts if part)
        self._starts = list(accumulate(map(len, self._parts), initial=0))

    def __len__(self) -> int:
        """In bytes."""
        return self._starts[-1]

    def __iter__(self) -> Iterator[bytes | ByteRange]:
        return iter(self._parts)

    @property
    def memory_bytes(self) -> int:
        """About how much memory this takes: a range is an object with two numbers."""
        return sum(200 if isinstance(part, ByteRange) else 80 + len(part) for part in self._parts)

    def film_body(self, body: Body) -> Body:
        """The same bytes as ``body``, whose ranges count in this representation, with ranges of the film instead."""
        if body == (ByteRange(0, len(self) - 1),):
            return self._parts
        pieces: list[bytes | ByteRange] = []
        for piece in body:
            pieces += self._slice(piece) if isinstance(piece, ByteRange) else (piece,)
        return tuple(pieces)

    def _slice(self, wanted: ByteRange) -> Iterator[bytes | ByteRange]:
        """What positions ``wanted`` of this representation are made of."""
        number = bisect_right(self._starts, wanted.first) - 1
        while number < len(self._parts) and self._starts[number] <= wanted.last:
            part, start = self._parts[number], self._starts[number]
            first, last = max(wanted.first - start, 0), min(wanted.last - start, len(part) - 1)
            if isinstance(part, ByteRange):
                yield ByteRange(part.first + first, part.first + last)
            else:
                yield part[first : last + 1]
            number += 1


def first_fragment(segment: Parts) -> Parts:
    """Up to the second head: of a segment of pictures, the key frame with which it begins."""
    parts = list(segment)
    heads = [number for number, part in enumerate(parts) if isinstance(part, bytes)]
    return Parts(tuple(parts[: heads[1]])) if len(heads) > 1 else segment


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment of a film as an answer has it: its own representation, and what of the film that is.
    ``lacks_picture``: it is black, since nothing of the film could be decoded there."""

    representation: Representation
    parts: Parts
    lacks_picture: bool = False
