"""A TCP connection to a store, plain or with TLS, that reads nothing ahead.

asyncio's transports and other HTTP clients read ahead, and hold these bytes while a viewer pauses: half a megabyte and
more over TLS, and several megabytes with obstore's streams. Here, unread bytes stay in the kernel's receive queue,
which is bounded. A stalled viewer costs 184 KiB, the kernel's queues included, and 38 KiB once its connection to the
store is closed. 400 viewers who take 2 MB every 4 s cost 124 MiB and two thirds of a processor
(``python -m benchmarks.bucket``). A GB over TLS takes about twice the processor time of a GB from disk by the loop of
chunks, mostly the kernel's; over Tornado's IOStream with a window of 32 KiB it took a quarter more.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence

from services.http_client.lookups import Address

MAX_RECORD_BYTES = 16 * 1024  # of one TLS record's content (RFC 8446 §5.1)

_NEXT_ADDRESS_AFTER_S = 0.25  # RFC 8305 §8

# The receive window bounds what the kernel queues for a paused viewer. It is chosen by the round-trip time so that
# 8 MB/s get through: 48 KiB in a data centre, 160 KiB at 20 ms. A smaller minimum would cost processor time: each read
# frees half of the window, and the kernel announces that to the other side.
_WINDOW_BYTES_PER_S = 8_000_000
_MIN_WINDOW_BYTES = 48 * 1024
_MAX_WINDOW_BYTES = 512 * 1024
_RTT_OFFSET = 68  # of tcpi_rtt, in microseconds, in the struct tcp_info of Linux


class Connection:
    """A connected socket, plain until ``secure`` is called. Every method may raise OSError, which TLS errors are too.

    ``record_bytes`` is the largest unit of decryption: 1 for a plain connection. OpenSSL keeps a record in memory as a
    whole until the last byte of it is read.
    """

    def __init__(self, connected: socket.socket) -> None:
        self.record_bytes = 1
        self._socket = connected

    def receive_at_once(self, buffer: memoryview) -> int:
        """Reads into ``buffer`` without waiting. Returns the number of bytes; 0 means end of stream.

        With TLS, at most one record is read. Raises BlockingIOError if nothing has arrived.
        """
        try:
            return self._socket.recv_into(buffer)
        except ssl.SSLWantReadError:
            raise BlockingIOError from None

    async def receive(self, buffer: memoryview) -> int:
        """As ``receive_at_once``, but waits for the first byte."""
        while True:
            try:
                return self.receive_at_once(buffer)
            except BlockingIOError:
                await self.readable()

    async def send(self, data: bytes) -> None:
        """Returns when the kernel has taken all of ``data``."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[self._socket.send(rest) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                await self._writable()

    async def readable(self) -> None:
        """Waits until there are bytes to read, or the end of the stream."""
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
        """Whether it can be reused: it is open and has no unexpected bytes to read."""
        try:
            self.receive_at_once(memoryview(bytearray(1)))
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def close(self) -> None:
        """Must not be called while another task waits on the connection."""
        self._socket.close()

    async def secure(self, tls: ssl.SSLContext, host: str) -> None:
        """Starts TLS. Raises ssl.SSLCertVerificationError if there is no trusted certificate for ``host``."""
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
    """Connects to the first of ``addresses`` that answers. Raises OSError if none does."""
    connected = await _first_connected(addresses)
    try:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _bound_window(connected)
    except BaseException:
        connected.close()
        raise
    return Connection(connected)


async def _first_connected(addresses: Sequence[Address]) -> socket.socket:
    """Starts each attempt 0.25 s after the one before, or as soon as an attempt has failed (RFC 8305 §5)."""
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
