"""Response fields that tell browsers whether pages of other sites may use an answer (Fetch Standard: CORP and CORS).

Tested by tests/process/test_other_sites.py.
"""

_OWN_ALONE = {"Cross-Origin-Resource-Policy": "same-origin"}
_ANY = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    # Players need these to seek: a cast device that cannot read them starts from the beginning each time.
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    # Listed by name: older browsers and cast devices do not understand "*".
    "Access-Control-Allow-Headers": "Accept-Encoding, Content-Type, If-Match, If-Modified-Since, If-None-Match, "
    "If-Range, If-Unmodified-Since, Range",
    "Access-Control-Max-Age": "86400",
}


def fields(other_sites: bool) -> dict[str, str]:
    """The fields of every answer. ``other_sites``: pages of other sites may show and read it."""
    return _ANY if other_sites else _OWN_ALONE


def preflight_fields(other_sites: bool) -> dict[str, str]:
    """The fields of an answer to OPTIONS. Browsers send such a preflight request, for instance before a range."""
    return _PREFLIGHT if other_sites else {}
