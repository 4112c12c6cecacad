"""VobSub in two files: .idx says when and where in the .sub each packet is. The .sub is a program stream of MPEG-2.

Tested by tests/handlers/test_image_subtitles.py.
"""

import re
from collections.abc import Iterator
from struct import Struct
from typing import BinaryIO

_LANGUAGE = re.compile(r"^id:\s*\w*,\s*index:\s*(\d{1,3})", re.MULTILINE)
_CHOSEN = re.compile(r"^langidx:\s*(\d{1,3})", re.MULTILINE)
_ENTRY = re.compile(
    r"^timestamp:\s*(\d{1,3}):(\d\d):(\d\d):(\d{3}),\s*filepos:\s*([0-9a-f]{1,12})", re.MULTILINE | re.IGNORECASE
)
_START = Struct(">3sB")  # 00 00 01, kind
_PACK, _PRIVATE, _PADDING = 0xBA, 0xBD, 0xBE
_PACK_BYTES = 14  # of MPEG-2, without what is stuffed
_MOST_BYTES = 128 * 1024  # around a packet of at most 64 KiB


def entries(index: str) -> list[tuple[int, int]]:
    """Time in milliseconds and position in the .sub of each packet of one language: the one that ``index`` names, or
    else the first."""
    chosen = _CHOSEN.search(index)
    parts = _LANGUAGE.split(index)  # text before, then number and text of each language
    by_number = dict(zip(parts[1::2], parts[2::2], strict=True))
    text = by_number.get(chosen[1] if chosen else "") or next(filter(_ENTRY.search, by_number.values()), "")
    return [
        (((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(milliseconds), int(position, 16))
        for hours, minutes, seconds, milliseconds, position in _ENTRY.findall(text or index)
    ]


def packet_at(file: BinaryIO, position: int) -> bytes:
    """The packet that begins at ``position`` of the .sub, put together of its parts. Shorter where it is cut off."""
    file.seek(position)
    packet, channel, wanted = b"", None, 2
    for number, content in _payloads(file.read(_MOST_BYTES)):
        if channel is None:
            channel = number
        if number == channel:
            packet += content
            wanted = int.from_bytes(packet[:2], "big")
        if len(packet) >= max(wanted, 2):
            break
    return packet[:wanted]


def _payloads(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """The channel and the content of each part."""
    position = 0
    while position + 6 <= len(stream):
        prefix, kind = _START.unpack_from(stream, position)
        if prefix != b"\0\0\1":
            return
        if kind == _PACK:
            if position + _PACK_BYTES > len(stream):
                return
            position += _PACK_BYTES + (stream[position + 13] & 7)
            continue
        length = int.from_bytes(stream[position + 4 : position + 6], "big")
        content = stream[position + 6 : position + 6 + length]
        position += 6 + length
        if kind == _PRIVATE and len(content) > 3:
            begin = 3 + content[2]
            yield content[begin] if begin < len(content) else -1, content[begin + 1 :]
        elif kind not in (_PRIVATE, _PADDING):
            return
