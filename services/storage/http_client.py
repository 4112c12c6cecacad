"""GET over HTTP/1.1, read only as far as somebody asks: what nobody asks for stays with the sender.

The one module of the services that stands on Tornado. A viewer who pauses holds what the transport has
read ahead, and of the libraries measured its IOStream alone reads nothing ahead of who asks
(ARCHITECTURE.md, "Why two clients").
"""

import asyncio
import re
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from tornado.httputil import HTTPHeaders, HTTPInputError
from tornado.iostream import IOStream, StreamClosedError
from tornado.tcpclient import TCPClient

from services.errors import StoreFault, StoreTimeout, StoreUnavailable

MAX_HEAD_BYTES = 32 * 1024
KEEP_S = 4.0  # S3 closes what is idle for five
MAX_KEPT = 32

# The kernel queues what a paused viewer has not taken, up to the window. This one lets 8 MB/s through, whatever the
# distance: 32 KiB within a data centre, 160 KiB at 20 ms.
_WINDOW_BYTES_PER_S = 8_000_000
_MIN_WINDOW_BYTES = 32 * 1024
_MAX_WINDOW_BYTES = 512 * 1024
_RTT_OFFSET = 68  # of tcpi_rtt, in microseconds, in Linux's struct tcp_info
_STATUS_LINE = re.compile(r"HTTP/1\.[01] ([1-5][0-9]{2})(?: .*)?\r?\n")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for a connection, for the head of an answer, for the next chunk."""

    connect_s: float = 5.0
    answer_s: float = 15.0
    chunk_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    fields: HTTPHeaders
    body: "HttpBody"


class HttpBody:
    """The content of an answer, of which ``remaining`` bytes were not read yet (-1: the answer does not say)."""

    __slots__ = ("_client", "_keep", "_origin", "_stream", "remaining")

    def __init__(self, client: "HttpClient", stream: IOStream, origin: str, fields: HTTPHeaders) -> None:
        plain_length = fields.get("Content-Length", "").isdecimal() and "Transfer-Encoding" not in fields
        self.remaining = int(fields["Content-Length"]) if plain_length else -1
        self._keep = fields.get("Connection", "").lower() != "close"
        self._client = client
        self._stream = stream
        self._origin = origin

    async def read(self, length: int) -> bytes:
        """The next ``length`` bytes, or all that remain; b"" at the end.

        Raises StoreUnavailable where the connection ends before, StoreTimeout, and StoreFault where
        the answer does not say its length.
        """
        if self.remaining < 0:
            raise StoreFault("an answer without its length")
        if not self.remaining:
            return b""
        chunk = bytearray(min(length, self.remaining))
        try:
            reading = asyncio.ensure_future(self._stream.read_into(chunk))
            if not reading.done():  # most often it is, and costs no timer
                async with asyncio.timeout(self._client.patience.chunk_s):
                    await reading
            reading.result()
        except StreamClosedError as error:
            raise StoreUnavailable(f"cut with {self.remaining} bytes to come") from error
        except TimeoutError as error:
            raise StoreTimeout("no more bytes came in time") from error
        self.remaining -= len(chunk)
        return bytes(chunk)

    def close(self) -> None:
        """Keeps the connection for another request if the content was read to its end."""
        self._client.release(self._origin, self._stream, keep=self._keep and not self.remaining)


class HttpClient:
    """Connections that are kept are shared by all requests to their origin.

    ``authorities`` is a file of certificates that are trusted; None: the system's.
    """

    def __init__(self, patience: Patience, authorities: str | None = None) -> None:
        self.patience = patience
        self._authorities = authorities
        self._tcp = TCPClient()
        self._tls: ssl.SSLContext | None = None  # one for all: making it costs 24 ms
        self._kept: dict[str, list[tuple[IOStream, float]]] = {}

    async def get(self, url: str, fields: Mapping[str, str]) -> Answer:
        """The answer, whatever its status; its body must be closed.

        Raises StoreUnavailable, StoreTimeout, and StoreFault where it is no HTTP.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", "Accept-Encoding: identity"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        request = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        while (stream := self._kept_stream(origin)) is not None:
            with suppress(StoreUnavailable):  # the other side may have closed it just now
                return await self._answer(stream, origin, request)
        return await self._answer(await self._connected(origin), origin, request)

    def release(self, origin: str, stream: IOStream, keep: bool) -> None:
        kept = self._kept.setdefault(origin, [])
        if keep and not stream.closed() and len(kept) < MAX_KEPT:
            kept.append((stream, asyncio.get_running_loop().time()))
        else:
            stream.close()

    def close(self) -> None:
        for kept in self._kept.values():
            for stream, _ in kept:
                stream.close()
        self._kept.clear()
        self._tcp.close()

    def _kept_stream(self, origin: str) -> IOStream | None:
        kept = self._kept.get(origin, [])
        while kept:
            stream, since_s = kept.pop()
            if not stream.closed() and asyncio.get_running_loop().time() - since_s < KEEP_S:
                return stream
            stream.close()
        return None

    async def _connected(self, origin: str) -> IOStream:
        parts = urlsplit(origin)
        tls = self._tls_context() if parts.scheme == "https" else None
        port = parts.port or (443 if tls else 80)
        try:
            async with asyncio.timeout(self.patience.connect_s):
                stream = await self._tcp.connect(parts.hostname or "", port, ssl_options=tls)
        except TimeoutError as error:
            raise StoreTimeout("cannot connect in time") from error
        except (OSError, StreamClosedError) as error:  # refused, no such name, no TLS
            raise StoreUnavailable(f"cannot connect: {getattr(error, 'real_error', None) or error}") from error
        stream.set_nodelay(True)
        _bound_window(stream.socket)
        return stream

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context(cafile=self._authorities)
        return self._tls

    async def _answer(self, stream: IOStream, origin: str, request: bytes) -> Answer:
        try:
            async with asyncio.timeout(self.patience.answer_s):
                await stream.write(request)
                status, fields = await _head(stream)
                while status < 200:
                    status, fields = await _head(stream)
            return Answer(status, fields, HttpBody(self, stream, origin, fields))
        except TimeoutError as error:
            stream.close()
            raise StoreTimeout("no answer in time") from error
        except (HTTPInputError, ValueError) as error:
            stream.close()
            raise StoreFault("the answer is no HTTP") from error
        except StreamClosedError as error:
            raise StoreUnavailable("closed without an answer") from error
        except BaseException:
            stream.close()
            raise


async def _head(stream: IOStream) -> tuple[int, HTTPHeaders]:
    head = (await stream.read_until(b"\r\n\r\n", MAX_HEAD_BYTES)).decode("latin-1")
    status_line = _STATUS_LINE.match(head)
    if not status_line:
        raise ValueError(head[:20])
    return int(status_line[1]), HTTPHeaders.parse(head[status_line.end() :])


def _bound_window(connection: socket.socket) -> None:
    window = _MAX_WINDOW_BYTES
    if hasattr(socket, "TCP_INFO"):
        status = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _RTT_OFFSET + 4)
        round_trip_s = int.from_bytes(status[_RTT_OFFSET:], "little") / 1e6
        window = min(max(int(round_trip_s * _WINDOW_BYTES_PER_S), _MIN_WINDOW_BYTES), _MAX_WINDOW_BYTES)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
