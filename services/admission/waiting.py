"""Connections that wait for a request, or for the rest of one: limited by number, by time and by address.

A newcomer always comes in, and a health check among them: when there are too many, the longest waiting goes. Time is
checked now and then for all together (``close_overdue``), not by a timer for each request.
"""

import math
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol


@dataclass(slots=True, eq=False)
class Peer:
    """What one ``address`` has: the number of its ``connections``, and those that wait, the longest waiting first."""

    address: str
    connections: int = 0
    waiting: "dict[WaitingConnection, None]" = field(default_factory=dict)


class WaitingConnection(Protocol):
    """What is asked of a connection here."""

    peer: Peer

    def close(self) -> None: ...


class Waiting:
    """At most ``most`` connections; one more closes the longest waiting of all.

    One address may have as many as are free: half of all while it is alone, and less the more others there are. One
    more closes its own longest waiting. A connection is closed after ``idle_s`` seconds of silence, or when a request
    is not complete ``request_s`` seconds after its first byte.
    """

    def __init__(self, most: float = math.inf, idle_s: float = math.inf, request_s: float = math.inf) -> None:
        self._most = most
        self._idle_s = idle_s
        self._request_s = request_s
        self._silent: dict[WaitingConnection, float] = {}  # without a byte since this time; the longest waiting first
        self._begun: dict[WaitingConnection, float] = {}  # with the first bytes of a request since this time

    def __len__(self) -> int:
        return len(self._silent) + len(self._begun)

    def add(self, connection: WaitingConnection) -> None:
        """Adds a connection that waits for a request from now on."""
        own = connection.peer.waiting
        self._silent[connection] = monotonic()
        own[connection] = None
        free = self._most - len(self._silent) - len(self._begun)
        if len(own) > max(free, 1):
            self._close(next(iter(own)))
        elif free < 0:
            self.make_room()

    def began(self, connection: WaitingConnection) -> None:
        """Notes that a part of a request has come."""
        if self._silent.pop(connection, None) is not None:
            self._begun[connection] = monotonic()

    def remove(self, connection: WaitingConnection) -> None:
        """Removes a connection whose request is complete, or that has ended. May be called for any connection."""
        if self._silent.pop(connection, None) is not None or self._begun.pop(connection, None) is not None:
            del connection.peer.waiting[connection]

    def make_room(self) -> bool:
        """Closes the longest waiting connection. False: none waits."""
        longest = min(filter(None, map(_first, (self._silent, self._begun))), key=_since, default=None)
        if longest is None:
            return False
        self._close(longest[0])
        return True

    def close_overdue(self) -> None:
        """Closes all connections that have waited for too long. To be called every second or so."""
        for queue, limit_s in ((self._silent, self._idle_s), (self._begun, self._request_s)):
            overdue_s = monotonic() - limit_s
            while (first := _first(queue)) is not None and first[1] <= overdue_s:
                self._close(first[0])

    def _close(self, connection: WaitingConnection) -> None:
        self.remove(connection)
        connection.close()


def _first(queue: dict[WaitingConnection, float]) -> tuple[WaitingConnection, float] | None:
    return next(iter(queue.items()), None)


def _since(waiting: tuple[WaitingConnection, float]) -> float:
    return waiting[1]
