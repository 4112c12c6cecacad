"""The requests that are under way: some are worked on, others have a place, since there is something to send."""

import asyncio
import math
from collections.abc import Iterator

from services.admission.deadlines import Deadlines
from services.admission.places import STALLED_S, Places, Shares, Transfer

# By then something is sent, if only 503. Proxies that wait longer in vain, for a minute or less, pass over the server.
ANSWER_S = 30.0
DOCUMENT_PATIENCE_S = 30.0  # for who takes nothing: nobody pauses a page, and it may be an old version that is kept


class Viewers:
    """``films`` and ``documents`` are the places of those who are sent something: no document takes a film's place.

    At most ``most_working`` requests have nothing to send yet. Each address has its share of them, so that what one
    asks of a disk or a store that hangs keeps out nobody else. What is ``unanswered`` is given up after
    ``answer_s``; who takes nothing for ``stalled_s`` leaves for others.
    """

    def __init__(
        self,
        most: float = math.inf,
        most_documents: float = math.inf,
        most_working: float = math.inf,
        *,
        stalled_s: float = STALLED_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self.films = Places(most, stalled_s)
        self.documents = Places(most_documents, stalled_s)
        self.unanswered = Deadlines(answer_s)
        self._working = Shares(most_working)
        self._transfers: dict[Transfer, None] = {}
        self._nobody = asyncio.Event()
        self._nobody.set()

    def __len__(self) -> int:
        return len(self._transfers)

    def __iter__(self) -> Iterator[Transfer]:
        return iter(self._transfers)

    def enter(self, transfer: Transfer) -> None:
        """Its request is under way. Raises TooManyViewers where its address has too many that are worked on."""
        transfer.work(self._working)
        self._transfers[transfer] = None
        self._nobody.clear()

    def leave(self, transfer: Transfer) -> None:
        transfer.end()
        del self._transfers[transfer]
        if not self._transfers:
            self._nobody.set()

    def end_stalled(self) -> None:
        """Ends those who stopped reading a document. Who pauses a film is ended only when its place is needed."""
        self.documents.end_stalled(DOCUMENT_PATIENCE_S)

    async def gone(self, patience_s: float) -> bool:
        """Waits until nobody streams; False if that took longer than ``patience_s``."""
        try:
            async with asyncio.timeout(patience_s):
                await self._nobody.wait()
        except TimeoutError:
            return False
        return True
