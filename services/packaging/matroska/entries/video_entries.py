"""Sample entries of MP4 for pictures in Matroska.

Tested by tests/services/packaging/matroska/entries/test_sample_entries.py.
"""

import struct
from collections.abc import Callable
from dataclasses import replace

from services.media.codecs import video_codec, vp9_codec
from services.packaging.codecs.frame_headers import Vp9Frame, vp9_frame
from services.packaging.codecs.hevc_configuration import dolby_vision, has_parameter_sets
from services.packaging.codecs.sample_entry import SampleEntry
from services.packaging.fmp4.new_box import new_box, new_full_box
from services.packaging.matroska.tracks import Colour, TrackEntry

TIMESCALE = 90_000
_MOST_SIDE = 0xFFFF
_UNSPECIFIED = 2  # ISO/IEC 23091-2
_AVC_SPS_COUNT = 5  # where it is in avcC
_HEVC_BYTES = 22  # of hvcC in front of its parameter sets
_CHROMATICITY_UNITS, _LUMINANCE_UNITS = 50_000, 10_000  # in 1, and in 1 cd/m² (ISO/IEC 23008-2 §D.3.28)
_FRAME_RATE_UNKNOWN = 30.0
_BITMAP_HEADER_BYTES = 40
_FOUR_LETTERS = {
    **dict.fromkeys((b"XVID", b"DIVX", b"DX50", b"MP4V", b"FMP4"), "mpeg4"),
    **dict.fromkeys((b"DIV3", b"DIV4", b"MP43"), "msmpeg4v3"),
    **dict.fromkeys((b"DVSD", b"DV25"), "dvvideo"),
    b"CFHD": "cfhd",
    b"CVID": "cinepak",
    b"FFV1": "ffv1",
    b"HFYU": "huffyuv",
    b"IV31": "indeo3",
    b"IV32": "indeo3",
    b"IV41": "indeo4",
    b"IV50": "indeo5",
    b"WMV1": "wmv1",
    b"WMV2": "wmv2",
    b"WMV3": "wmv3",
    b"WVC1": "vc1",
    b"MP42": "msmpeg4v2",
    b"MPG1": "mpeg1video",
    b"MPG2": "mpeg2video",
    b"MJPG": "mjpeg",
}


def _entry(codec: str, entry: TrackEntry, configuration: bytes) -> SampleEntry | None:
    """ISO/IEC 14496-12 §12.1.3: 72 dots an inch, one frame a sample, a depth of 24 bits."""
    if not (0 < entry.width <= _MOST_SIDE and 0 < entry.height <= _MOST_SIDE):
        return None
    sides = struct.pack(">6xH16xHHIIIH32xHh", 1, entry.width, entry.height, 72 << 16, 72 << 16, 0, 1, 24, -1)
    more = (_pixel_aspect(entry), *_colour_boxes(entry.colour))
    return SampleEntry(codec, new_box(codec[:4].encode(), sides, configuration, *more), TIMESCALE)


def _pixel_aspect(entry: TrackEntry) -> bytes:
    """ISO/IEC 14496-12 §12.1.4."""
    return b"" if entry.pixel_aspect == (1, 1) else new_box(b"pasp", struct.pack(">II", *entry.pixel_aspect))


def _colour_boxes(colour: Colour) -> list[bytes]:
    """ISO/IEC 14496-12 §12.1.5 to §12.1.7."""
    boxes = []
    numbers = (colour.primaries, colour.transfer, colour.matrix)
    if any(number != _UNSPECIFIED for number in numbers):
        boxes.append(new_box(b"colr", b"nclx", struct.pack(">HHHB", *numbers, colour.is_full_range << 7)))
    if colour.mastering:
        red, green, blue, white = (colour.mastering[at : at + 2] for at in range(0, 8, 2))
        places = (round(min(number, 1) * _CHROMATICITY_UNITS) for number in (*green, *blue, *red, *white))
        luminances = (round(number * _LUMINANCE_UNITS) for number in colour.mastering[8:])
        boxes.append(new_box(b"mdcv", struct.pack(">8H2I", *places, *luminances)))
    if any(colour.light):
        boxes.append(new_box(b"clli", struct.pack(">HH", *colour.light)))
    return boxes


