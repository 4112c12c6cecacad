"""What an answer says of pages of other sites: whether a browser may let them show or read it (Fetch Standard)."""

_OWN_ALONE = {"Cross-Origin-Resource-Policy": "same-origin"}
_ANY = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    # Players need these to seek: a cast device that does not see them begins anew each time.
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    # By name, since older browsers and cast devices do not take "*".
    "Access-Control-Allow-Headers": "Accept-Encoding, Content-Type, If-Match, If-Modified-Since, If-None-Match, "
    "If-Range, If-Unmodified-Since, Range",
    "Access-Control-Max-Age": "86400",
}


def fields(other_sites: bool) -> dict[str, str]:
    """Those of every answer. ``other_sites``: whether pages of these may show and read it."""
    return _ANY if other_sites else _OWN_ALONE


def preflight_fields(other_sites: bool) -> dict[str, str]:
    """Those of an answer to OPTIONS, by which a browser asks before it asks for a range, for one."""
    return _PREFLIGHT if other_sites else {}
