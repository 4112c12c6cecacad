"""The head of an HTTP/1.1 response (RFC 9112 §2.2, §4, §9.3). Heads that can be parsed in two ways are refused.

Tested by tests/services/http_client/test_client.py.
"""

import re
from dataclasses import dataclass

from services.http_client.fields import Fields, parse_fields
from services.http_client.reader import Incoming

MAX_HEAD_BYTES = 32 * 1024
MAX_INTERIM_HEADS = 8  # 1xx, such as "100 Continue"; stores send one at most

_END = b"\r\n\r\n"
_STATUS_LINE = re.compile(r"HTTP/1\.([01]) ([1-5][0-9]{2})(?: .*)?")


@dataclass(frozen=True, slots=True)
class Head:
    """``minor_version``: 1 for HTTP/1.1, 0 for HTTP/1.0."""

    minor_version: int
    status: int
    fields: Fields

    @property
    def keeps_connection(self) -> bool:
        """Whether the connection may be used for another request (RFC 9112 §9.3)."""
        options = self.fields.members("Connection")
        return "close" not in options and (self.minor_version > 0 or "keep-alive" in options)


async def read_head(incoming: Incoming) -> Head:
    """The head of the final response; interim (1xx) ones are skipped. Raises ValueError, and Incoming's errors."""
    for _ in range(MAX_INTERIM_HEADS + 1):
        head = _parsed(await incoming.until(_END, MAX_HEAD_BYTES))
        if head.status >= 200:
            return head
    raise ValueError("too many interim answers")


def _parsed(head: bytes) -> Head:
    # A lone LF ends a line (RFC 9112 §2.2); a lone CR does not.
    first, *lines = (line.removesuffix("\r") for line in head.removesuffix(_END).decode("latin-1").split("\n"))
    if any("\r" in line or "\0" in line for line in (first, *lines)):
        raise ValueError("a line has a CR or NUL character")
    status_line = _STATUS_LINE.fullmatch(first)
    if not status_line:
        raise ValueError("the status line is malformed")
    return Head(int(status_line[1]), int(status_line[2]), parse_fields(lines))
