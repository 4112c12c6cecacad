"""A cache in memory for the first and last MiB of films in stores, which every player and probe reads first.

Reads fetch whole blocks of 64 KiB. Concurrent readers of a block share one fetch. So viewers who open the same film
read its edges from the store once, wherever they begin.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator

from services.errors import StorageError

BLOCK_BYTES = 64 * 1024
EDGE_BYTES = 1024 * 1024  # at each end, a whole number of blocks; enough for the index of most films
MAX_BLOCKS = 256  # 16 MiB in all


class Edges:
    """Blocks by the version of a film (any hashable key) and the position of their first byte.

    Positions are multiples of BLOCK_BYTES. Every block is BLOCK_BYTES long, except a film's last.
    """

    def __init__(self) -> None:
        self._blocks: OrderedDict[tuple[object, int], bytes] = OrderedDict()
        self._fetching: dict[tuple[object, int], asyncio.Future[None]] = {}

    def has(self, version: object, first: int) -> bool:
        return (version, first) in self._blocks

    async def block(self, version: object, first: int, fetch: Callable[[], Awaitable[bytes]]) -> bytes:
        """The block at position ``first``, from memory or by ``fetch``, which must call ``keep``.

        Concurrent callers share one ``fetch``, and the StorageError that it raises.
        """
        key = (version, first)
        while key not in self._blocks:
            if key not in self._fetching:
                return await self._fetched(key, fetch)
            await asyncio.shield(self._fetching[key])
        self._blocks.move_to_end(key)
        return self._blocks[key]

    def keep(self, version: object, first: int, block: bytes) -> None:
        """Stores a block. The block that was unused for longest is dropped if there are more than MAX_BLOCKS."""
        self._blocks[version, first] = block
        self._blocks.move_to_end((version, first))
        if len(self._blocks) > MAX_BLOCKS:
            self._blocks.popitem(last=False)

    async def _fetched(self, key: tuple[object, int], fetch: Callable[[], Awaitable[bytes]]) -> bytes:
        ended = self._fetching[key] = asyncio.get_running_loop().create_future()
        try:
            return await fetch()
        except StorageError as error:
            ended.set_exception(error)
            ended.exception()  # marks it as seen: there may be nobody waiting
            raise
        finally:
            del self._fetching[key]
            if not ended.done():
                ended.set_result(None)  # done or cancelled: if the block is missing, a waiting caller fetches it


def middle(complete_length: int) -> range:
    """The positions of all bytes between the blocks of the two edges. Empty for a short film."""
    last_edge = max(complete_length - EDGE_BYTES, 0)
    return range(EDGE_BYTES, max(last_edge - last_edge % BLOCK_BYTES, EDGE_BYTES))


def edge_blocks(complete_length: int) -> Iterator[int]:
    """The position of the first byte of each block at an edge, in ascending order."""
    between = middle(complete_length)
    yield from range(0, min(between.start, complete_length), BLOCK_BYTES)
    yield from range(between.stop, complete_length, BLOCK_BYTES)
