"""How the first bytes of a film tell that its segments have to be put together anew, and how that is done.

Tested by tests/services/packaging/remux/test_framing.py.
"""

from dataclasses import dataclass

FIRST_BYTES = 1024

_FLASH = b"FLV\x01"
_RIFF, _AVI = b"RIFF", b"AVI "  # the form stands behind the length of the file
_SYNC = 0x47
_PACKETS = ((0, 188), (4, 192), (0, 204))  # where the first packet of a transport stream is, and its length in bytes


@dataclass(frozen=True, slots=True)
class Container:
    """``name`` is FFmpeg's. ``is_stream``: it can be entered at any byte, its clock may jump, and all times are told.
    If not, it is entered at a time, and of pictures only is told when they are decoded."""

    name: str
    is_stream: bool


_FLASH_VIDEO, _TRANSPORT_STREAM = Container("flv", is_stream=True), Container("mpegts", is_stream=True)
_AVI_FILE = Container("avi", is_stream=False)


def remuxed_container(first: bytes) -> Container | None:
    """MPEG-TS (also of Blu-ray), Flash Video or AVI. None: it is another. ``first`` are the first FIRST_BYTES."""
    if first.startswith(_FLASH):
        return _FLASH_VIDEO
    if first.startswith(_RIFF) and first[8:12] == _AVI:
        return _AVI_FILE
    is_transport_stream = any(
        len(first) > at + 3 * length and all(first[at + n * length] == _SYNC for n in range(4))
        for at, length in _PACKETS
    )
    return _TRANSPORT_STREAM if is_transport_stream else None
