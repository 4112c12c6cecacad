"""New boxes, the parts of MP4 files (ISO/IEC 14496-12 §4.2)."""

import struct

_HEAD = struct.Struct(">I4s")
_FULL_HEAD = struct.Struct(">I4sI")


def new_box(kind: bytes, *content: bytes | memoryview) -> bytes:
    """A box of four letters ``kind``. ``content`` is less than 4 GiB."""
    body = b"".join(content)
    return _HEAD.pack(_HEAD.size + len(body), kind) + body


def new_full_box(kind: bytes, version: int, flags: int, *content: bytes | memoryview) -> bytes:
    """The same with a version, and flags of 24 bits."""
    body = b"".join(content)
    return _FULL_HEAD.pack(_FULL_HEAD.size + len(body), kind, version << 24 | flags) + body
