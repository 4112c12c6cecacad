"""Flow-controlled writes: a body goes out step by step, at the pace of whoever takes it.

There are two ways, and they send the same bytes. The plain one reads a chunk, writes it and awaits
the flush; it serves every source and every connection. The other, for bytes of a file that are in
the page cache, has the kernel send them from there (sendfile) and waits until it takes more.

Sent from there, bytes that are queued change if the file is written to in place. So before an answer
is complete the file is looked at once more: a complete answer is of one version, and a viewer whose
film was written to is cut off.
"""

import asyncio
import logging
import os
from time import monotonic

from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

from handlers.stream import ViewerStream
from services.errors import RepresentationChanged, StorageError
from services.http.ranges import ByteRange
from services.http.response import Body
from services.storage.source import Source
from services.viewers import Outcome, Transfer

_log = logging.getLogger(__name__)

CHUNK_BYTES = 64 * 1024  # all that a viewer who reads nothing holds of our memory
FIRST_BYTES = 8 * 1024  # of a long range, with the head: the kernel has room for it, so a stalled viewer holds none
CACHED_S = 2.0  # bytes that were in the page cache are taken to stay there for so long
ZERO_COPY_BYTES = 1024 * 1024  # the most that the kernel is asked to send before others have their turn


async def send(handler: RequestHandler, body: Body, source: Source, transfer: Transfer, *, zero_copy: bool) -> None:
    """Writes ``body`` to the viewer and keeps account in ``transfer``. Zero copy, where it may be and can be.

    A viewer who leaves ends the transfer and is no error. Bytes that cannot be had close the
    connection, so that what was sent is seen to be no more than a beginning; but StorageError is
    raised if nothing was sent yet, and another answer may be given.
    """
    stream = handler.request.connection.stream
    zero_copy = zero_copy and isinstance(stream, ViewerStream) and hasattr(os, "sendfile")
    try:
        for part in body:
            if isinstance(part, ByteRange):
                await _send_range(handler, part, source, transfer, zero_copy)
            else:
                await _write(handler, part, transfer)
    except StreamClosedError:
        pass
    except StorageError as error:
        if not transfer.sent:
            raise
        _log.error(
            "%s: closed after %d of %d bytes: %s", ascii(handler.request.uri), transfer.sent, transfer.planned, error
        )
        transfer.outcome = Outcome.FAILED
        if zero_copy:
            stream.abort()  # what is queued may be of another version already
        else:
            stream.close()
        return
    # Tornado ends a flush in silence when the viewer resets: whether all was taken, the stream tells.
    if transfer.outcome is Outcome.SENDING:
        transfer.outcome = Outcome.LEFT if stream.closed() else Outcome.COMPLETE


async def _send_range(
    handler: RequestHandler, asked: ByteRange, source: Source, transfer: Transfer, zero_copy: bool
) -> None:
    position = asked.first
    # The first chunk goes by the plain way, in one segment with the head, and so does the last: when the kernel
    # has taken it, what it had of the file itself is on its way, and a write can no longer alter it.
    tail = asked.last + 1 - CHUNK_BYTES
    cached_end, cached_until_s = 0, 0.0
    zero_copied = False
    while position <= asked.last:
        if zero_copy and transfer.sent and position < tail:
            if position >= cached_end or monotonic() > cached_until_s:
                step = min(tail - position, ZERO_COPY_BYTES)
                cached_end = position + step if await source.bring_in(position, step) else 0
                cached_until_s = monotonic() + CACHED_S
            if position < cached_end:
                source.require_unchanged()
                position += await _send_file(handler, source, position, cached_end - position, transfer)
                zero_copied = True
                continue
        remaining = asked.last - position + 1
        most = CHUNK_BYTES if transfer.sent or remaining <= CHUNK_BYTES else FIRST_BYTES
        position += await _write(handler, await source.read(position, min(remaining, most)), transfer)
    if zero_copied:
        source.require_unchanged()


async def _write(handler: RequestHandler, chunk: bytes, transfer: Transfer) -> int:
    """How many bytes there were, all of which the kernel has taken."""
    handler.write(chunk)
    await handler.flush()
    transfer.moved(len(chunk))
    if transfer.sent < transfer.planned:
        await _give_way(handler.request.connection.stream)
    return len(chunk)


async def _send_file(handler: RequestHandler, source: Source, position: int, length: int, transfer: Transfer) -> int:
    """How many bytes of the file the kernel took; 0: it had to be waited for, and the file may have changed."""
    connection = handler.request.connection
    try:
        sent = os.sendfile(connection.stream.socket.fileno(), source.descriptor, position, length)
    except BlockingIOError:
        await connection.stream.writable()
        return 0
    except ConnectionError as error:
        connection.stream.close()
        raise StreamClosedError() from error
    except OSError as error:
        raise StorageError(f"cannot send: {error.strerror}") from error
    if not sent:
        raise RepresentationChanged("the file ends before its length")
    transfer.moved(sent)
    connection._expected_content_remaining -= sent  # what Tornado would count, had it written this
    await _give_way(connection.stream)
    return sent


async def _give_way(stream: ViewerStream) -> None:
    """A step that had not to wait has not let others run: one fast viewer would starve them (tornado#2997)."""
    await asyncio.sleep(0)
    if stream.closed():
        raise StreamClosedError()
