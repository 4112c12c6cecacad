"""GET and POST /sign-in, and POST /sign-out: the viewer's session."""

from http import HTTPStatus

from handlers import lock
from handlers.base import BaseHandler
from services.access.access import Access
from services.access.grants import Kind
from services.access.share_page import share_page
from services.access.sign_in_page import next_of, sign_in_page, signed_in_page
from services.errors import TooManyAttempts, WrongPassword
from services.http.forms import form_fields
from services.http.response import NOT_KEPT
from services.shares import Shares


class SessionHandler(BaseHandler):
    """What signs in and out. It is open to everybody."""

    kind = Kind.OPEN

    @property
    def access(self) -> Access:
        access: Access = self.settings["access"]
        return access

    def lead_to(self, next_: str) -> None:
        self.set_status(HTTPStatus.SEE_OTHER)
        self.set_header("Location", f"./{next_}")  # from the address of this resource, as proxies may have a prefix
        self.set_fields(NOT_KEPT)

    def show(self, page: str) -> None:
        self.set_fields(lock.PAGE_FIELDS | NOT_KEPT)
        self.write(page)


class SignInHandler(SessionHandler):
    allowed_methods = "GET, HEAD, OPTIONS, POST"
    post = BaseHandler.get

    async def present(self) -> None:
        if not self.access.is_locked:
            self.lead_to("")
        elif self.shown.share:
            self._open_share()
        elif self.request.method == "POST":
            await self._sign_in(form_fields(self.request.body))
        elif self.access.session(self.shown) is not None:
            self.show(signed_in_page())
        else:
            self.show(sign_in_page(next_of(self.decode_argument(self.request.query_arguments.get("next", [b""])[-1]))))

    async def _sign_in(self, form: dict[str, str]) -> None:
        next_ = next_of(form.get("next", ""))
        try:
            await self.access.check(form.get("password", ""), self.shown)
        except WrongPassword:
            self._refuse(sign_in_page(next_, trouble="This is not the password."))
        except TooManyAttempts as error:
            self._slow(error, sign_in_page(next_, trouble=_too_many("passwords", error)))
        else:
            session = self.access.begun_session(stays="stay" in form)
            self.add_header("Set-Cookie", lock.session_cookie(self.request, self.access, *session))
            self.add_header("Set-Cookie", lock.device_cookie(self.request, self.access))
            self.lead_to(next_)

    def _open_share(self) -> None:
        """Takes the code of the share whose link was shown."""
        form = form_fields(self.request.body)
        next_ = next_of(form.get("next", ""))
        shares: Shares = self.settings["shares"]
        share, now_s = shares.share(self.shown.share), shares.now_s()
        if share is None or not shares.is_open(share) or self.request.method != "POST":
            self._refuse(share_page(share, now_s, next_))
            return
        try:
            self.access.check_code(form.get("code", ""), share, self.shown)
        except WrongPassword:
            self._refuse(share_page(share, now_s, next_, trouble="This is not the code."))
        except TooManyAttempts as error:
            self._slow(error, share_page(share, now_s, next_, trouble=_too_many("codes", error)))
        else:
            self.add_header("Set-Cookie", lock.code_cookie(self.request, self.access, self.shown.share, share))
            self.lead_to(next_)

    def _refuse(self, page: str) -> None:
        self.set_status(HTTPStatus.UNAUTHORIZED)
        self.set_fields(lock.challenge(self.request))
        self.show(page)

    def _slow(self, error: TooManyAttempts, page: str) -> None:
        self.set_status(HTTPStatus.TOO_MANY_REQUESTS)
        self.set_header("Retry-After", str(error.retry_after_s))
        self.show(page)


class SignOutHandler(SessionHandler):
    """Signs out whoever shows a session."""

    allowed_methods = "OPTIONS, POST"
    post = BaseHandler.get

    async def get(self, *args: str) -> None:
        """Leads to where one can sign out: a link must not do it by itself."""
        self.set_status(HTTPStatus.SEE_OTHER)
        self.set_header("Location", "./sign-in")
        self.set_fields(NOT_KEPT)

    head = get

    async def present(self) -> None:
        if self.access.is_locked and self.access.session(self.shown) is not None:
            self.access.sign_out(self.shown)
            self.add_header("Set-Cookie", lock.ended_cookie(self.request, self.access))
        self.lead_to("")


def _too_many(what: str, error: TooManyAttempts) -> str:
    return f"Too many wrong {what}. Try again in {error.retry_after_s} s."
