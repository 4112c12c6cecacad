"""The one thing that everything which sends bytes needs from whatever has them."""

from typing import Protocol

from services.http.representation import Representation


class Source(Protocol):
    """One representation, open for reading."""

    @property
    def representation(self) -> Representation: ...

    @property
    def descriptor(self) -> int:
        """The open file that has what was brought in, at the same positions: to be sent from, or read by a worker.
        -1: there is none."""

    @property
    def inode(self) -> int:
        """The number that this file has on its disk; 0: there is none."""

    async def bring_in(self, first: int, length: int) -> bool:
        """Whether these bytes can now be sent from ``descriptor`` without waiting for a disk.

        Raises StorageError.
        """

    async def require_unchanged(self) -> None:
        """Raises RepresentationChanged once the bytes may be of another version; StorageError."""

    async def read(self, first: int, length: int, last: int | None = None) -> bytes:
        """At least one and at most ``length`` bytes from position ``first`` on.

        ``first`` and ``length`` lie within the representation, and so does ``last``: the last byte that
        will be asked for one after the other, where that is known. Raises StorageError, and
        RepresentationChanged rather than a byte of another version.
        """

    def give_back(self, first: int, rest: bytes) -> bool:
        """Whether it keeps ``rest``, which was read last and begins at ``first``, so that it can be read again for
        nothing soon, and at some cost later. If not, it stays with who read it."""
