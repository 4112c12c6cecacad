"""The protocol of a client for a store of objects: what Bucket needs of any cloud or web server.

Tested by tests/services/storage/remote/test_object_source.py.
"""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.http.representation import EntityTag


@dataclass(frozen=True, slots=True)
class ObjectStatus:
    """``key`` is relative to the client's prefix; to a store it is a string, not a path. ``size`` is in bytes,
    ``modified`` in UTC. ``is_archived``: it cannot be read until it is restored from the store's archive.

    Stores tell that in three ways: in the list and to HEAD, by a storage class or tier, and when they refuse a GET
    (error_advice.py). Only HEAD tells whether an archived object was restored.
    """

    key: str
    size: int
    entity_tag: EntityTag
    modified: datetime
    is_archived: bool = False


class OpenGet(Protocol):
    """A GET that was answered: its content, read on demand."""

    async def read(self, length: int) -> bytes:
        """The next bytes, at most ``length``; b"" at the end. Raises StoreUnavailable or StoreFault."""

    def close(self) -> None:
        """Must be called, whether it was read to its end or not."""


class ObjectClient(Protocol):
    """Every method may raise StoreUnavailable (trying again may help) and StoreFault (it will not)."""

    @property
    def link_origin(self) -> str | None:
        """The origin of the links, such as "https://store.example"; None if there are no links."""

    def objects(self, wanted: Callable[[str], bool]) -> AsyncGenerator[ObjectStatus, None]:
        """All objects below the prefix whose keys are ``wanted``, in no order."""

    async def status(self, key: str) -> ObjectStatus:
        """The object's current status. Raises FileVanished."""

    async def get(self, status: ObjectStatus, first: int, last: int) -> OpenGet:
        """Bytes ``first`` to ``last``, both included, of exactly this version.

        Raises RepresentationChanged, FileVanished, FilmArchived.
        """

    async def link(self, key: str, lasting_s: float) -> str | None:
        """A URL from which anybody can GET the object for ``lasting_s`` seconds; None if there is none."""

    def close(self) -> None: ...
