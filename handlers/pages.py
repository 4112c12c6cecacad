"""GET and HEAD of the pages, and the health check."""

from collections.abc import Iterable

from handlers.base import BaseHandler
from services.admission.viewers import Viewers
from services.document import Document
from services.http.response import NOT_KEPT


def content_security_policy(media_origins: Iterable[str]) -> str:
    """The sources from which a page may load. Films may also come from ``media_origins`` ("https://store.example")."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "style-src-elem 'self' 'unsafe-inline'",  # the elements of media-chrome have style sheets of their own
            "img-src 'self'",
            " ".join(["media-src 'self' blob:", *media_origins]),  # blob: for captions from the viewer's disk
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
    """Answers 200 as long as the event loop runs, however many viewers there are."""

    def prepare(self) -> None:
        """Accepts any Host: platforms check by different ones, and this answer tells nothing."""

    async def get(self, *args: str) -> None:
        self.set_fields(NOT_KEPT)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write("ok\n")

    head = get
