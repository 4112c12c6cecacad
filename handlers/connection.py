"""The server's side of HTTP/1.1 connections, where Tornado leaves something to do (RFC 9112).

Tornado closes without a word when a request head is too long, answers bad framing by a 400 without
Date or length, closes while the client still sends, takes "Connection: close" only when it stands
alone, compares Expect by case, and does not know the absolute form of a request target. One thing
cannot be mended from here: a request of another major version gets 400 for 505.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPInputError,
    HTTPMessageDelegate,
    RequestStartLine,
)
from tornado.iostream import IOStream
from tornado.web import Application

from handlers.stream import ViewerStream

MAX_HEAD_BYTES = 16 * 1024  # request line and fields; browsers send 1 KiB, long cookies 8
MAX_CONTENT_BYTES = 64 * 1024  # nothing we have takes any
IDLE_TIMEOUT_S = 75.0  # how long a connection waits for its next request


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
            stream = ViewerStream(
                stream.socket, max_buffer_size=stream.max_buffer_size, read_chunk_size=stream.read_chunk_size
            )
        super().handle_stream(stream, address)

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        return _Request(self, super().start_request(server_conn, request_conn), request_conn)


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
