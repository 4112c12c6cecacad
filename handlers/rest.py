"""What of a body is still to be sent, part by part."""

from collections import deque
from collections.abc import Sequence

from services.http.ranges import ByteRange
from services.http.response import Body
from services.storage.source import HOLE_BYTES


class Rest:
    """The parts of ``body`` that are still to be sent; at first, all."""

    def __init__(self, body: Body) -> None:
        self._parts = deque(body)
        ranges = [part for part in body if isinstance(part, ByteRange)]
        self._last = ranges[-1].last if ranges else None
        self._reads_to = _last_positions(ranges)

    def __len__(self) -> int:
        """How many parts there are."""
        return len(self._parts)

    @property
    def first(self) -> bytes | ByteRange:
        return self._parts[0]

    @property
    def ranges(self) -> int:
        """How many of the parts are ranges."""
        return len(self._reads_to)

    @property
    def reads_to(self) -> int:
        """The last position that is read in sequence with the first range."""
        return self._reads_to[-1]

    def leave_range(self, more_than: int) -> bytes | None:
        """Takes off the first part, a range, and literal bytes after it, which are returned; if a range of more than so
        many bytes comes next. None: it does not."""
        literal = self._parts[1] if len(self._parts) > 1 else b""
        part = self._parts[2] if len(self._parts) > 2 else b""
        if isinstance(literal, ByteRange):
            literal, part = b"", literal
        if isinstance(part, bytes) or len(part) <= more_than:
            return None
        self._parts.popleft()
        self._reads_to.pop()
        if literal:
            self._parts.popleft()
        return literal

    def beginning(self, most: int) -> Body:
        """As many parts from the first on as have no more than ``most`` bytes; or so much of the first, a range."""
        parts: list[bytes | ByteRange] = []
        left = most
        for part in self._parts:
            left -= len(part)
            if left < 0:
                break
            parts.append(part)
        if not parts and isinstance(part := self.first, ByteRange):
            return (ByteRange(part.first, part.first + most - 1),)
        return tuple(parts)

    def has_last_byte(self, parts: Body) -> bool:
        """Whether ``parts``, with which the rest begins, end the last of the ranges."""
        ranges = [part for part in parts if isinstance(part, ByteRange)]
        return len(ranges) == self.ranges and ranges[-1].last == self._last

    def take(self, count: int) -> None:
        """Takes the first ``count`` bytes off; of literal bytes, never a part."""
        while count:
            part = self._parts.popleft()
            length = len(part)
            if isinstance(part, ByteRange):
                if count < length:
                    self._parts.appendleft(ByteRange(part.first + count, part.last))
                    return
                self._reads_to.pop()
            count -= length


def _last_positions(ranges: Sequence[ByteRange]) -> list[int]:
    """For each of the ranges, from the last one to the first, the last position that is read in sequence with it."""
    lasts: list[int] = []
    for number in range(len(ranges) - 1, -1, -1):
        last = ranges[number].last
        goes_on = lasts and last < ranges[number + 1].first <= last + HOLE_BYTES
        lasts.append(lasts[-1] if goes_on else last)
    return lasts
