"""Flow-controlled writes: a body goes out chunk by chunk, at the pace of whoever takes it."""

import asyncio
import logging
from collections.abc import AsyncIterator

from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler

from services.errors import StorageError
from services.http.response import Body
from services.storage.source import Source
from services.viewers import Outcome, Transfer

_log = logging.getLogger(__name__)

CHUNK_BYTES = 64 * 1024  # all that a viewer who reads nothing holds of our memory


async def send(handler: RequestHandler, body: Body, source: Source, transfer: Transfer) -> None:
    """Writes ``body`` to the viewer and keeps account in ``transfer``.

    A viewer who leaves ends the transfer and is no error. Bytes that cannot be had close the
    connection, so that what was sent is a correct beginning and is seen to be no more than that;
    but StorageError is raised if nothing was sent yet, and another answer may be given.
    """
    stream = handler.request.connection.stream
    try:
        async for chunk in _chunks(body, source):
            handler.write(chunk)
            await handler.flush()
            transfer.sent += len(chunk)
            # A flush that has not to wait does not yield, and one fast viewer would starve all others (tornado#2997).
            await asyncio.sleep(0)
            if stream.closed():
                break
    except StreamClosedError:
        pass
    except StorageError as error:
        if not transfer.sent:
            raise
        _log.error("%s: closed after %d of %d bytes: %s", handler.request.uri, transfer.sent, transfer.planned, error)
        transfer.outcome = Outcome.FAILED
        stream.close()
        return
    # Tornado ends a flush in silence when the viewer resets: whether all was taken, the stream tells.
    transfer.outcome = Outcome.LEFT if stream.closed() else Outcome.COMPLETE


async def _chunks(body: Body, source: Source) -> AsyncIterator[bytes]:
    for part in body:
        if isinstance(part, bytes):
            yield part
            continue
        position = part.first
        while position <= part.last:
            chunk = await source.read(position, min(CHUNK_BYTES, part.last - position + 1))
            yield chunk
            position += len(chunk)
