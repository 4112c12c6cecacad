"""Connections that are closed while their peer has still to take what the kernel has for it.

Left to the kernel, such a connection keeps its queue for as long as the peer says that it lives: in the memory of our
container, and in no account of ours.
"""

import array
import math
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from fcntl import ioctl

from services.admission.holders import Holders

_COUNT_UNTAKEN = 0x5411  # SIOCOUTQ of Linux: how many bytes the peer has not acknowledged
_CLOSED = 7  # TCP_CLOSE of Linux
_count = array.array("i", [0])


def has_ended(connection: socket.socket) -> bool:
    """Whether the peer has reset the connection, or the kernel has given it up. Linux alone tells."""
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == _CLOSED


@dataclass(slots=True, eq=False)
class _Parting:
    """A connection on its way to its end, and how much was untaken at the last look."""

    connection: socket.socket
    address: str
    untaken: int | None = None


class Partings:
    """At most ``most`` connections. One more cuts off one of the address that has most: one whose peer took nothing
    between the last two looks if there is any, and the one that has been here for longest among those."""

    def __init__(self, most: float = math.inf) -> None:
        self._most = most
        self._partings: dict[_Parting, None] = {}
        self._holders: Holders[_Parting] = Holders()  # those whose peers took nothing come first

    def __len__(self) -> int:
        return len(self._partings)

    def close(self, connection: socket.socket, address: str) -> None:
        """Closes it, once its peer at ``address`` has taken all, or gone."""
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
        """Closes those whose peers have taken all, and sees who took something."""
        for parting in list(self._partings):
            untaken = _untaken(parting.connection)
            if not untaken:
                self._end(parting)
            elif untaken != parting.untaken:  # the peer took some, or this is the first look
                parting.untaken = untaken
                self._holders.remove(parting.address, parting)
                self._holders.add(parting.address, parting)

    def end(self) -> None:
        """Leaves them to the kernel."""
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
    """How many bytes the peer may still take. 0 where the system does not tell."""
    if sys.platform != "linux" or has_ended(connection):
        return 0
    ioctl(connection, _COUNT_UNTAKEN, _count)
    return _count[0]
