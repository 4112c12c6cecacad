"""GET and POST /api/shares, DELETE /api/shares/<id>: the links to films that the owner has sent, and new ones."""

import json
import re
from http import HTTPStatus

from tornado.web import HTTPError

from handlers.base import BaseHandler
from services.access.grants import Kind
from services.access.shares import Form, Share, Subject, Terms
from services.errors import InvalidShare
from services.http.forms import form_fields
from services.http.response import NOT_KEPT
from services.shares import Shares
from services.shares_file import KeptShare

_SECONDS = re.compile("[0-9]{1,10}")
_PAGE = re.compile(r"https?://[\x21-\x7e]{1,2000}")


class ControlHandler(BaseHandler):
    """What only the owner may do. A server without a lock shares nothing: all may watch anyway."""

    kind = Kind.CONTROL

    @property
    def shares(self) -> Shares:
        if not self._is_private:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        shares: Shares = self.settings["shares"]
        return shares

    def say(self, value: object) -> None:
        self.set_header("Content-Type", "application/json")
        self.set_fields(NOT_KEPT)
        self.write(json.dumps(value))


class SharesHandler(ControlHandler):
    allowed_methods = "GET, HEAD, OPTIONS, POST"
    post = BaseHandler.get

    async def present(self) -> None:
        if self.request.method == "POST":
            await self._make()
        else:
            self.say({"kept": self.shares.are_kept, "shares": [_told(*each) for each in self.shares.all()]})

    async def _make(self) -> None:
        """``page`` in the form is the address of the owner's page: that of the link follows from it."""
        form = form_fields(self.request.body)
        begins_s, lasts_s = _seconds(form, "begins"), _seconds(form, "lasts")
        begun_s = max(begins_s, int(self.shares.now_s()))
        terms = Terms(begins_s, lasts_s and begun_s + lasts_s, form.get("downloads") == "yes", form.get("code", ""))
        page = form.get("page", "")
        if not _PAGE.fullmatch(page):
            raise InvalidShare("Say the address of the page, to which that of the link is added.")
        link = await self.shares.make(self._subject(), terms)
        address = f"{page.partition('?')[0].rpartition('/')[0]}/s/{link}/"
        self.say({"link": address, "ends": terms.ends_s, "qr": await self.shares.qr_code(address)})

    def _subject(self) -> Subject:
        for form in Form:
            if values := self.request.query_arguments.get(form.value):
                return Subject(form, self.decode_argument(values[-1]))
        raise InvalidShare("Say what is to be shared: ?film=, ?series= or ?folder=.")


class ShareHandler(ControlHandler):
    allowed_methods = "DELETE, OPTIONS"
    delete = BaseHandler.get

    async def present(self, id_: str) -> None:
        if self.request.method != "DELETE":
            raise HTTPError(HTTPStatus.METHOD_NOT_ALLOWED)
        await self.shares.take_back(id_)
        self.set_status(HTTPStatus.NO_CONTENT)


def _told(share: Share, kept: KeptShare) -> dict[str, object]:
    return {
        "id": share.id,
        "url": f"/s/{kept.link}/",
        "title": kept.title,
        "form": kept.subject.form.value,
        "made": kept.made_s,
        "begins": share.begins_s,
        "ends": share.ends_s,
        "downloads": share.downloads,
        "code": bool(share.code),
        "used": kept.used_s,
        "viewers": len(kept.viewers),
    }


def _seconds(form: dict[str, str], name: str) -> int:
    text = form.get(name) or "0"
    if not _SECONDS.fullmatch(text):
        raise InvalidShare(f"{name}: say a number of seconds, not more than ten digits.")
    return int(text)
