"""GET and HEAD of films as segments: /segments/<path of the film>/index.json, …/v0-init.mp4, …/v0-17.m4s,
…/master.m3u8, …/v0.m3u8."""

from collections.abc import Awaitable, Callable

from handlers.base import BaseHandler
from services.access.grants import Kind
from services.admission.viewers import Viewers
from services.errors import RepresentationChanged
from services.library import Library
from services.segments.segments import Segments

# Of a film in a store, the first may find out that it was replaced, the second by what, and the third sends that.
_TRIES = 3


class SegmentsHandler(BaseHandler):
    """Answers about the segments of a film. If the film was replaced since it was listed, it is listed anew, and the
    request is answered once more."""

    kind = Kind.FILM

    def initialize(self, viewers: Viewers, library: Library, segments: Segments) -> None:
        super().initialize(viewers)
        self.library = library
        self.segments = segments

    @property
    def version(self) -> str | None:
        """The entity tag of the film that the URL names."""
        return self.get_query_argument("v", None)

    async def present(self, *args: str) -> None:
        for _ in range(_TRIES - 1):
            try:
                return await self.send(*args)
            except RepresentationChanged:  # nothing was sent yet
                await self.library.look_again()
        return await self.send(*args)

    send: Callable[..., Awaitable[None]]


class IndexHandler(SegmentsHandler):
    """What a player has to know before it asks for segments, as JSON."""

    async def send(self, path: str) -> None:
        document, version = await self.segments.index(path, self.version)
        self.viewers.begin_film(self.transfer, path)
        await self.answer(document.selected(self.request.headers.get("Accept-Encoding")), version)


class PlaylistsHandler(SegmentsHandler):
    """Playlists of HLS."""

    async def send(self, path: str, name: str) -> None:
        document, version = await self.segments.playlist(path, name, self.version, self.known_as(path))
        await self.answer(document.selected(self.request.headers.get("Accept-Encoding")), version)


class InitHandler(SegmentsHandler):
    """The initialisation segment of a track."""

    async def send(self, path: str, name: str) -> None:
        source, version = await self.segments.init(path, name, self.version)
        await self.answer(source, version)


class SegmentHandler(SegmentsHandler):
    """A media segment, for which a viewer takes a place, as for a film. Where its picture is black, since that of the
    film cannot be decoded, the field "Missing" has the value "picture"."""

    def initialize(self, viewers: Viewers, library: Library, segments: Segments) -> None:
        super().initialize(viewers, library, segments)
        self.transfer.places = viewers.films

    async def send(self, path: str, name: str, number: str) -> None:
        init, key = (self.get_query_argument(name, "") == "1" for name in ("init", "key"))
        opened = self.segments.open(path, name, int(number), self.version, init=init, key=key)
        async with opened as (source, segment, version):
            self.viewers.begin_film(self.transfer, path)
            fields = {"Missing": "picture"} if segment.lacks_picture else {}
            await self.answer(source, version, fields, segment=segment)
