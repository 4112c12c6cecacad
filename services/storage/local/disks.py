"""Threads that wait for disks: some for each, so that a disk that hangs holds up the films of no other."""

from collections.abc import Callable
from typing import TypeVar

from services.errors import StorageError
from services.threads import Threads

THREADS = 16  # of one disk
PATIENCE_S = 25.0  # disks that sleep take 20 s to wake; one that takes longer hangs, and who waits may ask again

T = TypeVar("T")


class Disk:
    """One file system."""

    def __init__(self) -> None:
        self._threads = Threads("disk", THREADS)

    async def ask(
        self, question: Callable[..., T], *arguments: object, discard: Callable[[T], None] | None = None
    ) -> T:
        """As Threads.ask. Raises StorageError after PATIENCE_S."""
        try:
            return await self._threads.ask(question, *arguments, patience_s=PATIENCE_S, discard=discard)
        except TimeoutError as error:
            raise StorageError(f"the disk did not answer within {PATIENCE_S:g} s") from error

    def tell(self, act: Callable[..., object], *arguments: object) -> None:
        """Has it done in a thread, some time."""
        self._threads.tell(act, *arguments)

    def close(self) -> None:
        self._threads.close()


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
