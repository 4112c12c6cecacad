"""Flow-controlled writes: a body goes out step by step, at the pace of whoever takes it.

There are two ways, and they send the same bytes. The plain one reads a chunk, writes it and awaits
the flush; it serves every source and every connection. The other, for bytes of a file that are in
the page cache, has the kernel send them from there (zero_copy.py).

Sent from there, bytes that are queued change if the file is written to in place. So the last bytes
of a range are held back until the kernel has sent those before, and the file is looked at again
then: a complete answer is of one version, and a viewer whose film was written to is cut off.

Tested by tests/wire/test_flow.py.
"""

import asyncio
import logging
from collections.abc import Awaitable
from typing import TypeVar

from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

from handlers.viewer_socket import TELLS_UNSENT, ViewerStream
from handlers.zero_copy import ZeroCopy, sent_past_tornado
from services.admission.places import Outcome, Transfer
from services.errors import StorageError
from services.http.ranges import ByteRange
from services.http.response import Body
from services.logs import shown
from services.storage.source import Source

_log = logging.getLogger(__name__)
_Got = TypeVar("_Got")

CHUNK_BYTES = 64 * 1024  # the most that a viewer who reads nothing holds of our memory
TURN_BYTES = 256 * 1024  # of chunks, the most that one viewer is sent before others have their turn
ZERO_COPY_BYTES = 2 * 1024 * 1024  # the same where the kernel sends, which takes less time
HELD_BACK_BYTES = 4 * 1024  # at the end of a range, copied


async def send(handler: RequestHandler, body: Body, source: Source, transfer: Transfer, *, zero_copy: bool) -> None:
    """Writes ``body`` to the viewer and keeps account in ``transfer``. Zero copy, where it may be and can be.

    A viewer who leaves ends the transfer and is no error. Bytes that cannot be had close the
    connection, so that what was sent is seen to be no more than a beginning; but StorageError, or
    TooManyViewers, is raised if nothing was sent yet, and another answer may be given.
    """
    stream = handler.request.connection.stream
    sending = _Sending(handler, source, transfer, zero_copy and TELLS_UNSENT and isinstance(stream, ViewerStream))
    try:
        for part in body:
            if isinstance(part, ByteRange):
                await sending.send(part)
            else:
                await sending.write(part)
        sending.end()
    except StreamClosedError:
        pass
    except StorageError as error:
        if not sending.begun:
            raise
        _log.error(
            "'%s': closed after %d of %d bytes: %s",
            shown(handler.request.uri or ""),
            transfer.sent,
            transfer.planned,
            error,
        )
        transfer.outcome = Outcome.FAILED
        sending.abort()
        return
    # Tornado ends a flush in silence when the viewer resets: whether all was taken, the stream tells.
    if transfer.outcome is Outcome.SENDING:
        transfer.outcome = Outcome.LEFT if stream.closed() else Outcome.COMPLETE


