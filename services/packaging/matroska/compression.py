"""Frames of Matroska that are compressed (RFC 9559 §5.1.4.1.31): by zlib, or without the bytes that all begin with.

mkvmerge compressed so by default for years.

Tested by tests/services/media/worker/test_decompress_jobs.py.
"""

import zlib
from dataclasses import dataclass

from services.packaging.matroska.ebml import children, fields, unsigned

MOST_PREFIX_BYTES = 64
MOST_FRAME_BYTES = 16 * 2**20  # of a frame that was restored

_ENCODING, _SCOPE, _TYPE, _COMPRESSION = 0x6240, 0x5032, 0x5033, 0x5034
_ALGORITHM, _SETTINGS = 0x4254, 0x4255
_ZLIB, _HEADER_STRIPPING = 0, 3
_FRAMES = 1  # and nothing else, as CodecPrivate


@dataclass(frozen=True, slots=True)
class Compression:
    """``prefix`` are the bytes that were taken off each frame. As it is by default, frames are not compressed."""

    is_zlib: bool = False
    prefix: bytes = b""

    def __bool__(self) -> bool:
        return self.is_zlib or bool(self.prefix)

    def restored(self, frame: bytes, most_bytes: int = MOST_FRAME_BYTES) -> bytes:
        """The frame as its codec has it, or its first ``most_bytes``, also of a frame that is cut off. Raises
        ValueError: it is damaged."""
        if not self.is_zlib:
            return self.prefix + frame
        try:
            return zlib.decompressobj().decompress(frame, most_bytes)
        except zlib.error as error:
            raise ValueError("a frame is damaged") from error


UNCOMPRESSED = Compression()


def compression(encodings: bytes | None) -> Compression | None:
    """What the content of ContentEncodings tells of frames. None: they are encrypted, or compressed in a way that is
    not read, or twice."""
    found = [element for element in children(encodings or b"", 0, len(encodings or b"")) if element.id == _ENCODING]
    if not found:
        return UNCOMPRESSED
    if len(found) > 1 or encodings is None or found[0].stop is None:
        return None
    told = fields(encodings, found[0].start, found[0].stop)
    settings = told.get(_COMPRESSION, b"")
    how = fields(settings, 0, len(settings))
    algorithm, prefix = unsigned(how.get(_ALGORITHM)), how.get(_SETTINGS, b"")
    if _COMPRESSION not in told or unsigned(told.get(_TYPE)) or unsigned(told.get(_SCOPE), _FRAMES) != _FRAMES:
        return None
    if algorithm == _HEADER_STRIPPING and len(prefix) <= MOST_PREFIX_BYTES:
        return Compression(prefix=prefix)
    return Compression(is_zlib=True) if algorithm == _ZLIB else None
