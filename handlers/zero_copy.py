"""Zero copy: the kernel sends bytes of a file from the page cache (sendfile), step by step.

Each step is made in the callback that tells that the kernel takes more. The coroutine sleeps until all is sent, or
until something else has to be done. A viewer who watches a film takes several steps a second, so the steps are what a
viewer costs. A step makes no needless system call, and looks no further ahead in the page cache than it is about to
send.

Tested by tests/wire/test_watching.py.
"""

from collections.abc import Callable
from time import monotonic

from tornado.iostream import StreamClosedError

from handlers.viewer_socket import ViewerStream
from services.admission.places import Transfer
from services.errors import RepresentationChanged, StorageError
from services.storage.source import CACHED_RUN_BYTES, Source

CACHED_S = 2.0  # how long bytes that were in the page cache are assumed to be there


class ZeroCopy:
    """Sends ranges of ``source`` to one viewer, at most ``step_bytes`` in one step."""

    def __init__(self, stream: ViewerStream, source: Source, transfer: Transfer, step_bytes: int) -> None:
        self._stream = stream
        self._source = source
        self._transfer = transfer
        self._step_bytes = step_bytes
        self._position = self._end = 0
        self._cached_end, self._cached_until_s = 0, 0.0

    async def bring_in(self, position: int, end: int) -> bool:
        """Has bytes from ``position`` on brought into the page cache. False: they cannot be sent from there."""
        length = min(end - position, self._step_bytes)
        if not await self._source.bring_in(position, length):
            return False
        self._cached_end, self._cached_until_s = position + length, monotonic() + CACHED_S
        return True

    def is_cached(self, position: int, end: int) -> bool:
        """Whether bytes from ``position`` on can be sent without waiting for a disk: up to ``_cached_end``. Looks no
        further than ``end``, where what is sent of the file may have holes."""
        return self._is_cached(position, end, monotonic())

    def _is_cached(self, position: int, end: int, now_s: float) -> bool:
        known = self._cached_end
        first = known + CACHED_RUN_BYTES - 1  # to be looked at: the byte before cached_end was
        if position >= known or now_s > self._cached_until_s:
            self._cached_until_s = now_s + CACHED_S
            first = known = self._cached_end = position
        likely = min(self._stream.likely_bytes, self._step_bytes)
        if known - position < likely:
            # By whole runs, for each of which there is one look.
            ahead_end = min(known + likely + -likely % CACHED_RUN_BYTES, end)
            first = min(first, ahead_end - 1)
            if known < ahead_end and self._source.is_cached(first, ahead_end - first):
                self._cached_end = ahead_end
        return position < self._cached_end

    async def send(self, position: int, end: int, begin: Callable[[], object]) -> int:
        """Sends the bytes from ``position`` on, up to ``end`` or to the first that is not cached, and returns the
        position of that one. Only after is_cached or bring_in has answered True. Calls ``begin`` before the first step.

        Raises StorageError, and StreamClosedError if the viewer has left.
        """
        self._position, self._end = position, end
        await self._source.require_unchanged()
        begin()
        if self._transmit():
            await self._stream.while_writable(self._step)
        return self._position

    def _step(self, now_s: float) -> bool:
        """Sends when the kernel takes more. Returns whether to go on so."""
        self._stream.renew_queue(now_s)
        if self._is_cached(self._position, self._end, now_s) and self._source.is_unchanged():
            return self._transmit()
        return False

    def _transmit(self) -> bool:
        """Sends as much as the kernel takes now. Returns whether something is left to send."""
        position = self._position
        try:
            length = min(self._cached_end, self._end, position + self._step_bytes) - position
            taken = self._stream.send_file(self._source.descriptor, position, length)
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
