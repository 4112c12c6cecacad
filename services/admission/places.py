"""Places for transfers of one kind, and who leaves when all are taken."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from time import monotonic

from services.admission.holders import Holders
from services.errors import TooManyViewers

BEGINNING_BYTES = 64 * 1024  # a browser comes back after a cut by itself, but not before it had so much
BEGINNING_S = 10.0  # who takes longer for that does not watch: it would be 6 KiB a second
STALLED_S = 5.0  # a viewer who took nothing for so long is paused or well buffered; over a bad link they take some
EAGERNESS = 4
_TICK_S = 0.1  # who moves more often need not be told apart: it costs more than to send a chunk from memory
PATIENCE_S = 30.0  # so much longer than others a viewer may be paused who would not come back


class Outcome(Enum):
    SENDING = "sending"
    COMPLETE = "complete"
    LEFT = "left"
    STALLED = "stalled"
    EVICTED = "evicted"
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class Transfer:
    """One answer on its way to a viewer at ``address``.

    ``planned`` and ``sent`` in bytes of content; ``moved_s`` is when some were last taken, or could be, to a tenth of
    a second, and ``begun_s`` when the first could, by the monotonic clock; ``starved`` while there are none to take;
    ``close`` ends the viewer's connection. It takes one of ``places`` when its first bytes are there, and counts among
    ``working`` until then.
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
    outcome: Outcome = Outcome.SENDING
    _works: bool = False
    _queue: "dict[Transfer, None] | None" = field(default=None, repr=False)

    def work(self, working: "Shares") -> None:
        """It counts among these until it begins. Raises TooManyViewers where its address has too many of them."""
        if not working.take(self.address):
            raise TooManyViewers(f"too many requests of {self.address} are worked on")
        self.working, self._works = working, True

    def begin(self) -> None:
        """There are bytes to send: takes a place. Raises TooManyViewers where none is to be had."""
        if self.places is not None and self._queue is None:
            self.places.enter(self)
        self._stop_working()

    def moved(self, count: int) -> None:
        """The viewer took ``count`` bytes more."""
        before = self.sent
        self.sent = before + count
        if before < BEGINNING_BYTES <= self.sent:
            self.moved_s = -math.inf  # so that it is told from those who begin
        self.touched()

    def touched(self) -> None:
        """The viewer took something, counted or not."""
        now_s = monotonic()
        if now_s >= self.moved_s + _TICK_S:
            self.moved_s = now_s
            if self._queue is not None and self.places is not None:
                self.places.requeue(self)

    def fed(self) -> None:
        """There are bytes to take again, from now on."""
        self.starved = False
        self.touched()

    def end(self) -> None:
        """Gives the place back, if it has one."""
        if self.places is not None and self._queue is not None:
            self.places.leave(self)
        self._stop_working()

    def evict(self, outcome: Outcome) -> None:
        """Its place is another's, and its connection is closed. What it waits for, it still waits for."""
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
    """How many of something each address has: at most EAGERNESS times as many as are left for all. So the only one
    there may have most of them, and who comes later finds some."""

    def __init__(self, most: float = math.inf) -> None:
        self._left = most
        self._taken: dict[str, int] = {}

    def take(self, address: str, *, whether_or_not: bool = False) -> bool:
        """Whether it may have one more, and then has it; ``whether_or_not``: it has it in any case."""
        taken = self._taken.get(address, 0)
        if taken >= EAGERNESS * self._left and not whether_or_not:
            return False
        self._left -= 1
        self._taken[address] = taken + 1
        return True

    def give_back(self, address: str) -> None:
        self._left += 1
        taken = self._taken[address] - 1
        if taken:
            self._taken[address] = taken
        else:
            del self._taken[address]


class Places:
    """At most so many transfers at once. Who enters when all places are taken has another one leave:

    1. who took nothing for ``stalled_s``, the longest stalled first;
    2. who got nothing for as long, because a disk or a store is slow;
    3. one of the address that holds most, if it holds twice as many as the newcomer's then will.

    The third is not taken from a viewer who takes its first bytes: browsers do not come back from a cut then.
    All of it takes the same time, however many there are.
    """

    def __init__(self, most: float = math.inf, stalled_s: float = STALLED_S) -> None:
        self._most = most
        self._stalled_s = stalled_s
        # Each in the order of their last movement, the longest stalled first.
        self._beginning: dict[Transfer, None] = {}
        self._streaming: dict[Transfer, None] = {}
        self._starved: dict[Transfer, None] = {}  # who was found to be, at the head of the others
        self._holders: Holders[Transfer] = Holders()

    def __len__(self) -> int:
        return len(self._beginning) + len(self._streaming) + len(self._starved)

    def enter(self, transfer: Transfer) -> None:
        """Raises TooManyViewers where nobody is to leave."""
        if len(self) >= self._most:
            self._make_room(transfer.address)
        transfer.begun_s = transfer.moved_s = monotonic()
        transfer._queue = self._beginning
        self._beginning[transfer] = None
        self._holders.add(transfer.address, transfer)

    def leave(self, transfer: Transfer) -> None:
        assert transfer._queue is not None
        del transfer._queue[transfer]
        transfer._queue = None
        self._holders.remove(transfer.address, transfer)

    def requeue(self, transfer: Transfer) -> None:
        """It has moved just now."""
        assert transfer._queue is not None
        del transfer._queue[transfer]
        transfer._queue = self._beginning if transfer.sent < BEGINNING_BYTES else self._streaming
        transfer._queue[transfer] = None

    def end_stalled(self, stalled_s: float) -> None:
        """Ends all who took nothing for so long, but for who got nothing."""
        while (transfer := self._stalled(monotonic() - stalled_s)) is not None:
            transfer.evict(Outcome.STALLED)

    def _make_room(self, address: str) -> None:
        since_s = monotonic() - self._stalled_s
        transfer = self._stalled(since_s) or _first(self._starved) or self._shared(address)
        if transfer is None:
            raise TooManyViewers(f"all {len(self)} places are taken, and nobody is stalled")
        transfer.evict(Outcome.EVICTED)

    def _stalled(self, since_s: float) -> Transfer | None:
        """The longest stalled of those who took nothing since then."""
        paused, beginning = self._longest(self._streaming, since_s), self._longest(self._beginning, since_s)
        if paused is None or beginning is None:
            return paused or beginning
        return paused if paused.moved_s <= beginning.moved_s + PATIENCE_S else beginning

    def _longest(self, queue: dict[Transfer, None], since_s: float) -> Transfer | None:
        """The first of the queue, if it took nothing since then. Sets aside who is starved: once for each, so that the
        next need not pass over them."""
        while (transfer := _first(queue)) is not None and transfer.moved_s <= since_s:
            if not transfer.starved:
                return transfer
            del queue[transfer]
            transfer._queue = self._starved
            self._starved[transfer] = None
        return None

    def _shared(self, address: str) -> Transfer | None:
        """The transfer whose place goes to a newcomer of this address, since its own has many more."""
        held = self._holders.most()
        if len(held) < 2 * (self._holders.count(address) + 1):
            return None
        oldest = _first(held)
        if oldest is None or (oldest.sent < BEGINNING_BYTES and oldest.begun_s > monotonic() - BEGINNING_S):
            return None
        return oldest


def _first(queue: dict[Transfer, None]) -> Transfer | None:
    return next(iter(queue), None)
