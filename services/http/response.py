"""What to answer, decided whole before a byte is written (RFC 9110 §13.2, §14, §15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_hex

from services.errors import RangeNotSatisfiable
from services.http import preconditions
from services.http.dates import http_date
from services.http.preconditions import Outcome
from services.http.ranges import ByteRange, select_ranges
from services.http.representation import Representation

Body = tuple[bytes | ByteRange, ...]

ALLOWED_METHODS = "GET, HEAD, OPTIONS"  # the value of Allow, the same for every resource we have

# A cache may keep everything, and asks before it uses it again: without Cache-Control it would guess, and play a
# replaced film for days (RFC 9111 §4.2.2).
_ASK_AGAIN = "no-cache"
_IMMUTABLE = "public, max-age=31536000, immutable"

# For errors, for what grows, and whatever else the next request may be answered otherwise. Without Cache-Control,
# caches keep 404, 405, 410, 414 and 501 for as long as they guess (RFC 9110 §15.1).
NOT_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class ResponsePlan:
    """A response: ``body`` is literal bytes and byte ranges of the representation, in order, ``content_length`` bytes
    in all.

    For HEAD the fields are those of GET and the body is empty.
    """

    status: HTTPStatus
    fields: dict[str, str]
    body: Body = ()
    content_length: int = 0


def plan_response(
    method: str, request: Mapping[str, str], current: Representation, *, immutable: bool = False
) -> ResponsePlan:
    """The response to a GET or HEAD of ``current``; ``request`` has its fields by their names, spelt as here.

    ``immutable``: the URL names this version, so a cache need never ask again for what is sent of it, which is 200, 206
    and 304. 412 and 416 are not kept by any cache, nor is anything of what grows.
    """
    # A browser that keeps a part asks for more by If-Range, and is sent all of what has grown from the first byte on.
    caching = NOT_KEPT["Cache-Control"] if current.grows else _IMMUTABLE if immutable else _ASK_AGAIN
    match preconditions.evaluate(method, request, current):
        case Outcome.FAILED:
            return _with_content(HTTPStatus.PRECONDITION_FAILED, NOT_KEPT, ())
        case Outcome.NOT_MODIFIED:
            return ResponsePlan(HTTPStatus.NOT_MODIFIED, _cache_fields(current, caching))
    try:
        selected = _selected_ranges(method, request, current)
    except RangeNotSatisfiable:
        return _range_not_satisfiable(current)
    plan = _partial_content(selected, current, caching) if selected else _whole(current, caching)
    return ResponsePlan(plan.status, plan.fields) if method == "HEAD" else plan


def _selected_ranges(method: str, request: Mapping[str, str], current: Representation) -> tuple[ByteRange, ...] | None:
    """None: the whole representation is to be sent."""
    # §14.2: a server must ignore Range in a request whose method does not define it, and GET alone does.
    if method != "GET" or "Range" not in request or not preconditions.range_applies(request, current):
        return None
    return select_ranges(request["Range"], current.complete_length)


def _whole(current: Representation, caching: str) -> ResponsePlan:
    body = (ByteRange(0, current.complete_length - 1),) if current.complete_length else ()
    return _with_content(HTTPStatus.OK, _representation_fields(current, caching), body)


def _partial_content(selected: tuple[ByteRange, ...], current: Representation, caching: str) -> ResponsePlan:
    fields = _representation_fields(current, caching)
    if len(selected) == 1:
        fields["Content-Range"] = selected[0].content_range(current.complete_length)
        return _with_content(HTTPStatus.PARTIAL_CONTENT, fields, selected)
    boundary = token_hex(16)
    body = _multipart_body(selected, current, boundary)
    if _content_length(body) > current.complete_length:
        return _whole(current, caching)  # the frames around small parts would make it longer than the film
    fields["Content-Type"] = f"multipart/byteranges; boundary={boundary}"
    return _with_content(HTTPStatus.PARTIAL_CONTENT, fields, body)


def _range_not_satisfiable(current: Representation) -> ResponsePlan:
    fields = {"Accept-Ranges": "bytes", "Content-Range": f"bytes */{current.complete_length}"}
    return _with_content(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, fields | NOT_KEPT, ())


def _multipart_body(selected: tuple[ByteRange, ...], current: Representation, boundary: str) -> Body:
    """The parts of a multipart/byteranges, framed (RFC 9110 §14.6, RFC 2046 §5.1.1)."""
    body: list[bytes | ByteRange] = []
    for part in selected:
        head = (
            f"\r\n--{boundary}\r\n"
            f"Content-Type: {current.media_type}\r\n"
            f"Content-Range: {part.content_range(current.complete_length)}\r\n\r\n"
        )
        body += [head.encode("ascii"), part]
    body.append(f"\r\n--{boundary}--\r\n".encode("ascii"))
    return tuple(body)


def _representation_fields(current: Representation, caching: str) -> dict[str, str]:
    fields = _cache_fields(current, caching) | {
        "Last-Modified": http_date(current.last_modified),
        "Accept-Ranges": "bytes",
        "Content-Type": current.media_type,
    }
    return fields | {"Content-Encoding": current.content_coding} if current.content_coding else fields


def _cache_fields(current: Representation, caching: str) -> dict[str, str]:
    """What a 304 carries too (§15.4.5)."""
    fields = {"ETag": str(current.entity_tag), "Cache-Control": caching}
    return fields | {"Vary": current.vary} if current.vary else fields


def _with_content(status: HTTPStatus, fields: dict[str, str], body: Body) -> ResponsePlan:
    content_length = _content_length(body)
    return ResponsePlan(status, {**fields, "Content-Length": str(content_length)}, body, content_length)


def _content_length(body: Body) -> int:
    return sum(map(len, body))
