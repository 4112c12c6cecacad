"""Where the content of an answer ends (RFC 9112 §6)."""

from dataclasses import dataclass

from services.http_client.fields import content_length
from services.http_client.head import Head


@dataclass(frozen=True, slots=True)
class Framing:
    """``length`` is in bytes; None: it is not told before."""

    length: int | None
    is_chunked: bool
    keeps_connection: bool


def framing(head: Head, has_content: bool) -> Framing:
    """Of an answer that may have content, by what was asked for and its status.

    Raises ValueError where its end cannot be told: where several lengths are said, none that is a number, or codings
    that nobody asked for.
    """
    if not has_content:
        return Framing(0, False, head.keeps_connection)
    if "Transfer-Encoding" not in head.fields:
        return Framing(content_length(head.fields), False, head.keeps_connection)
    if head.fields.members("Transfer-Encoding") != ["chunked"]:
        raise ValueError("a coding that was not asked for")
    # Who says a length as well, or speaks HTTP/1.0, which has no codings, may mean another end: §6.1, §6.3.
    is_clear = head.minor_version > 0 and "Content-Length" not in head.fields
    return Framing(None, True, head.keeps_connection and is_clear)
