"""A Store over a folder tree. It is scanned in a thread, and its files are opened and read in threads of their disks.

Links are followed if they lead into a folder of ``assets``, this one or another. A film has one path for each link to
it, and is opened by the path without links. A folder is entered once in each scan, so cycles of links end.
"""

import asyncio
import errno
import logging
import os
import stat
import time
from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from services.errors import StorageError
from services.storage.listing import PATIENCE_S, Listing
from services.storage.local.disks import Disks
from services.storage.local.file_version import entity_tag
from services.storage.local.growing import Growing
from services.storage.local.local_file import LocalFile, read_head
from services.storage.local.open_files import OpenFiles
from services.storage.local.roots import Roots
from services.storage.stored_file import HEAD_BYTES, ByHead, StoredFile, Wanted
from services.threads import Threads, unhurried

_log = logging.getLogger(__name__)

_WASTE_BASKETS = frozenset({"$RECYCLE.BIN", "#recycle", "@Recycle", "lost+found", "System Volume Information"})
_DOWNLOAD_MARKERS = (".part", ".aria2", ".ytdl")  # "film.mp4.aria2" marks "film.mp4" as incomplete

# The scan reads the beginning of a file with an ambiguous name (".ts" may be TypeScript) if it is no longer than this:
# few texts are longer, and few films shorter. Longer files are listed, and the worker finds out later.
MOST_DOUBTED_BYTES = 16 * 1024 * 1024

_ROOT = "."  # the folder itself, in warnings
FIRST_PATIENCE_S = 5.0  # how long callers wait for the first scan
_SILENCE_S = 5.0  # without progress; then a part of the folder, or all of it, counts as silent
MOST_SILENT = 4  # silent parts of a folder, each of which blocks a thread; one more, and the folder counts as silent
_SCAN_SHARE = 20  # after a slow scan, the pause is twenty times as long as the scan,
_LONGEST_PAUSE_S = 10.0  # but at most this long


class Folder:
    """``roots``: all folders into which links may lead. ``open_files`` and ``growing`` are of this folder alone."""

    def __init__(
        self,
        root: Path,
        open_files: OpenFiles | None = None,
        roots: Roots | None = None,
        *,
        growing: Growing | None = None,
        most_doubted_bytes: int = MOST_DOUBTED_BYTES,
    ) -> None:
        self._root = root
        self._roots = roots or Roots()
        self._most_doubted_bytes = most_doubted_bytes
        self._disks = Disks()
        self._open_files = open_files or OpenFiles()
        self._listing = Listing(ascii(str(root)), FIRST_PATIENCE_S, _pause_s)
        self._threads = Threads("scan", most=1 + MOST_SILENT)
        self._silent: dict[str, asyncio.Task[list[StoredFile]]] = {}  # scans that wait for a silent part, by its path
        self._growing = growing or Growing()
        self._skipped: dict[str, str] = {}
        self._fitting: dict[str, bool] = {}  # whether a file of ambiguous name is wanted, by its version
        self._device: int | None = None

    async def files(self, wanted: Wanted) -> list[StoredFile]:
        """The files that are ``wanted``, in no order, without hidden, empty and partly downloaded ones.

        A file that cannot be read, or a link that leads out of all folders, is left out, with one warning for as long
        as that lasts. The list stays as it was while the folder does not answer, is missing, or is empty and on
        another device than before (its disk is not mounted). If only a part of the folder does not answer, such as a
        disk that is mounted there, the list of that part stays as it was.
        """
        return await self._listing.files(lambda: self._scanned(wanted))

    def unlisted(self) -> list[str]:
        return [] if self._listing.is_listed else [str(self._root)]

    def open(self, file: StoredFile, media_type: str) -> AbstractAsyncContextManager[LocalFile]:
        grows = self._growing.has(file.path)
        return self._open_files.open(file.location, media_type, self._disks.of(file.device), grows)

    async def link(self, file: StoredFile, lasting_s: float) -> None:
        """None: only this server can send files of a folder."""

    def link_origin(self) -> None:
        """None: a folder has no links."""

    def close(self) -> None:
        self._listing.close()
        for scanning in self._silent.values():
            scanning.cancel()
        self._open_files.close()
        self._disks.close()
        self._threads.close()

    async def _scanned(self, wanted: Wanted) -> list[StoredFile]:
        """Scans the folder. If a part of it does not answer, scans it again without that part."""
        while True:
            scan = _Scan(self._root, self._roots, wanted, self._fitting, self._silent, self._most_doubted_bytes)
            scanning = asyncio.create_task(self._threads.ask(self._found, scan))
            try:
                await self._done_or_silent(scan, scanning)
            except asyncio.CancelledError:
                scanning.cancel()
                raise
            if scanning.done():
                return scanning.result()
            self._leave_out(scan, scanning)

    async def _done_or_silent(self, scan: "_Scan", scanning: "asyncio.Task[list[StoredFile]]") -> None:
        """Waits until the scan is done, or makes no progress at a part of the folder that can be left out.

        Logs an error if it makes no progress and there is no such part, and goes on waiting.
        """
        while not scanning.done():
            steps = scan.steps
            await asyncio.wait([scanning], timeout=_SILENCE_S)
            if not scanning.done() and scan.steps == steps:
                if scan.place and len(self._silent) < MOST_SILENT:
                    return
                self._listing.complain("it does not answer")

    def _leave_out(self, scan: "_Scan", scanning: "asyncio.Task[list[StoredFile]]") -> None:
        """Drops the scan, and leaves the part at which it waits out of others until that part answers."""
        place = scan.place
        scan.is_dropped = True
        self._silent[place] = scanning

        def answered(scanning: "asyncio.Task[list[StoredFile]]") -> None:
            del self._silent[place]
            if not scanning.cancelled():
                scanning.exception()  # marks it as seen: the scan was dropped

        scanning.add_done_callback(answered)

    def _found(self, scan: "_Scan") -> list[StoredFile]:
        """Raises StorageError if the folder is missing, its disk is not mounted, or the scan was dropped."""
        # Objects of unchanged files are kept: many new objects would start Python's full garbage collection.
        known = {file.path: file for file in self._listing.known}
        now_s = time.monotonic()
        found = [self._growing.listed(known.get(file.path), file, now_s) for file in unhurried(scan.files())]
        found += [file for path, file in known.items() if scan.leaves_out(path)]
        self._growing.keep_only(found)
        if self._listing.is_listed:
            self._require_disk(scan, found)
        self._device = scan.device
        for path, reason in scan.skipped.items():
            if self._skipped.get(path) != reason:
                _log.warning("left out %s: %s", ascii(path), reason)
        self._skipped, self._fitting = scan.skipped, scan.fitting
        return self._listing.known if found == self._listing.known else found

    def _require_disk(self, scan: "_Scan", found: list[StoredFile]) -> None:
        if scan.device is None:
            raise StorageError(scan.skipped[_ROOT])
        if not found and self._listing.known and scan.device != self._device:
            raise StorageError("it is empty, and on another disk than before, as where a disk is not mounted")


