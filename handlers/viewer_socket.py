"""A viewer's TCP connection: a short queue in the kernel, a last word before it closes.

Tested by tests/wire/test_flow.py.
"""

import array
import asyncio
import errno
import os
import socket
import sys
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from fcntl import ioctl
from functools import partial
from http import HTTPStatus
from types import TracebackType

from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPServerRequest, format_timestamp
from tornado.iostream import IOStream, StreamClosedError, UnsatisfiableReadError

from handlers.tornado_internals import unread
from services.admission.partings import has_ended
from services.admission.queues import LEAST_BYTES, Queues
from services.admission.waiting import Peer
from services.http.head import response_head
from services.http.response import NOT_KEPT

# How much the kernel queues for a viewer beyond what is on its way to them. Without a limit it queues
# up to 4 MiB (tcp_wmem), for every viewer who pauses. It takes nothing from a fast one: what is sent
# and not yet acknowledged does not count. There is room for more once less than half of it is left.
_UNSENT_OPTION = {"linux": 25, "darwin": 0x201}.get(sys.platform)  # TCP_NOTSENT_LOWAT; socket has it from 3.12 on

_COUNT_UNSENT = 0x894B  # SIOCOUTQNSD of Linux: how many bytes are queued that were not sent yet
_LONG_BYTES = 128 * 1024  # a segment is less than half of it
TELLS_UNSENT = sys.platform == "linux"
_count = array.array("i", [0])

# A connection that waits for a request is asked now and then whether its peer still lives. One that
# has bytes queued is asked by the kernel anyway (zero-window probes), which gives a dead peer up
# after some 15 minutes. TCP_USER_TIMEOUT would be shorter, but Linux then ends those who pause, too.
_KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 3}

MAX_FIELDS = 100  # browsers send 20, proxies add some; each is a string or two in memory, however short
_LONG_REQUEST_LINE = 8000  # RFC 9112 §3: at least so much is to be understood
_LINGER_S = 2.0
_MAX_LINGERING = 64  # descriptors are few when many are refused
_LINGER_BYTES = 16 * 1024 * 1024
_BARE_400 = b"HTTP/1.1 400 Bad Request\r\n\r\n"  # Tornado's whole answer to bad framing, before it closes
_PASSING = (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS)
_RETRY_AFTER = {"Retry-After": "5"}
_lingering: set[asyncio.Task[None]] = set()


def _ignore(*_: object) -> None:
    pass


_ExcInfo = (  # as Tornado has it
    bool | BaseException | tuple[type[BaseException] | None, BaseException | None, TracebackType | None] | None
)


