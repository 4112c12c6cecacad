"""The "moov" of a film as it is shown: HEVC under the name by which most players know it, and one of several sounds.

Tested by tests/services/packaging/faststart/test_head.py.
"""

import struct
from collections.abc import Container, Iterator
from itertools import islice

from services.packaging.codecs.hevc_configuration import has_parameter_sets
from services.packaging.faststart.layout import has_places
from services.packaging.faststart.new_movie import Branch, Leaf, Node, Places, Renamed
from services.packaging.film_index import NotPackaged
from services.packaging.mp4.boxes import Box, boxes, child, fields, required, table

NO_SUCH_SOUND = "no such sound"
_PARENTS = frozenset({b"mdia", b"minf", b"stbl"})
# Fragments; a compressed "moov"; places of other things: keys, and positions on the earth (of dashboard cameras).
_REFUSED = frozenset({b"mvex", b"cmov", b"saio", b"gps "})
_UNREAD_BYTES = 7  # less than a box, which some programs leave behind the last
_ENABLED = _IN_THIS_FILE = 1  # flags of "tkhd" and of the entries of "dref"
_VISUAL_FIELDS_BYTES = 78  # of a sample entry; its boxes follow
_HEAD_BYTES = 8  # of a box; longer heads are for boxes of 4 GiB
_REFERENCE_BYTES = 4
_MOST_BOXES = 200  # in one box


def shown_movie(content: memoryview, sound: int | None) -> Branch:
    """Made of the content of a "moov". ``sound``: the only sound track that it has then, counted from 0; None: it has
    all. Raises NotPackaged if there is no such sound, or what tells of places that are not known here."""
    found = _all_boxes(content)
    sounds = [number for number, box in enumerate(found) if box.kind == b"trak" and _is_sound(box.content)]
    if sound is not None and sound >= len(sounds):
        raise NotPackaged(NO_SUCH_SOUND)
    kept = None if sound is None else sounds[sound]
    left_out = {number for number in sounds if kept not in (None, number)}
    references = {_reference(found[number].content) for number in left_out}
    parts: list[Node] = []
    for number, box in enumerate(found):
        if box.kind != b"trak":
            parts.append(_unchanged(box))
        elif number not in left_out:
            parts.append(Branch(b"trak", tuple(_of_track(box.content, references, is_enabled=number == kept))))
    return Branch(b"moov", tuple(parts))


def _of_track(trak: memoryview, left_out: Container[int], is_enabled: bool) -> Iterator[Node]:
    dref = child(trak, b"mdia", b"minf", b"dinf", b"dref")
    if dref is not None and not all(fields(each.content, "I")[0] & _IN_THIS_FILE for each in boxes(dref[8:])):
        raise NotPackaged("samples in another file")
    for box in _all_boxes(trak):
        if box.kind == b"tkhd" and is_enabled and len(box.content) > 3:
            yield Leaf(box.kind, bytes(box.content[:3]) + bytes([box.content[3] | _ENABLED]) + bytes(box.content[4:]))
        elif box.kind == b"tref" and left_out:
            yield Branch(box.kind, tuple(_references(box.content, left_out)))
        else:
            yield _node(box)


def _references(tref: memoryview, left_out: Container[int]) -> Iterator[Leaf]:
    """Those to other tracks than the ones that are left out (§8.3.3)."""
    for box in _all_boxes(tref):
        if len(box.content) > _REFERENCE_BYTES * _MOST_BOXES:
            raise NotPackaged("more references than tracks")
        numbers = fields(box.content, f"{len(box.content) // _REFERENCE_BYTES}I")
        kept = [number for number in numbers if number not in left_out]
        if kept:
            yield Leaf(box.kind, struct.pack(f">{len(kept)}I", *kept))


def _node(box: Box) -> Node:
    if box.kind in _PARENTS:
        return Branch(box.kind, tuple(map(_node, _all_boxes(box.content))))
    if box.kind in (b"stco", b"co64"):
        return Places(bytes(box.content[:4]), table(box.content, "I" if box.kind == b"stco" else "Q"))
    if box.kind == b"stsd" and (renamed := _with_hvc1(box.content)) != box.content:
        return Renamed(box.kind, renamed)
    return _unchanged(box)


def _unchanged(box: Box) -> Leaf:
    if box.kind in _REFUSED or (box.kind == b"meta" and has_places(box.content)):
        raise NotPackaged(f'a box "{box.kind.decode("latin-1")}"')
    return Leaf(box.kind, box.content)


def _with_hvc1(stsd: memoryview) -> bytearray:
    """With "hvc1" for "hev1" where the configuration has the parameter sets (ISO/IEC 14496-15 §8.4.1.1): players of
    Apple show no other."""
    changed, at = bytearray(stsd), 8
    for entry in boxes(stsd[8:]):
        name = slice(at + 4, at + _HEAD_BYTES)
        configuration = child(entry.content[_VISUAL_FIELDS_BYTES:], b"hvcC")
        if changed[name] == b"hev1" and configuration is not None and has_parameter_sets(bytes(configuration)):
            changed[name] = b"hvc1"
        at += _HEAD_BYTES + len(entry.content)
    return changed


def _is_sound(trak: memoryview) -> bool:
    hdlr = child(trak, b"mdia", b"hdlr")
    return hdlr is not None and bytes(hdlr[8:12]) == b"soun"


def _reference(trak: memoryview) -> int:
    """The number by which others refer to the track."""
    tkhd = required(trak, b"tkhd")
    return fields(tkhd, "I", 20 if fields(tkhd, "B")[0] == 1 else 12)[0]


def _all_boxes(content: memoryview) -> list[Box]:
    """Raises NotPackaged if some are damaged, or there are more than films have: each is an object in memory."""
    found = list(islice(boxes(content), _MOST_BOXES))
    if sum(_HEAD_BYTES + len(box.content) for box in found) < len(content) - _UNREAD_BYTES:
        raise NotPackaged("boxes that cannot be read")
    if any(sum(box.kind == kind for box in found) > 1 for kind in _PARENTS):
        raise NotPackaged("a part of a track twice")
    return found
