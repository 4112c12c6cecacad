"""Whether a key frame of H.264 or HEVC is one at which a decoder may begin.

An IDR picture is one, but not the only kind. An open GOP, as on many discs, begins with a recovery point (H.264) or a
CRA picture (HEVC). Pictures that are decoded after it but shown before it may need pictures of the GOP before. Firefox
begins there, and leaves those pictures out. Chromium gives up after a seek to a recovery point if later pictures tell
it to forget ones that it never had, as those of x264 do (PIPELINE_ERROR_DECODE). So it does in the film itself.
Containers also mark frames as keys that are none of these.

Tested by tests/services/packaging/matroska/test_index.py.
"""

from collections.abc import Iterator

from services.packaging.codecs.nal_units import units

AVC, HEVC = "V_MPEG4/ISO/AVC", "V_MPEGH/ISO/HEVC"
FIRST_BYTES = 4096  # of a frame: parameter sets and messages come before the picture
_IDR, _MESSAGES, _RECOVERY_POINT = 5, 6, 6  # H.264 table 7-1, §D.1.1
_MOST_MESSAGES = 100


def is_random_access_point(codec_id: str, configuration: bytes, frame: bytes) -> bool:
    """``codec_id`` is Matroska's, ``frame`` the first bytes of a key frame. True also for other codecs, and if these
    bytes do not tell."""
    if codec_id == AVC and len(configuration) > 4:
        return _avc(units(frame, (configuration[4] & 3) + 1))
    if codec_id == HEVC and len(configuration) > 21:
        kinds = (unit[0] >> 1 & 63 for unit in units(frame, (configuration[21] & 3) + 1))
        return next((16 <= kind <= 23 for kind in kinds if kind < 32), True)  # H.265 table 7-1
    return True


def _avc(found: Iterator[bytes]) -> bool:
    is_recovery_point = False
    for unit in found:
        kind = unit[0] & 31
        if kind == _MESSAGES:
            is_recovery_point = is_recovery_point or _RECOVERY_POINT in _message_types(unit)
        elif 1 <= kind <= _IDR:
            return is_recovery_point or kind == _IDR
    return True


def _message_types(unit: bytes) -> Iterator[int]:
    """H.264 §7.3.2.3.1: of each message the type, its length, both as bytes that add up, and the message."""
    at = 1
    for _ in range(_MOST_MESSAGES):
        numbers = []
        for _ in range(2):
            number = 0
            while unit[at : at + 1] == b"\xff":
                number, at = number + 255, at + 1
            if at >= len(unit):
                return
            numbers.append(number + unit[at])
            at += 1
        yield numbers[0]
        at += numbers[1]