def _avc(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    """ISO/IEC 14496-15 §5.3.3.1, §5.4.2: parameter sets are in the configuration of "avc1", and in the frames of
    "avc3"."""
    configuration = entry.configuration
    codec = video_codec("h264", configuration, "")
    if codec is None or configuration[0] != 1 or len(configuration) < 7:
        return None
    if configuration[_AVC_SPS_COUNT] & 31:
        return _entry(codec, entry, new_box(b"avcC", configuration))
    return _entry(codec.replace("avc1", "avc3"), entry, new_box(b"avcC", configuration))


def _hevc(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    """ISO/IEC 14496-15 §8.3.3.1, §8.4.1: parameter sets are in the configuration of "hvc1"; Safari plays no other.
    Dolby Vision is named as such only where it can be shown as nothing else."""
    configuration = entry.configuration
    kind = "hvc1" if has_parameter_sets(configuration) else "hev1"
    codec = video_codec("hevc", configuration, kind)
    if codec is None or configuration[0] != 1 or len(configuration) <= _HEVC_BYTES:
        return None
    boxes = new_box(b"hvcC", configuration)
    if found := dolby_vision(entry.dolby_vision):
        if not found.shown_as:
            codec = f"{'dvh1' if kind == 'hvc1' else 'dvhe'}.{found.profile:02d}.{found.level:02d}"
        boxes += new_box(b"dvcC" if found.profile < 8 else b"dvvC", entry.dolby_vision)
    return _entry(codec, entry, boxes)


def _av1(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    """AV1 in ISOBMFF §2.3: CodecPrivate is av1C."""
    codec = video_codec("av1", entry.configuration, "")
    return _entry(codec, entry, new_box(b"av1C", entry.configuration)) if codec else None


def _vp9(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    """VP codec ISO media file format binding §"VP Codec Configuration Box". CodecPrivate, if there is any, has the
    profile (1), the level (2), the bit depth (3) and the subsampling (4), with a byte for the length of each."""
    features = entry.configuration
    told = {features[at]: features[at + 2] for at in range(0, len(features) - 2, 3) if features[at + 1] == 1}
    frame = vp9_frame(first_frame)
    if frame is None:
        if not {1, 3} <= told.keys():
            return None
        frame = Vp9Frame(told[1], told[3], told.get(4, 1), entry.colour.is_full_range)
    frame_rate = 1e9 / entry.frame_ns if entry.frame_ns else _FRAME_RATE_UNKNOWN
    codec = vp9_codec(frame.profile, frame.bit_depth, entry.width, entry.height, frame_rate)
    return _entry(codec, entry, _vp_configuration(frame, int(codec.split(".")[2]), entry.colour))


def _vp_configuration(frame: Vp9Frame, level: int, colour: Colour) -> bytes:
    depth_and_colours = frame.bit_depth << 4 | frame.subsampling << 1 | frame.is_full_range
    numbers = (frame.profile, level, depth_and_colours, colour.primaries, colour.transfer, colour.matrix)
    return new_full_box(b"vpcC", 1, 0, struct.pack(">6BH", *numbers, 0))


def _converted(codec: str) -> Callable[[TrackEntry, bytes], SampleEntry | None]:
    """No browser plays the codec, so it is only seen converted."""
    return lambda entry, _: SampleEntry(codec, b"", TIMESCALE, configuration=entry.configuration)


def _mpeg4(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    codec = video_codec("mpeg4", entry.configuration, "")
    return SampleEntry(codec, b"", TIMESCALE, configuration=entry.configuration) if codec else None


def _video_for_windows(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    """BITMAPINFOHEADER of Windows tells the codec by four letters; the decoder's own bytes are behind it."""
    header, configuration = entry.configuration[:_BITMAP_HEADER_BYTES], entry.configuration[_BITMAP_HEADER_BYTES:]
    codec = _FOUR_LETTERS.get(header[16:20].upper())
    if codec == "mpeg4":
        return _mpeg4(replace(entry, configuration=configuration), first_frame)
    return SampleEntry(codec, b"", TIMESCALE, configuration=configuration) if codec else None


VIDEO: dict[str, Callable[[TrackEntry, bytes], SampleEntry | None]] = {
    "V_AV1": _av1,
    "V_FFV1": _converted("ffv1"),
    "V_MJPEG": _converted("mjpeg"),
    "V_MPEG1": _converted("mpeg1video"),
    "V_MPEG2": _converted("mpeg2video"),
    "V_MPEG4/ISO/AP": _mpeg4,
    "V_MPEG4/ISO/ASP": _mpeg4,
    "V_MPEG4/ISO/AVC": _avc,
    "V_MPEG4/ISO/SP": _mpeg4,
    "V_MPEG4/MS/V3": _converted("msmpeg4v3"),
    "V_MPEGH/ISO/HEVC": _hevc,
    "V_MS/VFW/FOURCC": _video_for_windows,
    "V_PRORES": _converted("prores"),
    "V_THEORA": _converted("theora"),
    "V_VP9": _vp9,
}
