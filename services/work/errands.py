"""Work that is done once for all who wait for it, and whose failures are remembered."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from services.errors import CacheFailed, FilmUnreadable, MovieServerError, WorkerFailed

_log = logging.getLogger(__name__)

MOST_FAILURES = 1024  # that are remembered; the one that was met longest ago is forgotten first
CACHE_RETRY_S = 5.0  # after which work is done again that the cache could not keep
LONGEST_PAUSE_S = 3600.0
LINGER_S = 10.0  # how long work goes on that nobody waits for, where somebody waits for other work

Work = Callable[[], Coroutine[Any, Any, None]]


@dataclass(slots=True, eq=False)
class _Errand:
    task: asyncio.Task[None]
    waiting: int = 0
    left_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Failure:
    """Not the exception itself, which would keep all that was in memory when it was raised."""

    kind: type[MovieServerError]
    reason: str
    count: int
    until_s: float


class Errands:
    """``most`` may be under way. ``pause_s`` tells for how long work is not begun again that failed so many times.

    Where work ``yields``, work that nobody has waited for since ``linger_s`` ends as soon as somebody waits for other
    work.
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
        self._failures: OrderedDict[Hashable, _Failure] = OrderedDict()

    async def wait(self, name: Hashable, work: Work) -> None:
        """Returns when the work of this name is done; begins it unless it is under way.

        Raises what the work raised, also when that was a short time ago; FilmUnreadable is raised for good.
        Raises WorkerFailed where too much is under way.
        """
        errand = self._begun(name, work)
        errand.waiting += 1
        self._end_abandoned()
        try:
            await asyncio.shield(errand.task)
        except asyncio.CancelledError:
            # Who waits was cancelled; or the work was, which while somebody waits only close() does.
            if errand.task.cancelled():
                raise WorkerFailed("the server ends") from None
            raise
        finally:
            errand.waiting -= 1
            errand.left_s = monotonic()
            if not errand.waiting and self._yields and not errand.task.done():
                asyncio.get_running_loop().call_later(self._linger_s, self._end_abandoned)

    def begin(self, name: Hashable, work: Work) -> None:
        """Begins it unless it is under way. Raises as ``wait`` does."""
        self._begun(name, work)

    async def close(self) -> None:
        tasks = [errand.task for errand in self._under_way.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begun(self, name: Hashable, work: Work) -> _Errand:
        if (errand := self._under_way.get(name)) is not None:
            return errand
        self._require_no_failure(name)
        if len(self._under_way) >= self._most:
            self._make_room()
        errand = self._under_way[name] = _Errand(asyncio.create_task(work()), left_s=monotonic())
        errand.task.add_done_callback(lambda _: self._ended(name, errand))
        return errand

    def _require_no_failure(self, name: Hashable) -> None:
        failure = self._failures.get(name)
        if failure is not None:
            self._failures.move_to_end(name)
            if monotonic() < failure.until_s:
                raise failure.kind(failure.reason)

    def _make_room(self) -> None:
        """Ends what nobody has waited for for longest."""
        abandoned = {errand.left_s: name for name, errand in self._under_way.items() if not errand.waiting}
        if not abandoned:
            raise WorkerFailed(f"{self._most} such things are being made")
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
        if error is not None:  # a fault of ours
            _log.error("%s", ascii(name), exc_info=error)

    def _remember(self, name: Hashable, error: MovieServerError) -> None:
        before = self._failures.pop(name, None)
        count = before.count if before else 0
        if isinstance(error, FilmUnreadable):
            until_s = float("inf")
        elif isinstance(error, CacheFailed):  # no fault of the work's
            until_s = monotonic() + self._cache_retry_s
        else:
            count += 1
            until_s = monotonic() + min(self._pause_s(count), LONGEST_PAUSE_S)
        self._failures[name] = _Failure(type(error), str(error)[:500], count, until_s)
        if len(self._failures) > self._most_failures:
            self._failures.popitem(last=False)
