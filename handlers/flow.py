"""Flow-controlled sending: a body goes out step by step, at the pace of the viewer who takes it.

There are two ways, and they send the same bytes. The plain way reads a chunk, gives it to the kernel, and waits until
the kernel takes more. It serves every source. With zero copy, the kernel itself sends those bytes of a file that are in
the page cache (zero_copy.py).

With zero copy, bytes in the kernel's queue change if the file is written to in place. So the last bytes of an answer
are held back until the kernel has sent those before. Then the file is looked at once more. So a complete answer is of
one version, and a viewer whose film was written to is cut off.

Tested by tests/wire/test_flow.py.
"""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

from handlers.tcp_options import TELLS_UNSENT
from handlers.tornado_internals import note_head_sent
from handlers.viewer_socket import ViewerStream, viewer_of
from handlers.zero_copy import ZeroCopy
from services.admission.places import Outcome, Transfer
from services.errors import StorageError
from services.http.ranges import ByteRange
from services.http.response import Body
from services.logs import shown
from services.storage.source import HOLE_BYTES, Source

_log = logging.getLogger(__name__)
_Got = TypeVar("_Got")

CHUNK_BYTES = 64 * 1024  # the most that a viewer who reads nothing holds of our memory
TURN_BYTES = 256 * 1024  # of chunks, the most that one viewer is sent before others have their turn
ZERO_COPY_BYTES = 2 * 1024 * 1024  # the same where the kernel sends, which takes less time
HELD_BACK_BYTES = 4 * 1024  # at the end of the last range; they are copied


async def send(
    handler: RequestHandler, head: bytes, body: Body, source: Source, transfer: Transfer, *, zero_copy: bool
) -> None:
    """Sends ``head`` and ``body``, which is not empty, and keeps account in ``transfer``.

    A viewer who leaves ends the transfer, and is no error. If bytes cannot be read, the connection is closed, so that
    the viewer can tell that the answer is incomplete. If nothing was sent yet, StorageError or TooManyViewers is raised
    instead, and another answer can be given.
    """
    stream = viewer_of(handler.request)
    sending = _Sending(handler, stream, head, source, transfer, zero_copy and TELLS_UNSENT and stream.sends_files)
    reads_to = _last_positions([part for part in body if isinstance(part, ByteRange)])
    try:
        for number, part in enumerate(body, 1):
            if isinstance(part, ByteRange):
                await sending.send(part, reads_to.pop(), is_last=not reads_to, goes_on=number < len(body))
            else:
                await sending.write(part, goes_on=number < len(body))
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
    if transfer.outcome is Outcome.SENDING:
        transfer.outcome = Outcome.LEFT if stream.closed() else Outcome.COMPLETE


def _last_positions(ranges: Sequence[ByteRange]) -> list[int]:
    """For each of the ranges, from the last one to the first, the last position that is read in sequence with it."""
    lasts: list[int] = []
    for number in range(len(ranges) - 1, -1, -1):
        last = ranges[number].last
        goes_on = lasts and last < ranges[number + 1].first <= last + HOLE_BYTES
        lasts.append(lasts[-1] if goes_on else last)
    return lasts


