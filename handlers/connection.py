"""The server's side of HTTP/1.1 connections, where Tornado leaves something to do (RFC 9112).

Tornado closes without a word when a request head is too long, answers bad framing by a 400 without
Date or length, closes while the client still sends, takes "Connection: close" only when it stands
alone, compares Expect by case, and does not know the absolute form of a request target. One thing
cannot be mended from here: a request of another major version gets 400 for 505.
"""

import asyncio
import socket
import time
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPInputError,
    HTTPMessageDelegate,
    RequestStartLine,
    format_timestamp,
)
from tornado.iostream import IOStream, UnsatisfiableReadError
from tornado.web import Application

MAX_HEAD_BYTES = 16 * 1024  # request line and fields; browsers send 1 KiB, long cookies 8
MAX_CONTENT_BYTES = 64 * 1024  # nothing we have takes any
IDLE_TIMEOUT_S = 75.0  # how long a connection waits for its next request
_LONG_REQUEST_LINE = 8000  # RFC 9112 §3: the least that is to be understood; what is too long beyond it, is so by this
_LINGER_S = 2.0
_LINGER_BYTES = 16 * 1024 * 1024


class Server(HTTPServer):
    """An HTTPServer that keeps to the RFC. Once ``draining``, every answer is its connection's last."""

    def initialize(self, application: Application, **options: object) -> None:  # type: ignore[override]
        super().initialize(
            application,
            chunk_size=MAX_HEAD_BYTES,
            max_header_size=MAX_HEAD_BYTES,
            max_body_size=MAX_CONTENT_BYTES,
            max_buffer_size=1024 * 1024,
            idle_connection_timeout=IDLE_TIMEOUT_S,
            body_timeout=IDLE_TIMEOUT_S,
            **options,
        )
        self.draining = False

    def handle_stream(self, stream: IOStream, address: tuple) -> None:
        if type(stream) is IOStream:  # TLS keeps Tornado's own
            stream = _Stream(
                stream.socket, max_buffer_size=stream.max_buffer_size, read_chunk_size=stream.read_chunk_size
            )
        super().handle_stream(stream, address)

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        return _Request(self, super().start_request(server_conn, request_conn), request_conn)


class _Stream(IOStream):
    """A connection that says why before it closes."""

    reading_head = True

    def close(self, exc_info: object = False) -> None:
        if isinstance(exc_info, UnsatisfiableReadError) and not self.closed():
            self.refuse(self._too_long())
        else:
            super().close(exc_info)

    def write(self, data: bytes | memoryview) -> asyncio.Future[None]:
        if data != _BARE_400:
            return super().write(data)
        self.refuse(HTTPStatus.BAD_REQUEST)
        written = asyncio.get_running_loop().create_future()
        written.set_result(None)
        return written

    def refuse(self, status: HTTPStatus) -> None:
        """Answers ``status`` and closes, without waiting for the rest of the request."""
        # Closing while the client still sends resets the connection, and the answer may be lost on the way:
        # so the socket lives on until the client has seen the end (RFC 9112 §9.6).
        with suppress(OSError):
            self.socket.send(_final_response(status))
            self.socket.shutdown(socket.SHUT_WR)
            task = asyncio.get_running_loop().create_task(_linger(self.socket.dup()))
            _lingering.add(task)
            task.add_done_callback(_lingering.discard)
        super().close()

    def _too_long(self) -> HTTPStatus:
        if not self.reading_head:
            return HTTPStatus.BAD_REQUEST  # the length line of a chunk
        request_line_ends = self._read_buffer.find(b"\n")
        if 0 <= request_line_ends <= _LONG_REQUEST_LINE:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        return HTTPStatus.REQUEST_URI_TOO_LONG


_BARE_400 = b"HTTP/1.1 400 Bad Request\r\n\r\n"  # Tornado's whole answer to bad framing, before it closes
_lingering: set[asyncio.Task[None]] = set()


class _Request(HTTPMessageDelegate):
    """Mends a request's head before Tornado reads it, or refuses it."""

    def __init__(self, server: Server, application: HTTPMessageDelegate, connection: HTTPConnection) -> None:
        self._server = server
        self._application = application
        self._connection = connection
        self._accepted = False
        connection.stream.reading_head = True

    def headers_received(self, start_line: RequestStartLine, headers: HTTPHeaders) -> None:
        self._connection.stream.reading_head = False
        if refusal := _refusal(headers):
            self._connection.stream.refuse(refusal)
            return
        if self._server.draining or "close" in _connection_options(headers):
            # Tornado's own switch; there is no public one.
            self._connection._disconnect_on_finish = True
        self._accepted = True
        self._application.headers_received(_origin_form(start_line, headers), headers)

    def data_received(self, chunk: bytes) -> None:
        self._application.data_received(chunk)

    def finish(self) -> None:
        self._application.finish()

    def on_connection_close(self) -> None:
        if self._accepted:
            self._application.on_connection_close()


def _refusal(headers: HTTPHeaders) -> HTTPStatus | None:
    """The status of the refusal, if the rest of the request need not be read. Normalises Expect."""
    if "Transfer-Encoding" in headers and headers["Transfer-Encoding"].lower() != "chunked":
        return HTTPStatus.NOT_IMPLEMENTED  # RFC 9112 §6.1
    length = headers.get("Content-Length", "")
    if length.isascii() and length.isdecimal() and int(length.lstrip("0")[:20] or "0") > MAX_CONTENT_BYTES:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if "Expect" in headers:
        if headers["Expect"].lower() != "100-continue":
            return HTTPStatus.EXPECTATION_FAILED  # RFC 9110 §10.1.1
        headers["Expect"] = "100-continue"
    return None


def _connection_options(headers: HTTPHeaders) -> set[str]:
    return {option.strip().lower() for option in headers.get("Connection", "").split(",")}


def _origin_form(start_line: RequestStartLine, headers: HTTPHeaders) -> RequestStartLine:
    """The same request by path alone, as RFC 9112 §3.2.2 asks: the target's authority goes before Host."""
    target = start_line.path
    if target.startswith("/") or target == "*" or start_line.method == "CONNECT":
        return start_line
    url = urlsplit(target)
    if url.scheme.lower() not in ("http", "https") or not url.netloc:
        raise HTTPInputError("the request target is neither a path nor an http URL")
    headers["Host"] = url.netloc
    path = target.split(url.netloc, 1)[1]
    return start_line._replace(path=path if path.startswith("/") else f"/{path}")


def _final_response(status: HTTPStatus) -> bytes:
    content = f"{status.value} {status.phrase}\n"
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        f"Date: {format_timestamp(time.time())}\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(content)}\r\n"
        "Connection: close\r\n\r\n"
        f"{content}"
    ).encode("ascii")


async def _linger(connection: socket.socket) -> None:
    """Reads and drops what still comes, for a while, and closes."""
    loop = asyncio.get_running_loop()
    dropped = 0
    with connection, suppress(OSError, TimeoutError):
        async with asyncio.timeout(_LINGER_S):
            while dropped < _LINGER_BYTES and (data := await loop.sock_recv(connection, 65536)):
                dropped += len(data)
