"""Sample entries of video tracks (ISO/IEC 14496-12 §12.1.3, 14496-15, AV1 and VP9 in ISOBMFF, Dolby Vision in ISOBMFF).

Tested by tests/services/packaging/test_sample_descriptions.py.
"""

from collections.abc import Iterator

from services.media.codecs import video_codec
from services.packaging.boxes import Box, boxes, child, fields
from services.packaging.description import Description
from services.packaging.new_box import new_box

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
# Shape, colours, brightness, Dolby Vision, stereoscopy, direction.
_KEPT = frozenset(
    {b"pasp", b"clap", b"colr", b"mdcv", b"clli", b"dvcC", b"dvvC", b"dvwC", b"lhvC", b"vexu", b"st3d", b"sv3d"}
)
_HEVC_PARAMETER_SETS = frozenset({32, 33, 34})  # VPS, SPS, PPS (H.265 table 7-1)


def video_description(entry: Box) -> Description | None:
    """None: the codec is not known here, or its configuration is missing."""
    if entry.kind not in _CONFIGURATIONS:
        return None
    width, height = fields(entry.content, "HH", 24)
    extensions = entry.content[_FIELD_BYTES:]
    box, codec = _CONFIGURATIONS[entry.kind]
    configuration = bytes(child(extensions, box) or b"")
    kind = _kind(entry.kind, configuration, extensions)
    name = _codec(kind, codec, configuration, extensions)
    if name is None:
        return None
    kept = (new_box(each.kind, bytes(each.content)) for each in boxes(extensions) if each.kind in _KEPT)
    numbers = bytes(6) + b"\0\1" + entry.content[8:_FIELD_BYTES]  # the samples are in the same file
    return Description(name, new_box(kind, numbers, new_box(box, configuration), *kept), width, height)


def _kind(kind: bytes, configuration: bytes, extensions: memoryview) -> bytes:
    """The name under which most browsers play the track: that of samples whose parameter sets are all in the
    configuration, where they are. Dolby Vision is named as HEVC where it can be shown as that."""
    if kind == b"avc3" and len(configuration) > 5 and configuration[5] & 31:
        return b"avc1"
    if kind in (b"hev1", b"dvhe", b"dvh1") and _HEVC_PARAMETER_SETS.issubset(_hevc_sets(configuration)):
        dolby_vision = _dolby_vision(extensions) if kind != b"hev1" else None
        return b"dvh1" if dolby_vision and not dolby_vision[2] else b"hvc1"
    return kind


def _codec(kind: bytes, codec: str, configuration: bytes, extensions: memoryview) -> str | None:
    if kind == b"vp09":
        # VP Codec ISO Media File Format Binding: profile, level, depth of 4 bits.
        return "vp09.{:02d}.{:02d}.{:02d}".format(*_vp9(configuration)) if len(configuration) >= 7 else None
    if kind in (b"dvh1", b"dvhe"):
        dolby_vision = _dolby_vision(extensions)
        return f"{kind.decode()}.{dolby_vision[0]:02d}.{dolby_vision[1]:02d}" if dolby_vision else None
    name = video_codec(codec, configuration, kind.decode())
    return name.replace("avc1", "avc3") if name and kind == b"avc3" else name


def _vp9(configuration: bytes) -> tuple[int, int, int]:
    """Profile, level, and bits of a colour."""
    return configuration[4], configuration[5], configuration[6] >> 4


def _dolby_vision(extensions: memoryview) -> tuple[int, int, int] | None:
    """Profile, level, and as what the picture can be shown by others (0: nothing)."""
    for kind in (b"dvcC", b"dvvC"):
        configuration = child(extensions, kind)
        if configuration is not None and len(configuration) >= 5:
            numbers = int.from_bytes(configuration[2:4])
            return numbers >> 9, numbers >> 3 & 63, configuration[4] >> 4
    return None


def _hevc_sets(configuration: bytes) -> Iterator[int]:
    """The types of the parameter sets in "hvcC" (ISO/IEC 14496-15 §8.3.3.1.2)."""
    at = 23
    for _ in range(configuration[22] if len(configuration) > 22 else 0):
        if at + 3 > len(configuration):
            return
        kind, units = configuration[at] & 63, int.from_bytes(configuration[at + 1 : at + 3])
        at += 3
        for _ in range(units):
            at += 2 + int.from_bytes(configuration[at : at + 2])
        if units and at <= len(configuration):
            yield kind
