"""Connections that are closed while their peer has still to take what the kernel has for it.

Left to the kernel, such a connection keeps its queue for as long as the peer says that it lives: in the memory of our
container, and in no account of ours.
"""

import array
import math
import socket
import sys
from contextlib import suppress
from fcntl import ioctl

_COUNT_UNTAKEN = 0x5411  # SIOCOUTQ of Linux: how many bytes the peer has not acknowledged
_CLOSED = 7  # TCP_CLOSE of Linux
_count = array.array("i", [0])


def has_ended(connection: socket.socket) -> bool:
    """Whether the peer has reset the connection, or the kernel has given it up. Linux alone tells."""
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == _CLOSED


class Partings:
    """At most ``most`` connections. One more cuts off the one that has been at it for longest."""

    def __init__(self, most: float = math.inf) -> None:
        self._most = most
        self._connections: dict[socket.socket, None] = {}  # the longest parting first

    def __len__(self) -> int:
        return len(self._connections)

    def close(self, connection: socket.socket) -> None:
        """Closes it, once its peer has taken all, or gone."""
        try:
            parting = _has_untaken(connection)
            if parting:
                connection.shutdown(socket.SHUT_RDWR)
        except OSError:  # the peer has gone
            parting = False
        if not parting:
            connection.close()
            return
        self._connections[connection] = None
        if len(self._connections) > self._most:
            self._end(next(iter(self._connections)))

    def look(self) -> None:
        """Closes those whose peers have taken all."""
        for connection in [each for each in self._connections if not _has_untaken(each)]:
            self._end(connection)

    def end(self) -> None:
        """Leaves them to the kernel."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    def _end(self, connection: socket.socket) -> None:
        del self._connections[connection]
        if _has_untaken(connection):
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # drops the queue
        connection.close()


def _has_untaken(connection: socket.socket) -> bool:
    """Whether the peer may still take something. False where the system does not tell."""
    if sys.platform != "linux" or has_ended(connection):
        return False
    ioctl(connection, _COUNT_UNTAKEN, _count)
    return _count[0] > 0
