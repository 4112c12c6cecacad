"""What the first blocks of a Matroska film tell of it that its head does not.

Tested by tests/services/packaging/matroska/test_index.py.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from services.packaging.matroska.clusters.times import reorders
from services.packaging.matroska.clusters.walk import Block, Walk
from services.packaging.matroska.head import Head
from services.packaging.matroska.tracks import TrackEntry
from services.packaging.reading import Reading

_PICTURES = 48  # from which their order shows
_MOST_BLOCKS = 5000
_MOST_NS = 10_000_000_000
_LEAST_S = 1.0
_LAST_PICTURES = 16  # do not count, since pictures that are to be shown among them may follow


@dataclass(frozen=True, slots=True)
class Start:
    """The first ``blocks``, the first of each track by its number, the first pictures, and about how many bytes each
    track has in a second."""

    blocks: Sequence[Block]
    first_blocks: dict[int, Block]
    pictures: Sequence[Block]
    bytes_per_s: dict[int, int]


def read_start(head: Head, entries: Sequence[TrackEntry]) -> Reading[Start]:
    """Reads until there is a block of each track and pictures enough, but not more than 10 s of film."""
    unseen = {entry.number for entry in entries}
    video = next((entry.number for entry in entries if entry.kind == "video"), None)
    pictures = _PICTURES if video is not None else 0
    found: list[Block] = []
    walk = Walk(head.first_cluster, head.stop, unseen)
    while not walk.ended and (unseen or pictures > 0) and len(found) < _MOST_BLOCKS:
        blocks = walk.take((yield walk.wanted()))
        found += blocks
        unseen = unseen - {block.track for block in blocks}
        pictures -= sum(block.track == video for block in blocks)
        if blocks and (blocks[-1].ticks - found[0].ticks) * head.tick_ns > _MOST_NS:
            break
    return Start(
        blocks=found,
        first_blocks={block.track: block for block in reversed(found)},
        pictures=[block for block in found if block.track == video],
        bytes_per_s=_rates(found, head.tick_ns),
    )


def _rates(blocks: Sequence[Block], tick_ns: int) -> dict[int, int]:
    sizes = Counter[int]()
    for block in blocks:
        sizes[block.track] += sum(block.sizes)
    length_s = max((blocks[-1].ticks - blocks[0].ticks) * tick_ns / 1e9, _LEAST_S) if blocks else _LEAST_S
    return {number: ceil(size / length_s) for number, size in sizes.items()}


def needed_ticks(pictures: Sequence[Block]) -> int:
    """How many ticks before they are shown pictures have to be decoded, so that each is decoded in time.

    That is the largest need among these consecutive ``pictures``, and the length of one picture as a reserve, since
    later ones may need more. 0: they are shown in the order in which they are decoded.
    """
    keys = [place for place, picture in enumerate(pictures) if picture.is_key]
    most = 0
    for begin, end in pairwise((*keys, len(pictures))):
        shown = [picture.ticks for picture in pictures[begin:end]]
        usual = -(-(max(shown) - min(shown)) // max(len(shown) - 1, 1))
        is_whole = end < len(pictures)
        after = pictures[end].ticks if is_whole else max(shown) + shown[0] - min(shown) + usual
        needed = reorders(shown, after)[: None if is_whole else -_LAST_PICTURES]
        if any(needed):
            most = max(most, max(needed) + usual)
    return most
