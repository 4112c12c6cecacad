"""What the head of a request asks of the server, in forms that Tornado does not know (RFC 9110, RFC 9112).

Tested by tests/wire/test_requests.py.
"""

import re
from http import HTTPStatus

from tornado.httputil import HTTPHeaders, HTTPInputError, HTTPServerRequest, RequestStartLine

# Request line and fields; browsers send 1 KiB, long cookies 8. The limit of deploy/nginx.conf is the same.
MAX_HEAD_BYTES = 16 * 1024
MAX_CONTENT_BYTES = 64 * 1024  # only the sign-in page takes any
MAX_FORM_BYTES = 8 * 1024  # of what takes content: a password of 1 KiB, and an address of 2
FORM_PATHS = ("/sign-in", "/api/shares")
MAX_PARAMETERS = 32  # of a query; Tornado keeps each twice

_SHOWN = re.compile(r"/([st])/([^/?]*)(.*)", re.DOTALL)
_ABSOLUTE_FORM = re.compile(
    r"(?i:https?)://(?P<authority>(?:[A-Za-z0-9._~!$&'()*+,;=%-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?)(?P<rest>(?:[/?].*)?)"
)


def refusal_status(start_line: RequestStartLine, headers: HTTPHeaders) -> HTTPStatus | None:
    """The status with which the request is refused before its content is read; None: it is not. Normalises Expect."""
    if headers.get("Transfer-Encoding", "chunked").lower() != "chunked":
        return HTTPStatus.NOT_IMPLEMENTED  # RFC 9112 §6.1
    length = headers.get("Content-Length", "")
    if length.isascii() and length.isdecimal() and int(length.lstrip("0")[:20] or "0") > MAX_CONTENT_BYTES:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if "Expect" in headers:
        if start_line.version == "HTTP/1.0":
            del headers["Expect"]  # RFC 9110 §10.1.1
        elif headers["Expect"].lower() != "100-continue":
            return HTTPStatus.EXPECTATION_FAILED
        else:
            headers["Expect"] = "100-continue"
    return None


def wants_close(start_line: RequestStartLine, headers: HTTPHeaders) -> bool:
    """Whether the answer has to be the last of its connection. "close" may be one of several options."""
    if start_line.version == "HTTP/1.0" and "Transfer-Encoding" in headers:
        return True  # RFC 9112 §6.1: the framing of such a request cannot be trusted
    if "Connection" not in headers:
        return False
    return "close" in {option.strip().lower() for option in headers["Connection"].split(",")}


def origin_form(start_line: RequestStartLine, headers: HTTPHeaders) -> RequestStartLine:
    """The same request with a path as its target, in ASCII (RFC 9112 §3.2).

    If the target is a whole URL, its authority takes the place of Host. Raises HTTPInputError.
    """
    if not headers.get("Host", "-"):
        raise HTTPInputError("Host is empty")  # RFC 9110 §4.2.1: a URL of http has a host
    if start_line.path.startswith("/") and start_line.path.isascii():  # as nearly all are
        return _bounded(start_line)
    target = start_line.path
    if not target.isascii():  # the client should have encoded these bytes; Tornado would read them as Latin-1
        target = "".join(char if char.isascii() else f"%{ord(char):02X}" for char in target)
    if url := _ABSOLUTE_FORM.fullmatch(target):
        HTTPServerRequest(start_line=start_line._replace(path="/"), headers=headers)  # refuses a bad Host
        headers["Host"] = url["authority"]
        target = url["rest"] if url["rest"].startswith("/") else f"/{url['rest']}"
    elif not target.startswith("/") and target != "*" and start_line.method != "CONNECT":
        raise HTTPInputError("the request target is neither a path nor an http URL")
    return _bounded(start_line._replace(path=target))


def without_ticket(start_line: RequestStartLine) -> tuple[RequestStartLine, str, str]:
    """The same request without "/t/<ticket>" and "/s/<share>" before its path, the ticket, and the share; "": none.

    So they are in no log, and handlers see the same paths with and without them.
    """
    target, shown = start_line.path, {"t": "", "s": ""}
    while target.startswith(("/t/", "/s/")) and (found := _SHOWN.fullmatch(target)):
        shown[found[1]], rest = found[2], found[3]
        target = rest if rest.startswith("/") else f"/{rest}"
    return (start_line._replace(path=target) if target != start_line.path else start_line), shown["t"], shown["s"]


def takes_form(start_line: RequestStartLine) -> bool:
    """Whether the content of the request is for a handler."""
    return start_line.method == "POST" and start_line.path.partition("?")[0] in FORM_PATHS


def _bounded(start_line: RequestStartLine) -> RequestStartLine:
    if start_line.path.count("&") >= MAX_PARAMETERS:
        raise HTTPInputError("the request target has too many parameters")
    if "#" in start_line.path:
        raise HTTPInputError("the request target has a fragment")
    return start_line
