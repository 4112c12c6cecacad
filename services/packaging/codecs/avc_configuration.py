"""What "avcC", the configuration of H.264, has for decoders (ISO/IEC 14496-15 §5.3.3.1).

Tested by tests/services/packaging/codecs/test_picture_order.py.
"""

from collections.abc import Iterator

_SEQUENCES_AT = 5  # the number of sequence parameter sets; behind them is that of picture parameter sets


def parameter_sets(configuration: bytes) -> Iterator[bytes]:
    """The NAL units in "avcC". Ends where it is cut off."""
    at = _SEQUENCES_AT
    for most in (31, 255):
        count = configuration[at] & most if at < len(configuration) else 0
        at += 1
        for _ in range(count):
            start = at + 2
            at = start + int.from_bytes(configuration[at:start])
            if at > len(configuration) or at <= start:
                return
            yield configuration[start:at]
