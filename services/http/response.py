"""Plans a response completely before its first byte is written (RFC 9110 §13.2, §14, §15).

A plan is a pure function of method, request fields and representation. Its body is a tuple of literal bytes and byte
ranges: one range for 200 and for 206; bytes, range, bytes, range … for multipart/byteranges; nothing for 304, 412, 416.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_hex

from services.errors import RangeNotSatisfiable
from services.http import preconditions
from services.http.dates import http_date
from services.http.preconditions import Evaluation
from services.http.ranges import ByteRange, select_ranges
from services.http.representation import Representation

Body = tuple[bytes | ByteRange, ...]

ALLOWED_METHODS = "GET, HEAD, OPTIONS"  # the value of Allow, for every resource

# Caches may keep the answer, but must ask before they use it. Without Cache-Control they would guess a lifetime, and
# play a film for days after it was replaced (RFC 9111 §4.2.2).
_ASK_AGAIN = "no-cache"
_IMMUTABLE = "max-age=31536000, immutable"

# For errors, growing files, and redirects to links that expire. Without Cache-Control, caches may keep 404, 405, 410,
# 414 and 501 for as long as they guess (RFC 9110 §15.1).
NOT_KEPT = {"Cache-Control": "no-store"}

RETRY_AFTER = {"Retry-After": "5"}  # seconds; for errors that pass


@dataclass(frozen=True, slots=True)
class ResponsePlan:
    """A response. ``body`` is what to send in order, ``content_length`` bytes in all.

    The answer to HEAD has the fields of the answer to GET, and an empty body.
    """

    status: HTTPStatus
    fields: dict[str, str]
    body: Body = ()
    content_length: int = 0


def plan_response(
    method: str, request: Mapping[str, str], current: Representation, *, immutable: bool = False, private: bool = False
) -> ResponsePlan:
    """The response to a GET or HEAD of ``current``. ``request`` holds the request's fields, with names spelt as here.

    ``immutable``: the URL names this version (``?v=``), so a cache need not ask again for a 200, 206 or 304. At the
    URL of another version, and at the plain URL, the answer is "no-cache". The two kinds of URL are different cache
    keys, so they never share an answer. ``private``: not everybody may have it, so caches that are shared must not keep
    it. 412 and 416, and all answers of a growing file, are "no-store".
    """
    # A browser that caches a part of a growing file asks for the rest with If-Range. The tag has changed by then, so it
    # would be sent the whole longer file, from the first byte, for each seek.
    caching = NOT_KEPT["Cache-Control"] if current.grows else _caching(immutable, private)
    match preconditions.evaluate(method, request, current):
        case Evaluation.FAILED:
            return _with_content(HTTPStatus.PRECONDITION_FAILED, NOT_KEPT, ())
        case Evaluation.NOT_MODIFIED:
            return ResponsePlan(HTTPStatus.NOT_MODIFIED, _cache_fields(current, caching))
    try:
        selected = _selected_ranges(method, request, current)
    except RangeNotSatisfiable:
        return _range_not_satisfiable(current)
    plan = _partial_content(selected, current, caching) if selected else _whole(current, caching)
    return ResponsePlan(plan.status, plan.fields) if method == "HEAD" else plan


def _caching(immutable: bool, private: bool) -> str:
    if immutable:
        return f"{'private' if private else 'public'}, {_IMMUTABLE}"
    return f"private, {_ASK_AGAIN}" if private else _ASK_AGAIN


def _selected_ranges(method: str, request: Mapping[str, str], current: Representation) -> tuple[ByteRange, ...] | None:
    """The ranges to send; None for the whole representation. Raises RangeNotSatisfiable."""
    # §14.2: Range must be ignored for methods that do not define it, and only GET does.
    if method != "GET" or "Range" not in request or not preconditions.range_applies(request, current):
        return None
    return select_ranges(request["Range"], current.complete_length)


def _whole(current: Representation, caching: str) -> ResponsePlan:
    body = (ByteRange(0, current.complete_length - 1),) if current.complete_length else ()
    return _with_content(HTTPStatus.OK, _representation_fields(current, caching), body)


def _partial_content(selected: tuple[ByteRange, ...], current: Representation, caching: str) -> ResponsePlan:
    """A 206; or a 200, if the multipart framing would make the answer longer than the representation (§15.3.7.2).

    The 206 has all fields of a 200 also after If-Range, though §15.3.7 advises against it: players that resume a
    download read Content-Type.
    """
    fields = _representation_fields(current, caching)
    if len(selected) == 1:
        fields["Content-Range"] = selected[0].content_range(current.complete_length)
        return _with_content(HTTPStatus.PARTIAL_CONTENT, fields, selected)
    boundary = token_hex(16)
    body = _multipart_body(selected, current, boundary)
    if _content_length(body) > current.complete_length:
        return _whole(current, caching)
    fields["Content-Type"] = f"multipart/byteranges; boundary={boundary}"
    return _with_content(HTTPStatus.PARTIAL_CONTENT, fields, body)


def _range_not_satisfiable(current: Representation) -> ResponsePlan:
    fields = {"Accept-Ranges": "bytes", "Content-Range": f"bytes */{current.complete_length}"}
    return _with_content(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, fields | NOT_KEPT, ())


def _multipart_body(selected: tuple[ByteRange, ...], current: Representation, boundary: str) -> Body:
    """The content of a multipart/byteranges: parts and their framing (RFC 9110 §14.6, RFC 2046 §5.1.1)."""
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
    """The fields that a 304 has too. Last-Modified is not needed in a 304 with an entity tag (§15.4.5)."""
    fields = {"ETag": str(current.entity_tag), "Cache-Control": caching}
    return fields | {"Vary": current.vary} if current.vary else fields


def _with_content(status: HTTPStatus, fields: dict[str, str], body: Body) -> ResponsePlan:
    content_length = _content_length(body)
    return ResponsePlan(status, {**fields, "Content-Length": str(content_length)}, body, content_length)


def _content_length(body: Body) -> int:
    return sum(map(len, body))
