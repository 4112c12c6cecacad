"""What the head of a FLAC stream tells (RFC 9639 §8.2), and a sample entry has to repeat (FLAC in ISOBMFF §3.3.1).

Tested by tests/services/packaging/matroska/entries/test_sample_entries.py.
"""

STREAM_INFO_BYTES = 34


def sample_bits(stream_info: bytes | memoryview) -> int:
    """Of a sample of one channel. Chromium refuses a sample entry that says otherwise."""
    return ((stream_info[12] & 1) << 4 | stream_info[13] >> 4) + 1


def sample_rate(stream_info: bytes | memoryview) -> int:
    """In Hz."""
    return int.from_bytes(stream_info[10:13], "big") >> 4


def entry_rate(rate: int) -> int:
    """The rate for a sample entry: the largest part of it that 16 bits hold. Firefox refuses 0."""
    while rate > 0xFFFF:
        rate //= 2
    return rate
