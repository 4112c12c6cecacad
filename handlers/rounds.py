"""Viewers who wait until the kernel takes more for them: served in rounds, many in one callback.

To wake one of them, asyncio makes more calls than a step of zero copy does. So those who wait are in epolls of their
own (epoll(7)), of each of which asyncio watches one descriptor.

A viewer who watches a film takes some tenths of a second to take half of the queue, again and again. When the kernel
tells that half is free, the other half lasts as long again. Such a viewer is calm, and can wait for a pause. All calm
viewers of the same pause are served together, when it has passed since the first of them could be: waking the process
costs more than serving a viewer. Whoever is not calm is served at once.

Tested by tests/wire/test_rounds.py.
"""

import asyncio
import select
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

PAUSES_S = (0.1, 0.02)  # the longer one is for queues that last long: those of some hundreds of viewers
_CALM_PAUSES = 2  # between two steps of who is calm, at least: then the rest of the queue outlasts a pause
_EVENNESS = 3  # the longer of the last two times between steps of who is calm, by the shorter, at most
_MOST_SERVED = 32  # in one round, before others have their turn


@dataclass(slots=True, eq=False)
class _Waiting:
    step: Callable[[float], bool]
    ended: asyncio.Future[None]
    epoll: "select.epoll"  # in quotes, as macOS has none
    served_s: float  # the last time, by the monotonic clock
    interval_s: float = 0.0  # between the last two steps


def calm_pause_s(before_s: float, interval_s: float, pauses_s: Sequence[float] = PAUSES_S) -> float:
    """How long a viewer can wait whose last steps were so far apart: ``interval_s`` the last two. 0: not at all."""
    shorter_s, longer_s = min(before_s, interval_s), max(before_s, interval_s)
    if longer_s <= _EVENNESS * shorter_s:
        for pause_s in pauses_s:
            if shorter_s >= _CALM_PAUSES * pause_s:
                return pause_s
    return 0


class Rounds:
    """All who wait in one event loop, by the descriptors of their connections. ``pauses_s``: the longest first."""

    def __init__(self, pauses_s: Sequence[float] = PAUSES_S) -> None:
        self._pauses_s = pauses_s
        self._waiting: dict[int, _Waiting] = {}
        self._epolls: dict[float, select.epoll] = {}  # by the pause; 0: of those who are served at once
        self._next: dict[float, asyncio.Handle] = {}

    async def serve(self, descriptor: int, step: Callable[[float], bool]) -> None:
        """Calls ``step`` with the monotonic time whenever the kernel takes more, until it answers False.

        Raises what ``step`` raises, and the error that ``end`` is given.
        """
        ended = asyncio.get_running_loop().create_future()
        epoll = self._epoll(0)
        epoll.register(descriptor, select.EPOLLOUT)
        self._waiting[descriptor] = _Waiting(step, ended, epoll, monotonic())
        try:
            await ended
        finally:
            if ended.cancelled():
                self._forget(descriptor)
            del ended  # it keeps the error, whose traceback keeps this frame

    def end(self, descriptor: int, error: Exception) -> None:
        """Raises the error where ``serve`` is awaited for the descriptor, if it is. To be called before the descriptor
        is closed, since its number may be another connection's at once."""
        if descriptor in self._waiting:
            self._forget(descriptor).set_exception(error)

    def close(self) -> None:
        """To be called when nobody waits any more."""
        for handle in self._next.values():
            handle.cancel()
        for epoll in self._epolls.values():
            asyncio.get_running_loop().remove_reader(epoll.fileno())
            epoll.close()
        self._epolls.clear()

    def _epoll(self, pause_s: float) -> "select.epoll":
        epoll = self._epolls.get(pause_s)
        if epoll is None:
            epoll = self._epolls[pause_s] = select.epoll()
            self._await_first(pause_s)
        return epoll

    def _await_first(self, pause_s: float) -> None:
        """Has asyncio tell when one of those of this pause can be served."""
        asyncio.get_running_loop().add_reader(
            self._epolls[pause_s].fileno(), self._begin_rounds if pause_s else self._serve, pause_s
        )

    def _begin_rounds(self, pause_s: float) -> None:
        asyncio.get_running_loop().remove_reader(self._epolls[pause_s].fileno())
        self._serve_calm(pause_s)

    def _serve_calm(self, pause_s: float) -> None:
        """Has another round after the pause, until there is none to serve."""
        served = self._serve(pause_s)
        if served:
            self._next[pause_s] = asyncio.get_running_loop().call_later(
                0 if served == _MOST_SERVED else pause_s, self._serve_calm, pause_s
            )
        else:
            self._await_first(pause_s)

    def _serve(self, pause_s: float) -> int:
        """One round. Returns how many could be served."""
        ready = self._epolls[pause_s].poll(0, _MOST_SERVED)
        now_s = monotonic()
        for descriptor, _ in ready:
            waiting = self._waiting.get(descriptor)
            if waiting is None:  # as a step before this one closed the connection
                continue
            try:
                if waiting.step(now_s):
                    self._find_pace(descriptor, waiting, now_s)
                else:
                    self._forget(descriptor).set_result(None)
            except Exception as error:
                self.end(descriptor, error)
                del waiting  # which the traceback of the error would keep, and it the error
        return len(ready)

    def _find_pace(self, descriptor: int, waiting: _Waiting, now_s: float) -> None:
        before_s, interval_s = waiting.interval_s, now_s - waiting.served_s
        waiting.served_s, waiting.interval_s = now_s, interval_s
        epoll = self._epoll(calm_pause_s(before_s, interval_s, self._pauses_s))
        if epoll is not waiting.epoll:
            waiting.epoll.unregister(descriptor)
            epoll.register(descriptor, select.EPOLLOUT)
            waiting.epoll = epoll

    def _forget(self, descriptor: int) -> asyncio.Future[None]:
        waiting = self._waiting.pop(descriptor)
        waiting.epoll.unregister(descriptor)
        return waiting.ended


class OneByOne:
    """In the place of Rounds where there is no epoll, as on macOS: asyncio wakes each viewer by itself."""

    def __init__(self) -> None:
        self._waiting: dict[int, asyncio.Future[None]] = {}

    async def serve(self, descriptor: int, step: Callable[[float], bool]) -> None:
        """As ``Rounds.serve``."""
        loop = asyncio.get_running_loop()
        ended = self._waiting[descriptor] = loop.create_future()
        loop.add_writer(descriptor, self._serve, descriptor, step)
        try:
            await ended
        finally:
            if ended.cancelled():
                self._forget(descriptor)
            del ended  # as in Rounds

    def end(self, descriptor: int, error: Exception) -> None:
        """As ``Rounds.end``."""
        if descriptor in self._waiting:
            self._forget(descriptor).set_exception(error)

    def close(self) -> None:
        """There is nothing to close."""

    def _serve(self, descriptor: int, step: Callable[[float], bool]) -> None:
        try:
            if not step(monotonic()):
                self._forget(descriptor).set_result(None)
        except Exception as error:
            self.end(descriptor, error)

    def _forget(self, descriptor: int) -> asyncio.Future[None]:
        asyncio.get_running_loop().remove_writer(descriptor)
        return self._waiting.pop(descriptor)


def make_rounds() -> Rounds | OneByOne:
    """What the kernel has the means for."""
    return Rounds() if hasattr(select, "epoll") else OneByOne()
