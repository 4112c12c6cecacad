"""Which ranges of a film are sent, in one ascending read, and where in them each span of samples lies."""

from collections.abc import Sequence
from itertools import accumulate

from services.http.ranges import ByteRange

# Each range costs a read, and a call to the kernel. So small holes between samples are sent along, the heads of
# Matroska's blocks for instance. But what lies between may be sound that nobody listens to.
BRIDGED_PERCENT = 3


def lay_out(spans: Sequence[tuple[int, int]]) -> tuple[list[ByteRange], list[int]]:
    """The ranges that hold ``spans``, ascending; and for each span where it begins in the bytes of these ranges.

    Spans are (position in the film, length). Bytes that several of them have are sent once. Holes between them are sent
    along, the smallest first, until one more would make them exceed BRIDGED_PERCENT of the spans' own bytes.
    """
    order = sorted(range(len(spans)), key=spans.__getitem__)
    bridged = _bridged([spans[which] for which in order])
    ranges: list[ByteRange] = []
    starts = [0] * len(spans)
    first = end = sent = 0
    for place, which in enumerate(order):
        position, length = spans[which]
        if position > end and place not in bridged:
            if end > first:
                ranges.append(ByteRange(first, end - 1))
            sent += end - first
            first = end = position
        starts[which] = sent + position - first
        end = max(end, position + length)
    if end > first:
        ranges.append(ByteRange(first, end - 1))
    return ranges, starts


def _bridged(spans: Sequence[tuple[int, int]]) -> set[int]:
    """The numbers of those of the ascending ``spans`` in front of which a hole is sent along."""
    ends = accumulate((position + length for position, length in spans), max)
    holes = sorted(
        (position - end, place)
        for place, ((position, _), end) in enumerate(zip(spans[1:], ends, strict=False), 1)
        if position > end
    )
    most = sum(length for _, length in spans) * BRIDGED_PERCENT // 100
    total = accumulate(length for length, _ in holes)
    return {place for (_, place), bytes_in_all in zip(holes, total, strict=True) if bytes_in_all <= most}
