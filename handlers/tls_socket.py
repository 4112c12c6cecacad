"""A viewer's TCP connection with TLS: what is written goes out in records, at the pace of the viewer.

The kernel cannot encrypt here, so films go through our memory by chunks. OpenSSL makes records of at most 16 KiB. If
the kernel does not take all of a record, the same bytes have to be offered again later. So they count as taken, and
Tornado's queue offers them again: a viewer who takes nothing holds one record besides the chunk.

Tested by tests/wire/test_tls.py.
"""

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from tornado.iostream import IOStream, StreamClosedError

from handlers.viewer_socket import ViewerStream, take_for_reset

RECORD_BYTES = 16 * 1024  # RFC 8446 §5.1
_PLAIN_HTTP = "This port speaks HTTPS: ask for https:// instead.\n"
_NOT_NOW = (ssl.SSLWantReadError, ssl.SSLWantWriteError)


class TlsViewerStream(ViewerStream):
    """``handshaken`` is called when the handshake is over. It is made by the first reads, and waits for nothing."""

    sends_files = False

    def __init__(self, connection: socket.socket, context: ssl.SSLContext, **options: int) -> None:
        """Raises OSError if the peer has left."""
        connection.getpeername()  # wrap_socket finds that out, too, but leaves its socket open
        self._tls = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        super().__init__(self._tls, **options)
        self.is_shaking_hands = True
        self.handshaken: Callable[[TlsViewerStream], None] = lambda _: None

    def read_from_fd(self, buf: bytearray | memoryview) -> int | None:
        try:
            if self.is_shaking_hands:
                self._tls.do_handshake()
                self.is_shaking_hands = False
                self.handshaken(self)
            received = self._tls.recv_into(buf)
            if received:
                self.request_began(self)
            return received
        except _NOT_NOW:
            return None
        except OSError as error:
            if getattr(error, "reason", "") == "HTTP_REQUEST":
                self._refuse_plain_http()
                return None
            take_for_reset(error)
            raise
        finally:
            del buf  # as in ViewerStream

    def write_to_fd(self, data: memoryview) -> int:
        try:
            taken = self._tls.send(data[:RECORD_BYTES])
            if taken < len(data):
                self.part_taken()
            return taken
        except _NOT_NOW:
            return 0
        except OSError as error:
            take_for_reset(error)
            raise
        finally:
            del data  # as in ViewerStream

    def send_at_once(self, data: bytes | memoryview) -> int:
        if self.closed():
            raise StreamClosedError()
        held = self.held_bytes
        content = bytes(self._held) + data if held else bytes(data)
        sent = 0
        while sent < len(content) and not self.writing():
            sent += self._sent_of(content[sent : sent + RECORD_BYTES])
        del self._held[:sent]
        return max(sent - held, 0)

    def _sent_of(self, record: bytes) -> int:
        """How many bytes of the record were taken: all of them, too, if Tornado has to offer them again."""
        try:
            return self._tls.send(record)
        except _NOT_NOW:
            IOStream.write(self, record)
            return len(record)
        except OSError as error:
            self.close()
            raise StreamClosedError() from error

    async def writable(self) -> None:
        await IOStream.write(self, b"")  # done when all before is

    def end_sending(self) -> None:
        self._say_goodbye()
        super().end_sending()

    def close_fd(self) -> None:
        self._say_goodbye()
        self._forget_tls()
        super().close_fd()

    def _say_goodbye(self) -> None:
        """Tells the peer that nothing was cut off (close_notify, RFC 8446 §6.1). Does not wait for its answer."""
        if not self.is_shaking_hands:
            with suppress(OSError, ValueError):  # ValueError: it was told before
                self._tls.unwrap()

    def _refuse_plain_http(self) -> None:
        self._forget_tls()
        self.refuse(HTTPStatus.BAD_REQUEST, _PLAIN_HTTP)

    def _forget_tls(self) -> None:
        """Whoever has the socket from now on sends and receives without TLS."""
        if self.socket is self._tls:
            self.socket = socket.socket(fileno=self._tls.detach())
