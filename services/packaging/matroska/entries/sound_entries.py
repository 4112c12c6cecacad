"""Sample entries of MP4 for sound in Matroska.

Tested by tests/services/packaging/matroska/entries/test_sample_entries.py.
"""

import struct
from collections.abc import Callable

from services.media.codecs import audio_codec
from services.packaging.codecs.flac import STREAM_INFO_BYTES, sample_bits, sample_rate
from services.packaging.codecs.frame_headers import (
    Bits,
    SoundFrame,
    ac3_frame,
    eac3_frame,
    mpeg_frame,
    opus_samples,
)
from services.packaging.codecs.sample_entry import SampleEntry
from services.packaging.codecs.sound_box import MPEG1_AUDIO, MPEG2_AUDIO, MPEG4_AUDIO, esds, sound_box
from services.packaging.fmp4.new_box import new_box, new_full_box
from services.packaging.matroska.entries.converted_entries import CONVERTED
from services.packaging.matroska.tracks import TrackEntry

_AAC_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)
_OPUS_RATE = 48_000


def _aac(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    """ISO/IEC 14496-3 §1.6.2.1. HE-AAC counts in the samples of its core, of which a frame has as many as of AAC."""
    configuration = entry.configuration
    bits = Bits(configuration)
    object_type = _aac_object_type(bits)
    rate = _aac_rate(bits)
    bits.take(4)  # channels, which Matroska tells for the codes of which there are several meanings
    if object_type in (5, 29):
        _aac_rate(bits)
        _aac_object_type(bits)
    frame = 960 if bits.take(1) else 1024
    if len(configuration) < 2 or not rate or object_type == 42:  # xHE-AAC has frames of other lengths
        return None
    box = sound_box(b"mp4a", entry.channels, rate, esds(MPEG4_AUDIO, configuration))
    return SampleEntry(audio_codec("aac", configuration, None), box, rate, frame, entry.channels)


def _aac_object_type(bits: Bits) -> int:
    object_type = bits.take(5)
    return 32 + bits.take(6) if object_type == 31 else object_type


def _aac_rate(bits: Bits) -> int:
    index = bits.take(4)
    if index == 15:
        return bits.take(24)
    return _AAC_RATES[index] if index < len(_AAC_RATES) else 0


def _opus(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    """Opus in ISOBMFF §4.3.2: the head of RFC 7845 §5.1, big-endian. All rates are 48,000 whatever was the source's."""
    head = entry.configuration
    if len(head) < 19 or not head.startswith(b"OpusHead"):
        return None
    channels, pre_skip, rate, gain, family = struct.unpack_from("<BHIhB", head, 9)
    table = head[19 : 21 + channels] if family else b""
    if not channels or (family and len(table) < 2 + channels):
        return None
    box = new_box(b"dOps", struct.pack(">BBHIhB", 0, channels, pre_skip, rate, gain, family), table)
    frame = opus_samples(first_frame)
    return SampleEntry("opus", sound_box(b"Opus", channels, _OPUS_RATE, box), _OPUS_RATE, frame, channels)


def _flac(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    """FLAC in ISOBMFF §3.3.2: the first metadata block, marked as the last one, too. RFC 9639 §8.2."""
    start = entry.configuration.find(b"fLaC") + 8
    info = entry.configuration[start : start + STREAM_INFO_BYTES]
    if not entry.configuration.startswith(b"fLaC") or len(info) < STREAM_INFO_BYTES:
        return None
    smallest, largest = struct.unpack_from(">HH", info)
    rate = sample_rate(info)
    channels = (info[12] >> 1 & 7) + 1
    if not rate:
        return None
    box = new_full_box(b"dfLa", 0, 0, b"\x80", STREAM_INFO_BYTES.to_bytes(3), info)
    frame = largest if smallest == largest else 0
    return SampleEntry("fLaC", sound_box(b"fLaC", channels, rate, box, sample_bits(info)), rate, frame, channels)


def _ac3(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    """ETSI TS 102 366 §F.3, §F.4."""
    return _dolby("ac-3", b"dac3", ac3_frame(first_frame))


def _eac3(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    """ETSI TS 102 366 §F.5, §F.6."""
    return _dolby("ec-3", b"dec3", eac3_frame(first_frame))


def _dolby(codec: str, kind: bytes, frame: SoundFrame | None) -> SampleEntry | None:
    """``codec`` also names the sample entry; ``kind`` names the box in it."""
    if frame is None:
        return None
    box = sound_box(codec.encode(), frame.channels, frame.rate, new_box(kind, frame.box))
    return SampleEntry(codec, box, frame.rate, frame.samples, frame.channels)


def _mp3(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    frame = mpeg_frame(first_frame)
    if frame is None:
        return None
    configuration = esds(MPEG1_AUDIO if frame.samples == 1152 else MPEG2_AUDIO, b"")
    box = sound_box(b"mp4a", frame.channels, frame.rate, configuration)
    return SampleEntry("mp4a.6B", box, frame.rate, frame.samples, frame.channels)


SOUND: dict[str, Callable[[TrackEntry, bytes], SampleEntry | None]] = {
    "A_AAC": _aac,
    "A_AC3": _ac3,
    "A_EAC3": _eac3,
    "A_FLAC": _flac,
    "A_MPEG/L3": _mp3,
    "A_OPUS": _opus,
    **CONVERTED,
}
TOLD_BY_FRAMES = SOUND.keys() - {"A_AAC", "A_ALAC", "A_FLAC", "A_VORBIS"}  # whose first frame tells more
