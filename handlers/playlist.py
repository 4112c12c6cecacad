"""GET and HEAD /playlist.m3u: all films, those of a ?folder=, or one ?film=, for players like VLC and mpv."""

import re
from http import HTTPStatus
from urllib.parse import quote

from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError

from handlers.base import BaseHandler
from services.admission.viewers import Viewers
from services.catalogue import Catalogue
from services.library import Library
from services.lists.movie_json import readable
from services.lists.playlist import Entry, Playlists, playlist_of
from services.lists.snapshots import Snapshots

_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


class PlaylistHandler(BaseHandler):
    def initialize(
        self, viewers: Viewers, library: Library, catalogue: Catalogue, snapshots: Snapshots[Entry, Playlists]
    ) -> None:
        super().initialize(viewers)
        self.library = library
        self.catalogue = catalogue
        self.snapshots = snapshots

    async def present(self) -> None:
        origin = _origin(self.request)
        film, folder = map(self._path, ("film", "folder"))
        playlists = await self.snapshots.newest()
        if film:
            movie = await self.library.find(playlists.spelt(film))
            files = [movie, *[await self.library.find(part) for part in movie.parts]]
            name = movie.in_words
            source = playlist_of([(file, self.catalogue.details(file)) for file in files], origin)
        else:
            name = readable(folder.rpartition("/")[2]) if folder else "Films"
            source = playlists.of_folder(folder or "", origin)
        # As an attachment, since a browser would try to play it instead of giving it to a player.
        disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}.m3u"
        await self.answer(source, fields={"Content-Disposition": disposition})

    def _path(self, field: str) -> str | None:
        """The path in the query, if any. Tornado would remove control characters, which names may have."""
        values = self.request.query_arguments.get(field)
        return self.decode_argument(values[-1]) if values else None


def _origin(request: HTTPServerRequest) -> str:
    """Scheme, authority and path by which the client reached this server, also through a proxy."""
    named = request.headers.get("X-Forwarded-Host", "").partition(",")[0].strip()
    host = named if _HOST.fullmatch(named) else request.host
    if not _HOST.fullmatch(host):
        raise HTTPError(HTTPStatus.BAD_REQUEST)
    forwarded = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip().lower()
    scheme = forwarded if forwarded in ("http", "https") else request.protocol
    prefix = request.headers.get("X-Forwarded-Prefix", "").rstrip("/")
    return f"{scheme}://{host}{prefix if _PREFIX.fullmatch(prefix) else ''}"
