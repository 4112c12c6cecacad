"""GET and HEAD /subtitles/<path of the film>/<key>.vtt: subtitles as WebVTT, shown ?offset= seconds later."""

import math
from http import HTTPStatus

from tornado.web import HTTPError

from handlers.base import BaseHandler
from services.admission.viewers import Viewers
from services.http.negotiation import accepts_gzip
from services.subtitles import Subtitles

_MAX_OFFSET_S = 86_400.0


class SubtitlesHandler(BaseHandler):
    def initialize(self, viewers: Viewers, subtitles: Subtitles) -> None:
        super().initialize(viewers)
        self.subtitles = subtitles

    async def present(self, path: str, key: str) -> None:
        offset_ms = self._offset_ms()
        gzip = accepts_gzip(self.request.headers.get("Accept-Encoding"))
        async with self.subtitles.open(path, key, offset_ms, gzip) as (source, version):
            await self.answer(source, version)

    def _offset_ms(self) -> int:
        try:
            offset_s = float(self.get_query_argument("offset", "0"))
        except ValueError:
            raise HTTPError(HTTPStatus.BAD_REQUEST) from None
        if not math.isfinite(offset_s) or abs(offset_s) > _MAX_OFFSET_S:
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        return round(offset_s * 1000)
