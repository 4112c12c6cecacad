"""The content of an HTTP/1.1 response, read from the connection only on demand (RFC 9112 §6, §7.1).

Tested by tests/services/http_client/test_client.py.
"""

import asyncio
import re
from collections.abc import Callable

from services.errors import StoreFault, StoreTimeout, StoreUnavailable
from services.http_client.connection import Connection
from services.http_client.framing import Framing
from services.http_client.reader import Incoming
from services.http_client.timeouts import Patience, exchange

_TURN_S = 0.01  # how long one read may keep the event loop, if the store sends without a pause
_MAX_LINE_BYTES = 1024  # of a line with a chunk's size and extensions, or with a trailer field
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?\r\n", re.DOTALL)


class HttpBody:
    """The content of one response. ``remaining``: bytes not read yet; -1 if the head tells no length.

    ``close`` must be called at the end. It passes the connection to ``release``, with whether it can be reused.
    """

    __slots__ = ("_connection", "_incoming", "_is_chunked", "_keep", "_patience", "_release", "_turn_s", "remaining")

    def __init__(
        self,
        connection: Connection,
        incoming: Incoming,
        framing: Framing,
        patience: Patience,
        release: Callable[[Connection, bool], None],
    ) -> None:
        self.remaining = -1 if framing.length is None else framing.length
        self._is_chunked = framing.is_chunked
        self._keep = framing.keeps_connection
        self._connection = connection
        self._incoming = incoming  # may hold some content already, received together with the head
        self._patience = patience
        self._release = release
        self._turn_s = 0.0

    async def read(self, length: int) -> bytes:
        """The next bytes, at most ``length``; b"" at the end.

        May return fewer, so that no record of TLS is left half read. Raises StoreUnavailable if the connection ends
        early, StoreTimeout after ``chunk_s`` without a byte, and StoreFault if the response has no Content-Length.
        """
        if self.remaining < 0:
            raise StoreFault("the answer does not tell its length")
        if not self.remaining:
            return b""
        chunk = bytearray(min(length, self.remaining))
        # Stop where the next record might not fit. OpenSSL keeps a record that was read in part, whole and decrypted,
        # for as long as the viewer pauses.
        spare = self._connection.record_bytes - 1 if len(chunk) < self.remaining else 0
        enough = max(len(chunk) - spare, 1)
        loop = asyncio.get_running_loop()
        with memoryview(chunk) as view:
            filled = self._incoming.take(view)
            until_s = 0.0
            while filled < enough:
                try:
                    count = self._connection.receive_at_once(view[filled:])
                except BlockingIOError:
                    until_s = until_s or loop.time() + self._patience.chunk_s
                    await self._more(until_s)
                    continue
                except OSError as error:
                    raise self._cut() from error
                if not count:
                    raise self._cut()
                filled += count
                if loop.time() >= self._turn_s:
                    await asyncio.sleep(0)
                    self._turn_s = loop.time() + _TURN_S
        self.remaining -= filled
        return bytes(chunk) if filled == len(chunk) else bytes(chunk[:filled])

    async def whole(self, most_bytes: int) -> bytes:
        """The whole content, of any framing.

        Raises StoreFault if it is longer than ``most_bytes`` or malformed, StoreUnavailable if the connection ends
        early, and StoreTimeout after ``document_s``.
        """
        if self.remaining > most_bytes:
            raise StoreFault(f"the document has more than {most_bytes} bytes")
        async with exchange("document", self._patience.document_s):
            if self._is_chunked:
                content = await self._chunks(most_bytes)
            elif self.remaining >= 0:
                content = await self._incoming.exactly(self.remaining)
            else:
                self._keep = False
                content = await self._incoming.rest(most_bytes)
        self.remaining = 0
        return content

    def end_connection(self) -> None:
        """Prevents reuse of the connection after this response."""
        self._keep = False

    def close(self) -> None:
        """Gives the connection back. It is reused only if the content was read to its end."""
        self._release(self._connection, self._keep and not self.remaining and not len(self._incoming))

    async def _more(self, until_s: float) -> None:
        try:
            async with asyncio.timeout_at(until_s):
                await self._connection.readable()
        except TimeoutError as error:
            raise StoreTimeout("no more bytes came in time") from error

    async def _chunks(self, most_bytes: int) -> bytes:
        content = bytearray()
        while size := await self._chunk_size():
            if len(content) + size > most_bytes:
                raise ValueError(f"more than {most_bytes} bytes")
            content += await self._incoming.exactly(size)
            if await self._incoming.exactly(2) != b"\r\n":
                raise ValueError("a chunk does not have the length that it tells")
        while await self._incoming.until(b"\r\n", _MAX_LINE_BYTES) != b"\r\n":
            pass  # trailer fields are ignored
        return bytes(content)

    async def _chunk_size(self) -> int:
        line = _CHUNK_SIZE.fullmatch(await self._incoming.until(b"\r\n", _MAX_LINE_BYTES))
        if line is None:
            raise ValueError("the size of a chunk is malformed")
        return int(line[1], 16)

    def _cut(self) -> StoreUnavailable:
        return StoreUnavailable(f"cut with {self.remaining} bytes to come")
