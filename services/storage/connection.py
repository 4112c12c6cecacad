"""A TCP connection to a store, plain or with TLS, from which nothing is read before somebody asks.

What a transport reads ahead, each viewer who pauses holds: over TLS, half a megabyte and more by the
libraries measured (ARCHITECTURE.md, "Why two clients"). Here it stays in the kernel, whose queue is bounded.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import closing

MAX_RECORD_BYTES = 16 * 1024  # that TLS decrypts at once (RFC 8446 §5.1)

_NEXT_ADDRESS_AFTER_S = 0.25  # RFC 8305 §8

# The kernel queues what a paused viewer has not taken, up to the window. This one lets 8 MB/s through, whatever the
# distance: 48 KiB within a data centre, 160 KiB at 20 ms. Smaller ones than that cost processor time: each read
# frees half of it, which the other side is told.
_WINDOW_BYTES_PER_S = 8_000_000
_MIN_WINDOW_BYTES = 48 * 1024
_MAX_WINDOW_BYTES = 512 * 1024
_RTT_OFFSET = 68  # of tcpi_rtt, in microseconds, in Linux's struct tcp_info


class Connection:
    """Every method raises OSError where the connection is broken, TLS's errors being among them.

    ``record_bytes`` is the most that comes as one: what is read of it in part is kept whole meanwhile.
    """

    def __init__(self, connected: socket.socket) -> None:
        self.record_bytes = 1
        self._socket = connected

    def receive_at_once(self, buffer: memoryview) -> int:
        """How many bytes were there, and are now in ``buffer``; 0: the other side has ended.

        Of TLS one record at most. Raises BlockingIOError where there are none yet.
        """
        try:
            return self._socket.recv_into(buffer)
        except ssl.SSLWantReadError:
            raise BlockingIOError from None

    async def receive(self, buffer: memoryview) -> int:
        """As ``receive_at_once``, when there are some."""
        while True:
            try:
                return self.receive_at_once(buffer)
            except BlockingIOError:
                await self.readable()

    async def send(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._socket.send(rest) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                await self._writable()

    async def readable(self) -> None:
        """Waits until more has come, or the other side has ended."""
        loop = asyncio.get_running_loop()
        await self._event(loop.add_reader, loop.remove_reader)

    async def _writable(self) -> None:
        loop = asyncio.get_running_loop()
        await self._event(loop.add_writer, loop.remove_writer)

    async def _event(self, watch: Callable[..., object], unwatch: Callable[..., object]) -> None:
        happened = asyncio.get_running_loop().create_future()
        watch(self._socket, _resolve, happened)
        try:
            await happened
        finally:
            unwatch(self._socket)

    def is_idle(self) -> bool:
        """Whether it is open, and nothing has come that nobody asked for."""
        try:
            self.receive_at_once(memoryview(bytearray(1)))
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def close(self) -> None:
        """Not while somebody waits for it."""
        self._socket.close()

    async def secure(self, tls: ssl.SSLContext, host: str) -> None:
        """Raises ssl.SSLCertVerificationError where the other side is not known to be ``host``."""
        secured = tls.wrap_socket(self._socket, server_hostname=host, do_handshake_on_connect=False)
        self._socket = secured
        self.record_bytes = MAX_RECORD_BYTES
        while True:
            try:
                return secured.do_handshake()
            except ssl.SSLWantReadError:
                await self.readable()
            except ssl.SSLWantWriteError:
                await self._writable()


async def connect(host: str, port: int) -> Connection:
    """To whichever of the host's addresses answers. Raises OSError."""
    loop = asyncio.get_running_loop()
    # asyncio knows how to choose among addresses; of its transport, which would read ahead, only the socket is kept.
    transport, _ = await loop.create_connection(
        asyncio.Protocol, host, port, happy_eyeballs_delay=_NEXT_ADDRESS_AFTER_S
    )
    with closing(transport):
        connected: socket.socket = transport.get_extra_info("socket").dup()
    try:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _bound_window(connected)
    except BaseException:
        connected.close()
        raise
    return Connection(connected)


def _bound_window(connected: socket.socket) -> None:
    window = _MAX_WINDOW_BYTES
    if hasattr(socket, "TCP_INFO"):
        status = connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _RTT_OFFSET + 4)
        round_trip_s = int.from_bytes(status[_RTT_OFFSET:], "little") / 1e6
        window = min(max(int(round_trip_s * _WINDOW_BYTES_PER_S), _MIN_WINDOW_BYTES), _MAX_WINDOW_BYTES)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)


def _resolve(happened: "asyncio.Future[None]") -> None:
    if not happened.done():
        happened.set_result(None)
