"""GET and HEAD /about/<path of the film>.json: what is said of the film, and where its large pictures are.

Tested by tests/handlers/test_about.py.
"""

from handlers.base import BaseHandler
from services.about import About
from services.access.grants import Kind
from services.admission.viewers import Viewers

_FIELDS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'"}


class AboutHandler(BaseHandler):
    kind = Kind.PICTURE

    def initialize(self, viewers: Viewers, about: About) -> None:
        super().initialize(viewers)
        self.about = about

    async def present(self, path: str) -> None:
        document, version = await self.about.document(path, self.known_as(path))
        await self.answer(document.selected(self.request.headers.get("Accept-Encoding")), version, _FIELDS)
