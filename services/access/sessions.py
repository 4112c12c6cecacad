"""Sessions: the value of a cookie, which says from when to when somebody is signed in. Nothing is kept at the server.

"6f0a1c00.6f0b6d80.s.Qx3….9kd…": issued, end (Unix time, in hexadecimal digits), whether the browser keeps it when it is
closed ("s" stays, "b" goes with the browser), 8 random bytes, signature. The random bytes keep those apart who sign in
within the same second: whoever signs out ends one session. The key is derived from the password, so another password
ends all sessions.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from secrets import token_urlsafe

from services.access.signing import Signer

STAYS_S = 90 * 86_400
GOES_S = 24 * 3600  # of a browser that is never closed

_FORM = re.compile(r"([0-9a-f]{1,10})\.([0-9a-f]{1,10})\.([sb])\.[A-Za-z0-9_-]{11}\.([A-Za-z0-9_-]{22})")
_PURPOSE = "session"


@dataclass(frozen=True, slots=True)
class Session:
    """From ``issued_s`` to ``end_s`` (Unix time). ``stays``: also when the browser is closed."""

    issued_s: int
    end_s: int
    stays: bool

    @classmethod
    def begun(cls, now_s: float, stays: bool) -> "Session":
        return cls(int(now_s), int(now_s) + (STAYS_S if stays else GOES_S), stays)

    def is_due_for_renewal(self, now_s: float) -> bool:
        """Whether half of it is over: whoever comes back gets a new one."""
        return now_s > (self.issued_s + self.end_s) / 2


def cookie_value(signer: Signer, session: Session) -> str:
    """The value of a cookie, another one each time."""
    text = f"{session.issued_s:x}.{session.end_s:x}.{'s' if session.stays else 'b'}.{token_urlsafe(8)}"
    return f"{text}.{signer.signature(_PURPOSE, text)}"


def session_of(signer: Signer, value: str, now_s: float) -> Session | None:
    """The session of a cookie's value. None: it is not ours, or has ended."""
    session = signed_session(signer, value)
    return session if session and now_s < session.end_s else None


@lru_cache(maxsize=512)  # of those who watch; each range is a request
def signed_session(signer: Signer, value: str) -> Session | None:
    """The session of a cookie's value, also if it has ended. None: it is not ours."""
    found = _FORM.fullmatch(value)
    if found is None or not signer.verifies(found[4], _PURPOSE, value.rpartition(".")[0]):
        return None
    return Session(int(found[1], 16), int(found[2], 16), found[3] == "s")
