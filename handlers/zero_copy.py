"""Bytes of a file that are in the page cache: the kernel sends them from there (sendfile), step by step.

Each step is made by the very callback that tells that the kernel takes more; the coroutine sleeps until all is sent, or
something else is to be done. A viewer who watches a film has several steps a second, so a step is what a viewer costs:
it makes no system call in vain, and looks no further ahead in the page cache than it is about to send.

Tested by tests/wire/test_watching.py.
"""

from collections.abc import Callable
from time import monotonic

from tornado.iostream import StreamClosedError

from handlers.viewer_socket import ViewerStream
from services.admission.places import Transfer
from services.errors import RepresentationChanged, StorageError
from services.storage.source import CACHED_RUN_BYTES, Source

CACHED_S = 2.0  # bytes that were in the page cache are taken to stay there for so long


class ZeroCopy:
    """What is sent of ``source`` to one viewer: ``step_bytes`` at most before others have their turn."""

    def __init__(self, stream: ViewerStream, source: Source, transfer: Transfer, step_bytes: int) -> None:
        self._stream = stream
        self._source = source
        self._transfer = transfer
        self._step_bytes = step_bytes
        self._position = self._end = 0
        self._cached_end, self._cached_until_s = 0, 0.0

    async def bring_in(self, position: int, end: int) -> bool:
        """Whether bytes from ``position`` on can be sent after all, now that some were brought in."""
        length = min(end - position, self._step_bytes)
        if not await self._source.bring_in(position, length):
            return False
        self._cached_end, self._cached_until_s = position + length, monotonic() + CACHED_S
        return True

    def is_cached(self, position: int, end: int) -> bool:
        """Whether bytes from ``position`` on can be sent without waiting for a disk: up to ``_cached_end``."""
        first = self._cached_end + CACHED_RUN_BYTES - 1  # of what is not known yet: the byte before cached_end is
        now_s = monotonic()
        if position >= self._cached_end or now_s > self._cached_until_s:
            self._cached_until_s = now_s + CACHED_S
            first = self._cached_end = position
        likely = self._stream.likely_bytes
        if self._cached_end - position < likely:
            ahead_end = position + min(max(2 * likely, CACHED_RUN_BYTES), self._step_bytes, end - position)
            first = min(first, ahead_end - 1)
            if self._cached_end < ahead_end and self._source.is_cached(first, ahead_end - first):
                self._cached_end = ahead_end
        return position < self._cached_end

    async def send(self, position: int, end: int, begin: Callable[[], object]) -> int:
        """Sends what is_cached has found, and on from there; answers how far that came: to ``end``, or to what is not
        cached. Calls ``begin`` when there is something to send.

        Raises StorageError, and StreamClosedError once the viewer has left.
        """
        self._position, self._end = position, end
        await self._source.require_unchanged()
        begin()
        if self._transmit():
            await self._stream.while_writable(self._step)
        return self._position

    def _step(self) -> bool:
        """What is done when the kernel takes more. Whether it is to be done again."""
        self._stream.renew_queue()
        if self.is_cached(self._position, self._end) and self._source.is_unchanged():
            return self._transmit()
        return False

    def _transmit(self) -> bool:
        """Sends as much as the kernel takes now. Whether something is left to send."""
        position = self._position
        try:
            taken = self._stream.send_file(self._source.descriptor, position, self._cached_end - position)
        except BlockingIOError:
            return True
        except StreamClosedError:
            raise
        except OSError as error:
            raise StorageError(f"cannot send: {error.strerror}") from error
        if not taken:
            raise RepresentationChanged("the file ends before its length")
        self._position = position + taken
        self._transfer.moved(taken)
        return self._position < self._end
