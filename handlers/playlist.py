"""GET and HEAD /playlist.m3u: all films, those of a ?folder=, or one ?film=, for players like VLC and mpv."""

import asyncio
import re
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote

from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError

from handlers.base import BaseHandler
from services.catalogue import Catalogue
from services.errors import MovieNotFound
from services.library import Library, Movie
from services.media.details import Details
from services.movie_json import readable
from services.playlist import m3u
from services.site import Document
from services.viewers import Viewers

_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


class PlaylistHandler(BaseHandler):
    def initialize(self, viewers: Viewers, library: Library, catalogue: Catalogue) -> None:
        super().initialize(viewers)
        self.library = library
        self.catalogue = catalogue

    async def present(self) -> None:
        film = self.get_query_argument("film", None, strip=False)
        folder = self.get_query_argument("folder", None, strip=False)
        movies = _chosen(await self.library.movies(), film, folder)
        if not movies and (film or folder):
            raise MovieNotFound(film or folder)
        name = movies[0].name.in_words if film else readable(folder.rpartition("/")[2]) if folder else "Films"
        films = [(movie, self.catalogue.details(movie)) for movie in movies]
        document = await asyncio.to_thread(_document, films, _origin(self.request))
        # As an attachment: a browser would try to play it, and not hand it to a player.
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(name, safe='')}.m3u")
        await self.answer(document.selected(self.request.headers.get("Accept-Encoding")))


def _chosen(movies: tuple[Movie, ...], film: str | None, folder: str | None) -> list[Movie]:
    """The film of this path, as it is or as the list shows it; or all in a folder and below, but for trailers and the
    like, which nobody wants between films."""
    if film:
        return [movie for movie in movies if film in (movie.path, readable(movie.path))][:1]
    inside = f"{folder}/" if folder else ""
    return [
        movie
        for movie in movies
        if movie.name.extra is None and (movie.path.startswith(inside) or readable(movie.path).startswith(inside))
    ]


def _document(films: list[tuple[Movie, Details]], origin: str) -> Document:
    now = datetime.now(UTC).replace(microsecond=0)
    return Document.of(m3u(films, origin).encode(), "audio/x-mpegurl; charset=utf-8", now)


def _origin(request: HTTPServerRequest) -> str:
    """Scheme, authority and path by which this server was reached, by way of a proxy too."""
    named = request.headers.get("X-Forwarded-Host", "").partition(",")[0].strip()
    host = named if _HOST.fullmatch(named) else request.host
    if not _HOST.fullmatch(host):
        raise HTTPError(HTTPStatus.BAD_REQUEST)
    forwarded = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip().lower()
    scheme = forwarded if forwarded in ("http", "https") else request.protocol
    prefix = request.headers.get("X-Forwarded-Prefix", "").rstrip("/")
    return f"{scheme}://{host}{prefix if _PREFIX.fullmatch(prefix) else ''}"
