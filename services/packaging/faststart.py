"""An MP4 film with "moov" in front of its samples, so that players have it with their first read; and with some tracks
only, as browsers play no other sound of an MP4 film than the first.

The film's own bytes stay what they are. Tables in "moov" tell where in the file its samples are (ISO/IEC 14496-12
§8.7.5), so they are shifted. Where 32 bits do not suffice for that, they get 64.
"""

import sys
from array import array
from collections.abc import Container
from dataclasses import dataclass
from itertools import repeat
from operator import add

from services.http.ranges import ByteRange
from services.packaging.boxes import boxes, child, table
from services.packaging.film_index import NotPackaged
from services.packaging.movie_place import MoviePlace, find_movie
from services.packaging.mp4_track import is_in_this_file
from services.packaging.new_box import new_box, new_full_box
from services.packaging.reading import Reading

_HEAD_BYTES = 8
_PARENTS = frozenset({b"mdia", b"minf", b"stbl"})
_REFUSED = frozenset({b"mvex", b"cmov", b"saio"})  # fragments; a compressed "moov"; places of other things
_UNREAD_BYTES = 7  # less than a box, which some programs leave behind the last
_ENABLED = 1  # a flag of "tkhd"


def faststart(length: int, keep: Container[int] | None = None) -> Reading[tuple[bytes | ByteRange, ...]]:
    """The film of ``length`` bytes so: literal bytes, and ranges of the film.

    ``keep`` are the numbers, from 0, of the tracks that it has then; None: of all. Raises NotPackaged if the film is in
    fragments, or has places that are not known here.
    """
    place = yield from find_movie(length)
    content = memoryview((yield ByteRange(place.content, place.stop - 1)))
    if len(_movie(content, None, _UNCHANGED)) < len(content) - _UNREAD_BYTES:
        raise NotPackaged("boxes that cannot be read")
    moov = new_box(b"moov", _shifted(content, keep, place))
    behind = *_range(place.type_stop, place.first), *_range(place.stop, length)
    return *_range(0, place.type_stop), moov, *behind


@dataclass(frozen=True, slots=True)
class _Shift:
    """Bytes in front of ``border`` move by ``before``, those from it on by ``after``. ``is_wide``: all places get 64
    bits."""

    border: int
    before: int
    after: int
    is_wide: bool

    def places(self, places: "array[int]") -> "array[int]":
        """Raises OverflowError if one does not fit."""
        code = "Q" if self.is_wide else places.typecode
        if not places or max(places) < self.border:
            return array(code, map(add, places, repeat(self.before)))
        if min(places) >= self.border:
            return array(code, map(add, places, repeat(self.after)))
        return array(code, (place + (self.before if place < self.border else self.after) for place in places))


_UNCHANGED = _Shift(0, 0, 0, is_wide=False)


def _shifted(content: memoryview, keep: Container[int] | None, place: MoviePlace) -> bytes:
    """The content of the new "moov"."""
    for is_wide in (False, True):
        before = _HEAD_BYTES + len(_movie(content, keep, _Shift(0, 0, 0, is_wide)))
        shift = _Shift(place.first, before, before - (place.stop - place.first), is_wide)
        try:
            return _movie(content, keep, shift)
        except OverflowError:
            continue
    raise NotPackaged("places that cannot be")


def _movie(content: memoryview, keep: Container[int] | None, shift: _Shift) -> bytes:
    changed, stream = [], 0
    for kind, inner in boxes(content):
        if kind == b"trak":
            if keep is None or stream in keep:
                changed.append(new_box(kind, _track(inner, shift, is_enabled=keep is not None)))
            stream += 1
        else:
            changed.append(_unchanged(kind, inner))
    return b"".join(changed)


def _track(trak: memoryview, shift: _Shift, is_enabled: bool) -> bytes:
    if not is_in_this_file(trak, 1):
        raise NotPackaged("samples in another file")
    changed = []
    for kind, inner in boxes(trak):
        if kind == b"tkhd" and is_enabled and len(inner) > 3:
            changed.append(new_box(kind, inner[:3], bytes([inner[3] | _ENABLED]), inner[4:]))
        else:
            changed.append(_box(kind, inner, shift))
    return b"".join(changed)


def _box(kind: bytes, content: memoryview, shift: _Shift) -> bytes:
    if kind in _PARENTS:
        return new_box(kind, *(_box(*each, shift) for each in boxes(content)))
    if kind not in (b"stco", b"co64"):
        return _unchanged(kind, content)
    places = shift.places(table(content, "I" if kind == b"stco" else "Q"))
    if sys.byteorder == "little":
        places.byteswap()
    return new_full_box(b"co64" if places.itemsize == 8 else b"stco", 0, 0, content[4:8], places.tobytes())


def _unchanged(kind: bytes, content: memoryview) -> bytes:
    if kind in _REFUSED or (kind == b"meta" and _has_places(content)):
        raise NotPackaged(f'a box "{kind.decode("latin-1")}"')
    return new_box(kind, content)


def _has_places(meta: memoryview) -> bool:
    """Whether it tells where items are (§8.11.3). QuickTime's "meta" has no version."""
    return any(child(content, b"iloc") is not None for content in (meta, meta[4:]))


def _range(first: int, stop: int) -> tuple[ByteRange, ...]:
    return (ByteRange(first, stop - 1),) if first < stop else ()
