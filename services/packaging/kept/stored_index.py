"""The index of a film as bytes for the cache, and back.

These bytes were written by a worker, which a hostile film may have taken over. So an index is believed only if each
field has its type and is within its limits.
"""

import json
import zlib
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from services.media import details as limits
from services.media.checks import like, number, record, whole
from services.packaging.film_index import FilmIndex, NotPackaged, Track

MOST_BYTES = 2**22  # of an index that is not compressed; that of a day has 1 MB
_MOST_ENTRY_BYTES = 2**16  # of a sample entry; those of Vorbis have 4 KB


class DamagedIndex(Exception):
    """The bytes are not what was written. The text says what is wrong, for the log."""


def index_bytes(index: FilmIndex) -> bytes:
    """``index``, compressed. Raises NotPackaged: it would not be believed."""
    text = json.dumps(asdict(index), default=bytes.hex)
    if not _INDEX(json.loads(text)):
        raise NotPackaged("a track has a size, a rate or a time that no film has")
    return zlib.compress(text.encode("ascii"), 1)


def index_of(content: bytes) -> FilmIndex:
    """The index that was made ``content``. Raises DamagedIndex."""
    try:
        value = json.loads(unpacked(content, MOST_BYTES))
    except (ValueError, RecursionError) as error:
        raise DamagedIndex("the index is no JSON") from error
    if not _INDEX(value):
        raise DamagedIndex("the index has fields that no index has")
    tracks = tuple(Track(**track | {name: bytes.fromhex(track[name]) for name in _BYTES}) for track in value["tracks"])
    return FilmIndex(value["duration_s"], value["delay_s"], tuple(value["cuts"]), tracks)


def unpacked(content: bytes, most_bytes: int) -> bytes:
    """What ``content`` was before it was compressed. Raises DamagedIndex, also for more than ``most_bytes``."""
    decompression = zlib.decompressobj()
    try:
        inner = decompression.decompress(content, most_bytes)
    except zlib.error as error:
        raise DamagedIndex("bytes of the index are damaged") from error
    if not decompression.eof or decompression.unused_data:
        raise DamagedIndex("a part of the index has another length")
    return inner


def _ascending_times(value: Any) -> bool:
    return (
        isinstance(value, list)
        and value[:1] == [0]
        and all(map(number(limits.MAX_TIME_S), value))
        and all(earlier < later for earlier, later in pairwise(value))
    )


_BYTES = ("sample_entry", "matrix", "configuration")
_TRACK = record(
    {
        "stream": whole(0, 2**32 - 1),
        "kind": like("video|audio", 5),
        "codec": like(r"[A-Za-z0-9_.-]+", limits.MAX_TAG),
        "timescale": whole(1, 2**32 - 1),
        "sample_entry": like("([0-9a-f]{2})*", 2 * _MOST_ENTRY_BYTES),
        "language": like(r"([A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*)?", limits.MAX_TAG),
        "label": like(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*", limits.MAX_TEXT),
        "is_default": lambda value: type(value) is bool,
        "width": whole(0, limits.MAX_SIDE),
        "height": whole(0, limits.MAX_SIDE),
        "coded_width": whole(0, limits.MAX_SIDE),
        "coded_height": whole(0, limits.MAX_SIDE),
        "matrix": like("([0-9a-f]{72})?", 72),
        "frame_rate": number(limits.MAX_FRAME_RATE),
        "channels": whole(0, limits.MAX_CHANNELS),
        "configuration": like("([0-9a-f]{2})*", 2 * _MOST_ENTRY_BYTES),
        "rate": whole(0, 2**32 - 1),
        "bytes_per_s": whole(0, 2**40),
        "average_bytes_per_s": whole(0, 2**40),
    }
)
_INDEX = record(
    {
        "duration_s": number(limits.MAX_TIME_S),
        "delay_s": number(limits.MAX_TIME_S),
        "cuts": _ascending_times,
        "tracks": lambda value: (
            isinstance(value, list) and 0 < len(value) <= limits.MAX_TRACKS and all(map(_TRACK, value))
        ),
    }
)
