"""Buffered reading from a connection, up to a delimiter or a length. Bytes beyond it are kept for the next call.

Tested by tests/services/http_client/test_client.py.
"""

import asyncio

from services.http_client.connection import MAX_RECORD_BYTES, Connection


class Incoming:
    """The incoming bytes of ``connection``. Every coroutine raises OSError if it breaks, and ``until`` and ``exactly``
    also if it ends too early."""

    __slots__ = ("_ahead", "_connection")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ahead = bytearray()

    def __len__(self) -> int:
        """The number of bytes received and not taken."""
        return len(self._ahead)

    async def until(self, end: bytes, most: int) -> bytes:
        """The bytes up to and including ``end``. Raises ValueError if it is not within about ``most`` bytes."""
        searched = 0
        while (found := self._ahead.find(end, searched)) < 0:
            if len(self._ahead) > most:
                raise ValueError(f"more than {most} bytes")
            searched = max(len(self._ahead) + 1 - len(end), 0)
            await self._require_more()
        return self._taken(found + len(end))

    async def exactly(self, count: int) -> bytes:
        while len(self._ahead) < count:
            await self._require_more()
        return self._taken(count)

    async def rest(self, most: int) -> bytes:
        """All bytes until the end of the stream. Raises ValueError if there are more than ``most``."""
        while len(self._ahead) <= most:
            if not await self._more():
                return self._taken(len(self._ahead))
        raise ValueError(f"more than {most} bytes")

    def take(self, buffer: memoryview) -> int:
        """Moves received bytes into ``buffer``, without waiting. Returns their number."""
        count = min(len(self._ahead), len(buffer))
        if count:
            buffer[:count] = self._ahead[:count]
            del self._ahead[:count]
        return count

    def _taken(self, count: int) -> bytes:
        taken = bytes(self._ahead[:count])
        del self._ahead[:count]
        return taken

    async def _require_more(self) -> None:
        if not await self._more():
            raise ConnectionResetError

    async def _more(self) -> int:
        piece = bytearray(MAX_RECORD_BYTES)  # a whole record: OpenSSL would keep the rest of one in memory
        count = await self._connection.receive(memoryview(piece))
        self._ahead += memoryview(piece)[:count]
        await asyncio.sleep(0)  # bytes may always be there: let other tasks run, and timeouts fire
        return count
