"""The selected representation and its validators (RFC 9110 §3.2, §8.8)."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class EntityTag:
    """An entity tag; ``opaque`` is the text between the quotes (RFC 9110 §8.8.3)."""

    opaque: str
    weak: bool = False

    def __str__(self) -> str:
        return f'W/"{self.opaque}"' if self.weak else f'"{self.opaque}"'

    @property
    def in_url(self) -> str:
        """``opaque`` as the value of a query's field."""
        return quote(self.opaque, safe="")

    def matches_strongly(self, other: "EntityTag") -> bool:
        """Whether both are strong and the same (RFC 9110 §8.8.3.2)."""
        return self.opaque == other.opaque and not (self.weak or other.weak)

    def matches_weakly(self, other: "EntityTag") -> bool:
        """Whether both are the same, weak or not (RFC 9110 §8.8.3.2)."""
        return self.opaque == other.opaque


@dataclass(frozen=True, slots=True)
class Representation:
    """What a GET without Range would send.

    ``complete_length`` is in bytes. ``last_modified`` is in UTC, in whole seconds and never in
    the future (RFC 9110 §8.8.2.1). ``content_coding`` is a coding as registered ("gzip"), or None
    for identity. ``vary`` names the request fields by which it was selected, for Vary (§12.5.5).
    ``grows``: it is longer now than it was a moment ago, as recordings are.
    """

    complete_length: int
    media_type: str
    entity_tag: EntityTag
    last_modified: datetime
    content_coding: str | None = None
    vary: str | None = None
    grows: bool = False
