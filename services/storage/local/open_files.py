"""Open files: one descriptor for each version of a file, shared by all its readers.

It is kept for some seconds after the last reader, so that a player's next range finds it open. A change of the file's
status ends the sharing: the next reader opens the file anew.
"""

import asyncio
import math
import os
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from services.errors import StorageError
from services.storage.local.disks import Disk
from services.storage.local.local_file import DiskKind, LocalFile, open_local_file

KEEP_S = 5.0  # a player's next range comes sooner; after it, a deleted film's disk space is freed
MAX_KEPT = 256  # files, in use or idle; beyond it, a file is closed with its last reader

Opener = Callable[[str, str, Disk], Awaitable[LocalFile]]


@dataclass(slots=True, eq=False)
class _Shared:
    file: LocalFile
    readers: int = 0
    idle_since_s: float = 0.0


class OpenFiles:
    """``most``: how many descriptors may be open at once. Idle ones are closed to make room, and after ``keep_s``; no
    more than ``most_kept`` are kept. ``opener`` opens a file, with the arguments and errors of open_local_file."""

    def __init__(
        self,
        most: float = math.inf,
        opener: Opener = open_local_file,
        *,
        keep_s: float = KEEP_S,
        most_kept: int = MAX_KEPT,
    ) -> None:
        self._most = most
        self._opener = opener
        self._keep_s = keep_s
        self._most_kept = most_kept
        self._open = 0
        self._by_name: dict[tuple[str, str], _Shared] = {}
        self._sweep: asyncio.TimerHandle | None = None

    def open(self, path: str, media_type: str, disk: Disk, grows: bool = False) -> "_Reading":
        """Opens a file, or shares the open one if it has not changed.

        ``grows``: the file is known to grow, so its representation says so. It also does if a shorter version of the
        file is still open or kept. Raises what ``opener`` raises, and StorageError if too many files are open.
        """
        return _Reading(self, (path, media_type), disk, grows)

    def paths(self) -> set[str]:
        """The paths of all files that are open or kept. May be called from any thread."""
        return {path for path, _ in list(self._by_name)}

    def close(self) -> None:
        """Closes idle files now, and the others with their last reader."""
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
        """Adds an opened file, or uses one that another request has opened meanwhile.

        A REMOTE file is not shared, since whether it changed cannot be found out without waiting.
        """
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
        if self._by_name.get(name) is shared and len(self._by_name) <= self._most_kept:
            shared.idle_since_s = loop.time()
            if self._sweep is None:
                self._sweep = loop.call_later(self._keep_s, self._close_idle)
            return
        if self._by_name.get(name) is shared:
            del self._by_name[name]
        self._close(shared.file)

    def _close_longest_idle(self) -> None:
        """Closes the file that has been idle for longest, if any is."""
        idle = [(shared.idle_since_s, name) for name, shared in self._by_name.items() if not shared.readers]
        if idle:
            self._close(self._by_name.pop(min(idle)[1]).file)

    def _close_idle(self) -> None:
        loop = asyncio.get_running_loop()
        self._sweep = None
        idle: list[LocalFile] = []
        for name, shared in list(self._by_name.items()):
            if not shared.readers and loop.time() - shared.idle_since_s >= self._keep_s:
                idle.append(shared.file)
                del self._by_name[name]
        self._close(*idle)
        if self._by_name:
            self._sweep = loop.call_later(self._keep_s, self._close_idle)

    def _close(self, *files: LocalFile) -> None:
        # In a thread: the last close of a deleted file frees its blocks, and on a network file system is a request.
        self._open -= len(files)
        by_disk: dict[Disk, list[int]] = {}
        for file in files:
            by_disk.setdefault(file.disk, []).append(file.descriptor)
        for disk, descriptors in by_disk.items():  # together: a call to a thread costs more than a close
            disk.tell(_close_all, descriptors)


class _Reading:
    """The context in which one reader has a file open. As a generator, it would make each request slower."""

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