def _pause_s(took_s: float, failed: bool) -> float:
    """No pause after a quick scan: the library waited for that one, and makes a pause itself."""
    return min(_SCAN_SHARE * took_s, _LONGEST_PAUSE_S) if took_s > PATIENCE_S else 0.0


class _Scan:
    """One walk through the tree, in a thread.

    Folders behind links are walked last, and only if they were not met under their own path. So no link can make the
    walk endless.

    ``steps`` counts the entries seen, which tells that the disk answers. ``place`` is the path that it was asked for
    last. Paths in ``silent`` are not asked for. A scan that ``is_dropped`` ends with the disk's next answer.
    ``device`` is the folder's device number; None if the folder cannot be read. ``skipped`` has the reason for each
    path that is left out. ``fitting`` says whether each file of ambiguous name is wanted, by its version;
    ``known_to_fit`` is that of the scan before, so each version is read once.
    """

    def __init__(
        self,
        root: Path,
        roots: Roots,
        wanted: Wanted,
        known_to_fit: Mapping[str, bool],
        silent: Iterable[str],
        most_doubted_bytes: int,
    ) -> None:
        self.fitting: dict[str, bool] = {}
        self._known_to_fit = known_to_fit
        self._most_doubted_bytes = most_doubted_bytes
        self.skipped = dict.fromkeys(silent, "it does not answer; its files stay listed as they were")
        self._silent = frozenset(silent)
        self.is_dropped = False
        self.steps = 0
        self.place = ""
        self.device: int | None = None
        self._root = root
        self._roots = roots
        self._wanted = wanted
        self._folders: deque[tuple[str, str]] = deque()
        self._linked_folders: deque[tuple[str, str]] = deque()

    def files(self) -> Iterator[StoredFile]:
        self._folders.append(("", self._roots.note(self._root)))
        visited = set()
        while self._folders or self._linked_folders:
            path, location = (self._folders or self._linked_folders).popleft()
            if location not in visited:
                visited.add(location)
                yield from self._files_in(path, location)

    def leaves_out(self, path: str) -> bool:
        """Whether ``path`` is a silent part, or lies in one."""
        return any(path == place or path.startswith(f"{place}/") for place in self._silent)

    def _files_in(self, path: str, location: str) -> Iterator[StoredFile]:
        self.place = path
        try:
            with os.scandir(location) as listing:
                entries = {entry.name: entry for entry in listing}
            if not path:
                self.device = os.stat(location).st_dev
        except OSError as error:
            self.skipped[path or _ROOT] = f"cannot read the folder: {error.strerror}"
            return
        for name, entry in entries.items():
            self.steps += 1
            if self.is_dropped:
                raise StorageError("the scan was dropped")
            entry_path = f"{path}/{name}" if path else name
            if _is_left_out(name, entries) or entry_path in self._silent:
                continue
            self.place = entry_path
            try:
                if entry.is_dir():
                    folders = self._linked_folders if entry.is_symlink() else self._folders
                    folders.append((entry_path, self._location(entry)))
                elif wanted := self._wanted(name, entries):
                    file = _stored_file(entry_path, self._location(entry), entry.stat())
                    if file and (wanted is True or self._fits(file, wanted)):
                        yield file
            except OSError as error:
                self.skipped[entry_path] = str(error.strerror)

    def _fits(self, file: StoredFile, by_head: ByHead) -> bool:
        """Whether a file of ambiguous name is wanted, by its first bytes."""
        if file.size > self._most_doubted_bytes:
            return True
        fits = self._known_to_fit.get(file.version)
        self.fitting[file.version] = by_head(read_head(file.location, HEAD_BYTES)) if fits is None else fits
        return self.fitting[file.version]

    def _location(self, entry: os.DirEntry[str]) -> str:
        if not entry.is_symlink():
            return entry.path
        location = os.path.realpath(entry.path, strict=True)
        if not self._roots.hold(location):
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
    tag = entity_tag(status)
    return StoredFile(path, location, status.st_size, status.st_mtime, status.st_dev, tag, inode=status.st_ino)
