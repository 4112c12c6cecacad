"""AAC-LC as this server makes it of other sound (ISO/IEC 14496-3).

Tested by tests/services/packaging/test_conversion.py.
"""

from services.packaging.codecs.sound_box import MPEG4_AUDIO, esds, sound_box

FRAME = 1024  # samples that a frame has of each channel

_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000)  # by their index, table 1.18
_LC = 2


def aac_entry(rate: int, channels: int) -> bytes:
    """The sample entry. ``rate`` is 32,000, 44,100 or 48,000 Hz, ``channels`` are 1, 2 or 6. Its AudioSpecificConfig
    (§1.6.2.1) is five bits of the object type, four of the rate, four of the channels, and three flags."""
    configuration = _LC << 11 | _RATES.index(rate) << 7 | channels << 3
    return sound_box(b"mp4a", channels, rate, esds(MPEG4_AUDIO, configuration.to_bytes(2)))
