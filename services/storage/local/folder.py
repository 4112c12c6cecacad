"""A folder tree as a store of films: which files it holds, and one of them, opened."""

import asyncio
import errno
import logging
import math
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
_DOWNLOAD_MARKERS = (".part", ".aria2", ".ytdl")  # beside "film.mp4", "film.mp4.aria2" says that it is not all there

# Up to this length, a file whose name leaves a doubt is opened by the scan: few texts are longer, few films shorter.
MOST_DOUBTED_BYTES = 16 * 1024 * 1024

_ROOT = "."  # the folder itself, in warnings
FIRST_PATIENCE_S = 5.0  # for the first scan
_SILENCE_S = 5.0  # after which a folder is said not to answer; disks that sleep take up to 20 s to wake
MOST_SILENT = 4  # parts of a folder, each of which holds a thread, before it is said that the folder does not answer
_SCAN_SHARE = 20  # a folder that takes longer to scan than anybody waits is scanned for a twentieth of the time,
_LONGEST_PAUSE_S = 10.0  # but is never left unscanned for longer than this


class Folder:
    """``most_open`` is how many different files may be open at once; ``roots`` are those of other folders, into
    which links may lead."""

    def __init__(self, root: Path, most_open: float = math.inf, roots: Roots | None = None) -> None:
        self._root = root
        self._roots = roots or Roots()
        self._disks = Disks()
        self._open_files = OpenFiles(most_open)
        self._listing = Listing(ascii(str(root)), FIRST_PATIENCE_S, _pause_s)
        self._threads = Threads("scan", most=1 + MOST_SILENT)
        self._silent: dict[str, asyncio.Task[list[StoredFile]]] = {}  # by path, the scans that still wait for an answer
        self._growing = Growing()
        self._skipped: dict[str, str] = {}
        self._fitting: dict[str, bool] = {}  # by version, of those whose names leave a doubt
        self._device: int | None = None

    async def files(self, wanted: Wanted) -> list[StoredFile]:
        """The files that are ``wanted``, in no order: not the hidden, empty or partly downloaded.

        What cannot be read, or leads out of all folders by a link, is left out with one warning
        for as long as it stays so. A folder that hangs, or is not there any more, has what it had, and so has a part
        of it that hangs, such as a disk that is mounted there.
        """
        return await self._listing.files(lambda: self._scanned(wanted))

    def unlisted(self) -> list[str]:
        return [] if self._listing.is_listed else [str(self._root)]

    def open(self, file: StoredFile, media_type: str) -> AbstractAsyncContextManager[LocalFile]:
        grows = self._growing.has(file.path)
        return self._open_files.open(file.location, media_type, self._disks.of(file.device), grows)

    async def link(self, file: StoredFile, lasting_s: float) -> None:
        """None: what is in a folder is sent by us alone."""

    def link_origin(self) -> None:
        """None, as it has no links."""

    def close(self) -> None:
        self._listing.close()
        for scanning in self._silent.values():
            scanning.cancel()
        self._open_files.close()
        self._disks.close()
        self._threads.close()

    async def _scanned(self, wanted: Wanted) -> list[StoredFile]:
        """By one scan, or by another one that leaves out the part at which that one waits."""
        while True:
            scan = _Scan(self._root, self._roots, wanted, self._fitting, self._silent)
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
        """Waits until the scan is done, or waits itself for a part of the folder that can be left out."""
        while not scanning.done():
            steps = scan.steps
            await asyncio.wait([scanning], timeout=_SILENCE_S)
            if not scanning.done() and scan.steps == steps:
                if scan.place and len(self._silent) < MOST_SILENT:
                    return
                self._listing.complain("it does not answer")

    def _leave_out(self, scan: "_Scan", scanning: "asyncio.Task[list[StoredFile]]") -> None:
        """The part at which the scan waits, until there is an answer."""
        place = scan.place
        scan.is_dropped = True
        self._silent[place] = scanning

        def answered(scanning: "asyncio.Task[list[StoredFile]]") -> None:
            del self._silent[place]
            if not scanning.cancelled():
                scanning.exception()  # which says that it was dropped

        scanning.add_done_callback(answered)

    def _found(self, scan: "_Scan") -> list[StoredFile]:
        """Raises StorageError where there is no folder any more."""
        # What is as it was is kept: objects that are new all the time have Python look through all that there are.
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
    """None after a scan that the library waited for, and paces itself."""
    return min(_SCAN_SHARE * took_s, _LONGEST_PAUSE_S) if took_s > PATIENCE_S else 0.0


class _Scan:
    """One walk through the tree.

    Folders behind links come last, and only if they were not met under their own name, so that no
    link can make the walk endless.

    ``steps`` grows while the disk answers, and ``place`` is what was asked of it last; what is ``silent`` is not asked.
    A scan that ``is_dropped`` ends with its next answer. ``device`` is the number of the folder's disk; None where
    there is no folder that can be read. ``fitting`` are the versions that were looked at, as they were
    ``known_to_fit`` or not before.
    """

    def __init__(
        self, root: Path, roots: Roots, wanted: Wanted, known_to_fit: Mapping[str, bool], silent: Iterable[str]
    ) -> None:
        self.fitting: dict[str, bool] = {}
        self._known_to_fit = known_to_fit
        self.skipped = dict.fromkeys(silent, "it does not answer, and has what it had")
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
        """Whether it is, or lies in, what is silent."""
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
        if file.size > MOST_DOUBTED_BYTES:
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
