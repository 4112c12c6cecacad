"""A "moov" made anew for another place in the film: of the same boxes, but for the tables that tell where samples are
(ISO/IEC 14496-12 §8.7.5).

It is written piece by piece. Beside the old one, of which the pieces are views, only these tables are in memory.

Tested by tests/services/packaging/faststart/test_head.py.
"""

import struct
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from operator import add

from services.packaging.faststart.layout import FilmLayout
from services.packaging.film_index import NotPackaged

_HEAD = struct.Struct(">I4s")
_TABLE_HEAD = struct.Struct(">I4s4sI")
_MOST = {"I": 2**32 - 1, "Q": 2**63 - 1}

Piece = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True)
class Shift:
    """Where samples are, once a "moov" of ``movie_bytes`` stands in front and the old one is gone."""

    layout: FilmLayout
    movie_bytes: int

    def moved(self, place: int) -> int:
        """Raises NotPackaged if there is no such place in the new film."""
        if self.layout.front <= place < self.layout.first:
            return place + self.movie_bytes
        if place < self.layout.stop:
            raise NotPackaged("a sample where none can be")
        return place + self.movie_bytes - (self.layout.stop - self.layout.first)

    def all_moved(self, places: "array[int]", code: str) -> "array[int]":
        """The same for many, of the size that ``code`` has in ``array``, into which they fit."""
        least, most = min(places), max(places)
        by = self.moved(least) - least
        if self.moved(most) - most == by:
            return array(code, map(add, places, repeat(by)))
        return array(code, map(self.moved, places))


@dataclass(frozen=True, slots=True)
class Leaf:
    """A box that stays as it is."""

    kind: bytes
    content: Piece

    def size(self, is_wide: bool) -> int:
        return _HEAD.size + len(self.content)

    def pieces(self, shift: Shift, is_wide: bool) -> Iterator[Piece]:
        yield _HEAD.pack(self.size(is_wide), self.kind)
        yield self.content


class Renamed(Leaf):
    """A box as long as before, with another name in it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Places:
    """A table of places, "stco" or "co64". ``flags`` are its version and flags."""

    flags: bytes
    places: "array[int]"

    def size(self, is_wide: bool) -> int:
        return _TABLE_HEAD.size + len(self.places) * (8 if is_wide else self.places.itemsize)

    def fits(self, shift: Shift, is_wide: bool) -> bool:
        """Whether the places fit into the table. The last of all stays the last."""
        return not self.places or shift.moved(max(self.places)) <= _MOST[self._code(is_wide)]

    def pieces(self, shift: Shift, is_wide: bool) -> Iterator[Piece]:
        code = self._code(is_wide)
        places = shift.all_moved(self.places, code) if self.places else self.places
        if sys.byteorder == "little":
            places.byteswap()
        yield _TABLE_HEAD.pack(self.size(is_wide), b"co64" if code == "Q" else b"stco", self.flags, len(places))
        yield places.tobytes()

    def _code(self, is_wide: bool) -> str:
        return "Q" if is_wide else self.places.typecode


@dataclass(frozen=True, slots=True)
class Branch:
    """A box of boxes."""

    kind: bytes
    parts: "tuple[Node, ...]"

    def size(self, is_wide: bool) -> int:
        return _HEAD.size + sum(part.size(is_wide) for part in self.parts)

    def pieces(self, shift: Shift, is_wide: bool) -> Iterator[Piece]:
        yield _HEAD.pack(self.size(is_wide), self.kind)
        for part in self.parts:
            yield from part.pieces(shift, is_wide)


Node = Leaf | Places | Branch


def placed(movie: Branch, layout: FilmLayout) -> tuple[int, Iterator[Piece]]:
    """How long the "moov" is in front of its film, and its bytes, once. Where 32 bits do not suffice for a place, all
    tables get 64. Raises NotPackaged."""
    tables = [node for node in nodes(movie) if isinstance(node, Places)]
    for is_wide in (False, True):
        shift = Shift(layout, movie.size(is_wide))
        if all(table.fits(shift, is_wide) for table in tables):
            return shift.movie_bytes, movie.pieces(shift, is_wide)
    raise NotPackaged("a sample where none can be")


def nodes(node: Node) -> Iterator[Node]:
    """It, and all that is in it."""
    yield node
    if isinstance(node, Branch):
        for part in node.parts:
            yield from nodes(part)
