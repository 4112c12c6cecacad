"""Google Cloud Storage, by its XML API. Requests have bearer tokens; links are signed by a service account's key.

https://cloud.google.com/storage/docs/xml-api/overview, https://cloud.google.com/storage/docs/access-control/signed-urls
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit

from services.http_client.client import NO_FIELDS
from services.storage.cloud.aws_signatures import request_hash
from services.storage.cloud.bucket_pages import bucket_page, query_of_list
from services.storage.cloud.cloud import Page, Request


class Signer(Protocol):
    """Makes links for viewers."""

    async def __call__(self, url: str, lasting_s: float) -> str:
        """A link with which anybody can GET ``url`` for ``lasting_s`` seconds. Raises StorageError."""


async def signed_link(url: str, lasting_s: float, email: str, signature: Callable[[bytes], Awaitable[bytes]]) -> str:
    """A link with which anybody can GET ``url`` for ``lasting_s`` seconds.

    ``email`` names the service account, and ``signature`` signs bytes with its key (RSA, SHA-256).
    """
    date = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{date[:8]}/auto/storage/goog4_request"
    query = {
        "X-Goog-Algorithm": "GOOG4-RSA-SHA256",
        "X-Goog-Credential": f"{email}/{scope}",
        "X-Goog-Date": date,
        "X-Goog-Expires": str(max(int(lasting_s), 1)),
        "X-Goog-SignedHeaders": "host",
    }
    link = f"{url}?{urlencode(query, quote_via=quote, safe='')}"
    hashed = request_hash("GET", link, {"host": urlsplit(url).netloc}, "UNSIGNED-PAYLOAD")
    signed = await signature(f"GOOG4-RSA-SHA256\n{date}\n{scope}\n{hashed}".encode())
    return f"{link}&X-Goog-Signature={signed.hex()}"


async def plain_link(url: str, lasting_s: float) -> str:
    """A Signer for public buckets: ``url`` itself."""
    return url


class Google:
    """A Cloud. ``bucket_url`` does not end in "/"; ``prefix`` is empty or ends in "/"."""

    def __init__(
        self, bucket_url: str, prefix: str, token: Callable[[], Awaitable[str]] | None, signer: Signer | None
    ) -> None:
        """``token`` returns a bearer token; None: requests need none. ``signer``: None if there are no links."""
        self._bucket_url = bucket_url
        self._prefix = prefix
        self._token = token
        self._signer = signer

    @property
    def link_origin(self) -> str | None:
        parts = urlsplit(self._bucket_url)
        return f"{parts.scheme}://{parts.netloc}" if self._signer else None

    async def to_list(self, beginning: str) -> Request:
        return await self._request(f"{self._bucket_url}?{query_of_list(self._prefix, beginning)}")

    async def page(self, document: bytes) -> Page:
        return await bucket_page(document, self._prefix)

    async def to_get(self, key: str) -> Request:
        return await self._request(self._url(key))

    to_head = to_get

    def is_archived(self, fields: Mapping[str, str]) -> bool:
        return False  # objects of Google's class ARCHIVE can be read at once

    async def link(self, key: str, lasting_s: float) -> str | None:
        return await self._signer(self._url(key), lasting_s) if self._signer else None

    def _url(self, key: str) -> str:
        return f"{self._bucket_url}/{quote(self._prefix + key)}"

    async def _request(self, url: str) -> Request:
        return Request(url, {"Authorization": f"Bearer {await self._token()}"} if self._token else NO_FIELDS)
