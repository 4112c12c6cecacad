"""The sample entry "avc1" of pictures that an encoder made (ISO/IEC 14496-15 §5.3.3.1, §5.4.2.1).

Tested by tests/services/packaging/codecs/test_avc1_entry.py.
"""

import struct

from services.packaging.fmp4.new_box import new_box

_START_CODE = b"\0\0\1"
_SPS, _PPS = 7, 8  # H.264 table 7-1
_LENGTHS_OF_4_BYTES = 0xFC | 3
_YUV_420_OF_8_BITS = b"\xfd\xf8\xf8\0"  # what follows for the High profile; no extensions of parameter sets


def avc1_entry(parameter_sets: bytes, width: int, height: int) -> bytes:
    """``parameter_sets`` are one of each kind, for pictures of the High profile with 4:2:0 and 8 bits, behind start
    codes (H.264 Annex B)."""
    units = [unit.rstrip(b"\0") for unit in parameter_sets.split(_START_CODE)[1:]]
    sequence, picture = (next(unit for unit in units if unit[0] & 31 == kind) for kind in (_SPS, _PPS))
    configuration = b"".join(
        (
            bytes((1, *sequence[1:4], _LENGTHS_OF_4_BYTES)),
            struct.pack(">BH", 0xE0 | 1, len(sequence)),
            sequence,
            struct.pack(">BH", 1, len(picture)),
            picture,
            _YUV_420_OF_8_BITS,
        )
    )
    sides = struct.pack(">6xH16xHHIIIH32xHh", 1, width, height, 72 << 16, 72 << 16, 0, 1, 24, -1)
    return new_box(b"avc1", sides, new_box(b"avcC", configuration))