class _Sending:
    """One answer on its way. ``begun``: its first bytes were there, so its head was given to the stream."""

    def __init__(
        self,
        handler: RequestHandler,
        stream: ViewerStream,
        head: bytes,
        source: Source,
        transfer: Transfer,
        zero_copy: bool,
    ) -> None:
        self.begun = False
        self._handler = handler
        self._stream = stream
        self._ahead = head  # and what else goes before the first range
        self._head_bytes = len(head)
        self._source = source
        self._transfer = transfer
        self._zero_copy = ZeroCopy(stream, source, transfer, ZERO_COPY_BYTES) if zero_copy else None
        self._fills_segments = False
        self._turn_ends = TURN_BYTES
        self._zero_copied = False

    async def send(self, asked: ByteRange, reads_to: int, *, is_last: bool, goes_on: bool) -> None:
        """Sends a range of the source, which is read in sequence up to position ``reads_to``.

        ``is_last``: no other range follows. ``goes_on``: another part follows; short ones are gathered, up to a chunk.
        """
        position = asked.first
        end = asked.last + 1
        # A range of one chunk is copied, so that it goes with its head in one system call.
        copied_from = position if end - position <= CHUNK_BYTES else end - HELD_BACK_BYTES if is_last else end
        if goes_on:
            self._fill_segments()
        while position < end:
            if (
                self._zero_copy
                and position < copied_from
                and await self._is_cached(
                    self._zero_copy, position, copied_from, copied_from if is_last else reads_to + 1
                )
            ):
                position = await self._send_cached(self._zero_copy, position, copied_from)
                continue
            if is_last and self._zero_copied and position == copied_from:
                await self._stream.all_sent()
            chunk_end = min(
                position + CHUNK_BYTES - self._gathered_bytes,
                copied_from if self._zero_copied and position < copied_from else end,
            )
            if chunk_end < end:
                self._fill_segments()
            # Reading finds out whether the film has changed. No name is given to the chunk that was read: it would
            # stay in memory as long as the viewer has not taken all of it.
            reading = self._source.read(position, chunk_end - position, reads_to)
            gathers = goes_on and chunk_end == end
            position += await self._offer(position, await self._from_source(reading), gathers)

    def _fill_segments(self) -> None:
        """Has chunks fill segments. Else each would end in a nearly empty one: on loopback, in one of 53 bytes."""
        if not self._fills_segments:
            self._fills_segments = True
            self._stream.fill_segments(True)

    @property
    def _gathered_bytes(self) -> int:
        """How many bytes wait for the system call that sends what follows."""
        return self._stream.held_bytes if self.begun else 0

    async def _from_source(self, awaited: Awaitable[_Got]) -> _Got:
        """Awaits bytes of the source. Meanwhile the viewer is not stalled: the disk or the store is slow."""
        self._transfer.starved = True
        try:
            return await awaited
        finally:
            self._transfer.fed()

    async def write(self, content: bytes, *, goes_on: bool) -> None:
        """Sends literal bytes. Those before the first range wait for its bytes: if these cannot be read, another answer
        is given."""
        if goes_on and not self.begun:
            self._ahead += content
        elif not (goes_on and self._gathered(content)):
            self._begin()
            await self._write(content[self._sent_at_once(content) :])

    def _gathered(self, content: bytes) -> bool:
        """Keeps ``content`` for the system call that sends what follows. False: more than a chunk would be kept."""
        if self._gathered_bytes + len(content) >= CHUNK_BYTES:
            return False
        self._stream.send_with_next(content)
        self._transfer.moved(len(content))
        return True

    async def _offer(self, position: int, chunk: bytes, gathers: bool) -> int:
        """Sends or gathers the chunk. Returns its length, or less if the source takes back what the kernel did not take
        at once."""
        self._begin()
        if gathers and self._gathered(chunk):
            return len(chunk)
        length, sent = len(chunk), self._sent_at_once(chunk)
        chunk = chunk[sent:]
        if chunk and self._source.give_back(position + sent, chunk):
            del chunk
            await self._stream.writable()
            return sent
        writing = self._write(chunk)
        del chunk  # it would stay in memory as long as the viewer stalls
        await writing
        return length

    def _sent_at_once(self, content: bytes) -> int:
        sent = self._stream.send_at_once(content)
        if sent:
            self._transfer.moved(sent)
        return sent

    async def _write(self, content: bytes) -> None:
        """Returns when the kernel has taken all of ``content``, which it did not take at once."""
        if content:
            await self._stream.write(content)
            self._transfer.moved(len(content))
        if self._transfer.sent >= self._turn_ends:
            await self._give_way()

    def _begin(self) -> None:
        """Takes a place for the viewer, now that the first bytes are there, and sends the head with them.

        Raises TooManyViewers.
        """
        if self.begun:
            return
        self._transfer.begin()
        self.begun = True
        note_head_sent(self._handler)
        self._stream.send_with_next(self._ahead)
        self._transfer.moved(len(self._ahead) - self._head_bytes)
        self._ahead = b""

    def end(self) -> None:
        """Has the kernel send the last segment, though it is not full."""
        if self._fills_segments:
            self._stream.fill_segments(False)

    def abort(self) -> None:
        if self._zero_copy:
            self._stream.abort()  # the kernel's queue may have bytes of another version already
        else:
            self._stream.close()

    async def _is_cached(self, zero_copy: ZeroCopy, position: int, end: int, looks_to: int) -> bool:
        return zero_copy.is_cached(position, looks_to) or await self._from_source(zero_copy.bring_in(position, end))

    async def _send_cached(self, zero_copy: ZeroCopy, position: int, end: int) -> int:
        """Sends cached bytes. Returns the position of the first byte that was not sent."""
        self._zero_copied = True
        position = await zero_copy.send(position, end, self._begin)
        self._turn_ends = self._transfer.sent + TURN_BYTES
        return position

    async def _give_way(self) -> None:
        """Lets others run. Steps that need not wait do not, so one fast viewer would starve them (tornado#2997)."""
        self._turn_ends = self._transfer.sent + TURN_BYTES
        await asyncio.sleep(0)
        if self._stream.closed():
            raise StreamClosedError()
