"""Response fields that tell browsers which pages of other sites may use an answer (Fetch Standard: CORP and CORS).

No site gets credentials: its pages see what a stranger sees, or what a ticket in the address opens. A page that plays
films without reading them, by an element without ``crossorigin``, does not say where it is from. So that is for all
sites or for none.

Tested by tests/process/test_other_sites.py.
"""

import re
from dataclasses import dataclass

from services.hosts import allowed_host

_OWN_ALONE = {"Cross-Origin-Resource-Policy": "same-origin"}
_BY_ORIGIN = {"Vary": "Origin"}
_READABLE = {
    "Cross-Origin-Resource-Policy": "cross-origin",
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
_ORIGIN = re.compile(r"(https?)://(\[[0-9a-fA-F:.]+\]|[^/:@\[\]?#\s]+)(?::([0-9]{1,5}))?/?", re.IGNORECASE)
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class OtherSites:
    """The sites whose pages may show and read what is here: ``all_``, or those of these ``origins``."""

    all_: bool = False
    origins: frozenset[str] = frozenset()

    def fields(self, origin: str | None) -> dict[str, str]:
        """The fields of every answer to a request with this Origin."""
        if self.all_:
            return {**_READABLE, "Access-Control-Allow-Origin": "*"}
        if origin in self.origins:
            return {**_READABLE, **_BY_ORIGIN, "Access-Control-Allow-Origin": origin}
        return {**_OWN_ALONE, **_BY_ORIGIN} if self.origins else _OWN_ALONE

    def preflight_fields(self, origin: str | None) -> dict[str, str]:
        """The fields of an answer to OPTIONS. Browsers send such a preflight request, for instance before a range."""
        return _PREFLIGHT if self.all_ or origin in self.origins else {}


NO_SITES = OtherSites()


def other_sites(text: str) -> OtherSites:
    """The setting ``text``: "yes", "no", or origins with commas between. Raises ValueError."""
    if text.lower() in ("yes", "no"):
        return OtherSites(all_=text.lower() == "yes")
    return OtherSites(origins=frozenset(_origin(each.strip()) for each in text.split(",")))


def _origin(text: str) -> str:
    """The origin as browsers write it: in lower case, in Punycode, and without the port that its scheme has anyway."""
    found = _ORIGIN.fullmatch(text)
    if found is None:
        raise ValueError(f"say yes, no, or origins such as https://films.example.org, not {text!r}")
    scheme, port = found[1].lower(), found[3]
    host = allowed_host(found[2])
    return f"{scheme}://{host}" if port in (None, _DEFAULT_PORTS[scheme]) else f"{scheme}://{host}:{port}"
