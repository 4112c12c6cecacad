"""GET and HEAD /videos/<path>: a movie, whole or in ranges. MP4 has its index in front, unless ?original is asked for,
and one of its sounds alone with ?audio=1."""

import re
from http import HTTPStatus

from tornado.web import HTTPError

from handlers.base import BaseHandler
from services.access.grants import Kind
from services.admission.viewers import Viewers
from services.errors import RepresentationChanged
from services.http.response import NOT_KEPT
from services.library import Library, Movie
from services.segments.faststart import Faststart, FaststartFilm
from services.settings import Delivery
from services.storage.source import Source

LINK_LASTS_S = 12 * 3600  # longer than any film with its pauses: a browser asks once, and keeps the link


class VideoHandler(BaseHandler):
    """Without ``faststart`` all films are sent as they are."""

    kind = Kind.FILM

    def initialize(
        self, viewers: Viewers, library: Library, delivery: Delivery, faststart: Faststart | None = None
    ) -> None:
        super().initialize(viewers)
        self.transfer.places = viewers.films
        self.library = library
        self.delivery = delivery
        self.faststart = faststart

    async def present(self, path: str) -> None:
        link = await self._link(path) if self.delivery is Delivery.REDIRECT else None
        if link is not None and self.request.method == "GET":
            self._redirect(link)
            return
        if link is not None or "original" in self.request.query_arguments:
            self.faststart = None
        try:
            await self._send(path)
        except RepresentationChanged:  # since the store was last asked; nothing was sent yet
            await self._send(path)

    async def _link(self, path: str) -> str | None:
        """Where the store has the film. None: it is sent from here. So is a film with one of its sounds, and one that
        is shared: the store's address has its folder in it, and cannot be taken back."""
        if self._sound() is not None or self.holder is not None:
            return None
        return await self.library.link(path, LINK_LASTS_S)

    def _redirect(self, link: str) -> None:
        self.set_header("Location", link)
        self.set_fields(NOT_KEPT)
        self.set_status(HTTPStatus.FOUND)

    async def _send(self, path: str) -> None:
        # The path is looked up in the library. It never reaches the file system.
        movie = await self.library.find(path)
        self.viewers.begin_film(self.transfer, path)
        async with self.library.open_file(movie.file, movie.media_type) as source:
            film = await self._faststart_film(movie, source)
            if film is None:
                await self.answer(source, version=source.representation.entity_tag)
            else:
                async with film.source:
                    await self.answer(film.source, version=film.entity_tag, segment=film.segment)

    async def _faststart_film(self, movie: Movie, source: Source) -> FaststartFilm | None:
        """None: the film is to be sent as it is, as at the address of the version that the file itself is."""
        sound = self._sound()
        if self.faststart is None:
            return None
        if sound is not None:
            return await self.faststart.with_sound(movie, source, sound)
        if self.request.query_arguments.get("v") == [source.representation.entity_tag.opaque.encode()]:
            return None
        return await self.faststart.film(movie, source)

    def _sound(self) -> int | None:
        if "audio" not in self.request.query_arguments:
            return None
        number = self.get_query_argument("audio")
        if not re.fullmatch("[0-9]{1,2}", number):
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        return int(number)
