"""The hosts that are ours, so that a foreign site whose name leads here (DNS rebinding) cannot read what is here.

A browser takes "http://evil.example:8000" for one site, also when that name becomes an address of this machine: then
pages of that site could read the list and the films. Nobody can have an address for a name, nor a name that is ours.
"""

import logging
import re
import socket
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address

from services.errors import HostRefused

ANY = "*"
MOST_TOLD = 20  # refused hosts that the log tells of: a stranger can name any

_MOST_REMEMBERED = 64
_LONGEST_NAME = 253  # RFC 1035 §2.3.4, as text
_AUTHORITY = re.compile(r"(\[[^\[\]]+\]|[^:\[\]]+)(?::[0-9]*)?")  # RFC 9110 §7.2: no user, the port may be empty
_PREFIXES = ("*.", ".", "")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")  # "_" is in names that containers have

_log = logging.getLogger(__name__)


class Hosts:
    """Addresses, localhost, the names of this machine, and what ``allowed`` has, as ``allowed_host`` returns it."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = {".localhost", *allowed}
        self._told: set[str] = set()
        self._ours: set[str] = set()  # authorities that were found to be, since most requests name the same few

    def check(self, authority: str) -> None:
        """Raises HostRefused if a request with this Host is not for us. The port does not matter."""
        if authority in self._ours:
            return
        host = _host(authority)
        if not self._is_ours(host):
            self._tell(host[:_LONGEST_NAME])
            raise HostRefused(host)
        if len(self._ours) < _MOST_REMEMBERED and len(authority) <= _LONGEST_NAME:
            self._ours.add(authority)

    def learn_full_name(self) -> None:
        """Adds the machine's fully qualified name. May wait for a DNS that does not answer, so it needs a thread."""
        name = socket.gethostname()
        with suppress(OSError, UnicodeError):
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME)
            full_name = _host(found[0][3])
            # In a foreign network a stranger answers: any other name is not taken for ours.
            if full_name.startswith(f"{_host(name)}."):
                self._allowed = {*self._allowed, full_name}

    def _is_ours(self, host: str) -> bool:
        if ANY in self._allowed:
            return True
        if len(host) > _LONGEST_NAME:
            return False
        return _is_address(host) or self._is_allowed(host) or host in _machine_names()

    def _is_allowed(self, host: str) -> bool:
        if host in self._allowed or f".{host}" in self._allowed:
            return True
        return any(f".{parent}" in self._allowed or f"*.{parent}" in self._allowed for parent in _parents(host))

    def _tell(self, host: str) -> None:
        if host in self._told or len(self._told) == MOST_TOLD:
            return
        self._told.add(host)
        _log.warning(
            "refused a request for %s, which is no name of this server; if it is yours, allow it by --allowed-hosts"
            " (ALLOWED_HOSTS in the environment)%s",
            ascii(host),
            "; further ones are not told of" if len(self._told) == MOST_TOLD else "",
        )


def allowed_host(text: str) -> str:
    """A host that the operator allows, spelled as in requests. Raises ValueError.

    "name" is that name, "*.name" all below it, ".name" both, "*" any. As in nginx's server_name.
    """
    if text == ANY or _is_address(text.lower()):
        return text.lower()
    prefix = next(filter(text.startswith, _PREFIXES))
    name = text.removeprefix(prefix)
    labels = [_ascii_label(label) for label in name.removesuffix(".").split(".")]
    if not all(map(_LABEL.fullmatch, labels)) or len(name) > _LONGEST_NAME:
        raise ValueError(f"a host is a name without scheme and port, such as films.example.org, not {text!r}")
    return prefix + ".".join(labels)


def _host(authority: str) -> str:
    """The host alone, in lower case. What has no host and port is returned as it is, and is nobody's name."""
    found = _AUTHORITY.fullmatch(authority)
    return found[1].lower().removesuffix(".") if found else authority


def _is_address(host: str) -> bool:
    try:
        if host.startswith("[") and host.endswith("]"):
            IPv6Address(host[1:-1].replace("%25", "%"))  # a zone, as URLs write it (RFC 6874)
        else:
            IPv4Address(host)
    except ValueError:
        return False
    return True


def _machine_names() -> set[str]:
    """The name that this machine has now, with and without its domain, and as mDNS has it (RFC 6762)."""
    name = _host(socket.gethostname())
    alone = name.partition(".")[0]
    return {name, alone, f"{alone}.local"} if alone else set()


def _parents(host: str) -> list[str]:
    """Of a.b.c: b.c and c."""
    labels = host.split(".")
    return [".".join(labels[number:]) for number in range(1, len(labels))]


def _ascii_label(label: str) -> str:
    """As browsers send it (UTS #46; Python's "idna" is of 2003 and would make "ss" of "ß")."""
    label = unicodedata.normalize("NFKC", label.lower())
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"
