"""Codec strings for browsers (RFC 6381), made from the decoder's configuration.

The configuration is what the container keeps for the decoder ("extradata"): an avcC, hvcC, av1C or
AudioSpecificConfig; or the parameter sets themselves (Annex B), in containers without such boxes.
"""

from collections.abc import Callable

_NAMES = {
    "aac": "AAC",
    "ac3": "Dolby Digital",
    "ac4": "Dolby AC-4",
    "alac": "Apple Lossless",
    "av1": "AV1",
    "cfhd": "CineForm",
    "dnxhd": "DNxHD",
    "dts": "DTS",
    "dvvideo": "DV",
    "eac3": "Dolby Digital Plus",
    "flac": "FLAC",
    "flv1": "Sorenson H.263",
    "h263": "H.263",
    "h264": "H.264",
    "hevc": "HEVC",
    "mjpeg": "Motion JPEG",
    "mp2": "MP2",
    "mp3": "MP3",
    "mpeg1video": "MPEG-1",
    "mpeg2video": "MPEG-2",
    "mpeg4": "MPEG-4",
    "msmpeg4v2": "MS MPEG-4",
    "msmpeg4v3": "DivX 3",
    "opus": "Opus",
    "prores": "ProRes",
    "theora": "Theora",
    "truehd": "Dolby TrueHD",
    "vc1": "VC-1",
    "vorbis": "Vorbis",
    "vp6a": "VP6",
    "vp6f": "VP6",
    "vp8": "VP8",
    "vp9": "VP9",
    "vvc": "VVC",
    "wmav1": "WMA",
    "wmav2": "WMA",
    "wmapro": "WMA Pro",
    "wmv1": "WMV 7",
    "wmv2": "WMV 8",
    "wmv3": "WMV 9",
}

# Registered strings that need no configuration. All other codecs keep FFmpeg's name: browsers know the names of those
# that they play (all know "mp3", but Firefox not "mp4a.6B"), and deny the others.
_STRINGS = {
    "ac3": "ac-3",
    "ac4": "ac-4",
    "dts": "dtsc",
    "eac3": "ec-3",
    "flac": "fLaC",
    "truehd": "mlpa",
}

_AAC_OBJECT_TYPES = {"LC": 2, "HE-AAC": 5, "HE-AACv2": 29, "Main": 1, "SSR": 3, "LTP": 4, "xHE-AAC": 42}

# Level of VP9, the most luma samples of a picture, and of a second (https://www.webmproject.org/vp9/levels/).
_VP9_LEVELS = (
    (10, 36_864, 829_440),
    (11, 73_728, 2_764_800),
    (20, 122_880, 4_608_000),
    (21, 245_760, 9_216_000),
    (30, 552_960, 20_736_000),
    (31, 983_040, 36_864_000),
    (40, 2_228_224, 83_558_400),
    (41, 2_228_224, 160_432_128),
    (50, 8_912_896, 311_951_360),
    (51, 8_912_896, 588_251_136),
    (52, 8_912_896, 1_176_502_272),
    (60, 35_651_584, 1_176_502_272),
    (61, 35_651_584, 2_353_004_544),
    (62, 35_651_584, 4_706_009_088),
)


def codec_name(codec: str) -> str:
    """The codec's name for people: "H.264" for FFmpeg's "h264"."""
    return "PCM" if codec.startswith("pcm_") else _NAMES.get(codec, codec.upper())


def audio_codec(codec: str, configuration: bytes, profile: str | None) -> str:
    """The codec string of an audio track. ``codec`` and ``profile`` are FFmpeg's names."""
    if codec != "aac":
        return _STRINGS.get(codec, codec)
    if len(configuration) < 2:  # ADTS, as in MPEG-TS
        return f"mp4a.40.{_AAC_OBJECT_TYPES.get(profile or '', 2)}"
    object_type = configuration[0] >> 3
    if object_type == 31:  # ISO/IEC 14496-3 §1.6.2.1: an escape, six bits follow
        object_type = 32 + ((configuration[0] & 7) << 3 | configuration[1] >> 5)
    return f"mp4a.40.{object_type}"


