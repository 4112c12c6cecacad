"""A selected representation and its validators (RFC 9110 §3.2, §8.8)."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class EntityTag:
    """An entity tag. ``opaque`` is the text between the quotes (RFC 9110 §8.8.3)."""

    opaque: str
    weak: bool = False

    def __str__(self) -> str:
        return f'W/"{self.opaque}"' if self.weak else f'"{self.opaque}"'

    @property
    def in_url(self) -> str:
        """``opaque``, percent-encoded for the query of a URL."""
        return quote(self.opaque, safe="")

    def matches_strongly(self, other: "EntityTag") -> bool:
        """Strong comparison: both are strong and have the same text (RFC 9110 §8.8.3.2)."""
        return self.opaque == other.opaque and not (self.weak or other.weak)

    def matches_weakly(self, other: "EntityTag") -> bool:
        """Weak comparison: both have the same text, weak or not (RFC 9110 §8.8.3.2)."""
        return self.opaque == other.opaque


@dataclass(frozen=True, slots=True)
class Representation:
    """What a GET without Range would send.

    ``complete_length`` is in bytes. ``last_modified`` is in UTC, in whole seconds, and never in the future: a date
    in the future becomes the current time (RFC 9110 §8.8.2.1). ``content_coding`` is a registered name such as "gzip";
    None is identity. ``vary`` is the value of Vary: the request fields by which it was selected (§12.5.5). ``grows``:
    the file became longer a moment ago, as a recording does.
    """

    complete_length: int
    media_type: str
    entity_tag: EntityTag
    last_modified: datetime
    content_coding: str | None = None
    vary: str | None = None
    grows: bool = False
