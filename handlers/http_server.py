"""The server's side of HTTP/1.1 connections, where Tornado leaves something to do (RFC 9112).

Tornado closes the connection without an answer when the head of a request is too long. It answers bad framing with a
400 that has no Date and no length. It closes while the client still sends. It overlooks "close" among other options of
Connection, compares Expect by case, and does not know the absolute form of a request target. All this is mended here,
in request_head.py and in refusal.py. One thing cannot be: a request of another major version gets 400, not 505.

Tested by tests/wire/test_connections.py.
"""

import asyncio
import math
import socket
from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from typing import Any

from tornado.http1connection import HTTP1Connection, HTTP1ServerConnection
from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.iostream import IOStream
from tornado.web import Application

from handlers.request_head import (
    MAX_CONTENT_BYTES,
    MAX_FORM_BYTES,
    MAX_HEAD_BYTES,
    origin_form,
    refusal_status,
    takes_form,
    wants_close,
    without_ticket,
)
from handlers.rounds import make_rounds
from handlers.tls_socket import TlsViewerStream
from handlers.tornado_internals import close_after_answer, wait_without_timer
from handlers.viewer_socket import ViewerStream
from services.admission.partings import Partings
from services.admission.queues import Queues
from services.admission.viewers import Viewers
from services.admission.waiting import Peer, Waiting
from services.certificates import Certificates
from services.networks import Networks, counted_as, includes, parsed_address

REQUEST_S = 10.0  # for a request from its first byte to its last
_LEAST_SWEEP_S = 0.05
_FRAMING = frozenset(("Content-Length", "Transfer-Encoding"))
_OF_CONNECTION = _FRAMING | {"Connection", "Expect"}


