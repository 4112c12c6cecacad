"""The choice of a content coding by Accept-Encoding (RFC 9110 §12.5.3)."""

import re

_WEIGHTED = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]*+;[ \t]*+[qQ]=([01](?:\.[0-9]{0,3})?))?")
_OWS = " \t"


def accepts_gzip(accept_encoding: str | None) -> bool:
    """Whether the client accepts gzip and prefers it at least as much as identity. None (no field): False."""
    if accept_encoding is None:
        return False
    weights = {}
    for element in accept_encoding.split(","):
        if match := _WEIGHTED.fullmatch(element.strip(_OWS)):
            weights[match[1].lower()] = float(match[2] or 1)
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    # An identity that is not listed is acceptable, but not preferred.
    return gzip > 0 and gzip >= weights.get("identity", 0.0)
