"""Sealed files, which the cache consists of: the content, followed by its digest.

The digest is checked when a file is opened, since a file of which the disk lost a part (zeros after a power cut, a
damaged block) keeps its length and dates. The digest is also the entity tag, so that several servers, each with a cache
of its own, give the same content the same tag.

Tested by tests/services/test_cache.py.
"""

import errno
import logging
import os
import stat
from contextlib import suppress
from dataclasses import replace
from hashlib import blake2b, file_digest
from pathlib import Path

from services.errors import FileVanished, StorageError
from services.http.representation import EntityTag
from services.storage.local.disks import Disk
from services.storage.local.file_version import FileVersion
from services.storage.local.local_file import DiskKind, LocalFile, open_descriptor

_log = logging.getLogger(__name__)

_DIGEST_BYTES = 12
_SEAL_BYTES = 1 + 2 * _DIGEST_BYTES  # a line end and the digest in hexadecimal
_CHUNK_BYTES = 256 * 1024
_OURS = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)  # errors of this process, not of the file


def seal_file(path: Path) -> int:
    """Appends the digest to the regular file at ``path``. Returns its new length in bytes.

    Raises OSError; also if the file has another hard link, since it may belong to somebody else then.
    """
    with open(os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC), "r+b") as file:
        if os.fstat(file.fileno()).st_nlink > 1:
            raise OSError(errno.EMLINK, os.strerror(errno.EMLINK), str(path))
        digest = file_digest(file, lambda: blake2b(digest_size=_DIGEST_BYTES)).hexdigest()
        file.seek(0, os.SEEK_END)
        file.write(_seal(digest))
        return file.tell()


def unsealed(content: bytes) -> bytes | None:
    """The content without its digest; None if the digest is wrong or missing."""
    inner = content[:-_SEAL_BYTES]
    is_whole = content[len(inner) :] == _seal(blake2b(inner, digest_size=_DIGEST_BYTES).hexdigest())
    return inner if inner and is_whole else None


async def open_sealed_file(path: str, root: str, media_type: str, disk: Disk) -> LocalFile:
    """As open_local_file, for a sealed file below ``root``, whose own path may have links.

    Reads the whole file to check its digest, in a thread. A file with a wrong digest, or that cannot be read, is
    deleted. Raises FileVanished for it, and StorageError.
    """
    try:
        (fd, version, disk_kind), digest = await disk.ask(
            _opened, path, root, discard=lambda opened: os.close(opened[0][0])
        )
    except OSError as error:
        if error.errno in _OURS:
            raise StorageError(f"cannot open {path!r}: {error.strerror}") from error
        raise FileVanished(path) from error
    file = LocalFile(fd, version, media_type, disk, disk_kind)
    file.representation = replace(
        file.representation, complete_length=version.status.st_size - _SEAL_BYTES, entity_tag=EntityTag(digest)
    )
    return file


def _opened(path: str, root: str) -> tuple[tuple[int, FileVersion, DiskKind], str]:
    """The open file, and its digest. Deletes a damaged file. Raises OSError."""
    where = os.path.join(os.path.realpath(root), os.path.relpath(path, root))
    try:
        opened = open_descriptor(where)
        try:
            return opened, _digest(opened[0], opened[1].status.st_size)
        except BaseException:
            os.close(opened[0])
            raise
    except OSError as error:
        if error.errno not in (*_OURS, errno.ENOENT, errno.ENOTDIR) and _is_file(where):
            with suppress(OSError):
                os.unlink(where)
                _log.warning("deleted a damaged file: %s: %s", error.strerror, ascii(where))
        raise


def _digest(fd: int, size: int) -> str:
    """The digest at the end of the file. Raises OSError if it is not the digest of the content before it."""
    digest = blake2b(digest_size=_DIGEST_BYTES)
    position, end = 0, size - _SEAL_BYTES
    while position < end and (chunk := os.pread(fd, min(_CHUNK_BYTES, end - position), position)):
        digest.update(chunk)
        position += len(chunk)
    if position < 1 or os.pread(fd, _SEAL_BYTES, position) != _seal(digest.hexdigest()):
        raise OSError(errno.EIO, "its digest is wrong")
    return digest.hexdigest()


def _seal(digest: str) -> bytes:
    return f"\n{digest}".encode("ascii")


def _is_file(path: str) -> bool:
    """Whether there is a regular file at ``path``, which is free of links."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode) and os.path.realpath(path) == path
    except OSError:
        return False
