"""Deadlines that are all equally far away, with one timer for all: most are removed long before they are due."""

import asyncio
from collections.abc import Callable
from time import monotonic


class Deadlines:
    """Calls each ``act`` ``after_s`` seconds after it was added, unless it is removed before."""

    def __init__(self, after_s: float) -> None:
        self.after_s = after_s
        self._due_s: dict[Callable[[], None], float] = {}  # in order: the first to come due is the first here
        self._timer: asyncio.TimerHandle | None = None

    def add(self, act: Callable[[], None]) -> None:
        self._due_s[act] = monotonic() + self.after_s
        if self._timer is None:
            self._wait(self.after_s)

    def remove(self, act: Callable[[], None]) -> None:
        self._due_s.pop(act, None)

    def _wait(self, left_s: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(left_s, self._end_overdue)

    def _end_overdue(self) -> None:
        self._timer = None
        now_s = monotonic()
        while (first := next(iter(self._due_s.items()), None)) is not None:
            act, due_s = first
            if due_s > now_s:
                self._wait(due_s - now_s)
                return
            self.remove(act)
            act()
