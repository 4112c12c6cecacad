"""The head of an answer in HTTP/1.1 (RFC 9112 §4, §5)."""

import re
from email.message import Message
from http.client import parse_headers
from io import BytesIO

from services.http_client.reader import Incoming

MAX_HEAD_BYTES = 32 * 1024
MAX_INTERIM_HEADS = 8  # of "100 Continue" and the like; stores send one at most

_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: .*)?\r?\n")


async def read_head(incoming: Incoming) -> tuple[int, Message]:
    """The status and the fields of the final answer. Raises ValueError and HTTPException, and Incoming's errors."""
    for _ in range(MAX_INTERIM_HEADS + 1):
        status, fields = await _next_head(incoming)
        if status >= 200:
            return status, fields
    raise ValueError("interim answers without end")


async def _next_head(incoming: Incoming) -> tuple[int, Message]:
    head = BytesIO(await incoming.until(b"\r\n\r\n", MAX_HEAD_BYTES))
    status_line = _STATUS_LINE.fullmatch(head.readline())
    if not status_line:
        raise ValueError("no status line")
    return int(status_line[1]), parse_headers(head)
