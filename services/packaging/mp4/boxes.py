"""Boxes of ISO base media files and QuickTime (ISO/IEC 14496-12 §4.2), read from bytes that nobody vouches for.

A box that is cut off, or longer than the one around it, ends the boxes of its parent: what stands behind it cannot be
told. So does junk, and the four zero bytes with which QuickTime ends some lists.
"""

import struct
import sys
from array import array
from collections.abc import Iterator
from typing import NamedTuple

from services.packaging.film_index import NotPackaged

HEAD_BYTES = 16  # as much of a box as tells its size and kind
_MOST_BOXES = 10_000  # in one box; real ones have a few dozen


class Box(NamedTuple):
    """A complete box. ``content`` is what stands behind its size and kind."""

    kind: bytes
    content: memoryview


class BoxHead(NamedTuple):
    """The beginning of a box. ``size`` is in bytes, ``head_bytes`` of them are the size and kind. ``size`` 0: the box
    goes on to the end of the file."""

    kind: bytes
    size: int
    head_bytes: int


def box_head(data: bytes | memoryview) -> BoxHead | None:
    """The head of the box that begins with ``data``. None: there is none, or it is cut off."""
    if len(data) < 8:
        return None
    size, kind = struct.unpack_from(">I4s", data)
    if size == 1:
        return _checked(kind, int.from_bytes(data[8:16]), 16) if len(data) >= 16 else None
    return _checked(kind, size, 8)


def boxes(content: memoryview) -> Iterator[Box]:
    """The complete boxes that stand one after another in ``content``."""
    for _ in range(_MOST_BOXES):
        head = box_head(content[:HEAD_BYTES])
        size = head and (head.size or len(content))
        if head is None or not size or size > len(content):
            return
        yield Box(head.kind, content[head.head_bytes : size])
        content = content[size:]


def child(content: memoryview, *path: bytes) -> memoryview | None:
    """The content of the first box at ``path``: child(movie, b"mvex", b"trex"). None: there is none."""
    for kind in path:
        found = next((box.content for box in boxes(content) if box.kind == kind), None)
        if found is None:
            return None
        content = found
    return content


def required(content: memoryview, *path: bytes) -> memoryview:
    """As ``child``. Raises NotPackaged if there is no such box."""
    found = child(content, *path)
    if found is None:
        raise NotPackaged(f'no box "{path[-1].decode("latin-1")}"')
    return found


def fields(content: memoryview, layout: str, at: int = 0) -> tuple[int, ...]:
    """Numbers from byte ``at`` of a box, big-endian, as ``struct`` lays them out. Raises NotPackaged if the box ends
    before."""
    if at + struct.calcsize(f">{layout}") > len(content):
        raise NotPackaged("a box is shorter than its fields")
    return struct.unpack_from(f">{layout}", content, at)


def numbers(content: memoryview, code: str, count: int, at: int) -> "array[int]":
    """``count`` numbers from byte ``at`` of a box, of the size that ``code`` has in ``array``. Raises NotPackaged if
    the box ends before."""
    found = array(code)
    stop = at + count * found.itemsize
    if stop > len(content):
        raise NotPackaged("a table is longer than its box")
    found.frombytes(content[at:stop])
    if sys.byteorder == "little":
        found.byteswap()
    return found


def table(content: memoryview, code: str, columns: int = 1) -> "array[int]":
    """The numbers of a full box that has as many rows of them as it says in front. Raises NotPackaged if it ends
    before: a count is believed only where its table is there."""
    return numbers(content, code, columns * fields(content, "I", 4)[0], 8)


def _checked(kind: bytes, size: int, head_bytes: int) -> BoxHead | None:
    return BoxHead(kind, size, head_bytes) if size == 0 or size >= head_bytes else None
