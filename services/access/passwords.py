"""The server's password: plain text, or a hash of it (scrypt, RFC 7914) from which nobody can read it.

A hash is "scrypt:14:8:5:salt:digest": the binary logarithm of the cost, the block size, the passes, and the last two in
base64. It has no "$", which shells and Docker Compose would replace.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import scrypt
from secrets import token_bytes
from unicodedata import normalize

from services.errors import TooManyAttempts
from services.threads import Threads

LONGEST_BYTES = 1024
_COST_LOG2, _BLOCK, _PASSES = 14, 8, 5  # 16 MiB, and a fifth of a second (OWASP Password Storage Cheat Sheet)
_MOST_BYTES = 64 * 1024 * 1024  # that a hash may ask for
_DIGEST_BYTES = 32
_PREFIX = "scrypt:"
_FORM = re.compile(r"scrypt:([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}):([A-Za-z0-9_-]{16,86}):([A-Za-z0-9_-]{43})")
_MOST_WAITING = 16  # attempts; each takes a fifth of a second, and only one is made at a time


@dataclass(frozen=True, slots=True)
class PasswordHash:
    cost_log2: int
    block: int
    passes: int
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> "PasswordHash":
        """Takes a fifth of a second."""
        salt = token_bytes(16)
        digest = _scrypt(password, salt, _COST_LOG2, _BLOCK, _PASSES)
        return cls(_COST_LOG2, _BLOCK, _PASSES, salt, digest)

    @classmethod
    def parse(cls, text: str) -> "PasswordHash":
        """Raises ValueError where ``text`` is no hash, or one that would take too much memory or time."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError("a hash is what `movie-streaming hash-password` prints, whole and on one line")
        cost_log2, block, passes = map(int, found.groups()[:3])
        is_bounded = cost_log2 >= 10 and block >= 1 and 1 <= passes <= 16
        if not (is_bounded and 128 * block << cost_log2 <= _MOST_BYTES):
            raise ValueError("the hash takes too much memory or time, or too little; make one by hash-password")
        return cls(cost_log2, block, passes, _from_base64(found[4]), _from_base64(found[5]))

    def __str__(self) -> str:
        salt, digest = (urlsafe_b64encode(each).rstrip(b"=").decode("ascii") for each in (self.salt, self.digest))
        return f"{_PREFIX}{self.cost_log2}:{self.block}:{self.passes}:{salt}:{digest}"

    def matches(self, password: str) -> bool:
        """Takes memory and time, as the hash says: call it in a thread, and not in several at once."""
        digest = _scrypt(password, self.salt, self.cost_log2, self.block, self.passes)
        return hmac.compare_digest(digest, self.digest)


class Password:
    """Tells whether what somebody gives is the password. What was right once is known again at once."""

    def __init__(self, text: str) -> None:
        """``text``: the password, or its hash. Raises ValueError."""
        if not text or len(text.encode("utf-8", "surrogateescape")) > LONGEST_BYTES:
            raise ValueError(f"a password has from 1 to {LONGEST_BYTES} bytes")
        self._key = token_bytes(32)  # what is kept of the password is worth nothing elsewhere
        self._hash = PasswordHash.parse(text) if text.startswith(_PREFIX) else None
        self._right = None if self._hash else self._told_by(text)
        self._threads = Threads("passwords", most=1)
        self._waiting = 0

    def is_known(self, given: str) -> bool:
        """Whether it is the password, and that is known without work."""
        return self._right is not None and hmac.compare_digest(self._right, self._told_by(given))

    async def matches(self, given: str) -> bool:
        """Whether it is the password. Raises TooManyAttempts if too many are being looked into."""
        if self.is_known(given):
            return True
        if self._hash is None or len(given) > LONGEST_BYTES:
            return False
        if self._waiting >= _MOST_WAITING:
            raise TooManyAttempts(retry_after_s=5)
        self._waiting += 1
        try:
            matches = await self._threads.ask(self._hash.matches, given)
        finally:
            self._waiting -= 1
        if matches:
            self._right = self._told_by(given)
        return matches

    def _told_by(self, password: str) -> bytes:
        return hmac.digest(self._key, _canonical(password), "sha256")


def _scrypt(password: str, salt: bytes, cost_log2: int, block: int, passes: int) -> bytes:
    cost = 1 << cost_log2
    most = 2 * 128 * cost * block
    return scrypt(_canonical(password), salt=salt, n=cost, r=block, p=passes, maxmem=most, dklen=_DIGEST_BYTES)


def _canonical(password: str) -> bytes:
    """The same bytes whichever keyboard wrote it: some write "é" as one character, others as two."""
    return normalize("NFC", password).encode("utf-8", "surrogateescape")


def _from_base64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
