"""A file on disk, read so that the event loop never waits for the disk.

One open descriptor is one representation: length and validators are those of the open file, not
of its name. A file that is replaced under its name goes on being read as it was, and so does one that
grows; one that is written to in place is noticed before any of the new bytes is given away.
"""

import ctypes
import os
import stat
import time
from datetime import UTC, datetime
from enum import Enum, auto

from services.errors import FileVanished, RepresentationChanged, StorageError
from services.http.representation import Representation
from services.storage.local.disks import Disk
from services.storage.local.file_version import FileVersion, entity_tag

# Linux: read what is in the page cache, refuse to wait for the rest. 0 where the system knows no such thing.
_NOWAIT: int = getattr(os, "RWF_NOWAIT", 0)
# The kernel reads ahead, and drops again, in runs of about this length: a byte of each tells of all.
_CACHED_RUN_BYTES = 128 * 1024
_READ_AHEAD_BYTES = 2 * 1024 * 1024

_NEAR_FILE_SYSTEMS = (0x794C7630, 0x01021994)  # overlayfs, in which containers have their files, and tmpfs


class DiskKind(Enum):
    """How far a file's disk can be asked without waiting."""

    TELLS = auto()  # what is in the page cache, and anything about the file's status
    NEAR = auto()  # its status; what was read just now can be sent at once
    REMOTE = auto()  # nothing: a network or a program may have to be asked each time (NFS, FUSE)


# All reads of the event loop go through it, one after the other; making one for each would cost as much as reading.
_buffer = memoryview(bytearray(256 * 1024))


class LocalFile:
    """A Source over an open descriptor, which stays its opener's to close.

    ``disk_kind``: how far it can be asked without waiting.
    """

    def __init__(self, fd: int, version: FileVersion, media_type: str, disk: Disk, disk_kind: "DiskKind") -> None:
        status = version.status
        self.representation = Representation(
            complete_length=status.st_size,
            media_type=media_type,
            entity_tag=entity_tag(status),
            last_modified=datetime.fromtimestamp(min(max(int(status.st_mtime), 0), int(time.time())), UTC),
        )
        self.descriptor = fd
        self.inode = status.st_ino
        self.disk_kind = disk_kind
        self._version = version
        self.disk = disk

    def is_current(self) -> bool:
        """Whether the file is still what it was, under the same name. Not for REMOTE."""
        return self._version.is_unmoved()

    def grew_to(self, other: "LocalFile") -> bool:
        """Whether ``other`` is a later version of the same file, and longer."""
        return self.inode == other.inode and self.representation.complete_length < other.representation.complete_length

    async def bring_in(self, first: int, length: int) -> bool:
        if self.disk_kind is DiskKind.REMOTE:
            return False  # even what is in the page cache may have to be asked for first
        if self.disk_kind is DiskKind.TELLS:
            return self._is_cached(first, length)
        await self.disk.ask(self._read_through, first, length)
        return True

    def _is_cached(self, first: int, length: int) -> bool:
        probe = bytearray(1)
        last = first + length - 1
        try:
            for position in range(first, last, _CACHED_RUN_BYTES):
                os.preadv(self.descriptor, [probe], position, _NOWAIT)
            return os.preadv(self.descriptor, [probe], last, _NOWAIT) == 1
        except BlockingIOError:
            return False

    async def read(self, first: int, length: int, last: int | None = None) -> bytes:
        chunk = self._read_cached(first, length)
        if chunk is None:
            return await self.disk.ask(self._read, first, length)
        await self.require_unchanged()
        return chunk

    def _read_cached(self, first: int, length: int) -> bytes | None:
        """All of it, if that takes no waiting; else None."""
        if self.disk_kind is not DiskKind.TELLS or length > len(_buffer):
            return None
        buffer = _buffer[:length]
        try:
            count = os.preadv(self.descriptor, [buffer], first, _NOWAIT)
        except OSError:  # not in the page cache; or an error, which the thread will meet again
            return None
        if count < length:
            return None
        return bytes(buffer)

    def _read_through(self, first: int, length: int) -> None:
        """Has the kernel read these bytes into its cache, without keeping them here."""
        end = first + length
        while first < end:
            first += len(self._read(first, min(end - first, _CACHED_RUN_BYTES)))

    def _read(self, first: int, length: int) -> bytes:
        try:
            chunk = os.pread(self.descriptor, length, first)
            self._version.require_same()
            if hasattr(os, "posix_fadvise"):  # who reads here reads on: the next steps may find all of it in memory
                os.posix_fadvise(self.descriptor, first + length, _READ_AHEAD_BYTES, os.POSIX_FADV_WILLNEED)
        except OSError as error:
            raise StorageError(f"cannot read: {error.strerror}") from error
        if not chunk:
            raise RepresentationChanged("the file ends before its length")
        return chunk

    def give_back(self, first: int, rest: bytes) -> bool:
        return False

    async def require_unchanged(self) -> None:
        # Called after reading, so that a write that came before the read shows.
        if self._version.is_as_seen():
            return
        try:
            await self.disk.ask(self._version.require_same)
        except OSError as error:
            raise StorageError(f"cannot read: {error.strerror}") from error


async def open_local_file(path: str, media_type: str, disk: Disk) -> LocalFile:
    """The file at ``path``, which must lead to a regular file without any symbolic link.

    Raises FileVanished or StorageError. All that may wait runs in the threads of ``disk``.
    """
    try:
        fd, version, disk_kind = await disk.ask(open_descriptor, path, discard=lambda opened: os.close(opened[0]))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileVanished(path) from error
    except OSError as error:
        raise StorageError(f"cannot open {path!r}: {error.strerror}") from error
    return LocalFile(fd, version, media_type, disk, disk_kind)


def open_descriptor(path: str) -> tuple[int, FileVersion, DiskKind]:
    """The file at ``path``, as in open_local_file; waits for the disk. Raises OSError."""
    # O_NONBLOCK: a FIFO that took the film's place must not hold the thread for ever.
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode) or _path_of(fd, path) != path:
            raise FileNotFoundError(path)
        disk_kind = _disk_kind(fd)
        return fd, FileVersion(fd, path, sampled=disk_kind is not DiskKind.REMOTE), disk_kind
    except BaseException:
        os.close(fd)
        raise


def read_head(path: str, length: int) -> bytes:
    """The first bytes of the file at ``path``, as in open_local_file; waits for the disk. Raises OSError."""
    fd, _, _ = open_descriptor(path)
    try:
        return os.pread(fd, length, 0)
    finally:
        os.close(fd)


def _path_of(fd: int, path: str) -> str:
    """Where the open file is, free of links: a folder on the way may have been swapped for one since the scan."""
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except OSError:  # a system without /proc: nearly as good
        return os.path.realpath(path)


def _disk_kind(fd: int) -> DiskKind:
    if not _NOWAIT:
        return DiskKind.REMOTE
    try:
        os.preadv(fd, [bytearray(1)], 0, _NOWAIT)
    except BlockingIOError:
        return DiskKind.TELLS
    except OSError:  # EOPNOTSUPP
        return DiskKind.NEAR if _file_system(fd) in _NEAR_FILE_SYSTEMS else DiskKind.REMOTE
    return DiskKind.TELLS


def _file_system(fd: int) -> int:
    """The number of the file's kind of file system, as statfs(2) has it; 0 where it cannot be found out."""
    status = (ctypes.c_long * 32)()  # of struct statfs, which is shorter, the type stands first
    return status[0] if ctypes.CDLL(None).fstatfs(fd, status) == 0 else 0
