"""GET and HEAD of the pages, and the health check."""

from collections.abc import Iterable

from handlers import lock
from handlers.base import BaseHandler
from services.access.access import Access
from services.access.grants import Kind
from services.admission.viewers import Viewers
from services.document import Document
from services.http.response import NOT_KEPT


def content_security_policy(media_origins: Iterable[str], runs_wasm: bool = False) -> str:
    """The sources from which a page may load. Films may also come from ``media_origins`` ("https://store.example").
    ``runs_wasm``: for a script that runs WebAssembly, in a worker of its own."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'" if runs_wasm else "script-src 'self'",
            "style-src 'self'",
            "style-src-elem 'self' 'unsafe-inline'",  # the elements of media-chrome have style sheets of their own
            "img-src 'self'",
            " ".join(["media-src 'self' blob:", *media_origins]),  # blob: for captions from the viewer's disk
            "connect-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


class DocumentHandler(BaseHandler):
    """One document of the site. The first page also renews the session of who comes back."""

    kind = Kind.PAGE

    def initialize(self, viewers: Viewers, document: Document, policy: str, kind: Kind = Kind.PAGE) -> None:
        super().initialize(viewers)
        self.kind = kind
        self.document = document
        self.policy = policy

    async def present(self) -> None:
        # With no-referrer, browsers would send no Origin with the form that signs out; but a share's address is secret.
        referrer = "no-referrer" if self.viewer.share else "same-origin"
        fields = {"Content-Security-Policy": self.policy, "Referrer-Policy": referrer, **self._renewal()}
        await self.answer(self.document.selected(self.request.headers.get("Accept-Encoding")), fields=fields)

    def _renewal(self) -> dict[str, str]:
        access: Access = self.settings["access"]
        renewed = access.renewed_session(self.shown) if access.is_locked and self.request.path == "/" else None
        return {"Set-Cookie": lock.session_cookie(self.request, access, *renewed)} if renewed else {}


class HealthHandler(BaseHandler):
    """Answers 200 as long as the event loop runs, however many viewers there are."""

    def prepare(self) -> None:
        """Accepts any Host: platforms check by different ones, and this answer tells nothing."""

    async def get(self, *args: str) -> None:
        self.set_fields(NOT_KEPT)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.write("ok\n")

    head = get
