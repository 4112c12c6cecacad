"""Detects that an open file has changed, by its status (fstat) and by two samples of its content.

At each look, size, modification time and change time are compared with those of the look before:

- Longer: it grew, as a recording does. Its first bytes still are the version that was opened.
- Shorter, or of the same length with another modification time: it was written to in place. The version has ended.
- Only the change time differs: if mode, owner, number of links or name changed as well, that explains it. If not, it
  may be a write whose date was set back, and the version has ended.

A file that was written anew and is longer now looks as if it grew. To tell the two apart, 4 KiB at the beginning and
4 KiB at the former end are sampled at the opening and compared. On network and FUSE file systems they are not, since
each read may be a request.

Tested by tests/services/storage/local/test_local_file.py.
"""

import os
import threading
import time
from hashlib import blake2b

from services.errors import RepresentationChanged
from services.http.representation import EntityTag

_CLOCK_TICK_NS = 20_000_000  # file time stamps come from a clock that ticks every 1 to 10 ms; this is longer
_SAMPLE_BYTES = 4 * 1024


class FileVersion:
    """The version that an open file has now. ``status`` is the result of fstat at that time.

    The constructor and ``require_same`` wait for the disk: call them in a thread. ``is_unmoved`` and ``is_as_seen``
    only take an fstat of the open descriptor.

    Not every change can be told apart. ``touch``, setting an attribute (setfattr) and a ``chmod`` to the same mode look
    like writes. A write between the two samples that is followed by growth before the next look passes as growth.
    Writes through a memory map show only when the kernel updates the time stamps, which may be late.
    """

    def __init__(self, descriptor: int, path: str, sampled: bool) -> None:
        """``path`` is the name by which ``descriptor`` was opened. ``sampled``: samples are taken. Raises OSError."""
        self.status = _settled_status(descriptor)
        self._descriptor = descriptor
        self._path = path
        self._seen = self.status  # the status at the last look
        self._samples = self._first_sampled() if sampled else b""
        self._end: str | None = None  # why the version ended; it stays ended, whatever the file becomes
        self._looking = threading.Lock()

    def is_unmoved(self) -> bool:
        """Whether the file has not changed since the opening, and was not renamed, replaced or deleted."""
        return _identity(self.status) == _identity(os.fstat(self._descriptor))

    def is_as_seen(self) -> bool:
        """Whether the file has not changed since ``require_same`` looked last."""
        status, seen = os.fstat(self._descriptor), self._seen
        return (  # one by one, which is faster than _identity: every step of every viewer asks this
            self._end is None
            and status.st_ctime_ns == seen.st_ctime_ns
            and status.st_mtime_ns == seen.st_mtime_ns
            and status.st_size == seen.st_size
        )

    def require_same(self) -> None:
        """Raises RepresentationChanged once bytes of the version that was opened may have changed; and OSError."""
        if self.is_as_seen():
            return
        with self._looking:  # otherwise a status might be compared with a newer one
            status = os.fstat(self._descriptor)
            self._end = self._end or self._change(status)
            if self._end is not None:
                raise RepresentationChanged(self._end)
            self._seen = status

    def _change(self, status: os.stat_result) -> str | None:
        """Why the version has ended, by the file's status now and at the last look; None if it has not."""
        seen = self._seen
        if status.st_size < seen.st_size:
            return "the file was cut short while it was sent"
        if status.st_size == seen.st_size:
            if status.st_mtime_ns != seen.st_mtime_ns:
                return "the file was written to while it was sent"
            if status.st_ctime_ns != seen.st_ctime_ns and not self._is_why(status):
                return "the file was touched while it was sent"
        if self._samples and self._samples != self._sampled():
            return "the file was written anew while it was sent"
        return None

    def _is_why(self, status: os.stat_result) -> bool:
        """Whether the new change time has a cause that leaves the bytes alone. If not, it may be from a write whose
        modification time was set back."""
        return _standing(status) != _standing(self._seen) or self._was_moved_or_deleted(status)

    def _was_moved_or_deleted(self, status: os.stat_result) -> bool:
        try:
            return os.stat(self._path).st_ino != status.st_ino
        except OSError:
            return True

    def _first_sampled(self) -> bytes:
        try:
            return self._sampled()
        except OSError:  # a damaged block must not make the rest of the file unreadable
            return b""

    def _sampled(self) -> bytes:
        """A digest of the bytes at the beginning, and at the end that the file had when it was opened."""
        end = self.status.st_size
        digest = blake2b(digest_size=16)
        for position in (0, max(0, end - _SAMPLE_BYTES)):
            digest.update(os.pread(self._descriptor, min(_SAMPLE_BYTES, end - position), position))
        return digest.digest()


def entity_tag(status: os.stat_result) -> EntityTag:
    """A strong entity tag: a hash of inode, size, modification and change time.

    It is found without reading the file, and is the same in every process.
    """
    return EntityTag(blake2b(repr(_identity(status)).encode("ascii"), digest_size=12).hexdigest())


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    """Values of which one changes when the bytes change, or the file is renamed, replaced or deleted.

    The change time is among them because a copy may keep size and modification time.
    """
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _standing(status: os.stat_result) -> tuple[int, int, int, int]:
    """Values that a harmless update of the change time affects: by link, chmod or chown."""
    return status.st_nlink, status.st_mode, status.st_uid, status.st_gid


def _settled_status(fd: int) -> os.stat_result:
    """The file's status, taken so late that any later write gets a later time stamp.

    Two writes within a tick of the kernel's clock have the same time stamp. So after a write in the current tick, the
    file could change again without a new entity tag (RFC 9110 §8.8.1). The status is taken again after the tick, twice
    at most: a file that is written all the time is found changed when it is read.
    """
    for _ in range(3):
        status = os.fstat(fd)
        age_ns = time.time_ns() - status.st_ctime_ns
        if not 0 <= age_ns < _CLOCK_TICK_NS:
            break
        time.sleep((_CLOCK_TICK_NS - age_ns) / 1e9)
    return status
