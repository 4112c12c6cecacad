"""A TCP connection to a store, plain or with TLS, from which nothing is read before somebody asks.

What a transport reads ahead, each viewer who pauses holds: over TLS, half a megabyte and more by the
libraries measured (ARCHITECTURE.md, "One client for all stores"). Here it stays in the kernel, whose queue is bounded.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence

from services.http_client.lookups import Address

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


async def connect(addresses: Sequence[Address]) -> Connection:
    """To whichever of a host's addresses answers first. Raises OSError."""
    connected = await _first_connected(addresses)
    try:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _bound_window(connected)
    except BaseException:
        connected.close()
        raise
    return Connection(connected)


async def _first_connected(addresses: Sequence[Address]) -> socket.socket:
    """Each address is tried a little after the one before, or once that has failed (RFC 8305 §5)."""
    untried = iter(addresses)
    trying: set[asyncio.Task[socket.socket]] = set()
    failure: BaseException = OSError("the host has no address")
    try:
        while True:
            if (address := next(untried, None)) is not None:
                trying.add(asyncio.create_task(_connected(address)))
            if not trying:
                raise failure
            timeout_s = None if address is None else _NEXT_ADDRESS_AFTER_S
            done, trying = await asyncio.wait(trying, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            connected = [task.result() for task in done if task.exception() is None]
            for other in connected[1:]:
                other.close()
            if connected:
                return connected[0]
            failure = next((error for task in done if (error := task.exception())), failure)
    finally:
        for task in trying:
            task.cancel()


async def _connected(address: Address) -> socket.socket:
    connecting = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        connecting.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connecting, address.name)
    except BaseException:
        connecting.close()
        raise
    return connecting


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
