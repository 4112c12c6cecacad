"""GET and HEAD /playlist.m3u: all films, those of a ?folder= or a ?series=, or one ?film=, for VLC, mpv and others."""

from http import HTTPStatus
from itertools import takewhile
from urllib.parse import quote

from tornado.web import HTTPError

from handlers.base import BaseHandler
from services.access import tickets
from services.access.access import Access
from services.access.grants import Kind, Scope
from services.admission.viewers import Viewers
from services.catalogue import Catalogue
from services.descriptions import Descriptions, described
from services.http.forwarded import is_authority
from services.library import Library, Movie
from services.lists.movie_json import readable
from services.lists.playlist import Entry, Playlists, entry, playlist_of
from services.lists.snapshots import Snapshots
from services.media.details import Details


class PlaylistHandler(BaseHandler):
    kind = Kind.LIST

    def initialize(
        self,
        viewers: Viewers,
        library: Library,
        catalogue: Catalogue,
        descriptions: Descriptions,
        snapshots: Snapshots[Entry, Playlists],
    ) -> None:
        super().initialize(viewers)
        self.library = library
        self.catalogue = catalogue
        self.descriptions = descriptions
        self.snapshots = snapshots

    async def present(self) -> None:
        origin = self._origin()
        film, folder, series = map(self._path, ("film", "folder", "series"))
        playlists = await self.snapshots.newest()
        if film:
            movie = await self.library.find(playlists.spelt(film))
            files = [movie, *[await self.library.find(part) for part in movie.parts]]
            known = [self._known(file) for file in files]
            name = known[0][0].in_words
            source = playlist_of([entry(*file, before=self._ticket_of_film(*file)) for file in known], origin)
        elif series:
            name, source = series, playlists.of_series(series, origin + self._ticket_of_folder(""))
        else:
            name = readable(folder.rpartition("/")[2]) if folder else "Films"
            source = playlists.of_folder(folder or "", origin + self._ticket_of_folder(folder or ""))
        # As an attachment, since a browser would try to play it instead of giving it to a player.
        disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}.m3u"
        await self.answer(source, fields={"Content-Disposition": disposition})

    def _known(self, movie: Movie) -> tuple[Movie, Details]:
        details = self.catalogue.details(movie)
        return described(movie, details, self.descriptions.of(movie)), details

    def _ticket_of_film(self, movie: Movie, details: Details) -> str:
        return self._ticket(Scope(movie.path), tickets.lasts_s(details.get("duration", 0.0)))

    def _ticket_of_folder(self, folder: str) -> str:
        """Of the folder, or the one above it whose name the list shows as it is."""
        parts = takewhile(lambda part: "\ufffd" not in part, folder.split("/"))
        return self._ticket(Scope("/".join(parts), is_folder=True), tickets.FOLDER_LASTS_S)

    def _ticket(self, scope: Scope, lasts_s: int) -> str:
        """What comes before the path of a film, for players, which cannot sign in. "": they need not."""
        access: Access = self.settings["access"]
        return f"/t/{access.ticket(scope, lasts_s)[0]}" if access.is_locked else ""

    def _path(self, field: str) -> str | None:
        """The path in the query, if any. Tornado would remove control characters, which names may have."""
        values = self.request.query_arguments.get(field)
        return self.decode_argument(values[-1]) if values else None

    def _origin(self) -> str:
        """Scheme, authority and path by which the client reached this server, also through a proxy."""
        host = self.forwarded.host or self.request.host
        if not is_authority(host):
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        return f"{self.request.protocol}://{host}{self.forwarded.prefix}"
