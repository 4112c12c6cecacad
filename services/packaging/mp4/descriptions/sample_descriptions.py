"""How the samples of an MP4 or QuickTime track are coded: the entries of "stsd" (ISO/IEC 14496-12 §8.5.2).

Browsers get an entry made anew: of the fields and boxes that ISO names, and no others."""

from itertools import islice

from services.packaging.codecs.description import Description
from services.packaging.film_index import NotPackaged
from services.packaging.mp4.boxes import Box, boxes, fields
from services.packaging.mp4.descriptions.audio_descriptions import audio_description
from services.packaging.mp4.descriptions.video_descriptions import video_description

_ENCRYPTED = frozenset({b"encv", b"enca", b"drmi", b"drms"})


def description(stsd: memoryview, number: int, kind: str) -> Description | None:
    """Entry ``number``, from 1, of "stsd"; ``kind`` is "video" or "audio". None: browsers play no such track, or it is
    not known here. Raises NotPackaged if it is encrypted, or there is no such entry."""
    entry = _entry(stsd, number)
    if entry.kind in _ENCRYPTED:
        raise NotPackaged("encrypted")
    return video_description(entry) if kind == "video" else audio_description(entry)


def data_reference(stsd: memoryview, number: int) -> int:
    """The entry of "dref", from 1, that tells in which file the samples are. Raises NotPackaged as ``description``."""
    return fields(_entry(stsd, number).content, "H", 6)[0]


def _entry(stsd: memoryview, number: int) -> Box:
    entry = next(islice(boxes(stsd[8:]), number - 1, None), None) if number else None
    if entry is None:
        raise NotPackaged("samples without a description")
    return entry
