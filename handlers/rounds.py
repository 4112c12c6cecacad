"""Viewers who wait until the kernel takes more for them: served in rounds, many in one callback.

To wake one of them, asyncio makes more calls than a step of zero copy does. So those who wait are in epolls of their
own (epoll(7)), of each of which asyncio watches one descriptor.

A viewer who watches a film takes some tenths of a second to take half of the queue. When the kernel tells that half is
free, the other half lasts as long again. Such viewers are called calm: all of them are served together, ``PAUSE_S``
after the first of them could be. The others are called prompt, and are served at once.

Tested by tests/wire/test_rounds.py.
"""

import asyncio
import select
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from time import monotonic

PAUSE_S = 0.02
_CALM_PAUSES = 2  # between two steps of who is calm, at least: then the rest of the queue outlasts a pause
_STALLED_S = 4.0  # without a step: then a viewer who reads on wants more than the kernel has
_MOST_SERVED = 32  # in one round, before others have their turn


@dataclass(slots=True, eq=False)
class _Waiting:
    step: Callable[[float], bool]
    ended: asyncio.Future[None]
    epoll: "select.epoll"  # in quotes, as macOS has none
    served_s: float  # the last time, by the monotonic clock


class Rounds:
    """All who wait in one event loop, by the descriptors of their connections."""

    def __init__(self, pause_s: float = PAUSE_S, stalled_s: float = _STALLED_S) -> None:
        self._pause_s = pause_s
        self._stalled_s = stalled_s
        self._waiting: dict[int, _Waiting] = {}
        self._next: asyncio.Handle | None = None

    async def serve(self, descriptor: int, step: Callable[[float], bool]) -> None:
        """Calls ``step`` with the monotonic time whenever the kernel takes more, until it answers False.

        Raises what ``step`` raises, and the error that ``end`` is given.
        """
        ended = asyncio.get_running_loop().create_future()
        self._prompt.register(descriptor, select.EPOLLOUT)
        self._waiting[descriptor] = _Waiting(step, ended, self._prompt, monotonic())
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
        if self._next is not None:
            self._next.cancel()
        for name in ("_prompt", "_calm"):
            if (epoll := self.__dict__.pop(name, None)) is not None:
                asyncio.get_running_loop().remove_reader(epoll.fileno())
                epoll.close()

    @cached_property
    def _prompt(self) -> "select.epoll":
        epoll = select.epoll()
        asyncio.get_running_loop().add_reader(epoll.fileno(), self._serve, epoll)
        return epoll

    @cached_property
    def _calm(self) -> "select.epoll":
        epoll = select.epoll()
        asyncio.get_running_loop().add_reader(epoll.fileno(), self._begin_rounds, epoll)
        return epoll

    def _begin_rounds(self, calm: "select.epoll") -> None:
        asyncio.get_running_loop().remove_reader(calm.fileno())
        self._serve_calm(calm)

    def _serve_calm(self, calm: "select.epoll") -> None:
        """Has another round after a pause, until there is none to serve: then asyncio tells of the next."""
        loop = asyncio.get_running_loop()
        served = self._serve(calm)
        if served:
            self._next = loop.call_later(0 if served == _MOST_SERVED else self._pause_s, self._serve_calm, calm)
        else:
            self._next = None
            loop.add_reader(calm.fileno(), self._begin_rounds, calm)

    def _serve(self, epoll: "select.epoll") -> int:
        """One round. Returns how many could be served."""
        ready = epoll.poll(0, _MOST_SERVED)
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
        is_calm = _CALM_PAUSES * self._pause_s <= now_s - waiting.served_s < self._stalled_s
        epoll = self._calm if is_calm else self._prompt
        waiting.served_s = now_s
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
