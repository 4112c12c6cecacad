"""How the first bytes of a film tell that its segments have to be put together anew, and how that is done.

Tested by tests/services/packaging/remux/test_framing.py.
"""

from dataclasses import dataclass

FIRST_BYTES = 1024

_FLASH = b"FLV\x01"
_RIFF, _AVI = b"RIFF", b"AVI "  # the form stands behind the length of the file
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")  # the header object (ASF specification §10.1)
_PACK = b"\0\0\1\xba"  # the header of a pack of a program stream (ISO/IEC 13818-1 §2.5.3.3)
_SYNC = 0x47
_PACKETS = ((0, 188), (4, 192), (0, 204))  # where the first packet of a transport stream is, and its length in bytes


@dataclass(frozen=True, slots=True)
class Container:
    """``name`` is FFmpeg's. ``is_stream``: it can be entered at any byte, and its clock may jump. If not, it is entered
    at a time. ``tells_shown``: also when pictures are shown, and not only when they, or some, are decoded.
    ``cuts_frames``: its chunks of sound may begin within a frame."""

    name: str
    is_stream: bool
    tells_shown: bool
    cuts_frames: bool = False


_FLASH_VIDEO = Container("flv", is_stream=True, tells_shown=True)
_TRANSPORT_STREAM = Container("mpegts", is_stream=True, tells_shown=True)
_PROGRAM_STREAM = Container("mpeg", is_stream=True, tells_shown=False)
_AVI_FILE = Container("avi", is_stream=False, tells_shown=False, cuts_frames=True)
_WINDOWS_MEDIA = Container("asf", is_stream=False, tells_shown=False)


def remuxed_container(first: bytes) -> Container | None:
    """MPEG-TS (also of Blu-ray), MPEG-PS, Flash Video, AVI or Windows Media. None: it is another. ``first`` are the
    first FIRST_BYTES."""
    if first.startswith(_FLASH):
        return _FLASH_VIDEO
    if first.startswith(_PACK):
        return _PROGRAM_STREAM
    if first.startswith(_ASF):
        return _WINDOWS_MEDIA
    if first.startswith(_RIFF) and first[8:12] == _AVI:
        return _AVI_FILE
    is_transport_stream = any(
        len(first) > at + 3 * length and all(first[at + n * length] == _SYNC for n in range(4))
        for at, length in _PACKETS
    )
    return _TRANSPORT_STREAM if is_transport_stream else None
