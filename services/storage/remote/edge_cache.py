"""The first and last bytes of films, which every player and probe reads before anything else, kept in memory."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator

from services.errors import StorageError

BLOCK_BYTES = 64 * 1024
EDGE_BYTES = 1024 * 1024  # at either end, and a whole number of blocks: the index of most films
MAX_BLOCKS = 256  # what is at most 16 MiB, as none is longer


class Edges:
    """Blocks of a grid that is the same for all who read, by the version that they are of and the position of their
    first byte. Whole ones alone: but for a film's last, none is shorter than BLOCK_BYTES."""

    def __init__(self) -> None:
        self._blocks: OrderedDict[tuple[object, int], bytes] = OrderedDict()
        self._fetching: dict[tuple[object, int], asyncio.Future[None]] = {}

    def has(self, version: object, first: int) -> bool:
        return (version, first) in self._blocks

    async def block(self, version: object, first: int, fetch: Callable[[], Awaitable[bytes]]) -> bytes:
        """As it is kept, or by ``fetch``, which keeps it: once for all who want it at once, and its error is theirs."""
        place = (version, first)
        while place not in self._blocks:
            if place not in self._fetching:
                return await self._fetched(place, fetch)
            await asyncio.shield(self._fetching[place])
        self._blocks.move_to_end(place)
        return self._blocks[place]

    def keep(self, version: object, first: int, block: bytes) -> None:
        """The least used make room."""
        self._blocks[version, first] = block
        self._blocks.move_to_end((version, first))
        if len(self._blocks) > MAX_BLOCKS:
            self._blocks.popitem(last=False)

    async def _fetched(self, place: tuple[object, int], fetch: Callable[[], Awaitable[bytes]]) -> bytes:
        ended = self._fetching[place] = asyncio.get_running_loop().create_future()
        try:
            return await fetch()
        except StorageError as error:
            ended.set_exception(error)
            ended.exception()  # seen, though nobody may wait
            raise
        finally:
            del self._fetching[place]
            if not ended.done():
                ended.set_result(None)  # cancelled, it has brought nothing: then one of those who wait fetches


def middle(complete_length: int) -> range:
    """The positions of all bytes that are not in blocks at an edge."""
    last_edge = max(complete_length - EDGE_BYTES, 0)
    return range(EDGE_BYTES, max(last_edge - last_edge % BLOCK_BYTES, EDGE_BYTES))


def edge_blocks(complete_length: int) -> Iterator[int]:
    """The positions of their first bytes."""
    between = middle(complete_length)
    yield from range(0, min(between.start, complete_length), BLOCK_BYTES)
    yield from range(between.stop, complete_length, BLOCK_BYTES)
