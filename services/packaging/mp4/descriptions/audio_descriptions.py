"""Sample entries of audio tracks (ISO/IEC 14496-12 §12.2.3, QuickTime File Format, and the codecs' own bindings).

QuickTime has longer entries, and the decoder's configuration in a box "wave". Browsers get the short one of ISO.

Tested by tests/services/packaging/mp4/descriptions/test_sample_descriptions.py.
"""

import math
import struct

from services.media.codecs import audio_codec
from services.packaging.codecs.description import Description
from services.packaging.codecs.flac import STREAM_INFO_BYTES, entry_rate, sample_bits, sample_rate
from services.packaging.fmp4.new_box import new_box
from services.packaging.mp4.boxes import Box, child, fields
from services.packaging.mp4.descriptions.elementary_stream import decoder_configuration
from services.packaging.mp4.descriptions.pcm_descriptions import PCM, pcm_description

# Where boxes follow the fields of an entry: in ISO files, and in versions 1 and 2 of QuickTime.
_FIELD_BYTES = (28, 44, 64)
_CONFIGURATIONS = {
    b"mp4a": b"esds",
    b"Opus": b"dOps",
    b"fLaC": b"dfLa",
    b"ac-3": b"dac3",
    b"ec-3": b"dec3",
    b"alac": b"alac",
}
# What no browser plays, so that it is only heard converted. DTS: ETSI TS 102 114 §E.2.
_CONVERTED = {
    **dict.fromkeys((b"dtsc", b"dtse", b"dtsh", b"dtsl"), "dtsc"),
    **dict.fromkeys((b".mp3", b"ms\0\x55"), "mp3"),
    b".mp2": "mp2",
    b"mlpa": "mlpa",
}
_NAMES = {b"Opus": "opus", b"fLaC": "fLaC", b"ac-3": "ac-3", b"ec-3": "ec-3", b"alac": "alac"}
_MPEG4_AUDIO = 0x40  # object type (ISO/IEC 14496-1 table 5)
_CHANNELS = (0, 1, 2, 3, 4, 5, 6, 8)  # of the configurations of AAC (ISO/IEC 14496-3 table 1.19)


def audio_description(entry: Box) -> Description | None:
    """None: the codec is not known here, or its configuration is missing."""
    if entry.kind in _CONVERTED:
        return Description(_CONVERTED[entry.kind], b"", channels=_channels_and_rate(entry.content)[0])
    if entry.kind in PCM:
        return pcm_description(entry)
    box = _CONFIGURATIONS.get(entry.kind)
    configuration = box and _configuration(entry.content, box)
    if not box or not configuration:
        return None
    codec = _mp4a(configuration) if entry.kind == b"mp4a" else _NAMES[entry.kind]
    if codec is None:
        return None
    channels, rate = _channels_and_rate(entry.content)
    if entry.kind == b"mp4a":
        channels = _aac_channels(configuration) or channels
    if entry.kind == b"Opus":
        rate = 48_000  # whatever the entry says: Encapsulation of Opus in ISOBMFF §4.3.1
    bits = 16
    stream_info = configuration[8:]  # behind version and flags, and the head of a block
    if entry.kind == b"fLaC" and len(stream_info) >= STREAM_INFO_BYTES:
        bits, rate = sample_bits(stream_info), entry_rate(sample_rate(stream_info))
    sample_entry = struct.pack(">6xH8xHHxxxxHxx", 1, channels, bits, rate)
    found = new_box(box, bytes(configuration))
    told = found if entry.kind == b"alac" else b""
    return Description(codec, new_box(entry.kind, sample_entry, found), told, channels=channels)


def _configuration(content: memoryview, box: bytes) -> memoryview | None:
    for begins in _FIELD_BYTES:
        for path in ((box,), (b"wave", box)):
            found = child(content[begins:], *path)
            if found is not None:
                return found
    return None


def _channels_and_rate(content: memoryview) -> tuple[int, int]:
    """The rate in Hz; 0: it does not fit into the entry, and is in the configuration alone."""
    version, channels, rate = fields(content, "H6xH6xH", 8)
    if version == 2 and len(content) >= 44:  # sound description of version 2: longer fields elsewhere
        exact, channels = struct.unpack_from(">dI", content, 32)
        rate = int(exact) if math.isfinite(exact) and 0 <= exact < 65536 else 0
    return min(channels, 65535), rate


def _mp4a(esds: memoryview) -> str | None:
    found = decoder_configuration(esds)
    if found is None:
        return None
    object_type, configuration = found
    if object_type != _MPEG4_AUDIO:
        return f"mp4a.{object_type:02X}"
    return audio_codec("aac", configuration, None) if len(configuration) >= 2 else None


def _aac_channels(esds: memoryview) -> int:
    """0: the configuration does not tell."""
    object_type, configuration = decoder_configuration(esds) or (0, b"")
    if object_type != _MPEG4_AUDIO or len(configuration) < 2:
        return 0
    bits = int.from_bytes(configuration[:7].ljust(7, b"\0"))
    at = 56 - 5 if configuration[0] >> 3 != 31 else 56 - 11
    frequency = bits >> at - 4 & 15
    at -= 4 if frequency != 15 else 28
    number = bits >> at - 4 & 15
    return _CHANNELS[number] if number < len(_CHANNELS) else 0
