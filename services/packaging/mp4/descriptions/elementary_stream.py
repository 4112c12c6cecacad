"""The configuration of a decoder in "esds" (ISO/IEC 14496-1 §7.2.6, 14496-14 §5.6).

Tested by tests/services/packaging/mp4/descriptions/test_sample_descriptions.py.
"""

from collections.abc import Iterator

_STREAM, _DECODER, _DECODER_SPECIFIC = 3, 4, 5  # tags of descriptors
_DEPENDS, _HAS_URL, _HAS_CLOCK = 0x80, 0x40, 0x20  # flags of a stream
_DECODER_BYTES = 13  # of a decoder's descriptor before those in it
_MOST_DESCRIPTORS = 16


def decoder_configuration(esds: memoryview) -> tuple[int, bytes] | None:
    """The object type (0x40: MPEG-4 audio), and the bytes that the decoder is given. None: there is none."""
    stream = _descriptor(esds[4:], _STREAM)
    if stream is None or len(stream) < 3:
        return None
    flags, stream = stream[2], stream[3:]
    if flags & _DEPENDS:
        stream = stream[2:]
    if flags & _HAS_URL:
        stream = stream[1 + (stream[0] if stream else 0) :]
    if flags & _HAS_CLOCK:
        stream = stream[2:]
    decoder = _descriptor(stream, _DECODER)
    if decoder is None or len(decoder) < _DECODER_BYTES:
        return None
    return decoder[0], bytes(_descriptor(decoder[_DECODER_BYTES:], _DECODER_SPECIFIC) or b"")


def _descriptor(content: memoryview, tag: int) -> memoryview | None:
    return next((each for found, each in _descriptors(content) if found == tag), None)


def _descriptors(content: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Tag and content of each. A length has seven bits a byte, four bytes at most; the last has no high bit."""
    for _ in range(_MOST_DESCRIPTORS):
        length, at = 0, 1
        for byte in content[1:5]:
            length, at = length << 7 | byte & 0x7F, at + 1
            if not byte & 0x80:
                break
        if at == 1 or at + length > len(content):
            return
        yield content[0], content[at : at + length]
        content = content[at + length :]
