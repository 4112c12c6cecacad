"""A viewer's TCP connection, as a stream of Tornado with a short queue in the kernel.

Tested by tests/wire/test_flow.py.
"""

import asyncio
import errno
import os
import socket
import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING

from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPServerRequest
from tornado.iostream import IOStream, StreamClosedError, UnsatisfiableReadError

from handlers import refusal, tcp_options
from handlers.rounds import make_rounds
from handlers.tornado_internals import unread
from services.admission.partings import has_ended
from services.admission.queues import LEAST_BYTES, Queues
from services.admission.waiting import Peer
from services.networks import Networks

_LONG_BYTES = 128 * 1024  # of a queue: more than two segments
_RENEWAL_S = 0.05  # of a queue: players take some of what they need at once, and then nothing
MAX_FIELDS = 100  # browsers send 20, proxies add some; each is a string or two in memory, however short
_LONG_REQUEST_LINE = 8000  # RFC 9112 §3: a server should understand one of this length
_BARE_400 = b"HTTP/1.1 400 Bad Request\r\n\r\n"  # Tornado's whole answer to bad framing, before it closes


def _ignore(*_: object) -> None:
    pass


_ExcInfo = (  # as Tornado has it
    bool | BaseException | tuple[type[BaseException] | None, BaseException | None, TracebackType | None] | None
)


