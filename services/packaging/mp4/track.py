"""What the headers of an MP4 or QuickTime track say: "trak" without its tables (ISO/IEC 14496-12 §8.3, §8.4)."""

import re
import struct
from dataclasses import dataclass
from typing import Literal

from services.media.languages import language_tag
from services.packaging.film_index import NotPackaged
from services.packaging.mp4.boxes import boxes, child, fields, required

_KINDS: dict[bytes, Literal["video", "audio"]] = {b"vide": "video", b"soun": "audio"}
_ENABLED = 1
_UNTURNED = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
_IN_THIS_FILE = 1
_MOST_TEXT = 200  # characters of a label
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
# What programs write where they have no name for a track.
_NO_LABEL = re.compile(r"handle|media|gpac|bento|mainconcept|^(video|audio|sound|picture)$", re.IGNORECASE)
# Languages of the Macintosh by their numbers (QuickTime File Format, "Language Code Values").
_MACINTOSH = (
    *("en", "fr", "de", "it", "nl", "sv", "es", "da", "pt", "no", "he", "ja", "ar", "fi", "el", "is", "mt", "tr"),
    *("hr", "zh-Hant", "ur", "hi", "th", "ko", "lt", "pl", "hu", "et", "lv", "se", "fo", "fa", "ru", "zh-Hans"),
)
_FIRST_PACKED = 0x400  # what is less is a number of the Macintosh


@dataclass(frozen=True, slots=True)
class Header:
    """The headers of a track. ``stream`` is its number in the film, from 0; ``number`` is that by which others refer to
    it. ``width`` and ``height`` are as shown, before ``matrix`` turns them; that is empty if it turns nothing."""

    stream: int
    number: int
    kind: Literal["video", "audio"]
    timescale: int
    language: str
    label: str
    is_default: bool
    width: int
    height: int
    matrix: bytes


def read_header(trak: memoryview, stream: int) -> Header | None:
    """None: the track is neither picture nor sound."""
    media = required(trak, b"mdia")
    handler = bytes(required(media, b"hdlr")[8:12])
    if handler not in _KINDS:
        return None
    tkhd = required(trak, b"tkhd")
    dates = 16 if fields(tkhd, "B")[0] == 1 else 8
    (number,) = fields(tkhd, "I", 4 + dates)
    matrix = tkhd[-44:-8]
    width, height = fields(tkhd[-8:], "II")
    mdhd = required(media, b"mdhd")
    (timescale,) = fields(mdhd, "I", 4 + (16 if fields(mdhd, "B")[0] == 1 else 8))
    if not timescale:
        raise NotPackaged("a track without a clock")
    return Header(
        stream,
        number,
        _KINDS[handler],
        timescale,
        _language(media, mdhd),
        _label(trak, media),
        bool(fields(tkhd, "I")[0] & _ENABLED),
        round(width / 65536),
        round(height / 65536),
        b"" if matrix == _UNTURNED else bytes(matrix),
    )


def is_in_this_file(trak: memoryview, reference: int) -> bool:
    """Whether entry ``reference`` of "dref", from 1, is the film's own file (§8.7.2)."""
    dref = child(trak, b"mdia", b"minf", b"dinf", b"dref")
    if dref is None:
        return True
    entries = [fields(entry.content, "I")[0] for entry in boxes(dref[8:])]
    return 1 <= reference <= len(entries) and bool(entries[reference - 1] & _IN_THIS_FILE)


def chapter_tracks(trak: memoryview) -> tuple[int, ...]:
    """The numbers of the tracks that hold names or pictures of this track's chapters."""
    references = child(trak, b"tref", b"chap") or memoryview(b"")
    return fields(references, f"{len(references) // 4}I")


def _language(media: memoryview, mdhd: memoryview) -> str:
    """§8.4.2, §8.4.6."""
    extended = child(media, b"elng")
    if extended is not None and (tag := language_tag(_text(extended[4:]))):
        return tag
    (packed,) = fields(mdhd, "H", 32 if fields(mdhd, "B")[0] == 1 else 20)
    if packed < _FIRST_PACKED:
        return _MACINTOSH[packed] if packed < len(_MACINTOSH) else ""
    return language_tag("".join(chr(0x60 + (packed >> shift & 31)) for shift in (10, 5, 0))) or ""


def _label(trak: memoryview, media: memoryview) -> str:
    """The track's title in "udta", or that in "hdlr" where it is one."""
    if title := _text(child(trak, b"udta", b"name") or b""):
        return title
    name = required(media, b"hdlr")[24:]
    if len(name) and name[0] == len(name) - 1:  # QuickTime has its length in front
        name = name[1:]
    handler = _text(name)
    return "" if _NO_LABEL.search(handler) else handler


def _text(content: bytes | memoryview) -> str:
    text = bytes(content[: 4 * _MOST_TEXT]).split(b"\0")[0].decode("utf-8", "replace")
    return " ".join(_CONTROL_CHARACTERS.sub(" ", text).split())[:_MOST_TEXT]
