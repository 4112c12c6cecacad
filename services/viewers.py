"""Who is streaming, and how far."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    SENDING = "sending"
    COMPLETE = "complete"
    LEFT = "left"
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class Transfer:
    """One answer on its way to a viewer; ``planned`` and ``sent`` in bytes of content."""

    planned: int = 0
    sent: int = 0
    outcome: Outcome = Outcome.SENDING


class Viewers:
    """The transfers that are under way."""

    def __init__(self) -> None:
        self._transfers: set[Transfer] = set()
        self._nobody = asyncio.Event()
        self._nobody.set()

    @contextmanager
    def watching(self, transfer: Transfer) -> Iterator[None]:
        self._transfers.add(transfer)
        self._nobody.clear()
        try:
            yield
        finally:
            self._transfers.discard(transfer)
            if not self._transfers:
                self._nobody.set()

    def __len__(self) -> int:
        return len(self._transfers)

    def __iter__(self) -> Iterator[Transfer]:
        return iter(self._transfers)

    async def gone(self, patience_s: float) -> bool:
        """Waits until nobody streams; False if that took longer than ``patience_s``."""
        try:
            async with asyncio.timeout(patience_s):
                await self._nobody.wait()
        except TimeoutError:
            return False
        return True
