"""GET and HEAD of a film's subtitles: /subtitles/<path>/<key>.vtt as WebVTT, shown ?offset= seconds later;
/subtitles/<path>/<key>.ass with their styles, where they have any; and /subtitles/<path>/<key>.json, those that are
pictures, of which ?part= is one minute.
"""

import math
import re
from http import HTTPStatus

from tornado.web import HTTPError

from handlers.base import BaseHandler
from services.access.grants import Kind
from services.admission.viewers import Viewers
from services.http.negotiation import accepts_gzip
from services.image_subtitles import ImageSubtitles
from services.segments.hls import mapped_subtitles
from services.subtitles import Subtitles

_MAX_OFFSET_S = 86_400.0


class ImageSubtitlesHandler(BaseHandler):
    kind = Kind.SUBTITLES

    def initialize(self, viewers: Viewers, image_subtitles: ImageSubtitles) -> None:
        super().initialize(viewers)
        self.image_subtitles = image_subtitles

    async def present(self, path: str, key: str) -> None:
        part = self.get_query_argument("part", "0")
        if not re.fullmatch("[0-9]{1,6}", part):
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        async with self.image_subtitles.open(path, key, int(part)) as (source, version):
            await self.answer(source, version)


class StyledSubtitlesHandler(BaseHandler):
    kind = Kind.SUBTITLES

    def initialize(self, viewers: Viewers, subtitles: Subtitles) -> None:
        super().initialize(viewers)
        self.subtitles = subtitles

    async def present(self, path: str, key: str) -> None:
        gzip = accepts_gzip(self.request.headers.get("Accept-Encoding"))
        async with self.subtitles.open(path, key, gzip=gzip, styled=True) as (source, version):
            await self.answer(source, version)


class SubtitlesHandler(StyledSubtitlesHandler):
    async def present(self, path: str, key: str) -> None:
        offset_ms = self._offset_ms()
        second_0 = self._second_0()
        gzip = second_0 is None and accepts_gzip(self.request.headers.get("Accept-Encoding"))
        async with self.subtitles.open(path, key, offset_ms, gzip) as (source, version):
            segment = None if second_0 is None else mapped_subtitles(source.representation, second_0)
            await self.answer(source, version, segment=segment)

    def _second_0(self) -> int | None:
        """Where their second 0 is for players of HLS, in ticks of 90 kHz."""
        ticks = self.get_query_argument("mpegts", None)
        if ticks is not None and not re.fullmatch("[0-9]{1,12}", ticks):
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        return None if ticks is None else int(ticks)

    def _offset_ms(self) -> int:
        try:
            offset_s = float(self.get_query_argument("offset", "0"))
        except ValueError:
            raise HTTPError(HTTPStatus.BAD_REQUEST) from None
        if not math.isfinite(offset_s) or abs(offset_s) > _MAX_OFFSET_S:
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        return round(offset_s * 1000)
