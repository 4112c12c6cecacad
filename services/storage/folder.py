"""A folder tree as a store of films: which files it holds, and one of them, opened."""

import asyncio
import errno
import logging
import math
import os
import stat
from collections import deque
from collections.abc import Callable, Container, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from services.http.representation import EntityTag
from services.storage.disks import Disks
from services.storage.local_file import LocalFile, entity_tag
from services.storage.open_files import OpenFiles

_log = logging.getLogger(__name__)

_WASTE_BASKETS = frozenset({"$RECYCLE.BIN", "#recycle", "@Recycle", "lost+found", "System Volume Information"})
_DOWNLOAD_MARKERS = (".part", ".aria2", ".ytdl")  # beside "film.mp4", "film.mp4.aria2" says that it is not all there

Wanted = Callable[[str, Container[str]], bool]  # by a file's name, and the names of all that stands beside it


@dataclass(frozen=True, slots=True)
class StoredFile:
    """``path`` is relative to the folder or bucket, with "/"; ``location`` is where the worker can read it: absolute
    and free of links, or of what is in no folder the URL at this server; ``modified_s`` in seconds since 1970;
    ``device`` the number of its file system; ``entity_tag`` is of its version at the scan."""

    path: str
    location: str
    size: int
    modified_s: float
    device: int
    entity_tag: EntityTag


class Folder:
    """``most_open`` is how many different files may be open at once."""

    def __init__(self, root: Path, most_open: float = math.inf) -> None:
        self._root = root
        self._disks = Disks()
        self._open_files = OpenFiles(most_open)
        self._skipped: dict[str, str] = {}

    async def files(self, wanted: Wanted) -> list[StoredFile]:
        """The files that are ``wanted``, in no order: not the hidden, empty or partly downloaded.

        What cannot be read, or leads out of the folder by a link, is left out with one warning
        for as long as it stays so.
        """
        return await asyncio.to_thread(self._found, wanted)

    def open(self, file: StoredFile, media_type: str) -> AbstractAsyncContextManager[LocalFile]:
        return self._open_files.open(file.location, media_type, self._disks.of(file.device))

    async def link(self, file: StoredFile, lasting_s: float) -> None:
        """None: what is in a folder is sent by us alone."""

    def link_origin(self) -> None:
        """None, as it has no links."""

    def close(self) -> None:
        self._open_files.close()
        self._disks.close()

    def _found(self, wanted: Wanted) -> list[StoredFile]:
        scan = _Scan(os.path.realpath(self._root), wanted)
        found = list(scan.files())
        for path, reason in scan.skipped.items():
            if self._skipped.get(path) != reason:
                _log.warning("left out %s: %s", ascii(path), reason)
        self._skipped = scan.skipped
        return found


class _Scan:
    """One walk through the tree.

    Folders behind links come last, and only if they were not met under their own name, so that no
    link can make the walk endless.
    """

    def __init__(self, root: str, wanted: Wanted) -> None:
        self.skipped: dict[str, str] = {}
        self._root = root
        self._wanted = wanted
        self._folders = deque([("", root)])
        self._linked_folders: deque[tuple[str, str]] = deque()

    def files(self) -> Iterator[StoredFile]:
        visited = set()
        while self._folders or self._linked_folders:
            path, location = (self._folders or self._linked_folders).popleft()
            if location not in visited:
                visited.add(location)
                yield from self._files_in(path, location)

    def _files_in(self, path: str, location: str) -> Iterator[StoredFile]:
        try:
            with os.scandir(location) as listing:
                entries = {entry.name: entry for entry in listing}
        except OSError as error:
            self.skipped[path or "."] = f"cannot read the folder: {error.strerror}"
            return
        for name, entry in entries.items():
            if _is_left_out(name, entries):
                continue
            entry_path = f"{path}/{name}" if path else name
            try:
                if entry.is_dir():
                    folders = self._linked_folders if entry.is_symlink() else self._folders
                    folders.append((entry_path, self._location(entry)))
                elif self._wanted(name, entries) and (
                    file := _stored_file(entry_path, self._location(entry), entry.stat())
                ):
                    yield file
            except OSError as error:
                self.skipped[entry_path] = str(error.strerror)

    def _location(self, entry: os.DirEntry[str]) -> str:
        if not entry.is_symlink():
            return entry.path
        location = os.path.realpath(entry.path, strict=True)
        if os.path.commonpath((self._root, location)) != self._root:
            raise OSError(errno.EXDEV, "the link leads out of the folder")
        return location


def _is_left_out(name: str, siblings: Container[str]) -> bool:
    if name.startswith(".") or name in _WASTE_BASKETS:
        return True
    return any(name + marker in siblings for marker in _DOWNLOAD_MARKERS)


def _stored_file(path: str, location: str, status: os.stat_result) -> StoredFile | None:
    if not stat.S_ISREG(status.st_mode) or not status.st_size:
        return None
    if not os.access(location, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return StoredFile(path, location, status.st_size, status.st_mtime, status.st_dev, entity_tag(status))
