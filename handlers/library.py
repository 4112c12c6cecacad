"""GET and HEAD /api/movies and /list: what there is to watch, for programs and for browsers without JavaScript."""

import asyncio
import time
from collections.abc import Callable

from handlers.base import BaseHandler
from services.catalogue import Catalogue
from services.library import Library, Movie
from services.media.details import Details
from services.site import Document
from services.viewers import Viewers


class LibraryHandler(BaseHandler):
    def initialize(self, viewers: Viewers, listing: "Listing") -> None:
        super().initialize(viewers)
        self.listing = listing

    async def present(self) -> None:
        document = await self.listing.document()
        self.set_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'self'")
        await self.answer(document.selected(self.request.headers.get("Accept-Encoding")))


_PATIENCE_S = 0.5  # how long an answer waits for what is in the cache
_SHARE = 20  # a list that takes long to make is made anew for a twentieth of the time at most

Rendering = Callable[[list[tuple[Movie, Details]]], Document]


class Listing:
    """The library as ``render`` shows it, made anew only when the library changes, or what is known of its films.

    While films are looked into that is always: then a twentieth of the time is spent on it at most.
    """

    def __init__(self, library: Library, catalogue: Catalogue, render: Rendering) -> None:
        self._render = render
        self._library = library
        self._catalogue = catalogue
        self._movies: tuple[Movie, ...] | None = None
        self._edition = 0
        self._fresh_until_s = 0.0
        self._document: Document | None = None

    async def document(self) -> Document:
        movies = await self._library.movies()
        if movies is not self._movies:
            self._catalogue.examine(movies)
            await self._catalogue.recall(_PATIENCE_S)
        edition = self._catalogue.edition
        is_due = edition != self._edition and time.monotonic() >= self._fresh_until_s
        if self._document is None or movies is not self._movies or is_due:
            began_s = time.monotonic()
            films = [(movie, self._catalogue.details(movie)) for movie in movies]
            self._document = await asyncio.to_thread(self._render, films)
            self._movies, self._edition = movies, edition
            ended_s = time.monotonic()
            self._fresh_until_s = ended_s + _SHARE * (ended_s - began_s)
        return self._document
