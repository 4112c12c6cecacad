"""GET over HTTP/1.1, read only as far as somebody asks: what nobody asks for stays with the sender."""

import asyncio
import re
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException, parse_headers
from io import BytesIO
from urllib.parse import urlsplit

from services.errors import StoreFault, StoreTimeout, StoreUnavailable
from services.storage.connection import MAX_RECORD_BYTES, Connection, connect

MAX_HEAD_BYTES = 32 * 1024
KEEP_S = 4.0  # S3 closes what is idle for five
MAX_KEPT = 32

_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: .*)?\r?\n")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for a connection, for the head of an answer, for the next chunk."""

    connect_s: float = 5.0
    answer_s: float = 15.0
    chunk_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    fields: Message
    body: "HttpBody"


class HttpBody:
    """The content of an answer, of which ``remaining`` bytes were not read yet (-1: the answer does not say)."""

    __slots__ = ("_ahead", "_client", "_connection", "_keep", "_origin", "remaining")

    def __init__(
        self, client: "HttpClient", connection: Connection, origin: str, fields: Message, ahead: bytearray
    ) -> None:
        length = fields.get("Content-Length", "")
        self.remaining = int(length) if length.isdecimal() and "Transfer-Encoding" not in fields else -1
        self._keep = fields.get("Connection", "").lower() != "close"
        self._client = client
        self._connection = connection
        self._origin = origin
        self._ahead = ahead  # what came in one piece with the head

    async def read(self, length: int) -> bytes:
        """The next bytes, ``length`` at most; b"" at the end.

        Raises StoreUnavailable where the connection ends before, StoreTimeout, and StoreFault where
        the answer does not say its length.
        """
        if self.remaining < 0:
            raise StoreFault("an answer without its length")
        if not self.remaining:
            return b""
        chunk = bytearray(min(length, self.remaining))
        filled = self._take_ahead(chunk)
        # Up to where the next record may not fit: read in part, it would be kept whole while the viewer pauses.
        spare = self._connection.record_bytes - 1 if len(chunk) < self.remaining else 0
        enough = max(len(chunk) - spare, 1)
        with memoryview(chunk) as view:
            until_s = 0.0
            while filled < enough:
                try:
                    count = self._connection.receive_at_once(view[filled:])
                except BlockingIOError:
                    until_s = until_s or asyncio.get_running_loop().time() + self._client.patience.chunk_s
                    await self._more(until_s)
                    continue
                except OSError as error:
                    raise self._cut() from error
                if not count:
                    raise self._cut()
                filled += count
        self.remaining -= filled
        return bytes(chunk) if filled == len(chunk) else bytes(chunk[:filled])

    def close(self) -> None:
        """Keeps the connection for another request if the content was read to its end."""
        keep = self._keep and not self.remaining and not self._ahead
        self._client.release(self._origin, self._connection, keep)

    def _take_ahead(self, chunk: bytearray) -> int:
        count = min(len(self._ahead), len(chunk))
        if count:
            chunk[:count] = self._ahead[:count]
            del self._ahead[:count]
        return count

    async def _more(self, until_s: float) -> None:
        try:
            async with asyncio.timeout_at(until_s):
                await self._connection.readable()
        except TimeoutError as error:
            raise StoreTimeout("no more bytes came in time") from error

    def _cut(self) -> StoreUnavailable:
        return StoreUnavailable(f"cut with {self.remaining} bytes to come")


class HttpClient:
    """Connections that are kept are shared by all requests to their origin.

    ``authorities`` is a file of certificates that are trusted; None: the system's.
    """

    def __init__(self, patience: Patience, authorities: str | None = None) -> None:
        self.patience = patience
        self._authorities = authorities
        self._tls: ssl.SSLContext | None = None  # one for all: making it costs 24 ms
        self._kept: dict[str, list[tuple[Connection, asyncio.TimerHandle]]] = {}  # the longest kept first

    async def get(self, url: str, fields: Mapping[str, str]) -> Answer:
        """The answer, whatever its status; its body must be closed.

        Raises StoreUnavailable, StoreTimeout, and StoreFault where it is no HTTP, or comes from somebody else.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", "Accept-Encoding: identity"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        request = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        while (connection := self._kept_connection(origin)) is not None:
            with suppress(StoreUnavailable):  # the other side may have closed it just now
                return await self._answer(connection, origin, request)
        return await self._answer(await self._connected(origin), origin, request)

    def release(self, origin: str, connection: Connection, keep: bool) -> None:
        kept = self._kept.setdefault(origin, [])
        if keep and len(kept) < MAX_KEPT:
            expiry = asyncio.get_running_loop().call_later(KEEP_S, self._close_longest_kept, origin)
            kept.append((connection, expiry))
        else:
            connection.close()

    def close(self) -> None:
        for kept in self._kept.values():
            for connection, expiry in kept:
                expiry.cancel()
                connection.close()
        self._kept.clear()

    def _close_longest_kept(self, origin: str) -> None:
        connection, _ = self._kept[origin].pop(0)
        connection.close()

    def _kept_connection(self, origin: str) -> Connection | None:
        kept = self._kept.get(origin, [])
        while kept:
            connection, expiry = kept.pop()
            expiry.cancel()
            if connection.is_idle():
                return connection
            connection.close()
        return None

    async def _connected(self, origin: str) -> Connection:
        parts = urlsplit(origin)
        tls = self._tls_context() if parts.scheme == "https" else None
        port = parts.port or (443 if tls else 80)
        try:
            async with asyncio.timeout(self.patience.connect_s):
                return await connect(parts.hostname or "", port, tls)
        except TimeoutError as error:
            raise StoreTimeout("cannot connect in time") from error
        except ssl.SSLCertVerificationError as error:
            raise StoreFault(f"its certificate is not trusted: {error.verify_message}") from error
        except OSError as error:  # refused, no such name, no TLS
            raise StoreUnavailable(f"cannot connect: {error}") from error

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context(cafile=self._authorities)
        return self._tls

    async def _answer(self, connection: Connection, origin: str, request: bytes) -> Answer:
        ahead = bytearray()
        try:
            async with asyncio.timeout(self.patience.answer_s):
                await connection.send(request)
                status, fields = await _head(connection, ahead)
                while status < 200:
                    status, fields = await _head(connection, ahead)
        except BaseException as error:
            connection.close()
            if isinstance(error, TimeoutError):
                raise StoreTimeout("no answer in time") from error
            if isinstance(error, (HTTPException, ValueError)):
                raise StoreFault("the answer is no HTTP") from error
            if isinstance(error, OSError):
                raise StoreUnavailable("closed without an answer") from error
            raise
        return Answer(status, fields, HttpBody(self, connection, origin, fields, ahead))


async def _head(connection: Connection, ahead: bytearray) -> tuple[int, Message]:
    """The status and the fields of the next head; ``ahead`` has what came before, and then what came after it.

    Raises ValueError and HTTPException.
    """
    piece = bytearray(MAX_RECORD_BYTES)  # no less, or a part of a record would wait in TLS's memory
    while (end := ahead.find(b"\r\n\r\n")) < 0:
        if len(ahead) > MAX_HEAD_BYTES:
            raise ValueError("too long")
        count = await connection.receive(memoryview(piece))
        if not count:
            raise ConnectionResetError
        ahead += piece[:count]
    head = BytesIO(ahead[: end + 4])
    del ahead[: end + 4]
    status_line = _STATUS_LINE.fullmatch(head.readline())
    if not status_line:
        raise ValueError("no status line")
    return int(status_line[1]), parse_headers(head)