class ViewerStream(IOStream):
    """The connection of one viewer, at ``peer``. ``proxies``: who is believed about the viewers behind them; empty, if
    the peer is none of them. ``queues`` tells how much the kernel may queue, and ``rounds`` when it
    takes more.

    ``sends_files``: the kernel can send a file's bytes by itself. ``is_shaking_hands``: no request can come yet.
    ``ticket`` and ``share`` are those in the path of the present request; "": there is none.

    ``request_began`` is called when bytes of a request have come. ``part_taken`` is called when the viewer has taken a
    part of what was written, but not all. ``close_socket`` is called at the end.
    """

    peer: Peer
    proxies: Networks = ()
    ticket = ""
    share = ""
    rounds = make_rounds()
    queues = Queues()
    part_taken: Callable[[], None] = staticmethod(_ignore)
    sends_files = True
    is_shaking_hands = False

    def __init__(self, connection: socket.socket, **options: int) -> None:
        super().__init__(connection, **options)
        self.reading_head = True
        self.request_began: Callable[[ViewerStream], None] = _ignore
        self.close_socket: Callable[[socket.socket], None] = socket.socket.close
        self._limit_bytes = LEAST_BYTES
        self._taken_bytes = 0
        self._renewed_bytes, self._renewed_s = 0, monotonic()
        self.likely_bytes = 256 * 1024  # of a file, that the kernel takes at once
        self._held = bytearray()
        tcp_options.set_options(connection)

    async def read_until_regex(self, regex: bytes, max_bytes: int | None = None) -> bytes:
        """The head of a request. Raises StreamClosedError also if it has more than MAX_FIELDS, which is refused."""
        reading = super().read_until_regex(regex, max_bytes)
        if unread(self):  # of a request that was sent with the one before
            self.request_began(self)
        head = await reading
        if head.count(b"\n") > MAX_FIELDS + 2:  # the request line, and the empty one
            self.refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            raise StreamClosedError()
        return head

    def read_from_fd(self, buf: bytearray | memoryview) -> int | None:
        try:
            received = self.socket.recv_into(buf)
            if received:
                self.request_began(self)
            return received
        except BlockingIOError:
            return None
        except OSError as error:
            take_for_reset(error)
            raise
        finally:
            del buf  # as Tornado's own: a traceback would keep it

    def write_to_fd(self, data: memoryview) -> int:
        try:
            taken = self.socket.send(data)
            self._taken_bytes += taken
            if taken < len(data):
                self.part_taken()
            return taken
        except BlockingIOError:
            raise
        except OSError as error:
            take_for_reset(error)
            raise
        finally:
            del data  # as above

    def set_nodelay(self, value: bool) -> None:
        """Does nothing, since fill_segments decides this. Tornado would switch it on and off for every request."""

    def fill_segments(self, fill: bool) -> None:
        """Whether the end of what is sent waits for what is sent next, to fill a segment (RFC 896)."""
        if not self.closed():
            tcp_options.fill_segments(self.socket, fill)

    def send_with_next(self, data: bytes) -> None:
        """Sends ``data`` before the first bytes of what is sent next, and in one segment with them."""
        self._held += data

    @property
    def held_bytes(self) -> int:
        """How much waits to be sent with what is sent next."""
        return len(self._held)

    def send_file(self, descriptor: int, position: int, length: int) -> int:
        """Sends ``length`` bytes of the open file from ``position`` on. Returns how many the kernel took; 0 means that
        the file ends before ``position``.

        Raises BlockingIOError if the kernel takes none now, StreamClosedError if the viewer has left, and another
        OSError if the file cannot be read.
        """
        if self.closed():
            raise StreamClosedError()
        try:
            while self._held:
                del self._held[: self.socket.send(self._held, socket.MSG_MORE)]
            sent = os.sendfile(self.socket.fileno(), descriptor, position, length)
            self._taken_bytes += sent
            if sent == length:
                self.likely_bytes = max(self.likely_bytes, 2 * sent)
                return sent
            self.likely_bytes = max(sent, self._limit_bytes)
            if self._limit_bytes < _LONG_BYTES:
                self._send_last_segment()
            return sent
        except BlockingIOError:
            raise
        except OSError as error:
            # Not by its number: ETIMEDOUT may be the viewer's connection, or a file of NFS.
            if not has_ended(self.socket):
                raise
            self.close()
            raise StreamClosedError() from error

    def send_at_once(self, data: bytes | memoryview) -> int:
        """Sends ``data``, but for what the kernel does not take now. Returns how many bytes of it the kernel took.

        Only while Tornado has nothing to write. Raises StreamClosedError.
        """
        if self.closed():
            raise StreamClosedError()
        try:
            sent = self.socket.sendmsg([self._held, data]) if self._held else self.socket.send(data)
        except BlockingIOError:
            return 0
        except OSError as error:
            self.close()
            raise StreamClosedError() from error
        self._taken_bytes += sent
        held = len(self._held)
        del self._held[:sent]
        return max(sent - held, 0)

    async def all_sent(self) -> None:
        """Waits until the kernel has nothing queued that it never sent. Raises StreamClosedError."""
        while self._unsent():
            tcp_options.limit_unsent(self.socket, 1)
            try:
                await self.writable()
            finally:
                if not self.closed():
                    tcp_options.limit_unsent(self.socket, self._limit_bytes)

    def _unsent(self) -> int:
        if self.closed():
            raise StreamClosedError()
        return tcp_options.unsent_bytes(self.socket)

    async def writable(self) -> None:
        """Waits until the kernel takes more. Raises StreamClosedError once the connection is closed.

        Only while Tornado has nothing to write.
        """
        if not self.closed():
            self._send_last_segment()
        await self.while_writable(lambda _: False)

    async def while_writable(self, send: Callable[[float], bool]) -> None:
        """Calls ``send`` with the monotonic time whenever the kernel takes more, until it answers False.

        No coroutine is woken until then. If calls are rare and even, each may be a pause late (rounds.py).

        Raises what ``send`` raises, and StreamClosedError once the connection is closed. Not while Tornado has
        something to write.
        """
        if self.closed():
            raise StreamClosedError()
        await self.rounds.serve(self.socket.fileno(), send)

    def renew_queue(self, now_s: float) -> None:
        """Asks ``queues`` how much the kernel may queue from now on. To be called when it takes more after a while."""
        if (elapsed_s := now_s - self._renewed_s) < _RENEWAL_S:
            return
        rate = (self._taken_bytes - self._renewed_bytes) / elapsed_s
        self._renewed_bytes, self._renewed_s = self._taken_bytes, now_s
        before, self._limit_bytes = self._limit_bytes, self.queues.renewed(self._limit_bytes, self._taken_bytes, rate)
        if self._limit_bytes != before:
            tcp_options.limit_unsent(self.socket, self._limit_bytes)

    def _send_last_segment(self) -> None:
        """Has the kernel send the end of its queue, though it does not fill a segment.

        On loopback a segment is longer than a short queue. Its end would wait until the kernel takes more, or for
        200 ms.
        """
        tcp_options.fill_segments(self.socket, False)

    def close_fd(self) -> None:
        self.rounds.end(self.socket.fileno(), StreamClosedError())
        closing, self.socket = self.socket, None  # type: ignore[assignment]  # as Tornado's own
        if self._limit_bytes > LEAST_BYTES:
            # When the socket is gone: close_socket may keep it until the peer has taken the rest of the queue.
            weakref.finalize(closing, self.queues.give_back, self._limit_bytes).atexit = False
        self.close_socket(closing)

    def abort(self) -> None:
        """Closes the connection at once, and drops what the kernel has queued."""
        if self.closed():
            return
        tcp_options.drop_unsent(self.socket)
        self.close_socket = socket.socket.close
        super().close()

    def close(self, exc_info: _ExcInfo = False) -> None:
        if isinstance(exc_info, UnsatisfiableReadError) and not self.closed():
            self.refuse(self._too_long())
        else:
            super().close(exc_info)
            if self.error is not None:  # its traceback refers to this stream: a circle, which would stay for long
                self.error.__traceback__ = None

    def write(self, data: bytes | memoryview) -> asyncio.Future[None]:
        if self._held:
            held, self._held = self._held, bytearray()
            super().write(bytes(held))
        elif data == _BARE_400:
            self.refuse(HTTPStatus.BAD_REQUEST)
        return super().write(data)

    def refuse(self, status: HTTPStatus, help_: str = "") -> None:
        """Answers ``status`` and closes, without waiting for the rest of the request. Does nothing if closed."""
        if self.closed():
            return
        with suppress(OSError):
            self.socket.send(refusal.answer(status, help_))
            self.end_sending()
            self.close_socket = partial(refusal.close_later, close=self.close_socket)
        super().close()

    def end_sending(self) -> None:
        """Tells the peer that nothing more is sent. Raises OSError."""
        self.socket.shutdown(socket.SHUT_WR)

    def _too_long(self) -> HTTPStatus:
        if not self.reading_head:
            return HTTPStatus.BAD_REQUEST  # the line with the length of a chunk is too long
        request_line_ends = unread(self).find(b"\n")
        if 0 <= request_line_ends <= _LONG_REQUEST_LINE:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        return HTTPStatus.REQUEST_URI_TOO_LONG


def viewer_of(request: HTTPServerRequest) -> ViewerStream:
    """The connection by which the request came."""
    connection = request.connection
    if TYPE_CHECKING:  # it is asked for several times in each request
        assert isinstance(connection, HTTP1Connection)
        assert isinstance(connection.stream, ViewerStream)
    return connection.stream


def take_for_reset(error: OSError) -> None:
    """Makes Tornado close in silence, as it does after a reset. It logs all other errors of a connection."""
    error.errno = errno.ECONNRESET
