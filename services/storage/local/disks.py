"""Threads that wait for disks. Each disk has threads of its own, so one that hangs holds up no film of another."""

from collections.abc import Callable
from typing import TypeVar

from services.errors import StorageError
from services.threads import Threads

THREADS = 16  # for each disk
PATIENCE_S = 25.0  # a sleeping disk takes up to 20 s to wake; after this, the viewer gets 503 and may ask again

T = TypeVar("T")


class Disk:
    """The threads for one file system, whose answers are waited for for ``patience_s``."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._threads = Threads("disk", THREADS)

    async def ask(
        self, question: Callable[..., T], *arguments: object, discard: Callable[[T], None] | None = None
    ) -> T:
        """As Threads.ask, but raises StorageError if there is no answer in time."""
        try:
            return await self._threads.ask(question, *arguments, patience_s=self._patience_s, discard=discard)
        except TimeoutError as error:
            raise StorageError(f"the disk did not answer within {self._patience_s:g} s") from error

    def tell(self, act: Callable[..., object], *arguments: object) -> None:
        """As Threads.tell."""
        self._threads.tell(act, *arguments)

    def close(self) -> None:
        self._threads.close()


class Disks:
    """The disks of a folder tree, by device number. Links may lead to more than one."""

    def __init__(self) -> None:
        self._by_device: dict[int, Disk] = {}

    def of(self, device: int) -> Disk:
        """The disk of this device number (st_dev)."""
        if device not in self._by_device:
            self._by_device[device] = Disk()
        return self._by_device[device]

    def close(self) -> None:
        for disk in self._by_device.values():
            disk.close()
