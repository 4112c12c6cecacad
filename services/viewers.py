"""Who is streaming, how far, and since when idle; and how many may."""

import asyncio
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from time import monotonic

from services.errors import TooManyViewers

UNTOUCHABLE_BYTES = 64 * 1024  # a browser comes back after a cut by itself, but not before it had so much
STALLED_S = 5.0  # a viewer who took nothing for so long is paused or well buffered; over a bad link they take some


class Outcome(Enum):
    SENDING = "sending"
    COMPLETE = "complete"
    LEFT = "left"
    EVICTED = "evicted"
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class Transfer:
    """One answer on its way to a viewer.

    ``planned`` and ``sent`` in bytes of content; ``moved_s`` is when some were last taken, by the
    monotonic clock; ``starved`` while there are none to take; ``close`` ends the viewer's connection.
    """

    planned: int = 0
    sent: int = 0
    moved_s: float = 0.0
    starved: bool = False
    outcome: Outcome = Outcome.SENDING
    close: Callable[[], None] = lambda: None
    _order: "dict[Transfer, None]" = field(default_factory=dict)

    def moved(self, count: int) -> None:
        """The viewer took ``count`` bytes more."""
        self.sent += count
        self.moved_s = monotonic()
        if self in self._order:
            del self._order[self]
            self._order[self] = None


class Viewers:
    """The transfers that are under way, in the order of their last movement: the longest stalled first."""

    def __init__(self, most: float = math.inf) -> None:
        self._most = most
        self._transfers: dict[Transfer, None] = {}
        self._nobody = asyncio.Event()
        self._nobody.set()

    def __len__(self) -> int:
        return len(self._transfers)

    def __iter__(self) -> Iterator[Transfer]:
        return iter(self._transfers)

    @contextmanager
    def watching(self, transfer: Transfer) -> Iterator[None]:
        transfer.moved_s = monotonic()
        transfer._order = self._transfers
        self._transfers[transfer] = None
        self._nobody.clear()
        try:
            yield
        finally:
            self._transfers.pop(transfer, None)
            if not self._transfers:
                self._nobody.set()

    def make_room(self) -> None:
        """For one who is watched already: evicts the longest stalled if there are too many.

        Raises TooManyViewers where nobody is stalled.
        """
        if len(self._transfers) <= self._most:
            return
        stalled_since_s = monotonic() - STALLED_S
        for transfer in self._transfers:
            if transfer.moved_s > stalled_since_s:
                break
            if transfer.sent >= UNTOUCHABLE_BYTES and not transfer.starved:
                transfer.outcome = Outcome.EVICTED
                del self._transfers[transfer]
                transfer.close()
                return
        raise TooManyViewers(f"{len(self._transfers) - 1} are watching, and none of them is paused")

    async def gone(self, patience_s: float) -> bool:
        """Waits until nobody streams; False if that took longer than ``patience_s``."""
        try:
            async with asyncio.timeout(patience_s):
                await self._nobody.wait()
        except TimeoutError:
            return False
        return True
