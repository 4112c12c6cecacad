"""Work that is done once for all who wait for it; its failures are remembered, so that they are not repeated at once.

A name tells of what the work makes, such as the version of a film. Damaged films (FilmUnreadable) are remembered for
good; other failures for a pause that grows with their number.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from services.errors import CacheFailed, FilmUnreadable, MovieServerError, WorkerFailed

_log = logging.getLogger(__name__)

MOST_FAILURES = 1024  # remembered at a time; the one that was not asked about for longest is forgotten first
CACHE_RETRY_S = 5.0  # the pause after the cache could not keep a result
LONGEST_PAUSE_S = 3600.0
LINGER_S = 10.0  # how long work goes on that nobody waits for, when somebody waits for other work

Work = Callable[[], Coroutine[Any, Any, None]]


@dataclass(slots=True, eq=False)
class _Errand:
    """Work under way. ``waiting``: how many wait for it. ``left_s``: when somebody last stopped waiting."""

    task: asyncio.Task[None]
    waiting: int = 0
    left_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Failure:
    """A remembered failure. It does not hold the exception, which would keep all local variables of its frames."""

    kind: type[MovieServerError]
    reason: str
    count: int
    until_s: float


class Errands:
    """At most ``most`` errands are under way. ``pause_s`` answers how many seconds failed work is not begun again, by
    how often it failed so far.

    Work that nobody waits for any more goes on, since a viewer who got a 503 asks again. It is cancelled when its place
    is needed for other work; and with ``yields`` also after ``linger_s``, if somebody waits for other work then.
    """

    def __init__(
        self,
        most: int,
        pause_s: Callable[[int], float],
        yields: bool,
        *,
        linger_s: float = LINGER_S,
        cache_retry_s: float = CACHE_RETRY_S,
        most_failures: int = MOST_FAILURES,
    ) -> None:
        self._most = most
        self._pause_s = pause_s
        self._yields = yields
        self._linger_s = linger_s
        self._cache_retry_s = cache_retry_s
        self._most_failures = most_failures
        self._under_way: dict[Hashable, _Errand] = {}
        self._tasks: set[asyncio.Task[None]] = set()  # those cancelled that have not ended yet, too
        self._failures: OrderedDict[Hashable, _Failure] = OrderedDict()

    async def wait(self, name: Hashable, work: Work) -> None:
        """Waits for the work of this name; begins it unless it is under way.

        Raises what the work raises, or what it raised before if the pause after that is not over. Raises WorkerFailed
        if ``most`` errands are under way and somebody waits for each.
        """
        errand = self._begun(name, work)
        errand.waiting += 1
        self._end_abandoned()
        try:
            await asyncio.shield(errand.task)
        except asyncio.CancelledError:
            # Either the waiting task was cancelled, or the work was. While somebody waits, only close() does the
            # latter.
            if errand.task.cancelled():
                raise WorkerFailed("the server is shutting down") from None
            raise
        finally:
            errand.waiting -= 1
            errand.left_s = monotonic()
            if not errand.waiting and self._yields and not errand.task.done():
                asyncio.get_running_loop().call_later(self._linger_s, self._end_abandoned)

    def begin(self, name: Hashable, work: Work) -> None:
        """Begins the work of this name unless it is under way, and does not wait. Raises as ``wait`` does, but for what
        the work itself raises."""
        self._begun(name, work)

    async def close(self) -> None:
        """Cancels all work, and waits until it has ended."""
        for errand in self._under_way.values():
            errand.task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begun(self, name: Hashable, work: Work) -> _Errand:
        if (errand := self._under_way.get(name)) is not None:
            return errand
        self._require_no_failure(name)
        if len(self._under_way) >= self._most:
            self._make_room()
        errand = self._under_way[name] = _Errand(asyncio.create_task(work()), left_s=monotonic())
        self._tasks.add(errand.task)
        errand.task.add_done_callback(self._tasks.discard)
        errand.task.add_done_callback(lambda _: self._ended(name, errand))
        return errand

    def _require_no_failure(self, name: Hashable) -> None:
        failure = self._failures.get(name)
        if failure is not None:
            self._failures.move_to_end(name)
            if monotonic() < failure.until_s:
                raise failure.kind(failure.reason)

    def _make_room(self) -> None:
        """Cancels the errand that nobody has waited for for the longest time. Raises WorkerFailed if there is none."""
        abandoned = {errand.left_s: name for name, errand in self._under_way.items() if not errand.waiting}
        if not abandoned:
            raise WorkerFailed(f"too much to do: {self._most} jobs of this kind are under way")
        self._under_way.pop(abandoned[min(abandoned)]).task.cancel()

    def _end_abandoned(self) -> None:
        if not self._yields or not any(errand.waiting for errand in self._under_way.values()):
            return
        for name, errand in list(self._under_way.items()):
            if not errand.waiting and monotonic() - errand.left_s >= self._linger_s:
                self._under_way.pop(name).task.cancel()

    def _ended(self, name: Hashable, errand: _Errand) -> None:
        if self._under_way.get(name) is errand:
            del self._under_way[name]
        if errand.task.cancelled():
            return
        error = errand.task.exception()
        if isinstance(error, MovieServerError):
            self._remember(name, error)
            return
        self._failures.pop(name, None)
        if error is not None:  # a fault in our own code
            _log.error("work failed in an unforeseen way: %s", ascii(name), exc_info=error)

    def _remember(self, name: Hashable, error: MovieServerError) -> None:
        before = self._failures.pop(name, None)
        count = before.count if before else 0
        if isinstance(error, FilmUnreadable):
            until_s = float("inf")
        elif isinstance(error, CacheFailed):  # the work itself succeeded
            until_s = monotonic() + self._cache_retry_s
        else:
            count += 1
            until_s = monotonic() + min(self._pause_s(count), LONGEST_PAUSE_S)
        self._failures[name] = _Failure(type(error), str(error)[:500], count, until_s)
        if len(self._failures) > self._most_failures:
            self._failures.popitem(last=False)
