"""The head of an answer in HTTP/1.1 (RFC 9112 §2.2, §4, §9.3)."""

import re
from dataclasses import dataclass

from services.http_client.fields import Fields, parse_fields
from services.http_client.reader import Incoming

MAX_HEAD_BYTES = 32 * 1024
MAX_INTERIM_HEADS = 8  # of "100 Continue" and the like; stores send one at most

_END = b"\r\n\r\n"
_STATUS_LINE = re.compile(r"HTTP/1\.([01]) ([1-5][0-9]{2})(?: .*)?")


@dataclass(frozen=True, slots=True)
class Head:
    """``minor_version`` is that of HTTP/1."""

    minor_version: int
    status: int
    fields: Fields

    @property
    def keeps_connection(self) -> bool:
        """Whether another request may follow on its connection."""
        options = self.fields.members("Connection")
        return "close" not in options and (self.minor_version > 0 or "keep-alive" in options)


async def read_head(incoming: Incoming) -> Head:
    """That of the final answer. Raises ValueError, and Incoming's errors."""
    for _ in range(MAX_INTERIM_HEADS + 1):
        head = _parsed(await incoming.until(_END, MAX_HEAD_BYTES))
        if head.status >= 200:
            return head
    raise ValueError("interim answers without end")


def _parsed(head: bytes) -> Head:
    # A lone LF may end a line, a lone CR may not.
    first, *lines = (line.removesuffix("\r") for line in head.removesuffix(_END).decode("latin-1").split("\n"))
    if any("\r" in line or "\0" in line for line in (first, *lines)):
        raise ValueError("a character that no line may have")
    status_line = _STATUS_LINE.fullmatch(first)
    if not status_line:
        raise ValueError("no status line")
    return Head(int(status_line[1]), int(status_line[2]), parse_fields(lines))
