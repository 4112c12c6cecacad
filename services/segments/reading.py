"""Readers of films (services/packaging/reading.py) run over a Source, without making the event loop wait.

Tested by tests/services/segments/test_segments.py.
"""

from typing import TypeVar, cast

from services.http.ranges import ByteRange
from services.packaging.reading import Reading
from services.storage.source import Source
from services.threads import Threads

_CHUNK_BYTES = 256 * 1024

_T = TypeVar("_T")


async def found(reading: Reading[_T], source: Source, threads: Threads, ahead_bytes: int = 0) -> _T:
    """What ``reading`` finds in ``source``. Raises what it raises, and StorageError.

    It works in ``threads``, since a hostile film makes some steps long. ``ahead_bytes``: how far beyond the end of each
    request the reader is likely to read on. The source may fetch that in one go.
    """
    asked, result = await threads.ask(_step, reading, None)
    while asked is not None:
        asked, result = await threads.ask(_step, reading, await read(source, asked, ahead_bytes))
    return cast(_T, result)


async def read(source: Source, asked: ByteRange, ahead_bytes: int = 0) -> bytes:
    """These bytes, or fewer where the source ends before. Raises StorageError."""
    length = source.representation.complete_length
    end, last = min(asked.last + 1, length), min(asked.last + ahead_bytes, length - 1)
    content = bytearray()
    while (position := asked.first + len(content)) < end:
        content += await source.read(position, min(end - position, _CHUNK_BYTES), last)
    return bytes(content)


def _step(reading: Reading[_T], content: bytes | None) -> tuple[ByteRange | None, _T | None]:
    """What is asked for next; or None, and what was found."""
    try:
        return reading.send(content), None  # type: ignore[arg-type]  # the first step is given nothing
    except StopIteration as found:
        return None, found.value