def video_codec(codec: str, configuration: bytes, sample_entry: str) -> str | None:
    """The codec string of a video track other than VP9. None: the configuration does not tell. ``codec`` is FFmpeg's
    name; ``sample_entry`` is the MP4's ("hvc1", "hev1"), or anything in other containers."""
    if codec not in _FROM_CONFIGURATION:
        return _STRINGS.get(codec, codec)
    return _FROM_CONFIGURATION[codec](configuration, sample_entry)


def vp9_codec(profile: int, bit_depth: int, width: int, height: int, frame_rate: float) -> str:
    """The codec string of VP9. WebM does not give the level, so it is the lowest that allows such pictures."""
    pixels = width * height
    level = next((level for level, most, rate in _VP9_LEVELS if pixels <= most and pixels * frame_rate <= rate), 62)
    return f"vp09.{profile:02d}.{level}.{bit_depth:02d}"


def _avc(configuration: bytes, sample_entry: str) -> str | None:
    # ISO/IEC 14496-15 §5.3.3.1: the version, then profile, compatibility and level as in the parameter set.
    start = configuration if configuration[:1] == b"\x01" else _nal_unit(configuration, 7, lambda head: head & 31)
    return f"avc1.{start[1:4].hex().upper()}" if start and len(start) >= 4 else None


def _hevc(configuration: bytes, sample_entry: str) -> str | None:
    """ISO/IEC 14496-15 §E.3: profile space and number, compatibility reversed, tier and level, constraints."""
    if configuration[:1] == b"\x01":
        profile_tier_level = configuration[1:13]
    else:
        parameter_set = _nal_unit(configuration, 33, lambda head: head >> 1 & 63)
        # Behind two bytes of header and one of identifiers. 00 00 03 stands for 00 00 (H.265 §7.3.1.1).
        profile_tier_level = (parameter_set or b"")[:32].replace(b"\0\0\3", b"\0\0")[3:15]
    if len(profile_tier_level) < 12:
        return None
    first, level = profile_tier_level[0], profile_tier_level[11]
    compatibility = int(f"{int.from_bytes(profile_tier_level[1:5]):032b}"[::-1], 2)
    constraints = "".join(f".{byte:X}" for byte in profile_tier_level[5:11].rstrip(b"\0"))
    return (
        f"{sample_entry if sample_entry in ('hev1', 'dvh1', 'dvhe') else 'hvc1'}."
        f"{('', 'A', 'B', 'C')[first >> 6]}{first & 31}.{compatibility:X}.{'LH'[first >> 5 & 1]}{level}{constraints}"
    )


def _av1(configuration: bytes, sample_entry: str) -> str | None:
    """AV1 in ISOBMFF §5: profile, level and tier, bit depth."""
    if len(configuration) < 4 or configuration[0] != 0x81:
        return None
    _, profile_level, flags = configuration[:3]
    bit_depth = (12 if flags & 0x20 else 10) if flags & 0x40 else 8
    return f"av01.{profile_level >> 5}.{profile_level & 31:02d}{'MH'[flags >> 7]}.{bit_depth:02d}"


def _mpeg4(configuration: bytes, sample_entry: str) -> str | None:
    """ISO/IEC 14496-2 §6.2.2: the visual object sequence begins with its profile and level."""
    start = configuration.find(b"\0\0\1\xb0")
    return f"mp4v.20.{configuration[start + 4]}" if 0 <= start < len(configuration) - 4 else "mp4v.20"


_FROM_CONFIGURATION: dict[str, Callable[[bytes, str], str | None]] = {
    "av1": _av1,
    "h264": _avc,
    "hevc": _hevc,
    "mpeg4": _mpeg4,
}


def _nal_unit(stream: bytes, kind: int, kind_of: Callable[[int], int]) -> bytes | None:
    """The byte stream (H.264 Annex B) from its first NAL unit of this kind on. None: it has none."""
    start = stream.find(b"\0\0\1")
    while 0 <= start < len(stream) - 3:
        if kind_of(stream[start + 3]) == kind:
            return stream[start + 3 :]
        start = stream.find(b"\0\0\1", start + 3)
    return None
