"""GET /api/ticket?film=<path>: a ticket for players and devices that cannot sign in, as JSON."""

import json
from http import HTTPStatus

from tornado.web import HTTPError

from handlers.base import BaseHandler
from services.access import tickets
from services.access.access import Access
from services.access.grants import Kind, Scope
from services.admission.viewers import Viewers
from services.catalogue import Catalogue
from services.http.response import NOT_KEPT
from services.library import Library


class TicketHandler(BaseHandler):
    """ "t/<ticket>" comes before the path of anything that belongs to the film. A server without a lock has none. For
    whoever came by the link of a share, it goes behind that link, and shows that the code was entered."""

    kind = Kind.FILMS_DUE

    def initialize(self, viewers: Viewers, library: Library, catalogue: Catalogue) -> None:
        super().initialize(viewers)
        self.library = library
        self.catalogue = catalogue

    async def present(self) -> None:
        access: Access = self.settings["access"]
        if not access.is_locked:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        path = self.decode_argument(self.request.query_arguments.get("film", [b""])[-1])
        movie = await self.library.find(self.path_here(path))
        lasts_s = tickets.lasts_s(self.catalogue.details(movie).get("duration", 0.0))
        ticket, end_s = access.ticket(Scope(path), lasts_s, self.share.id if self.share else "")
        self.set_header("Content-Type", "application/json")
        self.set_fields(NOT_KEPT)
        self.write(json.dumps({"prefix": f"/t/{ticket}", "end": end_s}))
