"""What browsers play: as files, and by segments on Media Source Extensions.

Chrome and Firefox as Chromium 156 and Firefox 153 say it of themselves (canPlayType, isTypeSupported), and as they were
seen to play; Safari by what Apple says of it. Edge is like Chrome.

Tested by tests/services/ways/test_ways.py.
"""

from dataclasses import dataclass

_H264 = ("avc1.42", "avc1.4D", "avc1.58", "avc1.64")  # 8 bits, one sample of colour for four of light
_DEEP_H264 = ("avc1.6E", "avc1.7A", "avc1.F4")  # 10 bits, or more samples of colour
_HEVC = ("hvc1.", "hev1.")
_AAC = ("mp4a.40.2", "mp4a.40.5", "mp4a.40.29")
_FLAC = ("fLaC", "flac")
_MATROSKA = ("matroska", "webm")


@dataclass(frozen=True, slots=True)
class Browser:
    """``containers`` are those of the files that it plays. ``in_files`` and ``in_segments`` are how the codecs that it
    decodes there begin (RFC 6381, or FFmpeg's names); those ``on_some_devices`` need a decoder in the device.
    ``reads_whole``: it reads a Matroska file to its end before it starts, and hears none of ``not_in_matroska``
    there."""

    name: str
    containers: tuple[str, ...]
    in_files: tuple[str, ...]
    in_segments: tuple[str, ...]
    on_some_devices: tuple[str, ...]
    reads_whole: bool = False
    not_in_matroska: tuple[str, ...] = ()


CHROME = Browser(
    "Chrome",
    ("mp4", "mov", *_MATROSKA, "ogg"),
    (*_H264, *_DEEP_H264, *_HEVC, "vp8", "vp09.", "av01.", *_AAC, "mp3", "opus", "vorbis", *_FLAC, "pcm_"),
    (*_H264, *_DEEP_H264, *_HEVC, "vp09.", "av01.", *_AAC, "opus", *_FLAC),
    on_some_devices=_HEVC,
)
FIREFOX = Browser(
    "Firefox",
    ("mp4", "mov", *_MATROSKA, "ogg"),
    (*_H264, *_DEEP_H264, *_HEVC, "vp8", "vp09.", "av01.", *_AAC, "mp3", "opus", "vorbis", *_FLAC),
    (*_H264, *_HEVC, "vp09.", "av01.", *_AAC, "opus", *_FLAC),
    on_some_devices=_HEVC,
    reads_whole=True,  # https://bugzil.la/2000420
    not_in_matroska=("mp3", *_FLAC),
)
SAFARI = Browser(
    "Safari",
    ("mp4", "mov", "webm"),
    (*_H264, *_HEVC, "vp8", "vp09.", "av01.", *_AAC, "mp3", "opus", "vorbis", *_FLAC, "alac", "ac-3", "ec-3", "pcm_"),
    (*_H264, *_HEVC, "vp09.", "av01.", *_AAC, "opus", *_FLAC, "ac-3", "ec-3"),
    on_some_devices=("av01.",),
)
BROWSERS = (CHROME, FIREFOX, SAFARI)
