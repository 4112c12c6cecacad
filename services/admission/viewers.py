"""The requests under way. Each is worked on until there is something to send; then it takes a place.

A place is taken only when the first bytes of the content are there. So errors, HEAD, 304, 412, 416 and redirects take
none, nor does a film that cannot be opened or read.

Nothing ends a viewer who pauses a film, as long as nobody else needs the place and the film is still due to them.
"""

import asyncio
import math
from collections.abc import Iterator
from time import monotonic

from services.admission.budget import Budget
from services.admission.deadlines import Deadlines
from services.admission.places import STALLED_S, Outcome, Places, Shares, Transfer
from services.admission.rate import Rates

# Every answer begins by then, if only with 503 and Retry-After. A proxy that waits in vain takes the whole server for
# dead, for all films and pages: nginx after a minute.
ANSWER_S = 30.0
DOCUMENT_PATIENCE_S = 30.0  # nobody pauses a page, and one that is not taken may keep an old version in memory


class Viewers:
    """The transfers under way, and their places: ``films`` and ``documents`` have places of their own.

    At most ``most_working`` requests may have nothing to send yet. One address may have four fifths of them, so the
    requests of one for a disk or a store that hangs keep nobody else out. A request that is still ``unanswered`` after
    ``answer_s`` is given up; subtitles and sheets that it asked for are made all the same, for the next request.
    A viewer who takes nothing for ``stalled_s`` gives way to others. Films are sent at ``rate`` bytes a second after a
    burst; 0: as fast as viewers take them. ``budget`` counts all that is sent.
    """

    def __init__(
        self,
        most: float = math.inf,
        most_documents: float = math.inf,
        most_working: float = math.inf,
        *,
        stalled_s: float = STALLED_S,
        answer_s: float = ANSWER_S,
        rate: float = 0.0,
        budget: Budget | None = None,
    ) -> None:
        self.films = Places(most, stalled_s)
        self.documents = Places(most_documents, stalled_s)
        self.unanswered = Deadlines(answer_s)
        self._budget = budget
        self._rates = Rates(rate) if rate else None
        self._working = Shares(most_working)
        self._transfers: dict[Transfer, None] = {}
        self._nobody = asyncio.Event()
        self._nobody.set()

    def __len__(self) -> int:
        return len(self._transfers)

    def __iter__(self) -> Iterator[Transfer]:
        return iter(self._transfers)

    def enter(self, transfer: Transfer) -> None:
        """Adds the transfer of a new request. Raises TooManyViewers if its address has too many that are worked on."""
        transfer.work(self._working)
        transfer.budget = self._budget
        self._transfers[transfer] = None
        self._nobody.clear()

    def begin_film(self, transfer: Transfer, film: str) -> None:
        """Notes which film is sent, or asked about. Raises BudgetSpent if it may not begin."""
        if self._budget is not None:
            self._budget.admit(transfer.address, film)
        if self._rates is not None:
            transfer.bucket = self._rates.bucket(transfer.address, film, monotonic())

    def leave(self, transfer: Transfer) -> None:
        """Removes a transfer that ended, and frees its place."""
        transfer.end()
        del self._transfers[transfer]
        if not self._transfers:
            self._nobody.set()

    def end_stalled(self) -> None:
        """Evicts readers of documents that took nothing for ``DOCUMENT_PATIENCE_S``. Paused films are left alone."""
        self.documents.end_stalled(DOCUMENT_PATIENCE_S)

    def end_undue(self) -> None:
        """Evicts viewers to whom what they are sent is not due any more."""
        for transfer in [each for each in self._transfers if not each.is_due()]:
            if transfer.outcome is Outcome.SENDING:
                transfer.evict(Outcome.REVOKED)

    async def gone(self, patience_s: float) -> bool:
        """Waits until no request is under way. False: that took longer than ``patience_s``."""
        try:
            async with asyncio.timeout(patience_s):
                await self._nobody.wait()
        except TimeoutError:
            return False
        return True
