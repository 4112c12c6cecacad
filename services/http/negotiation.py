"""Which content coding a request prefers (RFC 9110 §12.5.3)."""

import re

_WEIGHTED = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]*+;[ \t]*+[qQ]=([01](?:\.[0-9]{0,3})?))?")
_OWS = " \t"


def accepts_gzip(accept_encoding: str | None) -> bool:
    """Whether gzip may be sent and is wanted no less than identity. Without the field: no."""
    if accept_encoding is None:
        return False
    weights = {}
    for element in accept_encoding.split(","):
        if match := _WEIGHTED.fullmatch(element.strip(_OWS)):
            weights[match[1].lower()] = float(match[2] or 1)
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    # Not listed, identity is acceptable, but only what is listed is asked for.
    return gzip > 0 and gzip >= weights.get("identity", 0.0)
