"""Files open for reading: one descriptor a version, shared by all who read it, kept for a little while."""

import asyncio
import math
import os
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from services.errors import StorageError
from services.storage.local.disks import Disk
from services.storage.local.local_file import DiskKind, LocalFile, open_local_file

KEEP_S = 5.0  # a player's next range comes within it; a film that nobody reads gives its disk space back after it
MAX_KEPT = 256

Opener = Callable[[str, str, Disk], Awaitable[LocalFile]]


@dataclass(slots=True, eq=False)
class _Shared:
    file: LocalFile
    readers: int = 0
    idle_since_s: float = 0.0


class OpenFiles:
    """``most`` is how many descriptors may be open at once; those that nobody reads make room for others.
    ``opener`` opens one: as open_local_file does, from which it may differ in what it makes of the file."""

    def __init__(self, most: float = math.inf, opener: Opener = open_local_file) -> None:
        self._most = most
        self._opener = opener
        self._open = 0
        self._by_name: dict[tuple[str, str], _Shared] = {}
        self._sweep: asyncio.TimerHandle | None = None

    def open(self, path: str, media_type: str, disk: Disk, grows: bool = False) -> "_Reading":
        """As ``opener``, but without waiting where the file is open already and has not changed since. ``grows``: it is
        known to. That it does is also known of a file that was open a moment ago.

        Raises StorageError where too many are open.
        """
        return _Reading(self, (path, media_type), disk, grows)

    def paths(self) -> set[str]:
        """Of the files that are open, or were a moment ago. May be asked from any thread."""
        return {path for path, _ in list(self._by_name)}

    def close(self) -> None:
        """Closes what nobody reads; the rest goes with its last reader."""
        if self._sweep is not None:
            self._sweep.cancel()
        for shared in self._by_name.values():
            if not shared.readers:
                os.close(shared.file.descriptor)
        self._by_name.clear()

    async def _opened(self, path: str, media_type: str, disk: Disk) -> LocalFile:
        if self._open >= self._most:
            self._close_longest_idle()
        if self._open >= self._most:
            raise StorageError(f"{self._open} films are open, which is as many as there are descriptors for")
        self._open += 1
        try:
            return await self._opener(path, media_type, disk)
        except BaseException:
            self._open -= 1
            raise

    def _current(self, name: tuple[str, str]) -> _Shared | None:
        shared = self._by_name.get(name)
        return shared if shared and shared.file.is_current() else None

    def _share(self, name: tuple[str, str], file: LocalFile, grows: bool) -> _Shared:
        """Others may have opened it meanwhile. One that cannot tell at once that it changed is for one reader."""
        before = self._by_name.get(name)
        if grows or (before is not None and before.file.grew_to(file)):
            file.representation = replace(file.representation, grows=True)
        if file.disk_kind is DiskKind.REMOTE:
            return _Shared(file)
        if (shared := self._current(name)) is not None:
            self._close(file)
            return shared
        replaced = self._by_name.pop(name, None)
        if replaced and not replaced.readers:
            self._close(replaced.file)
        self._by_name[name] = _Shared(file)
        return self._by_name[name]

    def _release(self, name: tuple[str, str], shared: _Shared) -> None:
        if shared.readers:
            return
        loop = asyncio.get_running_loop()
        if self._by_name.get(name) is shared and len(self._by_name) <= MAX_KEPT:
            shared.idle_since_s = loop.time()
            if self._sweep is None:
                self._sweep = loop.call_later(KEEP_S, self._close_idle)
            return
        if self._by_name.get(name) is shared:
            del self._by_name[name]
        self._close(shared.file)

    def _close_longest_idle(self) -> None:
        """Closes one that nobody reads, if there is any, though somebody may come back to it."""
        idle = [(shared.idle_since_s, name) for name, shared in self._by_name.items() if not shared.readers]
        if idle:
            self._close(self._by_name.pop(min(idle)[1]).file)

    def _close_idle(self) -> None:
        loop = asyncio.get_running_loop()
        self._sweep = None
        idle: list[LocalFile] = []
        for name, shared in list(self._by_name.items()):
            if not shared.readers and loop.time() - shared.idle_since_s >= KEEP_S:
                idle.append(shared.file)
                del self._by_name[name]
        self._close(*idle)
        if self._by_name:
            self._sweep = loop.call_later(KEEP_S, self._close_idle)

    def _close(self, *files: LocalFile) -> None:
        # Not on the event loop: the last close of a deleted film frees its blocks, and a network has to be asked.
        self._open -= len(files)
        by_disk: dict[Disk, list[int]] = {}
        for file in files:
            by_disk.setdefault(file.disk, []).append(file.descriptor)
        for disk, descriptors in by_disk.items():  # at once: to tell a thread costs more than to close
            disk.tell(_close_all, descriptors)


class _Reading:
    """A file that is open for one reader while the context lasts. No generator, which costs a request more."""

    def __init__(self, files: OpenFiles, name: tuple[str, str], disk: Disk, grows: bool) -> None:
        self._files = files
        self._name = name
        self._disk = disk
        self._grows = grows

    async def __aenter__(self) -> LocalFile:
        files, name = self._files, self._name
        self._shared = files._current(name) or files._share(name, await files._opened(*name, self._disk), self._grows)
        self._shared.readers += 1
        return self._shared.file

    async def __aexit__(self, *_: object) -> None:
        self._shared.readers -= 1
        self._files._release(self._name, self._shared)


def _close_all(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
