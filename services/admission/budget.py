"""How much the server sends in a day or a month, at most. When that is spent, films that run go on to their end, and no
other begins. Days and months are those of UTC.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from time import time

from services.errors import BudgetSpent
from services.quantities import byte_count, in_words

WARNED_AT = 0.8  # of the budget
RUNNING_S = 3600.0  # a film runs as long as no pause between two requests is longer

_MOST_RUNNING = 10_000
_log = logging.getLogger(__name__)


class Period(Enum):
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Limit:
    most_bytes: int
    period: Period


def limit(text: str) -> Limit | None:
    """The setting ``text``: "100GB/month", "5GB/day", or "none". Raises ValueError."""
    if text.lower() == "none":
        return None
    quantity, _, period = text.partition("/")
    if period.strip().lower() not in ("day", "month"):
        raise ValueError(f"say how much in which time, such as 100GB/month or 5GB/day, not {text!r}")
    return Limit(byte_count(quantity), Period(period.strip().lower()))


class Budget:
    """What was sent in the present ``period``. ``clock`` answers the Unix time."""

    def __init__(self, limit: Limit, clock: Callable[[], float] = time) -> None:
        self._limit = limit
        self._clock = clock
        self._running: OrderedDict[tuple[str, str], float] = OrderedDict()  # when the film was last asked for
        self.period = self._period_now()
        self.spent_bytes = 0
        self._warned_at = int(limit.most_bytes * WARNED_AT)

    def spend(self, count: int) -> None:
        self.spent_bytes += count
        if self.spent_bytes >= self._warned_at:
            self._warn()

    def begin_period(self) -> None:
        """Begins to count anew if the day or the month is another. To be called now and then."""
        period = self._period_now()
        if period != self.period:
            self.period, self.spent_bytes = period, 0
            self._warned_at = int(self._limit.most_bytes * WARNED_AT)

    def recall(self, period: str, spent_bytes: int) -> None:
        """Adds what was sent before a restart, if that was in this period."""
        if period == self.period:
            self.spend(spent_bytes)

    def admit(self, address: str, film: str) -> None:
        """Raises BudgetSpent, unless there is something left, or this viewer watches this film already."""
        self.begin_period()
        now_s, key = self._clock(), (address, film)
        last_s = self._running.pop(key, None)
        is_running = last_s is not None and now_s - last_s <= RUNNING_S
        if self.spent_bytes >= self._limit.most_bytes and not is_running:
            raise BudgetSpent(self._refusal(), self._left_s())
        self._running[key] = now_s
        if len(self._running) > _MOST_RUNNING:
            self._running.popitem(last=False)

    def _warn(self) -> None:
        """One line at four fifths, and one when all is spent."""
        most = self._limit.most_bytes
        is_all = self.spent_bytes >= most
        self._warned_at = 2**63 if is_all else most
        _log.warning(
            "%s of the %s for this %s are sent%s",
            in_words(self.spent_bytes),
            in_words(most),
            self._limit.period.value,
            ": no other film begins" if is_all else "",
        )

    def _refusal(self) -> str:
        return (
            f"This server has sent what its owner allows for this {self._limit.period.value}."
            f" Films begin again on {self._next():%d %B %Y} (UTC)."
        )

    def _left_s(self) -> int:
        return max(int(self._next().timestamp() - self._clock()), 1)

    def _next(self) -> datetime:
        """When the next period begins."""
        today = datetime.fromtimestamp(self._clock(), UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        if self._limit.period is Period.DAY:
            return today + timedelta(days=1)
        return (today.replace(day=28) + timedelta(days=4)).replace(day=1)

    def _period_now(self) -> str:
        now = datetime.fromtimestamp(self._clock(), UTC)
        return f"{now:%Y-%m-%d}" if self._limit.period is Period.DAY else f"{now:%Y-%m}"
