"""Which connections to stores are open, and who rests: what they hold is given up, and got again when it is needed."""

import asyncio
from time import monotonic
from typing import Protocol

from services.errors import StoreUnavailable

PARK_AFTER_S = 20.0  # Chromium reads 2 MB every 4 s, Firefox rests for 29; S3 itself closes what rests for long
_BUSY_S = 0.25  # who took something just now is not stalled


class Parkable(Protocol):
    def park(self) -> None:
        """Closes the connection if there is one, and keeps no bytes; what is read later comes over another."""


class Parking:
    """``most`` is how many connections may be open at once."""

    def __init__(self, most: float) -> None:
        self.open = 0
        self._most = most
        self._resting: dict[Parkable, float] = {}  # since when, the longest first
        self._sweep: asyncio.TimerHandle | None = None

    def enter(self) -> None:
        """For one connection more: parks the longest resting if there are too many.

        Raises StoreUnavailable where none rests.
        """
        while self.open >= self._most:
            longest, since_s = next(iter(self._resting.items()), (None, 0.0))
            if longest is None or monotonic() - since_s < _BUSY_S:
                raise StoreUnavailable(f"{self.open} connections to stores are open, and none of them rests")
            self._park(longest)  # which may have had none
        self.open += 1

    def leave(self) -> None:
        """For one connection less."""
        self.open -= 1

    def rest(self, source: Parkable) -> None:
        """From now on, until it wakes or is parked."""
        self._resting.pop(source, None)
        self._resting[source] = monotonic()
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(PARK_AFTER_S / 4, self._park_resting)

    def wake(self, source: Parkable) -> None:
        """It rests no more, if it did."""
        self._resting.pop(source, None)

    def _park(self, source: Parkable) -> None:
        del self._resting[source]
        source.park()

    def _park_resting(self) -> None:
        self._sweep = None
        parked_before_s = monotonic() - PARK_AFTER_S
        for source in [each for each, since_s in self._resting.items() if since_s <= parked_before_s]:
            self._park(source)
        if self._resting:
            self._sweep = asyncio.get_running_loop().call_later(PARK_AFTER_S / 4, self._park_resting)
