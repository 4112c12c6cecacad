"""Connections that are closed while the kernel still has bytes for their peers.

The kernel would keep such a connection, with its queue, for as long as the peer answers: in the memory of our
container, where nothing of ours bounds it. So the server keeps the socket until the peer has taken all, and limits
their number.

When there are too many, peers of other addresses that go on taking are not touched. So no stranger costs players that
ask for ``Connection: close``, such as mpv and ffmpeg, the end of a range.
"""

import array
import math
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from fcntl import ioctl

from services.admission.holders import Holders

_COUNT_UNTAKEN = 0x5411  # Linux's SIOCOUTQ: how many bytes in the queue the peer has not acknowledged
_CLOSED = 7  # Linux's TCP_CLOSE
_count = array.array("i", [0])


def has_ended(connection: socket.socket) -> bool:
    """Whether the peer has reset the connection, or the kernel has given it up. Linux only."""
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == _CLOSED


@dataclass(slots=True, eq=False)
class _Parting:
    """A connection in parting. ``untaken``: the bytes in its queue at the last look; None: not looked at yet."""

    connection: socket.socket
    address: str
    untaken: int | None = None


class Partings:
    """At most ``most`` connections. When there is one more, a connection of the address that has most is cut off: the
    oldest whose peer took nothing between the last two looks. If there is none, the one whose peer took something
    longest ago."""

    def __init__(self, most: float = math.inf) -> None:
        self._most = most
        self._partings: dict[_Parting, None] = {}
        self._holders: Holders[_Parting] = Holders()  # of each address, those whose peers took nothing come first

    def __len__(self) -> int:
        return len(self._partings)

    def close(self, connection: socket.socket, address: str) -> None:
        """Closes the connection once its peer at ``address`` has taken all, or has gone."""
        try:
            is_parting = _untaken(connection) > 0
            if is_parting:
                connection.shutdown(socket.SHUT_RDWR)
        except OSError:  # the peer has gone
            is_parting = False
        if not is_parting:
            connection.close()
            return
        parting = _Parting(connection, address)
        self._partings[parting] = None
        self._holders.add(address, parting)
        if len(self._partings) > self._most:
            self._end(next(iter(self._holders.most())))

    def look(self) -> None:
        """Closes those whose peers have taken all, and notes who took something. To be called every second or so."""
        for parting in list(self._partings):
            untaken = _untaken(parting.connection)
            if not untaken:
                self._end(parting)
            elif untaken != parting.untaken:  # the peer took some, or this is the first look
                parting.untaken = untaken
                self._holders.remove(parting.address, parting)
                self._holders.add(parting.address, parting)

    def end(self) -> None:
        """Closes all sockets, and leaves their queues to the kernel."""
        for parting in self._partings:
            parting.connection.close()
        self._partings.clear()
        self._holders = Holders()

    def _end(self, parting: _Parting) -> None:
        del self._partings[parting]
        self._holders.remove(parting.address, parting)
        connection = parting.connection
        if _untaken(connection):
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # drops the queue
        connection.close()


def _untaken(connection: socket.socket) -> int:
    """How many bytes the peer has still to take. 0 where the system does not tell."""
    if sys.platform != "linux" or has_ended(connection):
        return 0
    ioctl(connection, _COUNT_UNTAKEN, _count)
    return _count[0]
