"""Boxes that describe sound (ISO/IEC 14496-12 §12.2.3, ISO/IEC 14496-14 §6.7.2).

Tested by tests/services/packaging/matroska/entries/test_sample_entries.py.
"""

import struct

from services.packaging.codecs.flac import entry_rate
from services.packaging.fmp4.new_box import new_box, new_full_box

MPEG4_AUDIO, MPEG1_AUDIO, MPEG2_AUDIO = 0x40, 0x6B, 0x69  # object types, ISO/IEC 14496-1 table 5

_RATE_AT = 32  # in a sample entry, head included


def sound_box(kind: bytes, channels: int, rate: int, configuration: bytes, bits: int = 16) -> bytes:
    """A sample entry. ``rate`` is in Hz; what 16 bits do not hold is in the ``configuration`` alone."""
    return new_box(kind, struct.pack(">6xH8xHHHHI", 1, channels, bits, 0, 0, entry_rate(rate) << 16), configuration)


def sampling_rate(sound_box: bytes) -> int:
    """In Hz, as the sample entry has it."""
    return int.from_bytes(sound_box[_RATE_AT : _RATE_AT + 2])


def esds(object_type: int, configuration: bytes) -> bytes:
    """ISO/IEC 14496-1 §7.2.6. Buffer sizes and rates of bits are not known."""
    specific = _descriptor(5, configuration) if configuration else b""
    decoder = _descriptor(4, bytes([object_type, 0x15]), bytes(11), specific)
    return new_full_box(b"esds", 0, 0, _descriptor(3, bytes(3), decoder, _descriptor(6, b"\x02")))


def _descriptor(tag: int, *content: bytes) -> bytes:
    body = b"".join(content)
    length = [len(body) >> 7 * place & 127 | (128 if place else 0) for place in (3, 2, 1, 0)]
    return bytes([tag, *length]) + body
