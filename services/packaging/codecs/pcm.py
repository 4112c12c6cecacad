"""PCM by FFmpeg's names: "pcm_s16le" is signed, of 16 bits, the least significant byte first.

Tested by tests/services/packaging/mp4/descriptions/test_pcm_descriptions.py.
"""

import re

_BITS = re.compile(r"pcm_[usf](\d+)")


def is_pcm(codec: str) -> bool:
    """Whether the codec is some PCM."""
    return codec.startswith("pcm_")


def pcm_frame_bytes(codec: str, channels: int) -> int:
    """The bytes of one sample of all ``channels``."""
    found = _BITS.match(codec)
    return channels * (int(found[1]) // 8 if found else 1)  # A-law and µ-law have 8 bits
