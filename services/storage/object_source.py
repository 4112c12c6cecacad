"""One version of an object, read by one viewer over one GET, which is resumed for as long as it must."""

import asyncio
import logging
import random
from time import monotonic

from services.errors import StoreUnavailable
from services.http.representation import Representation
from services.storage.edges import Edges, is_at_edge
from services.storage.object_client import Body, ObjectClient, ObjectStatus
from services.storage.parking import Parking

_log = logging.getLogger(__name__)

RECOVERY_S = 20.0  # a store that is away for longer is not waited for; players buffer about as much
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 4.0


class ObjectSource:
    """A Source. Its opener must call ``close``.

    Nothing is read from the store but what ``read`` asks for, so a viewer who pauses leaves it in the
    store's hands. The connection is given up when it rests (Parking) or fails, and taken up again at
    the byte where it was, by a GET for the same version.
    """

    descriptor = -1

    def __init__(
        self,
        client: ObjectClient,
        status: ObjectStatus,
        representation: Representation,
        parking: Parking,
        edges: Edges,
    ) -> None:
        self.representation = representation
        self._client = client
        self._status = status
        self._parking = parking
        self._edges = edges
        self._body: Body | None = None
        self._position = 0  # in the object, of the next byte of the body
        self._last = -1  # and of its last
        self._rest_first, self._rest = 0, b""  # what was given back, and where in the object it begins

    async def bring_in(self, first: int, length: int) -> bool:
        return False

    def require_unchanged(self) -> None:
        """Nothing to do: the store sends no byte of another version."""

    async def read(self, first: int, length: int, last: int | None = None) -> bytes:
        if self._rest and first == self._rest_first:
            rest, self._rest = self._rest, b""
            return rest[:length]
        last = first + length - 1 if last is None else last
        if not is_at_edge(first, length, self._status.size):
            return await self._fetched(first, length, last)
        chunk = self._edges.chunk(self._status, first)
        if chunk is None:
            chunk = b""
            while len(chunk) < length:  # whole, for others will ask by the same steps
                chunk += await self._fetched(first + len(chunk), length - len(chunk), last)
            self._edges.keep(self._status, first, chunk)
        return chunk[:length]

    def give_back(self, first: int, rest: bytes) -> bool:
        self._rest_first, self._rest = first, rest
        return True

    def park(self) -> None:
        self._rest = b""
        if self._body is not None:
            self._body.close()
            self._body = None
            self._parking.leave(self)

    close = park

    async def _fetched(self, first: int, length: int, last: int) -> bytes:
        """By as many tries as the store needs, within the time that it may take to recover."""
        give_up_s = 0.0
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                return await self._next_chunk(first, length, last)
            except StoreUnavailable as error:
                give_up_s = give_up_s or monotonic() + RECOVERY_S  # silence is noticed late, and not held against it
                if monotonic() + pause_s > give_up_s:
                    raise
                _log.info("resuming at byte %d of %s: %s", first, ascii(self._status.key), error)
            await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))  # not all at once
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def _next_chunk(self, first: int, length: int, last: int) -> bytes:
        try:
            if self._body is None or self._position != first:
                self.park()
                await self._open(first, last)
            self._parking.busy(self)
            assert self._body is not None
            chunk = await self._body.read(length)
            if not chunk:
                raise StoreUnavailable("the range ended early")
        except BaseException:
            self.park()
            raise
        self._position = first + len(chunk)
        if self._position > self._last:
            self.park()
        else:
            self._parking.rest(self)
        return chunk

    async def _open(self, first: int, last: int) -> None:
        self._parking.enter()
        try:
            self._body = await self._client.get(self._status, first, last)
        except BaseException:
            self._parking.leave(self)
            raise
        self._position, self._last = first, last
