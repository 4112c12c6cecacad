"""GET and HEAD /videos/<path>: the bytes of a movie, whole or in ranges."""

from handlers.base import BaseHandler
from services.library import Library
from services.viewers import Viewers


class VideoHandler(BaseHandler):
    def initialize(self, viewers: Viewers, library: Library) -> None:
        super().initialize(viewers)
        self.library = library

    async def present(self, path: str) -> None:
        self.transfer.close = self.request.connection.stream.close
        self.viewers.make_room()
        # The path is a key that the library knows or does not; it never reaches the file system.
        async with self.library.open(path) as source:
            await self.answer(source)
