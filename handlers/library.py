"""GET and HEAD /api/movies and /list: what there is to watch, for programs and for browsers without JavaScript."""

from handlers.base import BaseHandler
from services.access.grants import Kind
from services.admission.viewers import Viewers
from services.document import Document
from services.lists.snapshots import Snapshots

_FIELDS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'"}


class LibraryHandler(BaseHandler):
    kind = Kind.LIST

    def initialize(self, viewers: Viewers, snapshots: Snapshots[bytes, Document]) -> None:
        super().initialize(viewers)
        self.snapshots = snapshots

    async def present(self) -> None:
        document = await self.snapshots.newest()
        await self.answer(document.selected(self.request.headers.get("Accept-Encoding")), fields=_FIELDS)
