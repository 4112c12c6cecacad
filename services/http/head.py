"""Heads of responses as they are sent: the status line and the fields (RFC 9112 §4, §5)."""

from collections.abc import Mapping
from http import HTTPStatus


def response_head(status: HTTPStatus, fields: Mapping[str, str]) -> bytes:
    """The head, with the empty line at its end.

    Raises ValueError if a field has a line end, by which it would be two fields or the end of the head.
    """
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *map(": ".join, fields.items())]
    text = "\r\n".join(lines)
    if text.count("\n") >= len(lines) or text.count("\r") >= len(lines):
        raise ValueError(f"a field has a line end: {fields}")
    return f"{text}\r\n\r\n".encode("latin-1")
