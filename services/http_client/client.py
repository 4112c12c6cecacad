"""An HTTP/1.1 client for stores. It reads nothing ahead: content that nobody asked for stays with the sender.

It sends GET and HEAD, and PUT and POST for keys and tokens, with Accept-Encoding: identity. It does not follow
redirects.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from services.errors import StoreFault, StoreTimeout, StoreUnavailable
from services.http_client.body import HttpBody
from services.http_client.connection import Connection, connect
from services.http_client.fields import Fields
from services.http_client.framing import framing
from services.http_client.head import read_head
from services.http_client.lookups import Lookups
from services.http_client.proxies import Proxies, open_tunnel
from services.http_client.reader import Incoming
from services.http_client.timeouts import Patience, exchange

KEEP_S = 4.0  # S3 closes connections that are idle for 5 s
MAX_KEPT = 32  # idle connections, for each origin

_WITHOUT_CONTENT = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
NO_FIELDS: Mapping[str, str] = MappingProxyType({})
Method = Literal["GET", "HEAD", "PUT", "POST"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response whose head was read. ``body`` must be closed."""

    status: int
    fields: Fields
    body: HttpBody


class HttpClient:
    """Idle connections are kept for ``keep_s`` and shared by all requests to their origin.

    ``authorities`` is a file of trusted certificates in PEM; None: the system's.
    """

    def __init__(
        self,
        patience: Patience,
        authorities: str | None = None,
        proxies: Proxies | None = None,
        keep_s: float = KEEP_S,
    ) -> None:
        self._keep_s = keep_s
        self._patience = patience
        self._authorities = authorities
        self._proxies = proxies or Proxies({})
        self._lookups = Lookups()
        self._tls: ssl.SSLContext | None = None  # shared: making one takes 24 ms
        self._kept: dict[str, list[tuple[Connection, asyncio.TimerHandle]]] = {}  # longest idle first

    async def request(
        self, method: Method, url: str, fields: Mapping[str, str] = NO_FIELDS, content: bytes = b""
    ) -> Answer:
        """Sends a request and reads the head of the response, whatever its status. The body must be closed.

        A request that fails on a kept connection is sent once more, on a new one, since the other side may have closed
        the kept one. It is not sent again after a timeout. Raises StoreUnavailable, StoreTimeout, and StoreFault if
        the response is not valid HTTP, or the certificate is not trusted.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if parts.scheme == "http" and (proxy := self._proxies.of(parts)):
            target, fields = origin + target, {**fields, **proxy.fields}  # RFC 9112 §3.2.2
        lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc}", "Accept-Encoding: identity"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        if method in ("PUT", "POST"):
            lines.append(f"Content-Length: {len(content)}")
        request = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + content
        kept = self._kept_connection(origin)
        if kept is not None:
            try:
                return await self._answer(kept, origin, request)
            except StoreTimeout:
                raise
            except StoreUnavailable:
                pass  # the other side has closed it: try once more
        return await self._answer(await self._connected(origin), origin, request)

    def close(self) -> None:
        for kept in self._kept.values():
            for connection, expiry in kept:
                expiry.cancel()
                connection.close()
        self._kept.clear()
        self._lookups.close()

    def _release(self, origin: str, connection: Connection, keep: bool) -> None:
        kept = self._kept.setdefault(origin, [])
        if keep and len(kept) < MAX_KEPT:
            expiry = asyncio.get_running_loop().call_later(self._keep_s, self._close_longest_kept, origin)
            kept.append((connection, expiry))
        else:
            connection.close()

    def _close_longest_kept(self, origin: str) -> None:
        connection, _ = self._kept[origin].pop(0)
        connection.close()

    def _kept_connection(self, origin: str) -> Connection | None:
        kept = self._kept.get(origin, [])
        while kept:
            connection, expiry = kept.pop()
            expiry.cancel()
            if connection.is_idle():
                return connection
            connection.close()
        return None

    async def _connected(self, origin: str) -> Connection:
        try:
            async with asyncio.timeout(self._patience.connect_s):
                return await self._reached(urlsplit(origin))
        except TimeoutError as error:
            raise StoreTimeout("cannot connect in time") from error
        except ssl.SSLCertVerificationError as error:
            raise StoreFault(f"its certificate is not trusted: {error.verify_message}") from error
        except UnicodeError as error:
            raise StoreFault("its host name is not valid") from error
        except ValueError as error:
            raise StoreFault("its proxy does not answer in valid HTTP") from error
        except OSError as error:  # refused, unknown name, failed TLS handshake
            raise StoreUnavailable(f"cannot connect: {error}") from error

    async def _reached(self, origin: SplitResult) -> Connection:
        proxy = self._proxies.of(origin)
        host, port = origin.hostname or "", origin.port or (443 if origin.scheme == "https" else 80)
        addresses = await self._lookups.addresses(*((proxy.host, proxy.port) if proxy else (host, port)))
        connection = await connect(addresses)
        try:
            if proxy and origin.scheme == "https":
                await open_tunnel(connection, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", proxy)
            if origin.scheme == "https":
                await connection.secure(self._tls_context(), host)
        except BaseException:
            connection.close()
            raise
        return connection

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context(cafile=self._authorities)
            if self._authorities:
                # Private authorities often break rules of RFC 5280. Python 3.13 began to refuse them by default.
                self._tls.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return self._tls

    async def _answer(self, connection: Connection, origin: str, request: bytes) -> Answer:
        try:
            async with exchange("answer", self._patience.answer_s):
                await connection.send(request)
                incoming = Incoming(connection)
                head = await read_head(incoming)
                has_content = not request.startswith(b"HEAD ") and head.status not in _WITHOUT_CONTENT
                end = framing(head, has_content)
                body = HttpBody(connection, incoming, end, self._patience, partial(self._release, origin))
        except BaseException:
            connection.close()
            raise
        return Answer(head.status, head.fields, body)
