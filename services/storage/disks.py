"""Threads that wait for disks: some for each, so that a disk that hangs holds up the films of no other."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from services.errors import StorageError

THREADS = 16  # of one disk; each exists only once it was needed
PATIENCE_S = 60.0  # disks that sleep take 20 s to wake; one that takes longer hangs, and who waits may ask again

T = TypeVar("T")


class Disk:
    """One file system."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="disk")

    async def ask(
        self, question: Callable[..., T], *arguments: object, discard: Callable[[T], None] | None = None
    ) -> T:
        """What ``question`` answers, asked in a thread. Raises what it raises, and StorageError after PATIENCE_S.

        An answer that comes when nobody waits for it any more goes to ``discard``.
        """
        asked = self._threads.submit(question, *arguments)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await asyncio.wrap_future(asked)
        except BaseException as error:
            if discard is not None:
                asked.add_done_callback(lambda late: _discard(late, discard))
            if isinstance(error, TimeoutError):
                raise StorageError(f"the disk did not answer within {PATIENCE_S:g} s") from error
            raise

    def tell(self, act: Callable[..., object], *arguments: object) -> None:
        """Has it done in a thread, some time."""
        self._threads.submit(act, *arguments)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class Disks:
    """The disks of a library, by the number of their device."""

    def __init__(self) -> None:
        self._by_device: dict[int, Disk] = {}

    def of(self, device: int) -> Disk:
        if device not in self._by_device:
            self._by_device[device] = Disk()
        return self._by_device[device]

    def close(self) -> None:
        for disk in self._by_device.values():
            disk.close()


def _discard(late: "Future[T]", discard: Callable[[T], None]) -> None:
    if not late.cancelled() and late.exception() is None:
        discard(late.result())
