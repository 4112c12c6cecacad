"""Whether a file is text: TypeScript and Qt's translations have the extensions of MPEG transport streams."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

# What no text has, in any encoding of single bytes, or of several like UTF-8 and Shift JIS.
_CONTROL_CHARACTERS = bytes({*range(32), 127} - set(b"\b\t\n\v\f\r\x1a\x1b"))
_SYNC_BYTE = b"\x47"
_PACKETS = 3  # that must begin with it: fewer a text may have by chance
_PACKET_BYTES = (188, 192, 204)  # ISO/IEC 13818-1; of AVCHD and Blu-ray, after four bytes of time; with 16 of parity
_TIME_BYTES = 4


def is_text(head: bytes) -> bool:
    """Whether the file of these first bytes is text, and no transport stream."""
    if not head or _is_transport_stream(head):
        return False
    text = _single_bytes(head)
    return text.translate(None, _CONTROL_CHARACTERS) == text


def _is_transport_stream(head: bytes) -> bool:
    return any(
        head[first::length][:_PACKETS] == _SYNC_BYTE * _PACKETS
        for length in _PACKET_BYTES
        for first in (0, _TIME_BYTES)
    )


def _single_bytes(head: bytes) -> bytes:
    """UTF-16 as UTF-8, if that is what it is."""
    even, odd = head[::2], head[1::2]
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return head.decode("utf-16", "replace").encode("utf-8", "replace")
    if odd and any(even) != any(odd):  # without a mark, and in Latin letters
        return even if any(even) else odd
    return head
