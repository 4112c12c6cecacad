"""Which cues of a Matroska film are to be believed.

All cues of a film come from one program, so a few show what the others are. If one of these is wrong, each that might
begin a segment is looked at.

Tested by tests/services/packaging/matroska/test_index.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.http.ranges import ByteRange
from services.packaging.codecs.random_access import FIRST_BYTES, is_random_access_point
from services.packaging.cuts import SHORTEST_S
from services.packaging.film_index import NotPackaged
from services.packaging.matroska.clusters.walk import Block, Walk
from services.packaging.matroska.film import ROUNDED_TICKS, Entry
from services.packaging.matroska.head import Head
from services.packaging.matroska.tracks import TrackEntry
from services.packaging.reading import Reading

_LOOKED_AT = 8
_MOST_LOOKED_AT = 5000
_FOLLOWED = 2  # of those, where the pictures that follow are read, too
_PICTURES = 40  # read at each of these: enough to tell in what order pictures are shown
_MOST_BLOCKS = 500  # of the track in a cluster, before the block of the cue


@dataclass(frozen=True, slots=True)
class Keys:
    """The cues at which a segment may begin, and the pictures that were found behind some of them."""

    entries: Sequence[Entry]
    pictures: Sequence[Sequence[Block]]


def read_keys(head: Head, lead: TrackEntry, cues: Sequence[Entry]) -> Reading[Keys]:
    """Of the ``cues`` of the track ``lead``, in order, those that lead to a random access point. Raises NotPackaged if
    too many are wrong."""
    looked_at = range(0, len(cues), -(-len(cues) // _LOOKED_AT))
    followed = set(looked_at[1 :: max(len(looked_at) // _FOLLOWED, 1)])
    pictures: list[Sequence[Block]] = []
    for place in looked_at:
        found = yield from _pictures(head, lead, cues[place], _PICTURES if place in followed else 1)
        if not found:
            entries = yield from _each(head, lead, cues)
            return Keys(entries, pictures)
        pictures.append(found)
    return Keys(cues, pictures)


def _each(head: Head, lead: TrackEntry, cues: Sequence[Entry]) -> Reading[list[Entry]]:
    shortest = int(SHORTEST_S * 1e9) // head.tick_ns
    entries: list[Entry] = []
    left = _MOST_LOOKED_AT
    for cue in cues:
        if entries and cue.ticks < entries[-1].ticks + shortest:
            continue
        left -= 1
        if not left:
            raise NotPackaged("too many cues are wrong")
        if (yield from _pictures(head, lead, cue, 1)):
            entries.append(cue)
    return entries


def _pictures(head: Head, lead: TrackEntry, cue: Entry, count: int) -> Reading[list[Block]]:
    """The blocks of the track from the one of the cue on, about ``count``. None of them: it is not where the cue says,
    or no random access point."""
    if not head.first_cluster <= cue.cluster < head.stop:
        return []
    walk = Walk(cue.cluster, head.stop, {lead.number}, cue.relative)
    found: list[Block] = []
    passed = 0
    while not walk.ended and len(found) < count and passed < _MOST_BLOCKS:
        for block in walk.take((yield walk.wanted())):
            is_key = block.is_key or lead.kind == "audio"
            if found or (is_key and abs(block.ticks - cue.ticks) <= ROUNDED_TICKS):
                found.append(block)
            elif block.cluster != cue.cluster:
                return []
            passed += 1
    if not found:
        return []
    size = min(found[0].sizes[0], FIRST_BYTES)
    frame = yield ByteRange(found[0].position, found[0].position + size - 1)
    try:
        frame = lead.compression.restored(frame, FIRST_BYTES) if lead.compression else frame
    except ValueError:
        return []
    return found if is_random_access_point(lead.codec_id, lead.configuration, frame) else []
