"""A server for tests that write every byte of an answer by hand."""

import asyncio
import ssl
from contextlib import suppress


class HandServer:
    """Listens at ``port`` of 127.0.0.1. ``serve`` is a subclass's: one connection, from its beginning to its end."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.serving: set[asyncio.Task[None]] = set()
        self._tls = tls

    async def __aenter__(self) -> "HandServer":
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self.serving:
            task.cancel()
        await asyncio.gather(*self.serving, return_exceptions=True)
        await asyncio.sleep(0)  # then their sockets are closed

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    async def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self.serving.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self.serve(reader, writer)
        finally:
            self.serving.discard(task)
