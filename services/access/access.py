"""Who is who: turns what a request shows into a grant, and signs people in and out."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from time import monotonic, time

from services.access import sessions, tickets
from services.access.attempts import Attempts
from services.access.authorization import password_in
from services.access.grants import Grant, Nobody, Owner, ProxyUser, Scope
from services.access.passwords import Password
from services.access.sessions import Session
from services.access.shares import Share, is_code
from services.access.signing import Signer
from services.errors import TooManyAttempts, WrongPassword
from services.recent import Recent

# The viewer's address is at the end of the line. deploy/fail2ban/ reads it.
_log = logging.getLogger("sign-in")

_SIGNED_OUT_BYTES = 200_000  # for about a thousand sessions
_SIGNED_OUT_EACH = 200
_DEVICE = "device"
_LONGEST = 64  # sessions are shorter, and some of what is asked for is kept


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request shows of who asks. What is absent is empty.

    ``address`` is the viewer's, and ``site`` what it is counted by: for IPv6 its network. ``proxy_user``: whom
    a trusted proxy has signed in. ``share`` is the link of a share, ``share_code`` the proof that its code was entered.
    """

    address: str
    site: str
    session: str = ""
    device: str = ""
    authorization: str = ""
    ticket: str = ""
    proxy_user: str = ""
    share: str = ""
    share_code: str = ""


class Access:
    """The lock of a server. Without a ``password`` there is none: everybody is the owner.

    ``signer`` has the key of sessions and tickets. ``clock`` answers the Unix time. ``user_header`` is the field in
    which a trusted proxy names whom it has signed in; "": none.
    """

    def __init__(
        self,
        password: Password | None = None,
        signer: Signer | None = None,
        clock: Callable[[], float] = time,
        user_header: str = "",
    ) -> None:
        self.user_header = user_header
        self._password = password
        self.signer = signer or Signer(b"")
        self._clock = clock
        self._attempts = Attempts()
        self._code_attempts = Attempts()
        self._signed_out: Recent[str, None] = Recent(_SIGNED_OUT_BYTES)
        # Servers on one machine share its cookies, whatever their ports are. Each has a name of its own for them.
        self.cookie_name = f"films-{self.signer.signature('cookie')[:8]}"

    def now_s(self) -> float:
        return self._clock()

    @property
    def is_locked(self) -> bool:
        return self._password is not None

    def grant_at_once(self, shown: Shown, film: str) -> Grant:
        """Who asks for something of ``film`` ("": of none), as far as that shows without looking at a password."""
        if self._password is None or self.session(shown) is not None:
            return Owner()
        if shown.proxy_user:
            return ProxyUser(shown.proxy_user)
        return tickets.holder(self.signer, shown.ticket, film, self._clock()) or Nobody()

    async def grant_by_password(self, shown: Shown) -> Grant:
        """Who asks, by the Authorization field. Raises WrongPassword and TooManyAttempts."""
        given = password_in(shown.authorization)
        if given is None:
            return Nobody()
        await self.check(given, shown)
        return Owner()

    async def check(self, given: str, shown: Shown) -> None:
        """Raises WrongPassword and TooManyAttempts. Each is one line in the log, with the address of who tried."""
        assert self._password is not None
        who = shown.device if self._is_device(shown.device) else shown.site
        try:
            self._attempts.begin(who, monotonic())
            matches = await self._password.matches(given)
        except TooManyAttempts:
            _log.warning("too many attempts from %s", shown.address)
            raise
        if not matches:
            _log.warning("wrong password from %s", shown.address)
            raise WrongPassword
        self._attempts.succeed(who)

    def check_code(self, given: str, share: Share, shown: Shown) -> None:
        """The same for the code of a share. Only people with the link can try. They are slowed together, since codes
        are short. So somebody who has to wait was perhaps never wrong, and is in no line of the log."""
        self._code_attempts.begin(share.id, monotonic())
        if not is_code(self.signer, share, given):
            _log.warning("wrong code from %s", shown.address)
            raise WrongPassword
        self._code_attempts.succeed(share.id)

    def ticket(self, scope: Scope, lasts_s: int, share: str = "") -> tuple[str, int]:
        """A new ticket, of the ``share`` with this id or of none, and its end (Unix time)."""
        end_s = tickets.end_after(self._clock(), lasts_s)
        return tickets.ticket(self.signer, scope, end_s, share), end_s

    def session(self, shown: Shown) -> Session | None:
        if not shown.session or len(shown.session) > _LONGEST or shown.session in self._signed_out:
            return None
        return sessions.session_of(self.signer, shown.session, self._clock())

    def begun_session(self, stays: bool) -> tuple[Session, str]:
        """A new session, and the value of its cookie."""
        session = Session.begun(self._clock(), stays)
        return session, sessions.cookie_value(self.signer, session)

    def renewed_session(self, shown: Shown) -> tuple[Session, str] | None:
        """The session that takes the place of one that is half over. None: there is no need."""
        session = self.session(shown)
        return self.begun_session(session.stays) if session and session.is_due_for_renewal(self._clock()) else None

    def sign_out(self, shown: Shown) -> None:
        """Ends the session at this server, also for whoever has a copy of its cookie."""
        if self.session(shown) is not None:
            self._signed_out.keep(shown.session, None, _SIGNED_OUT_EACH)

    def new_device(self) -> str:
        """The value of a cookie that tells later on that this browser was signed in once. It lets nobody in."""
        name = token_hex(8)
        return f"{name}.{self.signer.signature(_DEVICE, name)}"

    def _is_device(self, value: str) -> bool:
        name, _, signature = value.partition(".")
        return bool(value) and self.signer.verifies(signature, _DEVICE, name)
