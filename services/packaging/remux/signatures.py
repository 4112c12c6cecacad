"""How the first bytes of a film tell that its segments have to be put together anew.

Tested by tests/services/packaging/remux/test_framing.py.
"""

FIRST_BYTES = 1024

_FLASH = b"FLV\x01"
_SYNC = 0x47
_PACKETS = ((0, 188), (4, 192), (0, 204))  # where the first packet of a transport stream is, and its length in bytes


def is_remuxed(first: bytes) -> bool:
    """``first`` are the film's first FIRST_BYTES. True for MPEG-TS, also of Blu-ray, and Flash Video."""
    return first.startswith(_FLASH) or any(
        len(first) > at + 3 * length and all(first[at + n * length] == _SYNC for n in range(4))
        for at, length in _PACKETS
    )
