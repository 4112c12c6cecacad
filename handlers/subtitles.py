"""GET and HEAD /subtitles/<path of the film>/<key>.vtt: subtitles as WebVTT, later by ?offset= seconds."""

import asyncio
import math
from datetime import UTC, datetime
from http import HTTPStatus

from tornado.web import HTTPError

from handlers.base import BaseHandler
from services.media.webvtt import shifted
from services.site import Document
from services.subtitles import Subtitles
from services.viewers import Viewers

_MAX_OFFSET_S = 86_400.0


class SubtitlesHandler(BaseHandler):
    def initialize(self, viewers: Viewers, subtitles: Subtitles) -> None:
        super().initialize(viewers)
        self.subtitles = subtitles

    async def present(self, path: str, key: str) -> None:
        offset_ms = self._offset_ms()
        vtt = await self.subtitles.webvtt(path, key)
        document = await asyncio.to_thread(_document, vtt.content, offset_ms)
        await self.answer(document.selected(self.request.headers.get("Accept-Encoding")), vtt.version)

    def _offset_ms(self) -> int:
        try:
            offset_s = float(self.get_query_argument("offset", "0"))
        except ValueError:
            raise HTTPError(HTTPStatus.BAD_REQUEST) from None
        if not math.isfinite(offset_s) or abs(offset_s) > _MAX_OFFSET_S:
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        return round(offset_s * 1000)


def _document(content: bytes, offset_ms: int) -> Document:
    if offset_ms:
        content = shifted(content.decode("utf-8", "replace"), offset_ms).encode()
    return Document.of(content, "text/vtt; charset=utf-8", datetime.now(UTC).replace(microsecond=0))
