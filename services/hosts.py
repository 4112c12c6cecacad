"""Which host names are ours. Requests for other hosts are refused, as a defence against DNS rebinding.

In that attack, a foreign site's DNS name is changed to resolve to this machine. To the browser it is still the same
site, so its pages could read our list and our films. Such a request names the foreign site in Host, or in the authority
of an absolute URL, and pages can choose neither. They can set X-Forwarded-* fields, so those never admit a request.
IP addresses are always ours: they do not go through DNS. A request of HTTP/1.0 without Host is served, since no browser
sends one. The check is made in ``BaseHandler.prepare``, before a handler does anything, and on the worker's port.
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
MOST_TOLD = 20  # refused hosts in the log; a stranger can make up any number

_MOST_REMEMBERED = 64
_LONGEST_NAME = 253  # RFC 1035 §2.3.4, as text
_AUTHORITY = re.compile(r"(\[[^\[\]]+\]|[^:\[\]]+)(?::[0-9]*)?")  # RFC 9110 §7.2: no user, the port may be empty
_PREFIXES = ("*.", ".", "")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")  # "_" is in names that containers have

_log = logging.getLogger(__name__)


class Hosts:
    """Accepts IP addresses, localhost and names below it, this machine's names, and the ``allowed`` hosts.

    ``allowed`` are results of ``allowed_host``.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = {".localhost", *allowed}
        self._told: set[str] = set()
        self._ours: set[str] = set()  # authorities that passed the check: most requests name the same few

    def check(self, authority: str) -> None:
        """Raises HostRefused unless ``authority`` ("host" or "host:port") names one of our hosts, on any port."""
        if authority in self._ours:
            return
        host = _host(authority)
        if not self._is_ours(host):
            self._tell(host[:_LONGEST_NAME])
            raise HostRefused(host)
        if len(self._ours) < _MOST_REMEMBERED and len(authority) <= _LONGEST_NAME:
            self._ours.add(authority)

    def learn_full_name(self) -> None:
        """Adds the machine's fully qualified name, if DNS knows one. Blocks on DNS: call it in a thread."""
        name = socket.gethostname()
        with suppress(OSError, UnicodeError):
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME)
            full_name = _host(found[0][3])
            # In a foreign network a stranger's DNS answers, so only names that begin with our host name count.
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
    """The setting ``text`` in the spelling of requests: lower case, and Punycode for other scripts.

    "name" allows that name, "*.name" all names below it, ".name" both, and "*" any, as in nginx's server_name. Raises
    ValueError where ``text`` is no host name or address.
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
    """The host of ``authority``, in lower case. Malformed text is returned unchanged; it matches no name of ours."""
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
    """This machine's current host name: in full, without its domain, and under .local for mDNS (RFC 6762)."""
    name = _host(socket.gethostname())
    alone = name.partition(".")[0]
    return {name, alone, f"{alone}.local"} if alone else set()


def _parents(host: str) -> list[str]:
    """All parent domains: for "a.b.c", "b.c" and "c"."""
    labels = host.split(".")
    return [".".join(labels[number:]) for number in range(1, len(labels))]


def _ascii_label(label: str) -> str:
    """``label`` as browsers send it (UTS #46). Python's "idna" codec follows the older IDNA 2003: "ß" becomes "ss"."""
    label = unicodedata.normalize("NFKC", label.lower())
    return label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}"
