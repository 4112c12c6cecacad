"""GET and HEAD /videos/<path>: the bytes of a movie, whole or in ranges."""

from http import HTTPStatus

from handlers.base import BaseHandler
from services.access.grants import Kind
from services.admission.viewers import Viewers
from services.errors import RepresentationChanged
from services.http.response import NOT_KEPT
from services.library import Library
from services.settings import Delivery

LINK_LASTS_S = 12 * 3600  # longer than any film with its pauses: a browser asks once, and keeps the link


class VideoHandler(BaseHandler):
    kind = Kind.FILM

    def initialize(self, viewers: Viewers, library: Library, delivery: Delivery) -> None:
        super().initialize(viewers)
        self.transfer.places = viewers.films
        self.library = library
        self.delivery = delivery

    async def present(self, path: str) -> None:
        if self.delivery is Delivery.REDIRECT and self.request.method == "GET":
            link = await self.library.link(path, LINK_LASTS_S)
            if link is not None:
                self._redirect(link)
                return
        try:
            await self._send(path)
        except RepresentationChanged:  # since the store was last asked; nothing was sent yet
            await self._send(path)

    def _redirect(self, link: str) -> None:
        self.set_header("Location", link)
        self.set_fields(NOT_KEPT)
        self.set_status(HTTPStatus.FOUND)

    async def _send(self, path: str) -> None:
        # The path is looked up in the library. It never reaches the file system.
        movie = await self.library.find(path)
        async with self.library.open_file(movie.file, movie.media_type) as source:
            await self.answer(source, version=source.representation.entity_tag)
