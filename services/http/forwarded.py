"""Who asks, and by which address, as proxies in front of the server tell it: X-Forwarded-* and Forwarded (RFC 7239).

Anybody can send these fields. So they count only if the connection comes from a trusted proxy, and then only as far as
trusted proxies have made them. Each proxy adds to the right the address from which it was asked, so the viewer is the
first from the right that is no trusted proxy. What is left of it may be made up.

A proxy that sets X-Forwarded-* may pass on a Forwarded that the viewer sent. So that one counts only alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.networks import Networks, includes, parsed_address

MOST_USER_CHARS = 256
MOST_HOPS = 16  # a chain of proxies is shorter; each is looked up in all trusted networks

_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+){0,16}")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_WITH_PORT = re.compile(r"([0-9.]+):[0-9]{1,5}|\[([^\]]+)\](?::[0-9]{1,5})?")  # as some proxies write addresses


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The ``address`` from which the viewer asked, and ``scheme``, ``host`` and path ``prefix`` that they asked for.
    None, or no prefix: the proxies do not say."""

    address: str | None = None
    scheme: str | None = None
    host: str | None = None
    prefix: str = ""


DIRECT = Forwarded()


def forwarded(fields: Mapping[str, str], trusted: Networks) -> Forwarded:
    """What a request of a proxy tells. ``trusted``: the networks of all proxies; empty: the peer is no proxy of ours.

    Values that are malformed count as missing.
    """
    if not trusted:
        return DIRECT
    told = {name: _by_hop(fields.get(f"X-Forwarded-{name}")) for name in ("For", "Proto", "Host")}
    if not any(told.values()):
        told = _of_elements(fields.get("Forwarded"))
    address, hop = _viewer(told["For"], trusted)
    scheme, host = _at(told["Proto"], hop).lower(), _at(told["Host"], hop)
    prefix = fields.get("X-Forwarded-Prefix", "").rstrip("/")
    return Forwarded(
        address,
        scheme if scheme in ("http", "https") else None,
        host if is_authority(host) else None,
        prefix if _PREFIX.fullmatch(prefix) else "",
    )


def user_of(fields: Mapping[str, str], name: str, trusted: Networks) -> str:
    """Whom a proxy has signed in, by the field ``name``. "": nobody, or the peer is no proxy of ours.

    Two values are nobody's name: the first may be the viewer's, to which the proxy has added its own.
    """
    user = fields.get(name, "").strip() if trusted and name else ""
    return user if user.isprintable() and "," not in user and len(user) <= MOST_USER_CHARS else ""


def is_authority(text: str) -> bool:
    """Whether ``text`` is a host, with or without a port, that an address can be made of."""
    return _HOST.fullmatch(text) is not None


def _by_hop(field: str | None) -> list[str]:
    """The last values of a list, that of the nearest proxy first."""
    return [value.strip() for value in reversed((field or "").rsplit(",", MOST_HOPS)[-MOST_HOPS:])] if field else []


def _of_elements(field: str | None) -> dict[str, list[str]]:
    """The parameters of Forwarded, by hop. A comma within quotes ends an element, too: no value that counts has one,
    and a quote that the viewer opened cannot hide what proxies have added."""
    elements = [_parameters(element) for element in _by_hop(field)]
    return {name: [each.get(name.lower(), "") for each in elements] for name in ("For", "Proto", "Host")}


def _parameters(element: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in element.split(";"))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def _viewer(addresses: list[str], trusted: Networks) -> tuple[str | None, int]:
    """The viewer's address, and its hop: 0 is what the nearest proxy tells. If all are trusted, the farthest. What is
    beyond a malformed one is not looked at."""
    viewer, viewer_hop = None, 0
    for hop, text in enumerate(addresses):
        with_port = _WITH_PORT.fullmatch(text)
        address = parsed_address((with_port[1] or with_port[2]) if with_port else text)
        if address is None:
            break
        viewer, viewer_hop = str(address), hop
        if not includes(trusted, address):
            break
    return viewer, viewer_hop


def _at(values: list[str], hop: int) -> str:
    """The value of that hop. A proxy that replaces the list, instead of adding to it, knows best."""
    return values[min(hop, len(values) - 1)] if values else ""
