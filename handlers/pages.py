"""GET and HEAD of the pages, and of the health check."""

from collections.abc import Iterable

from handlers.base import BaseHandler
from services.admission.viewers import Viewers
from services.http.response import NOT_KEPT
from services.site import Document


def content_security_policy(media_origins: Iterable[str]) -> str:
    """What a page may load. ``media_origins`` ("https://store.example") have films, too."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "style-src-elem 'self' 'unsafe-inline'",  # media-chrome's elements bring style sheets of their own
            "img-src 'self'",
            " ".join(["media-src 'self' blob:", *media_origins]),  # blob: captions that the viewer brings
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        )
    )


class DocumentHandler(BaseHandler):
    """One document of the site."""

    def initialize(self, viewers: Viewers, document: Document, policy: str) -> None:
        super().initialize(viewers)
        self.document = document
        self.policy = policy

    async def present(self) -> None:
        fields = {"Content-Security-Policy": self.policy, "Referrer-Policy": "no-referrer"}
        await self.answer(self.document.selected(self.request.headers.get("Accept-Encoding")), fields=fields)


class HealthHandler(BaseHandler):
    """200 as long as the event loop turns, however many there are already."""

    def prepare(self) -> None:
        """Nothing: platforms check by whatever host, and there is nothing to be read here."""

    async def get(self, *args: str) -> None:
        self.set_fields(NOT_KEPT)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write("ok\n")

    head = get
