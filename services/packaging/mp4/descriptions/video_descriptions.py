"""Sample entries of video tracks (ISO/IEC 14496-12 §12.1.3, 14496-15, AV1 and VP9 in ISOBMFF, Dolby Vision in ISOBMFF).

Tested by tests/services/packaging/mp4/descriptions/test_sample_descriptions.py.
"""

from services.media.codecs import video_codec, vp9_codec
from services.packaging.codecs.description import Description
from services.packaging.codecs.hevc_configuration import DolbyVision, dolby_vision, has_parameter_sets
from services.packaging.fmp4.new_box import new_box
from services.packaging.mp4.boxes import Box, boxes, child, fields
from services.packaging.mp4.descriptions.elementary_stream import decoder_configuration

_FIELD_BYTES = 78  # of VisualSampleEntry; its boxes follow
# The box that has the decoder's configuration, and FFmpeg's name of the codec.
_CONFIGURATIONS = {
    b"avc1": (b"avcC", "h264"),
    b"avc3": (b"avcC", "h264"),
    b"hvc1": (b"hvcC", "hevc"),
    b"hev1": (b"hvcC", "hevc"),
    b"dvh1": (b"hvcC", "hevc"),
    b"dvhe": (b"hvcC", "hevc"),
    b"av01": (b"av1C", "av1"),
    b"vp09": (b"vpcC", "vp9"),
}
# What no browser plays, so that it is only seen converted.
_CONVERTED = {
    **dict.fromkeys((b"AVdh", b"AVdn"), "dnxhd"),
    b"CFHD": "cfhd",
    b"SVQ1": "svq1",
    **dict.fromkeys((b"apch", b"apcn", b"apcs", b"apco", b"ap4h", b"ap4x"), "prores"),
    b"cvid": "cinepak",
    **dict.fromkeys((b"dv5n", b"dv5p", b"dvc ", b"dvcp", b"dvpp"), "dvvideo"),
    **dict.fromkeys((b"h263", b"s263"), "h263"),
    **dict.fromkeys((b"jpeg", b"mjpa"), "mjpeg"),
    **dict.fromkeys((b"m2v1", b"mpg2", b"mx5p", b"xdv1", b"xdvb"), "mpeg2video"),
}
_MPEG4_VISUAL = 0x20  # object types (ISO/IEC 14496-1 table 5)
_OBJECT_TYPES = {**dict.fromkeys(range(0x60, 0x66), "mpeg2video"), 0x6A: "mpeg1video", 0x6C: "mjpeg"}
_USUAL_FRAME_RATE = 30.0
# Shape, colours, brightness, Dolby Vision, stereoscopy, direction.
_KEPT = frozenset(
    {b"pasp", b"clap", b"colr", b"mdcv", b"clli", b"dvcC", b"dvvC", b"dvwC", b"lhvC", b"vexu", b"st3d", b"sv3d"}
)


def video_description(entry: Box) -> Description | None:
    """None: the codec is not known here, or its configuration is missing."""
    width, height = fields(entry.content, "HH", 24)
    extensions = entry.content[_FIELD_BYTES:]
    if entry.kind not in _CONFIGURATIONS:
        codec_name, told = _converted(entry.kind, extensions)
        return Description(codec_name, b"", told, width, height) if codec_name else None
    box, codec = _CONFIGURATIONS[entry.kind]
    configuration = bytes(child(extensions, box) or b"")
    kind = _kind(entry.kind, configuration, extensions)
    name = _vp9(configuration, width, height) if kind == b"vp09" else _codec(kind, codec, configuration, extensions)
    if name is None:
        return None
    kept = (new_box(each.kind, bytes(each.content)) for each in boxes(extensions) if each.kind in _KEPT)
    numbers = bytes(6) + b"\0\1" + entry.content[8:_FIELD_BYTES]  # the samples are in the same file
    sample_entry = new_box(kind, numbers, new_box(box, configuration), *kept)
    return Description(name, sample_entry, configuration, width, height)


def _converted(kind: bytes, extensions: memoryview) -> tuple[str, bytes]:
    """The codec, and what its decoder is given. "": it is not known here."""
    if kind == b"vc-1":  # SMPTE RP 2025 §4.3: behind seven bytes is the decoder's own
        return "vc1", bytes(child(extensions, b"dvc1") or b"")[7:]
    if kind != b"mp4v":
        return _CONVERTED.get(kind, ""), b""
    object_type, configuration = decoder_configuration(child(extensions, b"esds") or memoryview(b"")) or (0, b"")
    if object_type == _MPEG4_VISUAL:
        return video_codec("mpeg4", configuration, "") or "", configuration
    return _OBJECT_TYPES.get(object_type, ""), configuration


def _kind(kind: bytes, configuration: bytes, extensions: memoryview) -> bytes:
    """The name under which most browsers play the track: that of samples whose parameter sets are all in the
    configuration, where they are. Dolby Vision is named as HEVC where it can be shown as that."""
    if kind == b"avc3" and len(configuration) > 5 and configuration[5] & 31:
        return b"avc1"
    if kind in (b"hev1", b"dvhe", b"dvh1") and has_parameter_sets(configuration):
        found = _dolby_vision(extensions) if kind != b"hev1" else None
        return b"dvh1" if found and not found.shown_as else b"hvc1"
    return kind


def _codec(kind: bytes, codec: str, configuration: bytes, extensions: memoryview) -> str | None:
    if kind in (b"dvh1", b"dvhe"):
        found = _dolby_vision(extensions)
        return f"{kind.decode()}.{found.profile:02d}.{found.level:02d}" if found else None
    name = video_codec(codec, configuration, kind.decode())
    return name.replace("avc1", "avc3") if name and kind == b"avc3" else name


def _vp9(configuration: bytes, width: int, height: int) -> str | None:
    """VP Codec ISO Media File Format Binding. Some programs write level 0, which Chromium denies."""
    if len(configuration) < 7:
        return None
    profile, level, bit_depth = configuration[4], configuration[5], configuration[6] >> 4
    if not level:
        return vp9_codec(profile, bit_depth, width, height, _USUAL_FRAME_RATE)
    return f"vp09.{profile:02d}.{level:02d}.{bit_depth:02d}"


def _dolby_vision(extensions: memoryview) -> DolbyVision | None:
    for kind in (b"dvcC", b"dvvC"):
        configuration = child(extensions, kind)
        if configuration is not None and (found := dolby_vision(bytes(configuration))):
            return found
    return None
