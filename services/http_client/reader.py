"""What comes over a connection, taken up to where somebody asks; what came beyond that waits for who asks next."""

import asyncio

from services.http_client.connection import MAX_RECORD_BYTES, Connection


class Incoming:
    """Every method that waits raises OSError where the connection is broken, or ends too early."""

    __slots__ = ("_ahead", "_connection")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ahead = bytearray()

    def __len__(self) -> int:
        """How many bytes wait here."""
        return len(self._ahead)

    async def until(self, end: bytes, most: int) -> bytes:
        """All up to ``end``, and that too. Raises ValueError where ``most`` bytes do not have it."""
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
        """All until the other side ends. Raises ValueError where that is more than ``most`` bytes."""
        while len(self._ahead) <= most:
            if not await self._more():
                return self._taken(len(self._ahead))
        raise ValueError(f"more than {most} bytes")

    def take(self, buffer: memoryview) -> int:
        """How many of the bytes that wait here are now in ``buffer``."""
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
        piece = bytearray(MAX_RECORD_BYTES)  # no less, or a part of a record would wait in TLS's memory
        count = await self._connection.receive(memoryview(piece))
        self._ahead += memoryview(piece)[:count]
        await asyncio.sleep(0)  # there may be more each time: others have their turn, deadlines among them
        return count