class ViewerStream(IOStream):
    """``request_began`` is called when a part of a request has come, and the rest has not; ``part_taken`` when the
    viewer took a part of what is written, and more is to be taken; ``close_socket`` at the end. ``queues`` tells how
    much the kernel may queue.
    """

    peer: Peer
    queues = Queues()
    part_taken: Callable[[], None] = staticmethod(_ignore)

    def __init__(self, connection: socket.socket, **options: int) -> None:
        super().__init__(connection, **options)
        self.reading_head = True
        self.request_began: Callable[[ViewerStream], None] = _ignore
        self.close_socket: Callable[[socket.socket], None] = socket.socket.close
        self._limit_bytes = LEAST_BYTES
        self._taken_bytes = 0
        self.likely_bytes = 256 * 1024  # of a file, that the kernel takes at once
        self._held = b""
        self._waiting: asyncio.Future[None] | None = None
        _set_options(connection)

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
            _take_for_reset(error)
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
            _take_for_reset(error)
            raise
        finally:
            del data  # as above

    def set_nodelay(self, value: bool) -> None:
        """Nothing: it is on but for where fill_segments says so. Tornado would turn it on and off for every request."""

    def fill_segments(self, fill: bool) -> None:
        """Whether what does not fill a segment waits for what is written next, while more is under way (RFC 896)."""
        if not self.closed():
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, not fill)

    def send_with_next(self, head: bytes) -> None:
        """Sends ``head`` before the first bytes of what is sent next, and in one segment with them."""
        self._held = head

    def send_file(self, descriptor: int, position: int, length: int) -> int:
        """How many bytes of the open file the kernel took, after what was held; 0: the file ends before ``position``.

        Raises BlockingIOError where it takes none now, StreamClosedError where the viewer has left, and another
        OSError where the file cannot be read.
        """
        if self.closed():
            raise StreamClosedError()
        try:
            while self._held:
                self._held = self._held[self.socket.send(self._held, socket.MSG_MORE) :]
            sent = os.sendfile(self.socket.fileno(), descriptor, position, length)
            self._taken_bytes += sent
            if sent == length:
                self.likely_bytes = max(self.likely_bytes, sent)
                return sent
            self.likely_bytes = sent
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

    def send_at_once(self, data: bytes) -> int:
        """How many bytes the kernel took, after what was held. Only while nothing is queued here.

        Raises StreamClosedError.
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
        held, self._held = len(self._held), self._held[sent:]
        return max(sent - held, 0)

    async def all_sent(self) -> None:
        """Waits until the kernel has sent, once at least, all that it was given. Raises StreamClosedError."""
        while self._unsent():
            _limit_unsent(self.socket, 1)
            try:
                await self.writable()
            finally:
                if not self.closed():
                    _limit_unsent(self.socket, self._limit_bytes)

    def _unsent(self) -> int:
        if self.closed():
            raise StreamClosedError()
        ioctl(self.socket, _COUNT_UNSENT, _count)
        return _count[0]

    async def writable(self) -> None:
        """Waits until the kernel takes more. Raises StreamClosedError once the connection is closed.

        Not while Tornado has something to write.
        """
        if not self.closed():
            self._send_last_segment()
        await self.while_writable(lambda: False)

    async def while_writable(self, send: Callable[[], bool]) -> None:
        """Calls ``send`` each time that the kernel takes more, until it answers False: nothing else is woken before.

        Raises what ``send`` raises, and StreamClosedError once the connection is closed. Not while Tornado has
        something to write.
        """
        if self.closed():
            raise StreamClosedError()
        loop = asyncio.get_running_loop()
        self._waiting = loop.create_future()
        loop.add_writer(self.fileno(), _call_until_done, send, self._waiting)
        try:
            await self._waiting
        finally:
            self._waiting = None
            if not self.closed():
                loop.remove_writer(self.fileno())

    def renew_queue(self) -> None:
        """Takes a new limit of what the kernel queues. To be called when the kernel takes more after a while."""
        before, self._limit_bytes = self._limit_bytes, self.queues.renewed(self._limit_bytes, self._taken_bytes)
        if self._limit_bytes != before:
            _limit_unsent(self.socket, self._limit_bytes)

    def _send_last_segment(self) -> None:
        """What the kernel took in part ends in a segment that waits for more to fill it: on loopback, where segments
        are longer than the queue may be, until it takes more, or for 200 ms. This sends it."""
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close_fd(self) -> None:
        if self._waiting is not None:
            # Before the descriptor goes: its number may be another connection's at once.
            asyncio.get_running_loop().remove_writer(self.fileno())
            if not self._waiting.done():
                self._waiting.set_exception(StreamClosedError())
        closing, self.socket = self.socket, None  # type: ignore[assignment]  # as Tornado's own
        if self._limit_bytes > LEAST_BYTES:
            # When the socket is no more: whoever closes it may let its peer take the rest of the queue first.
            weakref.finalize(closing, self.queues.give_back, self._limit_bytes).atexit = False
        self.close_socket(closing)

    def abort(self) -> None:
        """Closes, and drops what the kernel has queued."""
        if self.closed():
            return
        with suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.close_socket = socket.socket.close
        super().close()

    def close(self, exc_info: _ExcInfo = False) -> None:
        if isinstance(exc_info, UnsatisfiableReadError) and not self.closed():
            self.refuse(self._too_long())
        else:
            super().close(exc_info)
            if self.error is not None:  # whose traceback leads back here: a circle, for the garbage collector to find
                self.error.__traceback__ = None

    def write(self, data: bytes | memoryview) -> asyncio.Future[None]:
        if self._held:
            held, self._held = self._held, b""
            super().write(held)
        elif data == _BARE_400:
            self.refuse(HTTPStatus.BAD_REQUEST)
        return super().write(data)

    def refuse(self, status: HTTPStatus) -> None:
        """Answers ``status`` and closes, without waiting for the rest of the request. Nothing, once it is closed."""
        if self.closed():
            return
        # Closing while the client still sends resets the connection, and the answer may be lost on the way:
        # so the socket lives on until the client has seen the end (RFC 9112 §9.6).
        with suppress(OSError):
            self.socket.send(_final_response(status))
            self.socket.shutdown(socket.SHUT_WR)
            if len(_lingering) < _MAX_LINGERING:
                self.close_socket = partial(_begin_to_linger, self.close_socket)
        super().close()

    def _too_long(self) -> HTTPStatus:
        if not self.reading_head:
            return HTTPStatus.BAD_REQUEST  # the length line of a chunk
        request_line_ends = unread(self).find(b"\n")
        if 0 <= request_line_ends <= _LONG_REQUEST_LINE:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        return HTTPStatus.REQUEST_URI_TOO_LONG


def viewer_of(request: HTTPServerRequest) -> ViewerStream:
    """The connection by which the request came."""
    connection = request.connection
    assert isinstance(connection, HTTP1Connection)
    assert isinstance(connection.stream, ViewerStream)
    return connection.stream


def _take_for_reset(error: OSError) -> None:
    """Makes Tornado close in silence, as it does after a reset. It logs all other errors of a connection."""
    error.errno = errno.ECONNRESET


def _set_options(connection: socket.socket) -> None:
    with suppress(OSError):  # of a system that does not know them, or a peer that is gone already
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _limit_unsent(connection, LEAST_BYTES)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE.items():
            if hasattr(socket, name):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _limit_unsent(connection: socket.socket, limit_bytes: int) -> None:
    if _UNSENT_OPTION is not None:
        connection.setsockopt(socket.IPPROTO_TCP, _UNSENT_OPTION, limit_bytes)


def _call_until_done(send: Callable[[], bool], done: asyncio.Future[None]) -> None:
    """A step of while_writable. The loop may have called it already when the one before ended the waiting."""
    if done.done():
        return
    try:
        if not send():
            done.set_result(None)
    except Exception as error:
        if not done.done():  # by close_fd
            done.set_exception(error)
    finally:
        del send, done  # which the error's traceback would keep, and they it


def _final_response(status: HTTPStatus) -> bytes:
    content = f"{status.value} {status.phrase}\n".encode("ascii")
    fields = {
        "Server": "movie-streaming",
        "Date": format_timestamp(time.time()),
        "X-Content-Type-Options": "nosniff",
        "Content-Type": "text/plain; charset=utf-8",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Length": str(len(content)),
        "Connection": "close",
    }
    return response_head(status, fields | NOT_KEPT | (_RETRY_AFTER if status in _PASSING else {})) + content


def _begin_to_linger(close: Callable[[socket.socket], None], connection: socket.socket) -> None:
    task = asyncio.get_running_loop().create_task(_linger(connection, close))
    _lingering.add(task)
    task.add_done_callback(_lingering.discard)


async def _linger(connection: socket.socket, close: Callable[[socket.socket], None]) -> None:
    """Reads and drops what still comes, for a while, and closes."""
    loop = asyncio.get_running_loop()
    dropped = 0
    try:
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_LINGER_S):
                while dropped < _LINGER_BYTES and (data := await loop.sock_recv(connection, 65536)):
                    dropped += len(data)
    finally:
        close(connection)
