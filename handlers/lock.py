"""What a request shows of who asks, and what is answered where that is not enough.

Tested by tests/handlers/test_lock.py and tests/handlers/test_sign_in.py.
"""

from functools import lru_cache

from tornado.httputil import HTTPServerRequest

from handlers.viewer_socket import ViewerStream
from services.access.access import Access, Shown
from services.access.sessions import STAYS_S, Session
from services.access.share_page import share_page
from services.access.shares import Share, proof
from services.access.sign_in_page import next_of, sign_in_page
from services.errors import SiteRefused
from services.http.forwarded import user_of
from services.shares import Shares

PAGE_FIELDS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers would send no Origin with the form
}
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")  # RFC 9110 §9.2.1
_MOST_KNOWN_CHARS = 2048
_DEVICE_LASTS_S = 400 * 86_400  # browsers keep no cookie for longer


def shown_by(request: HTTPServerRequest, access: Access, site: str, viewer: ViewerStream) -> Shown:
    """``site``: what the viewer's address is counted by."""
    field = request.headers.get("Cookie", "")
    cookies = (_known_cookies if len(field) <= _MOST_KNOWN_CHARS else _cookies)(field, access.cookie_name)
    return Shown(
        request.remote_ip or "",
        site,
        cookies.get(access.cookie_name, ""),
        cookies.get(_device_name(access), ""),
        request.headers.get("Authorization", ""),
        viewer.ticket,
        user_of(request.headers, access.user_header, viewer.proxies),
        viewer.share,
        cookies.get(_share_name(access, viewer.share), "") if viewer.share else "",
    )


def is_visit(request: HTTPServerRequest, ticket: str) -> bool:
    """Whether somebody is at a browser and can be asked for the password. Players have tickets."""
    if request.method not in ("GET", "HEAD") or ticket:
        return False
    mode = request.headers.get("Sec-Fetch-Mode")  # browsers send it, but not to http addresses in a home
    return mode == "navigate" if mode else "text/html" in request.headers.get("Accept", "")


def refuse_other_sites(request: HTTPServerRequest, viewed_host: str) -> None:
    """Raises SiteRefused if a page of another origin sends what may change something. SameSite keeps cookies from other
    sites, but not from other ports and sibling domains. ``viewed_host``: what the browser has in its address bar.

    To http addresses in a home, browsers do not send Sec-Fetch-Site, but always Origin. Programs send neither.
    """
    if request.method in _SAFE_METHODS:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        is_own = site in ("none", "same-origin")
    else:
        is_own = origin is None or origin.partition("://")[2] == viewed_host
    if not is_own:
        raise SiteRefused(origin)


def page_instead(request: HTTPServerRequest, shares: Shares, link: str) -> str:
    """The sign-in page in place of what the viewer asked for; with the link of a share, the page about that."""
    next_, root = next_of(request.uri or ""), "../" * (request.path.count("/") - 1)
    return share_page(shares.share(link), shares.now_s(), next_, root) if link else sign_in_page(next_, root)


def challenge(request: HTTPServerRequest) -> dict[str, str]:
    """How to show the password (RFC 9110 §11.6.1). Browsers are not told of Basic, or they would open a dialog of their
    own instead of our page."""
    is_browser = "Sec-Fetch-Mode" in request.headers or request.headers.get("User-Agent", "").startswith("Mozilla/")
    bearer = 'Bearer realm="films"'
    return {"WWW-Authenticate": bearer if is_browser else f'Basic realm="films", charset="UTF-8", {bearer}'}


def session_cookie(request: HTTPServerRequest, access: Access, session: Session, value: str) -> str:
    """The value of Set-Cookie. The browser drops the cookie of a session that does not stay when it is closed."""
    return _set_cookie(request, access.cookie_name, value, STAYS_S if session.stays else None)


def ended_cookie(request: HTTPServerRequest, access: Access) -> str:
    """The value of Set-Cookie that has the browser forget the session."""
    return _set_cookie(request, access.cookie_name, "", 0)


def code_cookie(request: HTTPServerRequest, access: Access, link: str, share: Share) -> str:
    """The value of Set-Cookie of a browser in which the code of the share was entered."""
    return _set_cookie(request, _share_name(access, link), proof(access.signer, share), None)


def device_cookie(request: HTTPServerRequest, access: Access) -> str:
    return _set_cookie(request, _device_name(access), access.new_device(), _DEVICE_LASTS_S)


def _device_name(access: Access) -> str:
    return f"{access.cookie_name}-device"


def _share_name(access: Access, link: str) -> str:
    """The name of the cookie that holds the code of a share. It has a part of the link, so each share has its own."""
    return f"{access.cookie_name}-share-{link[2:10]}"


def _set_cookie(request: HTTPServerRequest, name: str, value: str, lasts_s: int | None) -> str:
    lasts = "" if lasts_s is None else f"; Max-Age={lasts_s}"
    cookie = f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{lasts}"
    # A proxy that has TLS may not say so, but browsers tell by Origin where the form was.
    is_secure = request.protocol == "https" or request.headers.get("Origin", "").startswith("https://")
    return f"__Host-{cookie}; Secure" if is_secure else cookie


def _cookies(field: str, beginning: str) -> dict[str, str]:
    """The cookies whose names begin so, with or without the prefix "__Host-". The first of a name counts: browsers send
    the one with the longer path first, and one of a prefix before others is nobody else's."""
    found: dict[str, str] = {}
    if beginning in field:
        for cookie in sorted(map(str.strip, field.split(";")), key=lambda each: not each.startswith("__Host-")):
            name, _, value = cookie.removeprefix("__Host-").partition("=")
            if name.startswith(beginning):
                found.setdefault(name, value)
    return found


_known_cookies = lru_cache(maxsize=512)(_cookies)  # of those who watch; each range is a request
