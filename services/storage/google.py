"""Google Cloud Storage: its XML API, by tokens, and links that a service account's key signs.

https://cloud.google.com/storage/docs/xml-api/overview, https://cloud.google.com/storage/docs/access-control/signed-urls
"""

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from time import time
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.storage.aws_signatures import request_hash
from services.storage.bucket_pages import bucket_page, query_of_list
from services.storage.cloud import Page, Request
from services.storage.http_client import NO_FIELDS

_SCOPE = "https://www.googleapis.com/auth/devstorage.read_only"
_TOKEN_LASTS_S = 3600
_RENEWED_AHEAD_S = 600.0


class Signer(Protocol):
    async def __call__(self, url: str, lasting_s: float) -> str:
        """A link by which whoever has it can GET what is at ``url``."""


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """Whose key signs for it. Raises ValueError where that is no RSA key."""

    email: str
    key_id: str
    key: RSAPrivateKey

    @staticmethod
    def of(account: Mapping[str, str]) -> "ServiceAccount":
        try:
            key = load_pem_private_key(account["private_key"].encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ValueError("the service account's private key cannot be read") from None
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("the service account's private key is not RSA's")
        return ServiceAccount(account["client_email"], account.get("private_key_id", ""), key)

    async def token(self) -> tuple[str, float]:
        """One that Google takes as it is (a self-signed JWT), and for how many seconds it serves."""
        now = int(time())
        head = {"alg": "RS256", "typ": "JWT", "kid": self.key_id}
        claims = {"iss": self.email, "sub": self.email, "scope": _SCOPE, "iat": now, "exp": now + _TOKEN_LASTS_S}
        signed = f"{_base64(json.dumps(head).encode())}.{_base64(json.dumps(claims).encode())}"
        return f"{signed}.{_base64(self._signature(signed))}", _TOKEN_LASTS_S - _RENEWED_AHEAD_S

    async def link(self, url: str, lasting_s: float) -> str:
        date = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{date[:8]}/auto/storage/goog4_request"
        query = {
            "X-Goog-Algorithm": "GOOG4-RSA-SHA256",
            "X-Goog-Credential": f"{self.email}/{scope}",
            "X-Goog-Date": date,
            "X-Goog-Expires": str(max(int(lasting_s), 1)),
            "X-Goog-SignedHeaders": "host",
        }
        link = f"{url}?{urlencode(query, quote_via=quote, safe='')}"
        hashed = request_hash("GET", link, {"host": urlsplit(url).netloc}, "UNSIGNED-PAYLOAD")
        signature = self._signature(f"GOOG4-RSA-SHA256\n{date}\n{scope}\n{hashed}")
        return f"{link}&X-Goog-Signature={signature.hex()}"

    def _signature(self, text: str) -> bytes:
        return self.key.sign(text.encode(), PKCS1v15(), SHA256())


class Google:
    """A Cloud. ``bucket_url`` ends in no "/", ``prefix`` does if there is one. Without ``token`` none is needed."""

    def __init__(
        self, bucket_url: str, prefix: str, token: Callable[[], Awaitable[str]] | None, signer: Signer | None
    ) -> None:
        """``signer`` makes links for viewers; None: there are none."""
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

    def is_archived(self, fields: Message) -> bool:
        return False  # its class ARCHIVE is read at once

    async def link(self, key: str, lasting_s: float) -> str | None:
        return await self._signer(self._url(key), lasting_s) if self._signer else None

    def _url(self, key: str) -> str:
        return f"{self._bucket_url}/{quote(self._prefix + key)}"

    async def _request(self, url: str) -> Request:
        return Request(url, {"Authorization": f"Bearer {await self._token()}"} if self._token else NO_FIELDS)


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


async def as_it_is(url: str, lasting_s: float) -> str:
    """A Signer of what is public."""
    return url
