"""HTTP proxies between us and a store, set by the customary variables HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY.

Each can be in lower case too. An https store is reached through a tunnel (CONNECT). A plain http store is asked by a
request with the absolute URL, since many proxies open tunnels to port 443 only. Proxies that are themselves reached by
TLS or SOCKS are not supported; they are a wrong setting.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, unquote, urlsplit

from services.errors import InvalidSetting, StoreFault, StoreUnavailable
from services.http_client.connection import Connection
from services.http_client.head import read_head
from services.http_client.reader import Incoming


@dataclass(frozen=True, slots=True)
class Proxy:
    """``fields`` are sent to the proxy: Proxy-Authorization, if the setting has a user."""

    host: str
    port: int
    fields: Mapping[str, str]


class Proxies:
    """The proxies set in ``environment``. Raises InvalidSetting."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._by_scheme = {scheme: _proxy(scheme, environment) for scheme in ("http", "https")}
        direct = environment.get("no_proxy") or environment.get("NO_PROXY", "")
        self._direct = [each.strip().lower() for each in direct.split(",") if each.strip()]

    def of(self, origin: SplitResult) -> Proxy | None:
        """The proxy for ``origin``; None to connect directly."""
        proxy = self._by_scheme.get(origin.scheme)
        host = origin.hostname or ""
        return None if proxy is None or any(_covers(each, host) for each in self._direct) else proxy


def _covers(exception: str, host: str) -> bool:
    """Whether an entry of NO_PROXY matches: a name, for itself and all names below it; an address; a network; "*"."""
    if exception == "*":
        return True
    try:
        return ip_address(host) in ip_network(exception, strict=False)
    except ValueError:  # one of them is a name
        return f".{host}".endswith(f".{exception.lstrip('.')}")


async def open_tunnel(connection: Connection, authority: str, proxy: Proxy) -> None:
    """Asks the proxy at the other end of ``connection`` for a tunnel to ``authority`` ("store.example:443").

    Raises StoreUnavailable or StoreFault if the proxy refuses, and read_head's errors. RFC 9110 §9.3.6.
    """
    lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
    lines += [f"{name}: {value}" for name, value in proxy.fields.items()]
    await connection.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    status = (await read_head(Incoming(connection))).status
    if status != HTTPStatus.OK:
        kind = StoreUnavailable if status >= HTTPStatus.INTERNAL_SERVER_ERROR else StoreFault
        raise kind(f"the proxy answers {status}")


def _proxy(scheme: str, environment: Mapping[str, str]) -> Proxy | None:
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    name = next((name for name in names if environment.get(name)), None)
    if name is None:
        return None
    url = environment[name] if "://" in environment[name] else f"http://{environment[name]}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        host = None
    if not host or parts.scheme != "http":
        raise InvalidSetting(f"{name}: films come by a proxy that is given like http://proxy.example:3128")
    if parts.username is None:
        return Proxy(host, port, {})
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return Proxy(host, port, {"Proxy-Authorization": f"Basic {base64.b64encode(user.encode()).decode()}"})
