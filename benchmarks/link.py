"""A link to a viewer far away: a relay between a browser and a server, in a thread.

All connections share the speed of the link in each direction, and each takes a round trip to be opened. What real links
do besides is left out: no packet is lost, and a connection is at full speed from its first byte.
"""

import asyncio
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager, suppress

_CHUNK_BYTES = 8 * 1024  # 7 ms at 10 Mbit/s: connections take turns
_MOST_UNDERWAY = 12  # chunks of a connection: 8 are on their way for 50 ms at 10 Mbit/s, and some wait before the link


class Link:
    """``received`` counts the bytes that came to the viewer."""

    def __init__(self, server_port: int, round_trip_s: float, bits_per_s: float) -> None:
        self.received = 0
        self._server_port = server_port
        self._round_trip_s = round_trip_s
        self._bytes_per_s = bits_per_s / 8

    @contextmanager
    def open(self) -> Iterator[int]:
        """Yields the port of 127.0.0.1 that leads over the link to the server."""
        loop = asyncio.new_event_loop()
        listener = loop.run_until_complete(asyncio.start_server(self._serving(), "127.0.0.1", 0, limit=_CHUNK_BYTES))
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield listener.sockets[0].getsockname()[1]
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            listener.close()
            loop.run_until_complete(_cancelled(asyncio.all_tasks(loop)))
            loop.close()

    def _serving(self) -> Callable[[StreamReader, StreamWriter], Awaitable[None]]:
        up, down = self._direction(), self._direction()

        def count(length: int) -> None:
            self.received += length

        async def serve(reader: StreamReader, writer: StreamWriter) -> None:
            with closing(writer), suppress(OSError):
                await asyncio.sleep(self._round_trip_s)
                address = "127.0.0.1", self._server_port
                from_server, to_server = await asyncio.open_connection(*address, limit=_CHUNK_BYTES)
                with closing(to_server):
                    there = self._carry(reader, to_server, up, lambda _: None)
                    back = self._carry(from_server, writer, down, count)
                    ways = {asyncio.create_task(way) for way in (there, back)}
                    try:
                        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        await _cancelled(ways)

        return serve

    def _direction(self) -> Callable[[int], float]:
        """Answers when so many bytes are there, after all that went before them. It does not sleep: sleeps last longer
        on a busy machine, and the link would be slower."""
        free_at = 0.0

        def arrival(length: int) -> float:
            nonlocal free_at
            free_at = max(free_at, asyncio.get_running_loop().time()) + length / self._bytes_per_s
            return free_at + self._round_trip_s / 2

        return arrival

    async def _carry(
        self,
        reader: StreamReader,
        writer: StreamWriter,
        arrival: Callable[[int], float],
        count: Callable[[int], None],
    ) -> None:
        """Carries bytes until their sender has sent the last."""
        loop = asyncio.get_running_loop()
        underway: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_MOST_UNDERWAY)

        async def deliver() -> None:
            while True:
                due, chunk = await underway.get()
                await asyncio.sleep(due - loop.time())
                if not chunk:
                    return
                writer.write(chunk)
                count(len(chunk))
                await writer.drain()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(deliver())
            chunk = b"-"
            while chunk:
                chunk = await reader.read(_CHUNK_BYTES)
                await underway.put((arrival(len(chunk)), chunk))


async def _cancelled(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
