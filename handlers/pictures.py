"""GET and HEAD of a film's pictures: /posters/<path>, /artwork/<path>/<kind>, /storyboards/<path>.vtt and .jpg, or
.jpg?part=<number>.

A poster is made before it is listed. Players ask for a storyboard's WebVTT when they open a film. It is answered at
once, and the server begins to make the sheet: the picture whose parts the WebVTT names.
"""

import re
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import PurePosixPath
from urllib.parse import quote

from tornado.web import HTTPError

from handlers.base import BaseHandler
from services.access.grants import Kind
from services.admission.viewers import Viewers
from services.catalogue import Catalogue
from services.errors import FileVanished, MovieNotFound, MovieServerError, WorkerFailed
from services.library import Library, Movie
from services.media.storyboard import Cues, Storyboard, closer, storyboard
from services.media.types import picture_type
from services.pictures import Pictures
from services.storage.memory import Pieces, PiecesSource
from services.storage.source import Source
from services.storage.stored_file import StoredFile

_PATIENCE_S = 2.0  # how long an answer waits for a poster that is made again, which takes 0.2 s on an idle machine


class ArtworkHandler(BaseHandler):
    """A large picture beside the film, or its logo."""

    kind = Kind.PICTURE

    def initialize(self, viewers: Viewers, library: Library) -> None:
        super().initialize(viewers)
        self.library = library

    async def present(self, path: str, kind: str) -> None:
        movie = await self.library.find(path)
        picture = dict(movie.artwork).get(kind)
        if picture is None:
            raise MovieNotFound(f"{path}: {kind}")
        await _answer_with(picture, self, self.library)


class PosterHandler(BaseHandler):
    """The picture beside the film, or else the one that was made from the film. If that was lost, it is made again."""

    kind = Kind.PICTURE

    def initialize(self, viewers: Viewers, library: Library, catalogue: Catalogue, pictures: Pictures) -> None:
        super().initialize(viewers)
        self.library = library
        self.catalogue = catalogue
        self.pictures = pictures

    async def present(self, path: str) -> None:
        movie = await self.library.find(path)
        if movie.poster is not None:
            await _answer_with(movie.poster, self, self.library)
            return
        async with AsyncExitStack() as opened:
            try:
                source = await opened.enter_async_context(self.pictures.poster(movie))
            except FileVanished:
                if not await self.catalogue.make_poster_again(movie, _PATIENCE_S):
                    raise
                source = await self._opened_again(opened, movie)
            await self.answer(source, version=movie.file.entity_tag)

    async def _opened_again(self, stack: AsyncExitStack, movie: Movie) -> Source:
        try:
            return await stack.enter_async_context(self.pictures.poster(movie))
        except FileVanished as error:
            raise WorkerFailed("the poster is not made yet") from error


class StoryboardHandler(BaseHandler):
    """The storyboard's WebVTT: which part of the sheet shows which seconds of the film."""

    kind = Kind.PICTURE

    def initialize(self, viewers: Viewers, library: Library, catalogue: Catalogue, pictures: Pictures) -> None:
        super().initialize(viewers)
        self.library = library
        self.catalogue = catalogue
        self.pictures = pictures

    async def present(self, path: str) -> None:
        movie, layout = await self.found(path)
        with suppress(MovieServerError):  # whoever asks for the sheet is told
            await self.pictures.begin_sheet(movie, layout)
        version = movie.file.entity_tag
        sheet_url = f"{quote(PurePosixPath(path).name.encode('utf-8', 'surrogateescape'))}.jpg?v={version.in_url}"
        pieces = Pieces(b"WEBVTT\n", Cues(layout), datetime.now(UTC).replace(microsecond=0))
        source = PiecesSource(pieces, "text/vtt; charset=utf-8", filled=sheet_url.encode("ascii"))
        await self.answer(source, version)

    async def found(self, path: str) -> tuple[Movie, Storyboard]:
        """The film, and the layout of its storyboard. Raises MovieNotFound, also if the film can have none."""
        movie = await self.library.find(path)
        layout = storyboard(self.catalogue.details(movie))
        if layout is None:
            raise MovieNotFound(path)
        return movie, layout


class SheetHandler(StoryboardHandler):
    """The sheet, or a closer one of the seconds that a picture of it stands for (``part``, its number from 0).

    The answer waits until it is made.
    """

    async def present(self, path: str) -> None:
        movie, layout = await self.found(path)
        part = self._part()
        board = layout if part is None else closer(layout, part)
        if board is None:
            raise MovieNotFound(path)
        async with self.pictures.sheet(movie, board, part) as source:
            await self.answer(source, version=movie.file.entity_tag)

    def _part(self) -> int | None:
        part = self.get_query_argument("part", None)
        if part is None:
            return None
        if not re.fullmatch(r"[0-9]{1,3}", part):
            raise HTTPError(HTTPStatus.BAD_REQUEST)
        return int(part)


async def _answer_with(picture: StoredFile, handler: BaseHandler, library: Library) -> None:
    """Answers with a picture that stands beside a film."""
    media_type = picture_type(picture.path) or "application/octet-stream"
    async with library.open_file(picture, media_type) as source:
        await handler.answer(source, version=source.representation.entity_tag)
