"""Places for transfers of one kind, and which transfer gives its place up when all are taken."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from time import monotonic

from services.admission.budget import Budget
from services.admission.holders import Holders
from services.admission.rate import Bucket
from services.errors import TooManyViewers

BEGINNING_BYTES = 64 * 1024  # a browser resumes by itself after a cut, but only beyond its first 64 KiB
BEGINNING_S = 10.0  # a viewer that takes longer for those does not watch: that is 6 KiB a second
STALLED_S = 5.0  # a viewer that took nothing for so long is paused or well buffered; over a bad link it takes some
EAGERNESS = 4  # so an address that is alone may have four fifths of what is shared
_TICK_S = 0.1  # the exactness of ``moved_s``: noting each movement costs more than sending a chunk from memory
PATIENCE_S = 30.0  # how much longer than others a viewer may stall within its first 64 KiB


class Outcome(Enum):
    """How a transfer ended, for the access log."""

    SENDING = "sending"
    COMPLETE = "complete"
    LEFT = "left"
    STALLED = "stalled"
    EVICTED = "evicted"
    REVOKED = "revoked"
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class Transfer:
    """One answer on its way to a viewer at ``address``.

    It counts among ``working`` until its first bytes are there to be sent; then it takes one of ``places``.

    ``planned`` and ``sent`` are in bytes of content. ``begun_s`` is when the first bytes could be taken, ``moved_s``
    when the viewer last took some (to a tenth of a second); both by the monotonic clock. ``starved``: there is nothing
    to take at present, as a disk or a store is slow. ``close`` ends the viewer's connection. ``bucket``: bounds
    the rate, and ``budget`` what the server sends; None: nothing does. ``is_due``: whether the viewer may have it.
    """

    address: str = ""
    close: Callable[[], None] = lambda: None
    places: "Places | None" = None
    working: "Shares | None" = None
    planned: int = 0
    sent: int = 0
    begun_s: float = 0.0
    moved_s: float = 0.0
    starved: bool = False
    bucket: Bucket | None = None
    budget: Budget | None = None
    is_due: Callable[[], bool] = lambda: True
    outcome: Outcome = Outcome.SENDING
    _works: bool = False
    _queue: "dict[Transfer, None] | None" = field(default=None, repr=False)

    def work(self, working: "Shares") -> None:
        """Counts the transfer among ``working`` until it begins. Raises TooManyViewers if its address has too many."""
        if not working.take(self.address):
            raise TooManyViewers(f"too many requests of {self.address} are worked on")
        self.working, self._works = working, True

    def begin(self) -> None:
        """Takes a place, once there are bytes to send. Raises TooManyViewers if no place can be had."""
        if self.places is not None and self._queue is None:
            self.places.enter(self)
        self._stop_working()

    def moved(self, count: int) -> None:
        """Notes that the viewer took ``count`` bytes more."""
        before = self.sent
        self.sent = before + count
        if self.bucket is not None:
            self.bucket.spend(count)
        if self.budget is not None:
            self.budget.spend(count)
        if before < BEGINNING_BYTES <= self.sent:
            self.moved_s = -math.inf  # so that touched() moves it to the other queue at once
        self.touched()

    def touched(self) -> None:
        """Notes that the viewer took something, such as bytes that are not content."""
        now_s = monotonic()
        if now_s >= self.moved_s + _TICK_S:
            self.moved_s = now_s
            if self._queue is not None and self.places is not None:
                self.places.requeue(self)

    def fed(self) -> None:
        """Notes that there is something to take again. Time before this does not count as stalled."""
        self.starved = False
        self.touched()

    def end(self) -> None:
        """Gives back the place, or the share of ``working``. May be called again."""
        if self.places is not None and self._queue is not None:
            self.places.leave(self)
        self._stop_working()

    def evict(self, outcome: Outcome) -> None:
        """Gives the place back and closes the connection. A starved transfer counts among ``working`` again, since its
        request still waits for the disk or the store."""
        if self.places is not None and self._queue is not None:
            self.places.leave(self)
        if self.starved and self.working is not None:
            self.working.take(self.address, whether_or_not=True)
            self._works = True
        self.outcome = outcome
        self.close()

    def _stop_working(self) -> None:
        if self._works and self.working is not None:
            self.working.give_back(self.address)
            self._works = False


class Shares:
    """Shares of something limited, by address. An address may have up to ``EAGERNESS`` times as many as are still free.

    So an address that is alone may have four fifths, and others that come later still find some.
    """

    def __init__(self, most: float = math.inf) -> None:
        self._left = most
        self._taken: dict[str, int] = {}

    def take(self, address: str, *, whether_or_not: bool = False) -> bool:
        """Takes one more for this address; False: it has too many. With ``whether_or_not`` it always takes one."""
        taken = self._taken.get(address, 0)
        if taken >= EAGERNESS * self._left and not whether_or_not:
            return False
        self._left -= 1
        self._taken[address] = taken + 1
        return True

    def give_back(self, address: str) -> None:
        """Gives back one that this address took."""
        self._left += 1
        taken = self._taken[address] - 1
        if taken:
            self._taken[address] = taken
        else:
            del self._taken[address]


class Places:
    """At most ``most`` transfers at once. When all places are taken, a newcomer gets the place of, in this order:

    1. a transfer whose viewer took nothing for ``stalled_s``, the longest stalled first;
    2. a starved transfer: a slow disk or store gave it nothing for as long;
    3. the oldest transfer of the address that holds most, if it holds twice as many as the newcomer's then would.

    Otherwise the newcomer is refused. Browsers do not resume after a cut within their first 64 KiB. So by rule 1 a
    viewer within them counts as stalled for ``PATIENCE_S`` less, and rule 3 spares it for ``BEGINNING_S``. Behind a
    proxy all viewers have one address, and rule 3 never applies. Every method takes constant time.
    """

    def __init__(self, most: float = math.inf, stalled_s: float = STALLED_S) -> None:
        self._most = most
        self._stalled_s = stalled_s
        # Each in the order of the last movement, the longest stalled first.
        self._beginning: dict[Transfer, None] = {}  # within their first 64 KiB
        self._streaming: dict[Transfer, None] = {}
        self._starved: dict[Transfer, None] = {}  # those that were found starved at the head of the other two
        self._holders: Holders[Transfer] = Holders()

    def __len__(self) -> int:
        return len(self._beginning) + len(self._streaming) + len(self._starved)

    def enter(self, transfer: Transfer) -> None:
        """Gives the transfer a place. Raises TooManyViewers if none is free and nobody has to leave."""
        if len(self) >= self._most:
            self._make_room(transfer.address)
        transfer.begun_s = transfer.moved_s = monotonic()
        transfer._queue = self._beginning
        self._beginning[transfer] = None
        self._holders.add(transfer.address, transfer)

    def leave(self, transfer: Transfer) -> None:
        """Frees the transfer's place."""
        assert transfer._queue is not None
        del transfer._queue[transfer]
        transfer._queue = None
        self._holders.remove(transfer.address, transfer)

    def requeue(self, transfer: Transfer) -> None:
        """Puts the transfer last in its queue: its viewer took something just now."""
        assert transfer._queue is not None
        del transfer._queue[transfer]
        transfer._queue = self._beginning if transfer.sent < BEGINNING_BYTES else self._streaming
        transfer._queue[transfer] = None

    def end_stalled(self, stalled_s: float) -> None:
        """Evicts all transfers whose viewers took nothing for ``stalled_s`` though there was something to take."""
        while (transfer := self._stalled(monotonic() - stalled_s)) is not None:
            transfer.evict(Outcome.STALLED)

    def _make_room(self, address: str) -> None:
        since_s = monotonic() - self._stalled_s
        transfer = self._stalled(since_s) or _first(self._starved) or self._shared(address)
        if transfer is None:
            raise TooManyViewers(f"all {len(self)} places are taken, and nobody is stalled")
        transfer.evict(Outcome.EVICTED)

    def _stalled(self, since_s: float) -> Transfer | None:
        """The longest stalled of the transfers whose viewers took nothing since then (by the monotonic clock)."""
        paused, beginning = self._longest(self._streaming, since_s), self._longest(self._beginning, since_s)
        if paused is None or beginning is None:
            return paused or beginning
        return paused if paused.moved_s <= beginning.moved_s + PATIENCE_S else beginning

    def _longest(self, queue: dict[Transfer, None], since_s: float) -> Transfer | None:
        """The first of ``queue`` that is not starved, if its viewer took nothing since then. Moves starved ones at the
        head to a queue of their own, so that each is passed over only once."""
        while (transfer := _first(queue)) is not None and transfer.moved_s <= since_s:
            if not transfer.starved:
                return transfer
            del queue[transfer]
            transfer._queue = self._starved
            self._starved[transfer] = None
        return None

    def _shared(self, address: str) -> Transfer | None:
        """The transfer that gives way to a newcomer of ``address`` by rule 3. None: there is none."""
        held = self._holders.most()
        if len(held) < 2 * (self._holders.count(address) + 1):
            return None
        oldest = _first(held)
        if oldest is None or (oldest.sent < BEGINNING_BYTES and oldest.begun_s > monotonic() - BEGINNING_S):
            return None
        return oldest


def _first(queue: dict[Transfer, None]) -> Transfer | None:
    return next(iter(queue), None)
