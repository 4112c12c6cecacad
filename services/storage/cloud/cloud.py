"""What differs from cloud to cloud: how it is asked for its objects, and how it tells of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from services.storage.remote.object_client import ObjectStatus


@dataclass(frozen=True, slots=True)
class Request:
    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Of a listing. An object without a strong entity tag has an empty one. ``following`` is where the next page
    begins, in the store's own words; "": there is none."""

    objects: Iterable[ObjectStatus]
    following: str


class Cloud(Protocol):
    """Keys are relative to the folder that was asked for. Every method may raise StorageError."""

    @property
    def link_origin(self) -> str | None:
        """As ObjectClient's."""

    async def to_list(self, beginning: str) -> Request:
        """For the page that begins so; "": for the first."""

    async def page(self, document: bytes) -> Page: ...

    async def to_get(self, key: str) -> Request: ...

    async def to_head(self, key: str) -> Request: ...

    def is_archived(self, fields: Mapping[str, str]) -> bool:
        """Whether the answer to HEAD says that the object is to be restored before it can be read."""

    async def link(self, key: str, lasting_s: float) -> str | None:
        """As ObjectClient's."""
