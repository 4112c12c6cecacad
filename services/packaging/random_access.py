"""Whether a key frame of H.264 or HEVC is one at which a decoder may begin.

Containers also call recovery points of H.264 key frames: pictures behind them may need some in front. Chromium waits
for the next IDR picture there. HEVC tells which pictures these are, and decoders leave them out, so CRA pictures count.

Tested by tests/services/packaging/test_matroska_index.py.
"""

AVC, HEVC = "V_MPEG4/ISO/AVC", "V_MPEGH/ISO/HEVC"
FIRST_BYTES = 4096  # of a frame: parameter sets and messages come before the picture


def is_random_access_point(codec_id: str, configuration: bytes, frame: bytes) -> bool:
    """``codec_id`` is Matroska's, ``frame`` the first bytes of a key frame. True also for other codecs, and if these
    bytes do not tell. H.264 table 7-1, H.265 table 7-1."""
    if codec_id == AVC and len(configuration) > 4:
        kinds = (head & 31 for head in _unit_heads(frame, (configuration[4] & 3) + 1))
        return next((kind == 5 for kind in kinds if 1 <= kind <= 5), True)
    if codec_id == HEVC and len(configuration) > 21:
        kinds = (head >> 1 & 63 for head in _unit_heads(frame, (configuration[21] & 3) + 1))
        return next((16 <= kind <= 23 for kind in kinds if kind < 32), True)
    return True


def _unit_heads(frame: bytes, length_size: int) -> list[int]:
    """The first byte of each NAL unit. In front of each is its length (ISO/IEC 14496-15 §4.3.3)."""
    heads = []
    position = 0
    while position + length_size < len(frame):
        heads.append(frame[position + length_size])
        position += length_size + int.from_bytes(frame[position : position + length_size])
    return heads
