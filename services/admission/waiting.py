"""Connections that wait for a request, or for the rest of one: they are bounded by number, by time and by address."""

import math
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol


@dataclass(slots=True, eq=False)
class Peer:
    """Whoever is at one ``address``: how many connections it has, and those that wait, the longest waiting first."""

    address: str
    connections: int = 0
    waiting: "dict[Connection, None]" = field(default_factory=dict)


class Connection(Protocol):
    peer: Peer

    def close(self) -> None: ...


class Waiting:
    """At most ``most`` connections. One more has the longest waiting one closed, so newcomers always come in.

    One address may have as many as are free: half of all while it is alone, less the more others there are. One more
    closes its own longest waiting. A connection is closed after ``idle_s`` of silence, and ``request_s`` after the
    first byte of a request that is not whole then.
    """

    def __init__(self, most: float = math.inf, idle_s: float = math.inf, request_s: float = math.inf) -> None:
        self._most = most
        self._idle_s = idle_s
        self._request_s = request_s
        self._silent: dict[Connection, float] = {}  # since when, the longest waiting first
        self._begun: dict[Connection, float] = {}

    def __len__(self) -> int:
        return len(self._silent) + len(self._begun)

    def add(self, connection: Connection) -> None:
        """It waits for a request from now on."""
        own = connection.peer.waiting
        self._silent[connection] = monotonic()
        own[connection] = None
        free = self._most - len(self._silent) - len(self._begun)
        if len(own) > max(free, 1):
            self._close(next(iter(own)))
        elif free < 0:
            self.make_room()

    def began(self, connection: Connection) -> None:
        """A part of a request has come."""
        if self._silent.pop(connection, None) is not None:
            self._begun[connection] = monotonic()

    def remove(self, connection: Connection) -> None:
        """Its request has come, or its end."""
        if self._silent.pop(connection, None) is not None or self._begun.pop(connection, None) is not None:
            del connection.peer.waiting[connection]

    def make_room(self) -> bool:
        """Closes the longest waiting; False where none waits."""
        longest = min(filter(None, map(_first, (self._silent, self._begun))), key=_since, default=None)
        if longest is None:
            return False
        self._close(longest[0])
        return True

    def close_overdue(self) -> None:
        """Closes all that have waited for longer than they may."""
        for queue, limit_s in ((self._silent, self._idle_s), (self._begun, self._request_s)):
            overdue_s = monotonic() - limit_s
            while (first := _first(queue)) is not None and first[1] <= overdue_s:
                self._close(first[0])

    def _close(self, connection: Connection) -> None:
        self.remove(connection)
        connection.close()


def _first(queue: dict[Connection, float]) -> tuple[Connection, float] | None:
    return next(iter(queue.items()), None)


def _since(waiting: tuple[Connection, float]) -> float:
    return waiting[1]
