"""The one thing that everything which sends bytes needs from whatever has them."""

from typing import Protocol

from services.http.representation import Representation


class Source(Protocol):
    """One representation, open for reading."""

    @property
    def representation(self) -> Representation: ...

    @property
    def descriptor(self) -> int:
        """The open file that has what was brought in, at the same positions; only to be sent from."""

    async def bring_in(self, first: int, length: int) -> bool:
        """Whether these bytes can now be sent from ``descriptor`` without waiting for a disk.

        Raises StorageError.
        """

    def require_unchanged(self) -> None:
        """Raises RepresentationChanged once the bytes may be of another version."""

    async def read(self, first: int, length: int) -> bytes:
        """At least one and at most ``length`` bytes from position ``first`` on.

        ``first`` and ``length`` lie within the representation. Raises StorageError, and
        RepresentationChanged rather than a byte of another version.
        """
