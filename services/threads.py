"""Threads for what would hold up the event loop: each kind of waiting has some of its own, so that one kind that hangs
holds up no other."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Lock, Thread, current_thread, main_thread
from time import monotonic, sleep
from typing import Any, TypeVar

T = TypeVar("T")

TURN_S = 0.001  # of work that takes long, and of each pause in it


class Threads:
    """``most`` threads for one kind of waiting, which ``name`` tells of. Each exists only once it was needed."""

    def __init__(self, name: str, most: int) -> None:
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=name)
        self._idle = most
        self._lock = Lock()
        # Not the pool's own queue, which keeps a question that nobody waits for until a thread comes to it.
        self._waiting: OrderedDict[Future[Any], Callable[[], object]] = OrderedDict()

    async def ask(
        self,
        question: Callable[..., T],
        *arguments: object,
        patience_s: float | None = None,
        discard: Callable[[T], None] | None = None,
    ) -> T:
        """What ``question`` answers, asked in a thread. Raises what it raises, and TimeoutError after ``patience_s``.

        A question that nobody waits for any more is not asked. An answer that comes too late goes to ``discard``.
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
        """Has it done in a thread, some time."""
        self._submit(act, *arguments)

    def close(self) -> None:
        """What is under way goes on, and nothing else is begun."""
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
    """``things``, and a pause after each millisecond of what is done with them in a thread.

    For loops that may be long. One thread runs Python at a time: without pauses the event loop waits for one that is
    busy again and again, and if the machine is busy, too, until the kernel lets that one go on. On the main thread,
    which is the event loop's, there are none.
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
    """What ``question`` answers, or None where it takes longer; where there is no event loop yet. Raises what it
    raises."""
    asked: Future[T] = Future()
    # Of no pool, whose threads are waited for when the process ends.
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
