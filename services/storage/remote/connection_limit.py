"""Limits the connections to stores. A connection whose viewer pauses is closed, and opened again for the next read.

It is closed after PARK_AFTER_S, or earlier if another viewer needs a connection and all are taken.
"""

import asyncio
from time import monotonic
from typing import Protocol

from services.errors import StoreUnavailable

PARK_AFTER_S = 20.0  # Chromium reads 2 MB every 4 s, Firefox pauses for 29 s; S3 itself closes idle connections
BUSY_S = 0.25  # a source that was read from so recently does not count as resting


class Parkable(Protocol):
    def park(self) -> None:
        """Closes the connection, if there is one, and drops kept bytes. The next read opens another connection."""


class Parking:
    """Counts open connections, ``most`` at once, and knows which sources rest: their viewers take nothing just now.

    A source that rests for ``park_after_s`` is parked. One that was read from within ``busy_s`` makes no room.
    """

    def __init__(self, most: float, park_after_s: float = PARK_AFTER_S, busy_s: float = BUSY_S) -> None:
        self._park_after_s = park_after_s
        self._busy_s = busy_s
        self.open = 0
        self._most = most
        self._resting: dict[Parkable, float] = {}  # and since when; longest first
        self._sweep: asyncio.TimerHandle | None = None

    def enter(self) -> None:
        """Must be called before a connection is opened. Parks the source that has rested for longest if all are taken.

        Raises StoreUnavailable if none rests.
        """
        while self.open >= self._most:
            longest, since_s = next(iter(self._resting.items()), (None, 0.0))
            if longest is None or monotonic() - since_s < self._busy_s:
                raise StoreUnavailable(f"{self.open} connections to stores are open, and none of them is idle")
            self._park(longest)  # it may have had no connection, only kept bytes: hence the loop
        self.open += 1

    def leave(self) -> None:
        """Must be called after a connection was closed."""
        self.open -= 1

    def rest(self, source: Parkable) -> None:
        """``source`` rests from now on, until ``wake`` is called or it is parked."""
        self._resting.pop(source, None)
        self._resting[source] = monotonic()
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(self._park_after_s / 4, self._park_resting)

    def wake(self, source: Parkable) -> None:
        """``source`` does not rest any more, if it did."""
        self._resting.pop(source, None)

    def _park(self, source: Parkable) -> None:
        del self._resting[source]
        source.park()

    def _park_resting(self) -> None:
        self._sweep = None
        parked_before_s = monotonic() - self._park_after_s
        for source in [each for each, since_s in self._resting.items() if since_s <= parked_before_s]:
            self._park(source)
        if self._resting:
            self._sweep = asyncio.get_running_loop().call_later(self._park_after_s / 4, self._park_resting)
