"""The NAL units of a picture of H.264 or H.265.

Tested by tests/services/packaging/remux/test_framing.py.
"""

from collections.abc import Iterator

_START_CODE = b"\0\0\1"


def units(picture: bytes, length_size: int) -> Iterator[bytes]:
    """Those of which each has its length in front, in ``length_size`` bytes (ISO/IEC 14496-15 §4.3.3). The last may be
    cut off."""
    at = 0
    while at + length_size < len(picture):
        start = at + length_size
        at = start + int.from_bytes(picture[at:start])
        if at > start:
            yield picture[start:at]


def units_of_stream(stream: bytes) -> Iterator[bytes]:
    """Those of a byte stream (H.264 and H.265, Annex B). Zeros behind a unit belong to the next start code."""
    trimmed = (unit.rstrip(b"\0") for unit in stream.split(_START_CODE)[1:])
    return (unit for unit in trimmed if unit)
