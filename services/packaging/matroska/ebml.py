"""EBML, the binary form of Matroska and WebM (RFC 8794): elements, and the values in them.

An element is an ID, a size, and so many bytes of content, which may be elements again. Bytes that are no element raise
NotPackaged.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from services.packaging.film_index import NotPackaged

HEAD_BYTES = 12  # the most that an ID and a size take (RFC 8794 §5, §6.1; RFC 9559 §4.1)


class Element(NamedTuple):
    """An element. Its content is from ``start`` up to, not including, ``stop``; None: its size is not known (§6.2)."""

    id: int
    start: int
    stop: int | None


def element_at(data: bytes, position: int) -> Element | None:
    """The element that begins at ``position``. Its content may go on behind ``data``. None: its head does."""
    if position >= len(data):
        return None
    id_length = 9 - data[position].bit_length()
    if id_length > 4:
        raise NotPackaged("there is no EBML element where one should be")
    size_position = position + id_length
    if size_position >= len(data):
        return None
    size, start = variable_size(data, size_position)
    if start > len(data):
        return None
    return Element(int.from_bytes(data[position:size_position]), start, None if size is None else start + size)


def variable_size(data: bytes, position: int) -> tuple[int | None, int]:
    """A number of variable length (§4), and the position behind it; if that is behind ``data``, the number is cut off.
    None: all bits are set, which means that a size is not known."""
    length = 9 - data[position].bit_length()
    if length > 8:
        raise NotPackaged("an EBML number has more than 8 bytes")
    stop = position + length
    most = (1 << 7 * length) - 1
    number = int.from_bytes(data[position:stop]) & most
    return (None if number == most else number), stop


def children(data: bytes, start: int, stop: int, most: int = 1000) -> Iterator[Element]:
    """The elements between ``start`` and ``stop``, which lie in ``data`` whole. Raises NotPackaged if there are more
    than ``most``."""
    for _ in range(most):
        if start >= stop:
            return
        element = element_at(data, start)
        if element is None or element.stop is None or element.stop > stop:
            raise NotPackaged("an EBML element is longer than the one around it")
        yield element
        start = element.stop
    if start < stop:
        raise NotPackaged(f"an EBML element has more than {most} parts")


def fields(data: bytes, start: int, stop: int) -> dict[int, bytes]:
    """The content of each element between ``start`` and ``stop`` by its ID: the first, where an ID is repeated."""
    found: dict[int, bytes] = {}
    for element in children(data, start, stop):
        found.setdefault(element.id, data[element.start : element.stop])
    return found


def unsigned(content: bytes | None, default: int = 0) -> int:
    """An unsigned integer (§7.2). ``default``: the element is missing or empty."""
    return int.from_bytes(content[:8]) if content else default


def floating(content: bytes | None, default: float = 0.0) -> float:
    """A float of 32 or 64 bits (§7.3). ``default``: the element is missing, empty, or of another length."""
    if content and len(content) in (4, 8):
        number: float = struct.unpack(">f" if len(content) == 4 else ">d", content)[0]
        return number
    return default


def text(content: bytes | None, default: str = "") -> str:
    """A string (§7.4, §7.5), which ends at the first zero byte."""
    return default if content is None else content.split(b"\0", 1)[0].decode("utf-8", "replace")
