"""Service accounts of Google: their private key signs tokens and links without asking Google.

Tested by tests/services/storage/cloud/test_open_bucket.py.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from time import time

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.storage.cloud.google import signed_link
from services.storage.cloud.identity import RENEWED_AHEAD_S

_SCOPE = "https://www.googleapis.com/auth/devstorage.read_only"
_TOKEN_LASTS_S = 3600


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A service account and its private key."""

    email: str
    key_id: str
    key: RSAPrivateKey

    @staticmethod
    def of(account: Mapping[str, str]) -> "ServiceAccount":
        """From the content of its JSON key file. Raises ValueError if it has no valid RSA key."""
        try:
            key = load_pem_private_key(account["private_key"].encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ValueError("the service account's private key cannot be read") from None
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("the service account's private key is not RSA's")
        return ServiceAccount(account.get("client_email", ""), account.get("private_key_id", ""), key)

    async def token(self) -> tuple[str, float]:
        """A self-signed JWT, which Google accepts as a bearer token, and for how many seconds to use it."""
        now = int(time())
        head = {"alg": "RS256", "typ": "JWT", "kid": self.key_id}
        claims = {"iss": self.email, "sub": self.email, "scope": _SCOPE, "iat": now, "exp": now + _TOKEN_LASTS_S}
        signed = f"{_base64(json.dumps(head).encode())}.{_base64(json.dumps(claims).encode())}"
        return f"{signed}.{_base64(await self.signature(signed.encode()))}", _TOKEN_LASTS_S - RENEWED_AHEAD_S

    async def signature(self, text: bytes) -> bytes:
        """RSA PKCS #1 v1.5 with SHA-256."""
        return self.key.sign(text, PKCS1v15(), SHA256())

    async def link(self, url: str, lasting_s: float) -> str:
        """A Signer."""
        return await signed_link(url, lasting_s, self.email, self.signature)


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