class _Sending:
    """One body on its way. ``begun``: its first bytes of the source were there, so its head is out."""

    def __init__(self, handler: RequestHandler, source: Source, transfer: Transfer, zero_copy: bool) -> None:
        self.begun = False
        self._handler = handler
        self._connection = handler.request.connection
        self._stream = handler.request.connection.stream
        self._source = source
        self._transfer = transfer
        self._zero_copy = ZeroCopy(self._connection, source, transfer, ZERO_COPY_BYTES) if zero_copy else None
        self._fills_segments = False
        self._turn_ends = TURN_BYTES
        self._ahead_bytes = 0  # of literal bytes that wait for the first range

    async def send(self, asked: ByteRange) -> None:
        position = asked.first
        end = asked.last + 1
        # What is one chunk anyway is copied: with its head it goes in one call.
        held_back = end - HELD_BACK_BYTES if end - position > CHUNK_BYTES else position
        zero_copied = False
        while position < end:
            if self._zero_copy and position < held_back and await self._is_cached(position, held_back):
                position = await self._send_cached(position, held_back)
                zero_copied = True
                continue
            if zero_copied and position == held_back:
                await self._stream.all_sent()
            chunk_end = min(position + CHUNK_BYTES, held_back if zero_copied and position < held_back else end)
            if chunk_end < end and not self._fills_segments and isinstance(self._stream, ViewerStream):
                # Else each chunk would end in a segment that is nearly empty: on loopback, in one of 53 bytes.
                self._fills_segments = True
                self._stream.fill_segments(True)
            # Reading sees whether the film has changed. No name is given to what was read: it would keep the whole
            # chunk in memory for as long as the viewer lets a part of it wait.
            reading = self._source.read(position, chunk_end - position, asked.last)
            position += await self._offer(position, await self._from_source(reading))

    async def _from_source(self, awaited: Awaitable[_Got]) -> _Got:
        """Who waits for a disk or a store is not stalled."""
        self._transfer.starved = True
        try:
            return await awaited
        finally:
            self._transfer.fed()

    async def write(self, content: bytes) -> None:
        """Returns when the kernel has taken all of it. Before the first range it is held: that may not be to be had,
        and until then another answer may be given."""
        if not self.begun:
            self._handler.write(content)
            self._ahead_bytes += len(content)
            return
        await self._write_by_tornado(content[self._sent_at_once(content) :])

    async def _offer(self, position: int, chunk: bytes) -> int:
        """How many bytes the kernel took: all, unless the source takes back what it did not take at once."""
        if self._zero_copy:
            self._begin()
        length, sent = len(chunk), self._sent_at_once(chunk)
        chunk = chunk[sent:]
        if chunk and self._zero_copy and self._source.give_back(position + sent, chunk):
            del chunk
            await self._stream.writable()
            return sent
        writing = self._write_by_tornado(chunk)
        del chunk  # Tornado joins the first one to the head: a name would keep both for as long as the viewer stalls
        await writing
        return length

    def _sent_at_once(self, content: bytes) -> int:
        if not (self._zero_copy and self.begun):
            return 0
        sent = self._stream.send_at_once(content)
        if sent:
            sent_past_tornado(self._connection, self._transfer, sent)
        return sent

    async def _write_by_tornado(self, content: bytes) -> None:
        if content:
            self._begin()
            self._handler.write(content)
            length = len(content)
            del content
            await self._handler.flush()
            self._transfer.moved(length)
        if self._transfer.sent >= self._turn_ends:
            await self._give_way()

    def _begin(self) -> None:
        """The first bytes are there: not before does the viewer take a place. Raises TooManyViewers.

        The head goes with them, and what was held; with zero copy, it is in no other memory than the kernel's.
        """
        if self.begun:
            return
        self._transfer.begin()
        self.begun = True
        if self._zero_copy:
            self._stream.hold_next_write()
            self._handler.flush()
        self._transfer.moved(self._ahead_bytes)

    def end(self) -> None:
        """Has the rest of the last segment sent."""
        if self._fills_segments:
            self._stream.fill_segments(False)

    def abort(self) -> None:
        if self._zero_copy:
            self._stream.abort()  # what is queued may be of another version already
        else:
            self._stream.close()

    async def _is_cached(self, position: int, end: int) -> bool:
        zero_copy = self._zero_copy
        return zero_copy.is_cached(position, end) or await self._from_source(zero_copy.bring_in(position, end))

    async def _send_cached(self, position: int, end: int) -> int:
        """How far that came."""
        position = await self._zero_copy.send(position, end, self._begin)
        self._turn_ends = self._transfer.sent + TURN_BYTES
        return position

    async def _give_way(self) -> None:
        """A step that had not to wait has not let others run: one fast viewer would starve them (tornado#2997)."""
        self._turn_ends = self._transfer.sent + TURN_BYTES
        await asyncio.sleep(0)
        if self._stream.closed():
            raise StreamClosedError()
