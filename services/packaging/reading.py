"""Readers of films that do no input or output themselves: they ask for byte ranges, and are given the bytes.

So one reader serves the worker, which waits for its reads; the server, which may not; and tests, which have the film in
memory.
"""

from collections.abc import Callable, Generator
from typing import TypeVar

from services.http.ranges import ByteRange

Result = TypeVar("Result")

# Yields the range that it needs next and is sent its bytes. Fewer bytes than asked for: the film ends there. A reader
# asks for bounded ranges only, and keeps no more than it says.
Reading = Generator[ByteRange, bytes, Result]


def read_with(reading: Reading[Result], read: Callable[[int, int], bytes]) -> Result:
    """What ``reading`` finds. ``read(first, length)`` answers with the bytes from position ``first``, fewer at the end
    only."""
    try:
        asked = next(reading)
        while True:
            asked = reading.send(read(asked.first, len(asked)))
    except StopIteration as found:
        return found.value  # type: ignore[no-any-return]
