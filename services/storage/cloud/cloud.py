"""The protocol of a cloud: how requests for a page of the list, a status and a range are made and signed, and how a
page of the list is read.

Tested by tests/services/storage/cloud/test_client.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from services.storage.remote.object_client import ObjectStatus


@dataclass(frozen=True, slots=True)
class Request:
    """A signed request: its URL and fields."""

    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. An object without a strong entity tag has an empty one. ``following`` is the store's token for
    the next page; "" if this is the last."""

    objects: Iterable[ObjectStatus]
    following: str


class Cloud(Protocol):
    """Keys are relative to the location's prefix. Every method may raise StorageError."""

    @property
    def link_origin(self) -> str | None:
        """As in ObjectClient."""

    async def to_list(self, beginning: str) -> Request:
        """The request for the page that begins at the token ``beginning``; "" for the first page."""

    async def page(self, document: bytes) -> Page:
        """Parses the answer to ``to_list``."""

    async def to_get(self, key: str) -> Request: ...

    async def to_head(self, key: str) -> Request: ...

    def is_archived(self, fields: Mapping[str, str]) -> bool:
        """Whether the object must be restored before it can be read, by the fields of an answer to HEAD."""

    async def link(self, key: str, lasting_s: float) -> str | None:
        """As in ObjectClient."""
