"""Lacing: several frames in a block of Matroska (RFC 9559 §10.3).

Tested by tests/services/packaging/matroska/clusters/test_blocks.py.
"""

from itertools import accumulate

from services.packaging.film_index import NotPackaged
from services.packaging.matroska.ebml import variable_size

_XIPH, _FIXED_SIZE = 0x02, 0x04


def laced_sizes(data: bytes, start: int, stop: int, lacing: int) -> tuple[int, ...] | None:
    """The sizes of the frames of a block, whose content behind its flags is from ``start`` up to, not including,
    ``stop``; ``lacing`` are the two bits of its flags. None: what tells goes on behind ``data``. Raises NotPackaged if
    the sizes can't be."""
    if start >= len(data):
        return None
    count = data[start] + 1
    start += 1
    if lacing == _FIXED_SIZE:
        size, rest = divmod(stop - start, count)
        if rest or not size:
            raise NotPackaged("the frames of a block are not of one size")
        return (size,) * count
    told = (_xiph_sizes if lacing == _XIPH else _ebml_sizes)(data, start, count - 1)
    if told is None:
        return None
    sizes, start = told
    last = stop - start - sum(sizes)
    if last <= 0 or any(size <= 0 for size in sizes):
        raise NotPackaged("the frames of a block are larger than the block")
    return (*sizes, last)


def _xiph_sizes(data: bytes, start: int, count: int) -> tuple[list[int], int] | None:
    """§10.3.2: bytes of 255, and one that is less, add up to a size."""
    sizes = []
    for _ in range(count):
        size = 0
        while True:
            if start >= len(data):
                return None
            size += data[start]
            start += 1
            if data[start - 1] < 255:
                break
        sizes.append(size)
    return sizes, start


def _ebml_sizes(data: bytes, start: int, count: int) -> tuple[list[int], int] | None:
    """§10.3.3: the first size, and how much each of the next is larger than the one before."""
    steps = []
    for place in range(count):
        if start >= len(data):
            return None
        number, stop = variable_size(data, start)
        if stop > len(data):
            return None
        middle = (1 << 7 * (stop - start) - 1) - 1
        # All bits set are a number here, the largest.
        number = 2 * middle + 1 if number is None else number
        steps.append(number - middle if place else number)
        start = stop
    return list(accumulate(steps)), start
