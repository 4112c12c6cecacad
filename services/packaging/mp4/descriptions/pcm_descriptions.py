"""Sample entries of PCM (QuickTime File Format, "Sound sample descriptions"; ISO/IEC 23003-5).

No browser plays PCM by segments, so it is only heard converted.
"""

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.packaging.codecs.description import Description
from services.packaging.film_index import NotPackaged
from services.packaging.mp4.boxes import Box, child, fields

_VERSION_1_BYTES, _VERSION_2_BYTES = 44, 64
_FIELD_BYTES = 28
_IS_FLOAT, _IS_BIG_ENDIAN, _IS_SIGNED = 1, 2, 4  # flags of version 2
_MOST_RATE = 768_000


@dataclass(frozen=True, slots=True)
class _Fields:
    """What the fields of an entry tell. ``flags`` are those of version 2, or None."""

    channels: int
    bits: int
    rate: int
    flags: int | None
    boxes: memoryview


def pcm_description(entry: Box) -> Description | None:
    """The description of a PCM sample entry. None: this form of PCM is not known here."""
    told = _fields(entry.content)
    form = PCM[entry.kind](told)
    if not form or not told.channels or not 0 < told.rate <= _MOST_RATE:
        return None
    return Description(f"pcm_{form}", b"", channels=told.channels, rate=told.rate)


def _fields(content: memoryview) -> _Fields:
    version, channels, bits, rate = fields(content, "H6xHH4xH", 8)
    if version != 2 or len(content) < _VERSION_2_BYTES:
        boxes = content[_VERSION_1_BYTES if version == 1 else _FIELD_BYTES :]
        return _Fields(channels, bits, rate, None, boxes)
    exact, channels, _, bits, flags = struct.unpack_from(">dIIII", content, 32)
    rate = round(exact) if math.isfinite(exact) else 0
    return _Fields(min(channels, 65535), bits, rate, flags, content[_VERSION_2_BYTES:])


def _is_little(told: _Fields) -> bool:
    """The box "enda", by itself or in "wave"."""
    for path in ((b"wave", b"enda"), (b"enda",)):
        found = child(told.boxes, *path)
        if found is not None and len(found) >= 2:
            return bool(found[1])
    return False


def _ended(form: str) -> Callable[[_Fields], str]:
    return lambda told: form + ("le" if _is_little(told) else "be")


def _raw(told: _Fields) -> str:
    return "s16be" if told.bits == 16 else "u8"


def _signed(order: str) -> Callable[[_Fields], str]:
    """With 8 bits there is no order of bytes."""
    return lambda told: "s8" if told.bits == 8 else f"s16{order}"


def _linear(told: _Fields) -> str:
    """Version 2 tells by flags."""
    if told.flags is None:
        return ""
    order = "be" if told.flags & _IS_BIG_ENDIAN else "le"
    if told.flags & _IS_FLOAT:
        return f"f{told.bits}{order}" if told.bits in (32, 64) else ""
    sign = "s" if told.flags & _IS_SIGNED else "u"
    if told.bits == 8:
        return f"{sign}8"
    return f"{sign}{told.bits}{order}" if told.bits in (16, 24, 32) else ""


def _iso(kind: str) -> Callable[[_Fields], str]:
    """The box "pcmC": flags, of which the lowest says that the least significant byte is first, and the bits."""

    def form(told: _Fields) -> str:
        found = child(told.boxes, b"pcmC")
        if found is None or len(found) < 6:
            raise NotPackaged("PCM without its configuration")
        order, bits = "le" if found[4] & 1 else "be", found[5]
        return f"{kind}{bits}{order}" if bits in ((16, 24, 32) if kind == "s" else (32, 64)) else ""

    return form


PCM: Mapping[bytes, Callable[[_Fields], str]] = {
    b"NONE": _raw,
    b"alaw": lambda _: "alaw",
    b"fl32": _ended("f32"),
    b"fl64": _ended("f64"),
    b"fpcm": _iso("f"),
    b"in24": _ended("s24"),
    b"in32": _ended("s32"),
    b"ipcm": _iso("s"),
    b"lpcm": _linear,
    b"raw ": _raw,
    b"sowt": _signed("le"),
    b"twos": _signed("be"),
    b"ulaw": lambda _: "mulaw",
}