class Server(HTTPServer):
    """An HTTPServer that keeps to the RFC. While it is ``draining``, every answer is the last of its connection.

    There are at most ``max_connections``. At most ``max_waiting`` of them wait for a request. Besides, at most
    ``max_parting`` connections are closed, but their peers have not taken all that was sent. Connections of
    ``proxies`` are of many viewers, so ``max_per_address`` is not for them.
    With ``certificates`` it speaks TLS alone.
    """

    def initialize(  # type: ignore[override]
        self,
        application: Application,
        viewers: Viewers | None = None,
        max_connections: float = math.inf,
        max_waiting: float = math.inf,
        max_parting: float = math.inf,
        max_per_address: float = math.inf,
        queues: Queues | None = None,
        idle_s: float = 75.0,
        request_s: float = REQUEST_S,
        proxies: Networks = (),
        certificates: Certificates | None = None,
    ) -> None:
        super().initialize(
            application,
            protocol="https" if certificates else "http",
            chunk_size=MAX_HEAD_BYTES,
            max_header_size=MAX_HEAD_BYTES,
            max_body_size=MAX_CONTENT_BYTES,
            max_buffer_size=1024 * 1024,
        )
        wait_without_timer(self)  # see _end_overdue
        self.draining = False
        self.waiting = Waiting(max_waiting, idle_s, request_s)
        self._viewers = viewers
        self._partings = Partings(max_parting)
        self._sweep: asyncio.TimerHandle | None = None
        self._pause_s = max(min(idle_s, request_s) / 8, _LEAST_SWEEP_S)
        self._max_connections = max_connections
        self._max_per_address = max_per_address
        self._proxies = proxies
        self._certificates = certificates
        self._queues = queues or Queues()
        self._rounds = make_rounds()
        self._open = 0
        self._peers: dict[str, Peer] = {}

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        peer = self._peer(address)
        viewer = self._viewer(stream)
        if viewer is None:
            return
        viewer.peer = peer
        viewer.proxies = self._proxies if self._is_proxy(address) else ()
        viewer.queues = self._queues
        viewer.rounds = self._rounds
        viewer.request_began = self.waiting.began
        viewer.close_socket = partial(self._partings.close, address=peer.address)
        # Before descriptors run out: then nothing could be accepted, and accepting would be tried without pause.
        if self._open + len(self._partings) >= self._max_connections and not self.waiting.make_room():
            viewer.refuse(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        if peer.connections >= self._max_per_address and not viewer.proxies:
            viewer.refuse(HTTPStatus.TOO_MANY_REQUESTS)
            return
        self._open += 1
        self._peers[peer.address] = peer
        peer.connections += 1
        self.waiting.add(viewer)
        super().handle_stream(viewer, address)
        if self._sweep is None:
            self._end_overdue()

    def _viewer(self, stream: IOStream) -> ViewerStream | None:
        """None: the client has left again."""
        options = {"max_buffer_size": stream.max_buffer_size, "read_chunk_size": stream.read_chunk_size}
        if self._certificates is None:
            return ViewerStream(stream.socket, **options)
        try:
            viewer = TlsViewerStream(stream.socket, self._certificates.context, **options)
        except OSError:
            stream.close()
            return None
        viewer.handshaken = self._handshaken
        return viewer

    def _handshaken(self, viewer: ViewerStream) -> None:
        """From now on the viewer may be silent, as browsers are that connect beforehand."""
        self.waiting.remove(viewer)
        self.waiting.add(viewer)

    def add_sockets(self, sockets: Iterable[socket.socket]) -> None:
        sockets = list(sockets)
        for listening in sockets:
            # Connections inherit it. By default, the kernel would receive 128 KiB and more that nobody reads yet.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, MAX_HEAD_BYTES)
        super().add_sockets(sockets)

    async def close_all_connections(self) -> None:
        await super().close_all_connections()
        self._partings.end()
        self._rounds.close()

    def on_close(self, server_conn: object) -> None:
        assert isinstance(server_conn, HTTP1ServerConnection)
        assert isinstance(server_conn.stream, ViewerStream)
        self._open -= 1
        peer = server_conn.stream.peer
        peer.connections -= 1
        if not peer.connections:
            del self._peers[peer.address]
        self.waiting.remove(server_conn.stream)
        super().on_close(server_conn)

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        assert isinstance(request_conn, HTTP1Connection)
        assert isinstance(request_conn.stream, ViewerStream)
        if not request_conn.stream.closed():
            self.waiting.add(request_conn.stream)
            if request_conn.stream.is_shaking_hands:  # counts as half a request
                self.waiting.began(request_conn.stream)
        return _Request(self, super().start_request(server_conn, request_conn), request_conn, request_conn.stream)

    def _peer(self, address: tuple[Any, ...]) -> Peer:
        """The same peer for all connections of an IPv4 address, or of an IPv6 network."""
        host = counted_as(str(address[0])) if address else ""
        return self._peers.get(host) or Peer(host)

    def _is_proxy(self, address: tuple[Any, ...]) -> bool:
        host = parsed_address(str(address[0])) if self._proxies and address else None
        return host is not None and includes(self._proxies, host)

    def _end_overdue(self) -> None:
        """Closes the connections that have waited or stalled for too long, or may not go on, and comes again after
        ``_pause_s``."""
        self.waiting.close_overdue()
        self._partings.look()
        if self._viewers is not None:
            self._viewers.end_stalled()
            self._viewers.end_undue()
        if self._open or self._partings:
            self._sweep = asyncio.get_running_loop().call_later(self._pause_s, self._end_overdue)
        else:
            self._sweep = None


class _Request(HTTPMessageDelegate):
    """Mends the head of a request before Tornado's application sees it, or refuses it. Drops content, but a form's."""

    def __init__(
        self, server: Server, application: HTTPMessageDelegate, connection: HTTP1Connection, viewer: ViewerStream
    ) -> None:
        self._server = server
        self._application = application
        self._connection = connection
        self._viewer = viewer
        self._accepted = False
        self._form_bytes = 0  # that the application still takes
        viewer.reading_head = True

    def headers_received(self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders) -> None:
        assert isinstance(start_line, RequestStartLine)
        viewer = self._viewer
        viewer.reading_head = False
        of_connection = _OF_CONNECTION.intersection(headers)  # all at once, as looking for each takes longer
        if not of_connection.isdisjoint(_FRAMING):
            self._server.waiting.began(viewer)  # its content has still to come
        if of_connection and (status := refusal_status(start_line, headers)):
            viewer.refuse(status)
        if viewer.closed():
            return
        if self._server.draining or (of_connection and wants_close(start_line, headers)):
            close_after_answer(self._connection)
        if start_line.version == "HTTP/1.0" and "Host" not in headers:
            headers["Host"] = _local_authority(viewer)  # RFC 9112 §3.2: the address that the client connected to
        if "Content-Type" in headers:
            del headers["Content-Type"]  # or Tornado would look for a form in the content that was dropped
        start_line, viewer.ticket, viewer.share = without_ticket(origin_form(start_line, headers))
        self._form_bytes = MAX_FORM_BYTES if takes_form(start_line) else 0
        self._accepted = True
        self._application.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> None:
        if self._accepted and self._form_bytes:
            self._application.data_received(chunk[: self._form_bytes])
            self._form_bytes = max(0, self._form_bytes - len(chunk))

    def finish(self) -> None:
        self._server.waiting.remove(self._viewer)
        if self._accepted:
            self._application.finish()

    def on_connection_close(self) -> None:
        if self._accepted:
            self._application.on_connection_close()


def _local_authority(stream: IOStream) -> str:
    host, port = stream.socket.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
