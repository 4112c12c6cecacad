"""A Source over a file on disk, read without making the event loop wait for the disk.

One open descriptor is one representation: length and validators are those of the open file, not of whatever has its
name. A file that is replaced or grows goes on being read as it was. A write in place is noticed before any new byte is
returned.

Bytes in the page cache are read at once, by ``preadv`` with RWF_NOWAIT. Everything else that may wait for the disk runs
in its threads: every open, every stat by name, and every read of other bytes, which also has the kernel read the next
2 MiB ahead. One system call stays on the loop: the fstat of an open descriptor, on file systems that answer it from
memory (DiskKind TELLS and NEAR).
"""

import ctypes
import os
import stat
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum, auto

from services.errors import FileVanished, RepresentationChanged, StorageError
from services.http.ranges import ByteRange
from services.http.representation import Representation
from services.storage.local.disks import Disk
from services.storage.local.file_version import FileVersion, entity_tag
from services.storage.source import CACHED_RUN_BYTES

# Linux: read what is in the page cache, and fail rather than wait. 0 on systems without it.
_NOWAIT: int = getattr(os, "RWF_NOWAIT", 0)
_READ_AHEAD_BYTES = 2 * 1024 * 1024

_NEAR_FILE_SYSTEMS = (0x794C7630, 0x01021994)  # overlayfs, which containers use, and tmpfs


class DiskKind(Enum):
    """What a file system can do without waiting."""

    TELLS = auto()  # fstat; reading cached bytes, and telling which are cached (RWF_NOWAIT)
    NEAR = auto()  # fstat; bytes that a thread has just read can be sent by zero copy (overlayfs, tmpfs)
    REMOTE = auto()  # nothing: each call may ask a server or a program, even for cached bytes (NFS, FUSE)


_probe = (bytearray(1),)  # for looks into the page cache
# Shared by all reads on the event loop: allocating a buffer for each would cost as much as the read.
_buffer = memoryview(bytearray(256 * 1024))


class LocalFile:
    """A Source over the open descriptor ``fd``, which the caller must close."""

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
        """Whether the file has not changed, and was not renamed, replaced or deleted. Not for REMOTE: fstat waits."""
        return self._version.is_unmoved()

    def grew_to(self, other: "LocalFile") -> bool:
        """Whether ``other`` is a longer version of the same file."""
        return self.inode == other.inode and self.representation.complete_length < other.representation.complete_length

    async def bring_in(self, first: int, length: int) -> bool:
        if self.disk_kind is DiskKind.REMOTE:
            return False
        if self.disk_kind is DiskKind.TELLS:
            return self.is_cached(first, length)
        await self.disk.ask(self._read_through, first, length)
        return True

    def is_cached(self, first: int, length: int) -> bool:
        if self.disk_kind is not DiskKind.TELLS:
            return False
        last = first + length - 1
        try:
            for position in range(first, last, CACHED_RUN_BYTES):
                os.preadv(self.descriptor, _probe, position, _NOWAIT)
            return os.preadv(self.descriptor, _probe, last, _NOWAIT) == 1
        except BlockingIOError:
            return False

    def read_at_once(self, parts: Sequence[bytes | ByteRange]) -> memoryview | None:
        if self.disk_kind is not DiskKind.TELLS:
            return None
        end = 0
        try:
            for part in parts:
                begin, end = end, end + len(part)
                if isinstance(part, bytes):
                    _buffer[begin:end] = part
                elif os.preadv(self.descriptor, (_buffer[begin:end],), part.first, _NOWAIT) < end - begin:
                    return None
        except OSError:  # not in the page cache, or an error, which the thread will see too
            return None
        return _buffer[:end] if self._version.is_as_seen() else None

    async def read(self, first: int, length: int, last: int | None = None) -> bytes:
        chunk = self.read_at_once((ByteRange(first, first + length - 1),))
        return await self.disk.ask(self._read, first, length) if chunk is None else bytes(chunk)

    def _read_through(self, first: int, length: int) -> None:
        """Has the kernel read these bytes into the page cache."""
        end = first + length
        while first < end:
            first += len(self._read(first, min(end - first, CACHED_RUN_BYTES)))

    def _read(self, first: int, length: int) -> bytes:
        try:
            chunk = os.pread(self.descriptor, length, first)
            self._version.require_same()
            if hasattr(os, "posix_fadvise"):  # readers go on: bring the next bytes into the page cache
                os.posix_fadvise(self.descriptor, first + length, _READ_AHEAD_BYTES, os.POSIX_FADV_WILLNEED)
        except OSError as error:
            raise StorageError(f"cannot read: {error.strerror}") from error
        if not chunk:
            raise RepresentationChanged("the file ends before its length")
        return chunk

    def give_back(self, first: int, rest: bytes) -> bool:
        return False

    def is_unchanged(self) -> bool:
        return self._version.is_as_seen()

    async def require_unchanged(self) -> None:
        # Called after the read: then a write before the read shows in the status.
        if self._version.is_as_seen():
            return
        try:
            await self.disk.ask(self._version.require_same)
        except OSError as error:
            raise StorageError(f"cannot read: {error.strerror}") from error


async def open_local_file(path: str, media_type: str, disk: Disk) -> LocalFile:
    """Opens the regular file at ``path``, which must be absolute and free of symbolic links.

    Raises FileVanished or StorageError. Whatever may wait runs in the threads of ``disk``.
    """
    try:
        fd, version, disk_kind = await disk.ask(open_descriptor, path, discard=lambda opened: os.close(opened[0]))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileVanished(path) from error
    except OSError as error:
        raise StorageError(f"cannot open {path!r}: {error.strerror}") from error
    return LocalFile(fd, version, media_type, disk, disk_kind)


def open_descriptor(path: str) -> tuple[int, FileVersion, DiskKind]:
    """Opens the file as open_local_file does, in the calling thread. Raises OSError."""
    # O_NONBLOCK: opening a FIFO that has replaced the film must not block the thread for ever.
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
    """The first ``length`` bytes of the file at ``path``, in the calling thread. Raises OSError."""
    fd, _, _ = open_descriptor(path)
    try:
        return os.pread(fd, length, 0)
    finally:
        os.close(fd)


def _path_of(fd: int, path: str) -> str:
    """The path of the open file, free of links. A folder may have been replaced by a link since the scan."""
    try:
        return os.readlink(f"/proc/self/fd/{fd}")
    except OSError:  # a system without /proc; this leaves a short race
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
    """The type of the file system (f_type of statfs(2)); 0 if it is unknown."""
    status = (ctypes.c_long * 32)()  # longer than struct statfs, whose first member is the type
    return status[0] if ctypes.CDLL(None).fstatfs(fd, status) == 0 else 0
