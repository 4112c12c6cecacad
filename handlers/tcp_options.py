"""What the kernel is told, and asked, about a viewer's TCP connection.

Tested by tests/wire/test_watching.py.
"""

import array
import socket
import sys
from contextlib import suppress
from fcntl import ioctl

from services.admission.queues import LEAST_BYTES

# How much the kernel queues for a viewer, besides what is on its way to them. Without this limit it queues up to 4 MiB
# (tcp_wmem) for every viewer who pauses. A fast viewer loses nothing: bytes that were sent and are not acknowledged yet
# do not count. The kernel takes more when less than half of the limit is queued.
_UNSENT_OPTION = {"linux": 25, "darwin": 0x201}.get(sys.platform)  # TCP_NOTSENT_LOWAT; socket has it from 3.12 on

TELLS_UNSENT = sys.platform == "linux"
_COUNT_UNSENT = 0x894B  # SIOCOUTQNSD of Linux
_count = array.array("i", [0])

# The kernel asks now and then whether the peer of a silent connection still lives. Where bytes are queued it asks
# anyway (zero-window probes), and gives a dead peer up after some 15 minutes. TCP_USER_TIMEOUT would make that shorter,
# but Linux then ends viewers who pause, too.
_KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 3}


def set_options(connection: socket.socket) -> None:
    """Sets the options that every connection has: the shortest queue, no delay, and probes while it is silent."""
    with suppress(OSError):  # the system does not know one of them, or the peer has left
        fill_segments(connection, False)
        limit_unsent(connection, LEAST_BYTES)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE.items():
            if hasattr(socket, name):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def fill_segments(connection: socket.socket, fill: bool) -> None:
    """Whether the end of what is sent waits until it fills a segment, while other segments are on their way (RFC 896).

    False also sends what waits now.
    """
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, not fill)


def limit_unsent(connection: socket.socket, limit_bytes: int) -> None:
    """Sets how much the kernel may queue. Nothing, where the system has no such limit."""
    if _UNSENT_OPTION is not None:
        connection.setsockopt(socket.IPPROTO_TCP, _UNSENT_OPTION, limit_bytes)


def unsent_bytes(connection: socket.socket) -> int:
    """How many bytes the kernel has queued and never sent. Only where ``TELLS_UNSENT``."""
    ioctl(connection, _COUNT_UNSENT, _count)
    return _count[0]


def drop_unsent(connection: socket.socket) -> None:
    """Has the kernel drop its queue, and reset the connection, when the socket is closed."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
