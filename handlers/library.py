"""GET and HEAD /api/movies: what there is to watch, as JSON."""

import asyncio
import json
import os
from datetime import UTC, datetime
from urllib.parse import quote

from handlers.base import BaseHandler
from services.library import Library, Movie
from services.site import Document
from services.viewers import Viewers


class LibraryHandler(BaseHandler):
    def initialize(self, viewers: Viewers, listing: "Listing") -> None:
        super().initialize(viewers)
        self.listing = listing

    async def present(self) -> None:
        document = await self.listing.document()
        await self.answer(document.selected(self.request.headers.get("Accept-Encoding")))


class Listing:
    """The library's JSON, made anew only when the library changes."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._movies: tuple[Movie, ...] | None = None
        self._document: Document | None = None

    async def document(self) -> Document:
        movies = await self._library.movies()
        if self._document is None or movies is not self._movies:
            self._document = await asyncio.to_thread(_document, movies)
            self._movies = movies
        return self._document


def _document(movies: tuple[Movie, ...]) -> Document:
    content = json.dumps({"movies": [_as_json(movie) for movie in movies]}, ensure_ascii=False).encode()
    return Document.of(content, "application/json", datetime.now(UTC).replace(microsecond=0))


def _as_json(movie: Movie) -> dict[str, str | int]:
    name = os.fsencode(movie.path)
    return {
        "title": movie.title,
        "path": name.decode("utf-8", "replace"),
        "url": f"/videos/{quote(name)}",
        "bytes": movie.size,
        "modified": f"{movie.modified:%Y-%m-%dT%H:%M:%SZ}",
    }
