"""Signed values: whoever has no key can neither make nor change one (HMAC-SHA256, RFC 2104)."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import scrypt

_SIGNATURE_BYTES = 16  # RFC 2104 §5: half of the digest; a guess is right once in 2^128
_SALT = b"movie-streaming: the key of sessions and tickets"
_COST, _BLOCK = 2**14, 8  # 16 MiB: whoever has a signed link can try passwords at home


class Signer:
    """Signs by one key. Signatures for one purpose are worth nothing for another."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def signature(self, purpose: str, *parts: object) -> str:
        """Of the parts, in 22 characters that may stand in a URL. Each part is signed with its length, so
        no other parts make the same text."""
        text = "".join(f"{len(part)}:{part}" for part in (purpose, *map(str, parts)))
        digest = hmac.digest(self._key, text.encode("utf-8", "surrogateescape"), "sha256")
        return urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).rstrip(b"=").decode("ascii")

    def verifies(self, signature: str, purpose: str, *parts: object) -> bool:
        """Compares in constant time."""
        return signature.isascii() and hmac.compare_digest(signature, self.signature(purpose, *parts))


def derived_key(password: str, secret: str = "") -> bytes:
    """The key that servers with the same ``password`` (or its hash) and ``secret`` share. Takes 80 ms."""
    text = f"{secret}\n{password}".encode("utf-8", "surrogateescape")
    return scrypt(text, salt=_SALT, n=_COST, r=_BLOCK, p=1, maxmem=2 * 128 * _COST * _BLOCK, dklen=32)
