"""Zero copy: the kernel sends bytes of a file from the page cache (sendfile), step by step.

Each step is made in the callback that tells that the kernel takes more. The coroutine sleeps until all is sent, or
until something else has to be done. A viewer who watches a film takes several steps a second, so the steps are what a
viewer costs. A step makes no needless system call, and looks no further ahead in the page cache than it is about to
send.

Tested by tests/wire/test_watching.py.
"""

from collections.abc import Callable
from mmap import PAGESIZE
from time import monotonic

from tornado.iostream import StreamClosedError

from handlers.rest import Rest
from handlers.viewer_socket import ViewerStream
from services.admission.places import Transfer
from services.errors import RepresentationChanged, StorageError
from services.http.ranges import ByteRange
from services.storage.source import CACHED_RUN_BYTES, Source

CACHED_S = 2.0  # how long bytes that were in the page cache are assumed to be there

# Sent first after bytes that are copied, from within a page. A segment of the kernel can have 17 pages, of which these
# bytes and the part of a page are two, so it is not quite full. If more followed in the same call, the kernel would not
# send it, and would take nothing else.
_AFTER_COPIED_BYTES = 56 * 1024


class ZeroCopy:
    """Sends long ranges of ``rest`` to one viewer: those of more than ``short_bytes``, but for the last
    ``held_back_bytes`` of the last range. It sends at most ``step_bytes`` in one step."""

    def __init__(
        self,
        stream: ViewerStream,
        source: Source,
        rest: Rest,
        transfer: Transfer,
        *,
        short_bytes: int,
        step_bytes: int,
        held_back_bytes: int,
    ) -> None:
        self._stream = stream
        self._source = source
        self._rest = rest
        self._transfer = transfer
        self._short_bytes = short_bytes
        self._step_bytes = step_bytes
        self._held_back_bytes = held_back_bytes
        self._position = self._end = self._looks_to = 0  # of the range that is sent
        self._cached_end, self._cached_until_s = 0, 0.0

    def is_next(self) -> bool:
        """Whether the rest begins with a long range, which is then the one to be sent."""
        part = self._rest.first
        if not isinstance(part, ByteRange) or len(part) <= self._short_bytes:
            return False
        self._begin_range(part)
        return True

    def is_cached(self) -> bool:
        """Whether its first bytes can be sent without waiting for a disk: up to ``_cached_end``."""
        return self._is_cached(monotonic())

    async def bring_in(self) -> bool:
        """Has its first bytes brought into the page cache. False: they cannot be sent from there."""
        length = min(self._end - self._position, self._step_bytes)
        if not await self._source.bring_in(self._position, length):
            return False
        self._cached_end, self._cached_until_s = self._position + length, monotonic() + CACHED_S
        return True

    async def send(self, begin: Callable[[], object]) -> None:
        """Sends it, and long ranges that follow, up to the first byte that is not cached. Only after is_cached or
        bring_in has answered True. Calls ``begin`` before the first step.

        Raises StorageError, and StreamClosedError if the viewer has left.
        """
        await self._source.require_unchanged()
        begin()
        if self._transmit(monotonic()):
            await self._stream.while_writable(self._step)
        if isinstance(part := self._rest.first, ByteRange):
            self._rest.take(self._position - part.first)

    def _begin_range(self, part: ByteRange) -> None:
        if part.first < self._position:
            self._cached_end = 0  # all that was looked for is behind it
        is_last = self._rest.ranges == 1
        self._position, self._end = part.first, part.last + 1 - (self._held_back_bytes if is_last else 0)
        # Behind it, what is sent of the file may have holes.
        self._looks_to = self._end if is_last else self._rest.reads_to + 1

    def _is_cached(self, now_s: float) -> bool:
        position, known = self._position, self._cached_end
        first = known + CACHED_RUN_BYTES - 1  # to be looked at: the byte before cached_end was
        if position >= known or now_s > self._cached_until_s:
            self._cached_until_s = now_s + CACHED_S
            first = known = self._cached_end = position
        likely = min(self._stream.likely_bytes, self._step_bytes)
        if known - position < likely:
            # By whole runs, for each of which there is one look.
            ahead_end = min(known + likely + -likely % CACHED_RUN_BYTES, self._looks_to)
            first = min(first, ahead_end - 1)
            if known < ahead_end and self._source.is_cached(first, ahead_end - first):
                self._cached_end = ahead_end
        return position < self._cached_end

    def _step(self, now_s: float) -> bool:
        """Sends when the kernel takes more. Returns whether to go on so."""
        self._stream.renew_queue(now_s)
        return self._source.is_unchanged() and self._transmit(now_s)

    def _transmit(self, now_s: float) -> bool:
        """Sends as much as the kernel takes now, a step at most. Returns whether it can take more later."""
        left, bucket = self._step_bytes, self._transfer.bucket
        if bucket is not None:
            left = min(left, bucket.allowed(now_s))
            if not left:
                return False
        while self._position < self._end or self._follows():
            if not left:
                return True
            if not self._is_cached(now_s):
                return False
            length = min(self._cached_end, self._end, self._position + left) - self._position
            if self._stream.held_bytes and self._position % PAGESIZE:
                length = min(length, _AFTER_COPIED_BYTES)
            taken = self._taken(length)
            self._position += taken
            left -= taken
            if taken < length:
                return True
        return False

    def _taken(self, length: int) -> int:
        """Sends so much from the position on. Returns how much of it the kernel takes now."""
        try:
            taken = self._stream.send_file(self._source.descriptor, self._position, length)
        except BlockingIOError:
            return 0
        except StreamClosedError:
            raise
        except OSError as error:
            raise StorageError(f"cannot send: {error.strerror}") from error
        if not taken:
            raise RepresentationChanged("the file ends before its length")
        self._transfer.moved(taken)
        return taken

    def _follows(self) -> bool:
        """Goes over to the next range, if it is long. All of the one with which the rest begins is sent."""
        literal = self._rest.leave_range(self._short_bytes)
        if literal is None:
            return False
        self._stream.send_with_next(literal)
        self._transfer.moved(len(literal))
        return self.is_next()
