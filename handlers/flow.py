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
from collections.abc import Awaitable
from time import monotonic
from typing import TypeVar

from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

from handlers.rest import Rest
from handlers.tcp_options import TELLS_UNSENT
from handlers.tornado_internals import note_head_sent
from handlers.viewer_socket import ViewerStream, viewer_of
from handlers.zero_copy import ZeroCopy
from services.admission.places import Outcome, Transfer
from services.admission.rate import Bucket
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
RATE_TICK_S = 1.0  # of who waits for the rate: shorter than what counts as stalled
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
    zero_copy = zero_copy and TELLS_UNSENT and stream.sends_files
    sending = _Sending(handler, stream, head, body, source, transfer, zero_copy)
    try:
        while sending.rest:
            await sending.send_next()
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


class _Sending:
    """One answer on its way. ``begun``: its first bytes were there, so its head was given to the stream. ``rest``: the
    parts of its body that are still to be sent."""

    def __init__(
        self,
        handler: RequestHandler,
        stream: ViewerStream,
        head: bytes,
        body: Body,
        source: Source,
        transfer: Transfer,
        zero_copy: bool,
    ) -> None:
        self.begun = False
        self.rest = Rest(body)
        self._handler = handler
        self._stream = stream
        self._ahead = head  # and what else goes before the first range
        self._head_bytes = len(head)
        self._source = source
        self._transfer = transfer
        self._zero_copy = (
            ZeroCopy(
                stream,
                source,
                self.rest,
                transfer,
                short_bytes=CHUNK_BYTES,  # these are copied, and so go with their head in one system call
                step_bytes=ZERO_COPY_BYTES,
                held_back_bytes=HELD_BACK_BYTES,
            )
            if zero_copy
            else None
        )
        self._fills_segments = False
        self._turn_ends = TURN_BYTES
        self._zero_copied = False

    async def send_next(self) -> None:
        """Sends the first part of the rest, or some of it; or several, where none has to be waited for."""
        if self._transfer.bucket is not None:
            await self._keep_to_rate(self._transfer.bucket)
        kernel = self._zero_copy
        if kernel and kernel.is_next() and (kernel.is_cached() or await self._from_source(kernel.bring_in())):
            await self._send_cached(kernel)
        elif isinstance(part := self.rest.first, ByteRange):
            await self._send_chunk(part)
        else:
            await self._send_literal(part)

    async def _keep_to_rate(self, bucket: Bucket) -> None:
        """Waits until more may be sent. Meanwhile the viewer is not stalled. Raises StreamClosedError."""
        while wait_s := bucket.wait_s(monotonic()):
            await asyncio.sleep(min(wait_s, RATE_TICK_S))
            if self._stream.closed():
                raise StreamClosedError()
            self._transfer.touched()

    async def _send_literal(self, content: bytes) -> None:
        """Sends literal bytes. Those before the first range wait for its bytes: if these cannot be read, another answer
        is given."""
        self.rest.take(len(content))
        if self.rest and not self.begun:
            self._ahead += content
        elif not (self.rest and self._gathered(content)):
            self._begin()
            await self._write(content[self._sent_at_once(content) :])

    async def _send_chunk(self, part: ByteRange) -> None:
        """Sends a chunk of ``part``, with which the rest begins. If that is shorter, others are gathered, up to a
        chunk."""
        most = CHUNK_BYTES - self._gathered_bytes
        parts = self.rest.beginning(most)
        if len(parts) < len(self.rest) or len(part) > most:
            self._fill_segments()
        if self._zero_copied and self.rest.has_last_byte(parts):
            await self._stream.all_sent()
        if (chunk := self._source.read_at_once(parts)) is not None:
            await self._send_read(chunk)
            return
        # Reading finds out whether the film has changed. No name is given to the chunk that was read: it would stay in
        # memory as long as the viewer has not taken all of it.
        reading = self._source.read(part.first, min(len(part), most), self.rest.reads_to)
        await self._offer(part, await self._from_source(reading))

    async def _send_read(self, chunk: memoryview) -> None:
        """Sends a chunk whose buffer will be used for other reads: what the kernel does not take at once is copied."""
        self._begin()
        self.rest.take(len(chunk))
        await self._write(bytes(chunk[self._sent_at_once(chunk) :]))

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

    def _gathered(self, content: bytes) -> bool:
        """Keeps ``content`` for the system call that sends what follows. False: more than a chunk would be kept."""
        if self._gathered_bytes + len(content) >= CHUNK_BYTES:
            return False
        self._stream.send_with_next(content)
        self._transfer.moved(len(content))
        return True

    async def _offer(self, part: ByteRange, chunk: bytes) -> None:
        """Sends the chunk, with which ``part`` begins, or gathers it. If the source takes back what the kernel does not
        take at once, that stays in the rest."""
        self._begin()
        if len(self.rest) > 1 and len(chunk) == len(part) and self._gathered(chunk):
            self.rest.take(len(chunk))
            return
        length, sent = len(chunk), self._sent_at_once(chunk)
        chunk = chunk[sent:]
        if chunk and self._source.give_back(part.first + sent, chunk):
            del chunk
            self.rest.take(sent)
            await self._stream.writable()
            return
        self.rest.take(length)
        writing = self._write(chunk)
        del chunk  # it would stay in memory as long as the viewer stalls
        await writing

    def _sent_at_once(self, content: bytes | memoryview) -> int:
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
            self._fills_segments = False
            self._stream.fill_segments(False)

    def abort(self) -> None:
        if self._zero_copy:
            self._stream.abort()  # the kernel's queue may have bytes of another version already
        else:
            self._stream.close()

    async def _send_cached(self, zero_copy: ZeroCopy) -> None:
        self.end()
        self._zero_copied = True
        await zero_copy.send(self._begin)
        self._turn_ends = self._transfer.sent + TURN_BYTES

    async def _give_way(self) -> None:
        """Lets others run. Steps that need not wait do not, so one fast viewer would starve them (tornado#2997)."""
        self._turn_ends = self._transfer.sent + TURN_BYTES
        await asyncio.sleep(0)
        if self._stream.closed():
            raise StreamClosedError()
