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
from services.lists.shared_paths import as_shared
from services.lists.snapshots import Snapshots
from services.media.details import Details
from services.shares import Shares


class PlaylistHandler(BaseHandler):
    kind = Kind.FILMS_DUE

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
        playlists = await self._playlists()
        if film:
            movie = await self._find(playlists.spelt(film))
            files = [movie, *[await self._find(part) for part in movie.parts]]
            known = [self._known(file) for file in files]
            name = known[0][0].in_words
            source = playlist_of([entry(*file, before=self._before_film(*file)) for file in known], origin)
        elif series:
            name, source = series, playlists.of_series(series, origin + self._before_folder(""))
        else:
            name = readable(folder.rpartition("/")[2]) if folder else "Films"
            source = playlists.of_folder(folder or "", origin + self._before_folder(folder or ""))
        # As an attachment, since a browser would try to play it instead of giving it to a player.
        disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}.m3u"
        await self.answer(source, fields={"Content-Disposition": disposition})

    async def _playlists(self) -> Playlists:
        if self.holder is None:
            return await self.snapshots.newest()
        shares: Shares = self.settings["shares"]
        return await shares.playlists(self.shown)

    async def _find(self, known: str) -> Movie:
        """The movie by the path that whoever asks knows, which it has here, too. Raises MovieNotFound."""
        movie = await self.library.find(self.path_here(known))
        return as_shared(movie, {path: shown for shown, path in self.holder.films.items()}) if self.holder else movie

    def _known(self, movie: Movie) -> tuple[Movie, Details]:
        details = self.catalogue.details(movie)
        return described(movie, details, self.descriptions.of(movie)), details

    def _before_film(self, movie: Movie, details: Details) -> str:
        return self._ticket(Scope(movie.path), tickets.lasts_s(details.get("duration", 0.0)))

    def _before_folder(self, folder: str) -> str:
        """With a ticket of the folder, or the one above it whose name the list shows as it is."""
        parts = takewhile(lambda part: "\ufffd" not in part, folder.split("/"))
        return self._ticket(Scope("/".join(parts), is_folder=True), tickets.FOLDER_LASTS_S)

    def _ticket(self, scope: Scope, lasts_s: int) -> str:
        """What comes before the path of a film, for players, which can neither sign in nor enter a code. "": they need
        not."""
        access: Access = self.settings["access"]
        if not access.is_locked:
            return ""
        if self.share is None:
            return f"/t/{access.ticket(scope, lasts_s)[0]}"
        link = f"/s/{self.shown.share}"
        return f"{link}/t/{access.ticket(scope, lasts_s, self.share.id)[0]}" if self.share.code else link

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
