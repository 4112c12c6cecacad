"""Bounded threads for whatever would block the event loop.

Each kind of waiting or of long work has threads of its own: lookups of names that hang do not hold up a list, and a
list that takes long does not hold up a film. Only files with keys are read in asyncio's shared threads.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Lock, Thread, current_thread, main_thread
from time import monotonic, sleep
from typing import Any, TypeVar

T = TypeVar("T")

TURN_S = 0.001  # long work in a thread alternates between working and pausing for so long


class Threads:
    """At most ``most`` threads, started when they are first needed. ``name`` is the prefix of their names.

    A call that nobody waits for any more is dropped before it starts. So a disk that hangs for hours does not fill the
    memory with calls.
    """

    def __init__(self, name: str, most: int) -> None:
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=name)
        self._idle = most
        self._lock = Lock()
        # The pool's own queue would keep a call that nobody waits for until a thread is free.
        self._waiting: OrderedDict[Future[Any], Callable[[], object]] = OrderedDict()

    async def ask(
        self,
        question: Callable[..., T],
        *arguments: object,
        patience_s: float | None = None,
        discard: Callable[[T], None] | None = None,
    ) -> T:
        """Returns ``question(*arguments)``, called in a thread.

        Raises what ``question`` raises, and TimeoutError after ``patience_s`` seconds (None: never). When the caller
        is cancelled or times out, a call that has not started is dropped, and the result of a call that has started is
        passed to ``discard``.
        """
        asked = self._submit(question, *arguments)
        try:
            async with asyncio.timeout(patience_s):
                return await asyncio.wrap_future(asked)
        except BaseException:
            with self._lock:
                self._waiting.pop(asked, None)
            if discard is not None:
                asked.add_done_callback(lambda late: _discard(late, discard))
            raise

    def tell(self, act: Callable[..., object], *arguments: object) -> None:
        """Calls ``act(*arguments)`` in a thread, later. Its result and its errors are ignored."""
        self._submit(act, *arguments)

    def close(self) -> None:
        """Drops all waiting calls. Calls that have started go on; they are not waited for."""
        with self._lock:
            self._waiting.clear()
        self._pool.shutdown(wait=False)

    def _submit(self, question: Callable[..., T], *arguments: object) -> "Future[T]":
        asked: Future[T] = Future()
        with self._lock:
            if self._idle:
                self._pool.submit(self._work)
                self._idle -= 1
            self._waiting[asked] = partial(question, *arguments)
        return asked

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._idle += 1
                    return
                asked, question = self._waiting.popitem(last=False)
            _answer(asked, question)


def unhurried(things: Iterable[T]) -> Iterator[T]:
    """Yields ``things``, and sleeps for a millisecond after each millisecond that the consumer works.

    For long loops in threads. Only one thread runs Python at a time, so a busy thread delays the event loop again and
    again: by the interpreter's switch interval, and on a busy machine also until the kernel schedules that thread
    again. A single call of C code holds Python's lock as long as it runs, and nothing here can interrupt it: so none
    should see a whole library. There are no pauses on the main thread, where the event loop runs.
    """
    if current_thread() is main_thread():
        yield from things
        return
    ends_s = monotonic() + TURN_S
    for thing in things:
        yield thing
        if monotonic() >= ends_s:
            sleep(TURN_S)
            ends_s = monotonic() + TURN_S


def answer_in_time(question: Callable[..., T], *arguments: object, patience_s: float) -> T | None:
    """Returns ``question(*arguments)``, called in a thread, or None if it takes longer than ``patience_s`` seconds.

    For use before the event loop runs; it blocks the caller. Raises what ``question`` raises.
    """
    asked: Future[T] = Future()
    # Not a pool's thread: Python waits for those when the process ends.
    Thread(target=_answer, args=(asked, partial(question, *arguments)), daemon=True).start()
    try:
        return asked.result(patience_s)
    except TimeoutError:
        return None


def _answer(asked: "Future[Any]", question: Callable[[], object]) -> None:
    if not asked.set_running_or_notify_cancel():
        return
    try:
        answer = question()
    except BaseException as error:
        asked.set_exception(error)
    else:
        asked.set_result(answer)


def _discard(late: "Future[T]", discard: Callable[[T], None]) -> None:
    if not late.cancelled() and late.exception() is None:
        discard(late.result())
