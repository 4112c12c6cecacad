"""The protocol between whatever sends bytes and whatever has them: a file, an object in a store, or memory.

Tested by tests/services/storage/test_memory.py.
"""

from collections.abc import Sequence
from typing import Protocol

from services.http.ranges import ByteRange
from services.http.representation import Representation

# The kernel reads ahead, and drops again, in runs of about this length: a byte of each tells of all.
CACHED_RUN_BYTES = 128 * 1024

# What one reader passes over between two reads is read along from a store, and dropped, up to so much: another request
# takes some 100 ms.
HOLE_BYTES = 1024 * 1024


class Source(Protocol):
    """One representation, open for reading. Positions count from 0; lengths are in bytes."""

    @property
    def representation(self) -> Representation: ...

    @property
    def descriptor(self) -> int:
        """An open file with the same bytes at the same positions, for sendfile and for the worker; -1 if there is
        none."""

    @property
    def inode(self) -> int:
        """The inode of the file; 0 if there is none."""

    async def bring_in(self, first: int, length: int) -> bool:
        """Whether ``length`` bytes from ``first`` can now be sent from ``descriptor`` without waiting for a disk.

        May read them into the page cache first. Raises StorageError.
        """

    def is_cached(self, first: int, length: int) -> bool:
        """Whether these bytes can be sent from ``descriptor`` now, as far as that is known without waiting.

        Looks at the first byte, the last, and one of each run between.
        """

    def is_unchanged(self) -> bool:
        """Whether require_unchanged would not raise, as far as that is known without waiting."""

    async def require_unchanged(self) -> None:
        """Raises RepresentationChanged if the bytes read so far may be of another version, and StorageError."""

    def read_at_once(self, parts: Sequence[bytes | ByteRange]) -> memoryview | None:
        """All of ``parts``, one after another, up to 256 KiB: literal bytes, and ranges. None: some are not to be had
        without waiting, or the bytes may be of another version.

        The view is valid until anything else is read.
        """

    async def read(self, first: int, length: int, last: int | None = None) -> bytes:
        """At least one and at most ``length`` bytes, from position ``first``.

        The bytes asked for must lie within the representation. ``last`` is the position of the last byte that the
        caller will read in sequence, perhaps with holes of up to HOLE_BYTES; None if unknown. Raises StorageError.
        Raises RepresentationChanged rather than return a byte of another version.
        """

    def give_back(self, first: int, rest: bytes) -> bool:
        """Offers ``rest``, the unsent end of the last chunk read, which begins at position ``first``.

        True: the caller may drop it and read it again, soon at no cost. False: the caller must keep it. So the handler
        of a paused viewer holds no bytes of films in stores or of documents in memory.
        """


class FilelessSource:
    """What Sources without an open file have in common: there is nothing that the kernel could send, and no change of
    a file to look for."""

    descriptor, inode = -1, 0

    async def bring_in(self, first: int, length: int) -> bool:
        return False

    def is_cached(self, first: int, length: int) -> bool:
        return False

    def is_unchanged(self) -> bool:
        return True

    async def require_unchanged(self) -> None:
        pass

    def read_at_once(self, parts: Sequence[bytes | ByteRange]) -> memoryview | None:
        return None
