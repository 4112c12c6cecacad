"""Whether a file is text. TypeScript and Qt's translations have the extensions of MPEG transport streams.

Of files with such an extension the scan reads the first KiB, once for each version: in folders, up to 16 MiB. Longer
ones, and those of buckets, where that would be a request for each, are listed until the worker's turn comes. The block
that is read before each job tells then; that is kept in the cache as ``no film``, and no list shows the file.
"""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE

# Bytes that no text has, in an encoding of single bytes or of several, such as UTF-8 and Shift JIS.
_CONTROL_CHARACTERS = bytes({*range(32), 127} - set(b"\b\t\n\v\f\r\x1a\x1b"))
_SYNC_BYTE = b"\x47"
_PACKETS = 3  # so many must begin with the sync byte; in a text fewer may, by chance
_PACKET_BYTES = (188, 192, 204)  # ISO/IEC 13818-1; with 4 bytes of time before (AVCHD, Blu-ray); with 16 of parity
_TIME_BYTES = 4


def is_text(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is text, and no transport stream. False for an empty file."""
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
    """The text in an encoding of single bytes: UTF-16 is converted, other text is returned as it is."""
    even, odd = head[::2], head[1::2]
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return head.decode("utf-16", "replace").encode("utf-8", "replace")
    if odd and any(even) != any(odd):  # UTF-16 in Latin letters, without a byte order mark
        return even if any(even) else odd
    return head
