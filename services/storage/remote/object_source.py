"""A Source over one version of an object in a store, for one viewer.

The bytes come over one GET, from the viewer's position to the end of the range asked for, with If-Match. Nothing is
read before the viewer has taken what came before, so a paused viewer's film waits at the store. The connection is
closed after 20 s of pause (connection_limit.py), and a new GET begins at the same byte when the viewer goes on. Cut
connections, 5xx and timeouts are resumed in the same way.
"""

import asyncio
import logging
import random
from time import monotonic

from services.errors import StoreUnavailable
from services.http.representation import Representation
from services.storage.remote.connection_limit import Parking
from services.storage.remote.edge_cache import BLOCK_BYTES, Edges, edge_blocks, middle
from services.storage.remote.object_client import ObjectClient, ObjectStatus, OpenGet
from services.storage.source import HOLE_BYTES, FilelessSource

_log = logging.getLogger(__name__)

RECOVERY_S = 20.0  # from the first failure on, with growing pauses; players buffer about as much
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 4.0


class ObjectSource(FilelessSource):
    """A Source. The caller must call ``close``.

    Blocks at the edges of the film (edge_cache.py) are read whole and kept for other viewers. A GET ends before a block
    that is in memory already. A GET that has come to the beginning of a block is read on, instead of a new one. So is
    one that has come to a short hole before what is asked for.

    ``read`` raises RepresentationChanged if the film was replaced, as each GET has If-Match and its answer is checked.
    The viewer's connection is closed then. If no byte was sent yet, the handler opens the film once more and sends the
    new version.
    """

    def __init__(
        self,
        client: ObjectClient,
        status: ObjectStatus,
        representation: Representation,
        parking: Parking,
        edges: Edges,
        recovery_s: float = RECOVERY_S,
    ) -> None:
        self._recovery_s = recovery_s
        self.representation = representation
        self._client = client
        self._status = status
        self._parking = parking
        self._edges = edges
        self._version = (client, status.key, status.entity_tag)  # not the date: lists and HEAD round it differently
        self._middle = middle(status.size)
        self._open_get: OpenGet | None = None
        self._position = 0  # in the object, of the next byte that the GET brings
        self._last = -1  # of its last byte
        self._rest_first, self._rest = 0, b""  # bytes that were given back, and the position of the first

    async def read(self, first: int, length: int, last: int | None = None) -> bytes:
        if self._rest and first == self._rest_first:
            rest, self._rest = self._rest, b""
            return rest[:length]
        last = first + length - 1 if last is None else last
        if first in self._middle:
            return await self._fetched(first, min(length, self._middle.stop - first), last)
        skipped = first % BLOCK_BYTES
        block = await self._block(first - skipped, last)
        return block[skipped : skipped + length]

    def give_back(self, first: int, rest: bytes) -> bool:
        self._rest_first, self._rest = first, rest
        self._parking.rest(self)
        return True

    def park(self) -> None:
        self._rest = b""
        self._end_get()

    def close(self) -> None:
        self._parking.wake(self)
        self.park()

    async def _block(self, first: int, last: int) -> bytes:
        """The block at an edge that begins at position ``first``."""
        if self._open_get is not None and self._position == first:  # the open GET has come to here
            return await self._fetched_block(first, last)
        return await self._edges.block(self._version, first, lambda: self._fetched_block(first, last))

    async def _fetched_block(self, first: int, last: int) -> bytes:
        block, length = b"", min(BLOCK_BYTES, self._status.size - first)
        while len(block) < length:
            block += await self._fetched(first + len(block), length - len(block), last)
        self._edges.keep(self._version, first, block)
        return block

    async def _fetched(self, first: int, length: int, last: int) -> bytes:
        """At most ``length`` bytes from the store. Tries again after StoreUnavailable, for ``recovery_s``."""
        give_up_s = 0.0
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                return await self._next_chunk(first, length, last)
            except StoreUnavailable as error:
                # Counted from after a timeout, if it was one.
                give_up_s = give_up_s or monotonic() + self._recovery_s
                if monotonic() + pause_s > give_up_s:
                    raise
                _log.info("resuming at byte %d of %s: %s", first, ascii(self._status.key), error)
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))  # random, so that viewers do not all try at once
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _next_chunk(self, first: int, length: int, last: int) -> bytes:
        self._parking.wake(self)
        try:
            if self._open_get is not None and self._position < first <= min(self._position + HOLE_BYTES, self._last):
                await self._pass_over(first)
            if self._open_get is None or self._position != first:
                self._end_get()
                await self._begin_get(first, last)
            assert self._open_get is not None
            chunk = await self._open_get.read(length)
            if not chunk:
                raise StoreUnavailable("the range ended early")
        except BaseException:
            self._end_get()
            raise
        self._position = first + len(chunk)
        if self._position > self._last:
            self._end_get()
        else:
            self._parking.rest(self)
        return chunk

    async def _pass_over(self, first: int) -> None:
        """Reads up to position ``first``, and drops it."""
        while self._position < first:
            assert self._open_get is not None
            dropped = await self._open_get.read(min(first - self._position, BLOCK_BYTES))
            if not dropped:
                raise StoreUnavailable("the range ended early")
            self._position += len(dropped)

    async def _begin_get(self, first: int, last: int) -> None:
        self._position, self._last = first, self._last_to_get(first, last)
        self._parking.enter()
        try:
            self._open_get = await self._client.get(self._status, first, self._last)
        except BaseException:
            self._parking.leave()
            raise

    def _end_get(self) -> None:
        if self._open_get is not None:
            self._open_get.close()
            self._open_get = None
            self._parking.leave()

    def _last_to_get(self, first: int, last: int) -> int:
        """Where a GET of ``first`` to ``last`` is to end: before a block in memory, else at the end of a block."""
        for block in edge_blocks(self._status.size):
            if first < block <= last and self._edges.has(self._version, block):
                return block - 1
        if last in self._middle:
            return last
        return min(last - last % BLOCK_BYTES + BLOCK_BYTES, self._status.size) - 1
