"""What is needed of a store of objects, whatever its protocol is."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.http.representation import EntityTag


@dataclass(frozen=True, slots=True)
class ObjectStatus:
    """``key`` is the name below the prefix that was asked for; ``size`` in bytes; ``modified`` in UTC. What
    ``is_archived`` cannot be read until somebody restores it."""

    key: str
    size: int
    entity_tag: EntityTag
    modified: datetime
    is_archived: bool = False


class Body(Protocol):
    """The bytes of a range, on their way."""

    async def read(self, length: int) -> bytes:
        """The next bytes, ``length`` at most; b"" at the end. Raises StoreUnavailable or StoreFault."""

    def close(self) -> None:
        """Ends it, read to its end or not."""


class ObjectClient(Protocol):
    """Every method raises StoreUnavailable where trying again may help, and StoreFault where it will not."""

    @property
    def link_origin(self) -> str | None:
        """Where its links lead, as "https://store.example"; None: it has none."""

    def objects(self, wanted: Callable[[str], bool]) -> AsyncGenerator[ObjectStatus, None]:
        """All objects below the prefix whose keys are ``wanted``."""

    async def status(self, key: str) -> ObjectStatus:
        """Raises FileVanished."""

    async def get(self, status: ObjectStatus, first: int, last: int) -> Body:
        """Bytes ``first`` to ``last``, of this very version.

        Raises RepresentationChanged, FileVanished, FilmArchived.
        """

    async def link(self, key: str, lasting_s: float) -> str | None:
        """A URL by which whoever has it can GET the object for so long; None: there can be none."""

    def close(self) -> None: ...
