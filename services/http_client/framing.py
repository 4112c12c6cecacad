"""Message framing: where the content of a response ends (RFC 9112 §6)."""

from dataclasses import dataclass

from services.http_client.fields import content_length
from services.http_client.head import Head


@dataclass(frozen=True, slots=True)
class Framing:
    """``length`` of the content is in bytes; None if the head does not tell it."""

    length: int | None
    is_chunked: bool
    keeps_connection: bool


def framing(head: Head, has_content: bool) -> Framing:
    """The framing of the response with this head. ``has_content``: its method and status allow content.

    Raises ValueError if its end is ambiguous: several lengths, a malformed one, or a transfer coding besides chunked.
    """
    if not has_content:
        return Framing(0, False, head.keeps_connection)
    if "Transfer-Encoding" not in head.fields:
        return Framing(content_length(head.fields), False, head.keeps_connection)
    if head.fields.members("Transfer-Encoding") != ["chunked"]:
        raise ValueError("a coding that was not asked for")
    # A chunked response that also has a Content-Length, or is of HTTP/1.0, may end elsewhere in the sender's view. Its
    # connection is not reused (§6.1, §6.3).
    is_clear = head.minor_version > 0 and "Content-Length" not in head.fields
    return Framing(None, True, head.keeps_connection and is_clear)
