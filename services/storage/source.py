"""The one thing that everything which sends bytes needs from whatever has them."""

from typing import Protocol

from services.http.representation import Representation


class Source(Protocol):
    """One representation, open for reading."""

    @property
    def representation(self) -> Representation: ...

    async def read(self, first: int, length: int) -> bytes:
        """At least one and at most ``length`` bytes from position ``first`` on.

        ``first`` and ``length`` lie within the representation. Raises StorageError, and
        RepresentationChanged rather than a byte of another version.
        """
