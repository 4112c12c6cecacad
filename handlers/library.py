"""GET and HEAD /api/movies and /list: what there is to watch, for programs and for browsers without JavaScript."""

from collections.abc import Mapping

from handlers.base import BaseHandler
from services.access.grants import Kind
from services.admission.viewers import Viewers
from services.document import Document
from services.lists.snapshots import Snapshots
from services.shares import Shares

_FIELDS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'"}


class LibraryHandler(BaseHandler):
    kind = Kind.LIST

    def initialize(self, viewers: Viewers, snapshots: Snapshots[bytes, Document]) -> None:
        super().initialize(viewers)
        self.snapshots = snapshots

    async def present(self) -> None:
        await self.send(await self.snapshots.newest())

    async def send(self, document: Document, fields: Mapping[str, str] = _FIELDS) -> None:
        await self.answer(document.selected(self.request.headers.get("Accept-Encoding")), fields=fields)


class FilmsHandler(LibraryHandler):
    """The films as JSON; for whoever came by the link of a share, those that are shared."""

    kind = Kind.FILMS_DUE

    async def present(self) -> None:
        if self.holder is None:
            return await super().present()
        shares: Shares = self.settings["shares"]
        told = "download" if self.holder.share.downloads else "watch"
        return await self.send(await shares.document(self.shown), {**_FIELDS, "Share": told})
