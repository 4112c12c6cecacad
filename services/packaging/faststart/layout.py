"""How an MP4 or QuickTime film is laid out: where "moov" is among the boxes of the file (ISO/IEC 14496-12 §6.2.3).

Tested by tests/services/packaging/faststart/test_head.py.
"""

import re
from typing import NamedTuple

from services.http.ranges import ByteRange
from services.packaging.film_index import NotPackaged
from services.packaging.mp4.boxes import HEAD_BYTES, box_head, child
from services.packaging.reading import Reading

MOST_MOVIE_BYTES = 48 * 2**20  # three hours have 12 MB; made anew it may become longer
_MOST_BOXES = 1000
_MOST_FIRST_BOXES = 32  # looked at in the server
_MOST_META_BYTES = 2**20
_MOST_LOOKED_AT_BYTES = 2**20  # of a film, for a name in "moov": the part that stores keep in memory
_FRAGMENTS = frozenset({b"moof", b"mfra", b"sidx"})  # and where they are
_HEV1 = re.compile(rb"stsd.{12}hev1", re.DOTALL)


class FilmLayout(NamedTuple):
    """ "moov" begins at byte ``first``, its content at ``content``; ``stop`` is the byte behind it. The bytes before
    ``front`` are "ftyp", behind which it is to stand. ``is_behind``: there are samples before it."""

    front: int
    first: int
    content: int
    stop: int
    is_behind: bool


class _TopBox(NamedTuple):
    """A complete box of the file, up to byte ``stop``."""

    kind: bytes
    first: int
    content: int
    stop: int


def film_layout(length: int) -> Reading[FilmLayout]:
    """Raises NotPackaged if the film of ``length`` bytes has no complete "moov", or boxes that tell where in the file
    others are."""
    front = position = 0
    has_samples, found = False, None
    for _ in range(_MOST_BOXES):
        box = yield from _top_box(position, length)
        if box is None:
            break
        yield from _require_movable(box)
        if box.kind == b"moov":
            if found or box.stop - box.content > MOST_MOVIE_BYTES:
                raise NotPackaged('more than one "moov", or one of more than 48 MB')
            found = FilmLayout(front, box.first, box.content, box.stop, has_samples)
        elif box.kind == b"ftyp" and not (found or has_samples):
            front = box.stop
        has_samples = has_samples or box.kind == b"mdat"
        position = box.stop
    else:
        raise NotPackaged("too many boxes")
    if found is None:
        raise NotPackaged('no "moov"')
    return found


def may_gain(length: int) -> Reading[bool]:
    """Whether a film may start earlier, or play in more browsers, with another "moov" in front. Reads the first boxes
    alone, so the answer may be wrong where it is yes."""
    position = 0
    for _ in range(_MOST_FIRST_BOXES):
        box = yield from _top_box(position, length)
        if box is None or box.kind in _FRAGMENTS:
            break
        if box.kind == b"mdat":
            return box.stop < length
        if box.kind == b"moov":
            last = min(box.stop, max(_MOST_LOOKED_AT_BYTES, box.content + HEAD_BYTES)) - 1
            return last >= box.content and _HEV1.search((yield ByteRange(box.content, last))) is not None
        position = box.stop
    return False


def _top_box(position: int, length: int) -> Reading[_TopBox | None]:
    """None: there is no complete box at ``position``."""
    if position >= length:
        return None
    head = box_head((yield ByteRange(position, min(position + HEAD_BYTES, length) - 1)))
    if head is None:
        return None
    stop = position + head.size if head.size else length
    return _TopBox(head.kind, position, position + head.head_bytes, stop) if stop <= length else None


def _require_movable(box: _TopBox) -> Reading[None]:
    """Raises NotPackaged."""
    if box.kind in _FRAGMENTS:
        raise NotPackaged("fragments")
    if box.kind == b"meta" and box.content < box.stop:
        content = memoryview((yield ByteRange(box.content, min(box.stop, box.content + _MOST_META_BYTES) - 1)))
        if len(content) < box.stop - box.content or has_places(content):
            raise NotPackaged('a "meta" that tells where items are')


def has_places(meta: memoryview) -> bool:
    """Whether it tells where items are (§8.11.3). QuickTime's "meta" has no version."""
    return any(child(content, b"iloc") is not None for content in (meta, meta[4:]))
