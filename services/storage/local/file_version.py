"""Which version of a file is open, and whether it still is that one.

A file's status is all that tells of a change. Its size, date and change time are enough to notice a write, but not to
tell a write from what only looks like one. So a file that got longer is taken for a recording that goes on if its
beginning, and its end of before, are as they were.
"""

import os
import threading
import time
from hashlib import blake2b

from services.errors import RepresentationChanged
from services.http.representation import EntityTag

_CLOCK_TICK_NS = 20_000_000  # the kernel stamps files by a clock that ticks every 1 to 10 ms
_SAMPLE_BYTES = 4 * 1024


class FileVersion:
    """The version that the file at ``path``, open at ``descriptor``, has now. Waits for the disk, as its methods do
    where they do not say otherwise. ``status`` is that of its opening."""

    def __init__(self, descriptor: int, path: str, sampled: bool) -> None:
        """``sampled``: the disk is asked for the samples by which a file that was written anew, and is longer now, is
        told from one that grew. Raises OSError."""
        self.status = _settled_status(descriptor)
        self._descriptor = descriptor
        self._path = path
        self._seen = self.status  # at the last look
        self._samples = self._first_sampled() if sampled else b""
        self._end: str | None = None  # what ended it: whatever the file becomes later, it stays ended
        self._looking = threading.Lock()

    def is_unmoved(self) -> bool:
        """Whether nothing at all happened to the file since it was opened: it is what it was, under the same name.
        Waits for nothing but the status."""
        return _identity(self.status) == _identity(os.fstat(self._descriptor))

    def is_as_seen(self) -> bool:
        """Whether nothing happened since ``require_same`` looked last. Waits for nothing but the status."""
        return self._end is None and _identity(self._seen) == _identity(os.fstat(self._descriptor))

    def require_same(self) -> None:
        """Raises RepresentationChanged once the bytes that were there at the opening may be others; OSError."""
        if self.is_as_seen():
            return
        with self._looking:  # or a status might be compared with a later one
            status = os.fstat(self._descriptor)
            self._end = self._end or self._change(status)
            if self._end is not None:
                raise RepresentationChanged(self._end)
            self._seen = status

    def _change(self, status: os.stat_result) -> str | None:
        """What of these bytes may have changed since the last look; None: nothing, by all that can be told."""
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
        """Whether something that leaves the bytes alone moved the change time, rather than a write whose date was then
        set back."""
        return _standing(status) != _standing(self._seen) or self._was_moved_or_deleted(status)

    def _was_moved_or_deleted(self, status: os.stat_result) -> bool:
        try:
            return os.stat(self._path).st_ino != status.st_ino
        except OSError:
            return True

    def _first_sampled(self) -> bytes:
        try:
            return self._sampled()
        except OSError:  # what cannot be read of a damaged disk must not take the rest away
            return b""

    def _sampled(self) -> bytes:
        """A digest of the beginning and the end that the file had when it was opened."""
        end = self.status.st_size
        digest = blake2b(digest_size=16)
        for position in (0, max(0, end - _SAMPLE_BYTES)):
            digest.update(os.pread(self._descriptor, min(_SAMPLE_BYTES, end - position), position))
        return digest.digest()


def entity_tag(status: os.stat_result) -> EntityTag:
    """The strong entity tag of a file of this status, found without reading it."""
    return EntityTag(blake2b(repr(_identity(status)).encode("ascii"), digest_size=12).hexdigest())


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    """What changes whenever the bytes do, and when the file is renamed, replaced or deleted: the change
    time tells apart what was copied over the film with its old size and modification time."""
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _standing(status: os.stat_result) -> tuple[int, int, int, int]:
    """What else moves the change time: links, chmod and chown."""
    return status.st_nlink, status.st_mode, status.st_uid, status.st_gid


def _settled_status(fd: int) -> os.stat_result:
    """The status of the file, taken when any later write would get a later time stamp.

    Two writes within a tick of the clock carry the same stamp, so a file that was written in this
    very tick could change without its entity tag (RFC 9110 §8.8.1). A file that is being written
    all the time is not waited for: reading it will show that it changed.
    """
    for _ in range(3):
        status = os.fstat(fd)
        age_ns = time.time_ns() - status.st_ctime_ns
        if not 0 <= age_ns < _CLOCK_TICK_NS:
            break
        time.sleep((_CLOCK_TICK_NS - age_ns) / 1e9)
    return status
