"""Sound in Matroska that no browser plays in MP4, so that it is only heard converted. There is no box for it.

Tested by tests/services/packaging/matroska/entries/test_converted_entries.py.
"""

from collections.abc import Callable

from services.packaging.codecs.frame_headers import SoundFrame, dts_frame, mpeg_frame, truehd_frame
from services.packaging.codecs.pcm import pcm_frame_bytes
from services.packaging.codecs.sample_entry import SampleEntry
from services.packaging.fmp4.new_box import new_full_box
from services.packaging.matroska.tracks import TrackEntry

_ALAC_BYTES = 24  # of what ALACSpecificConfig has at least
_VORBIS_HEAD_BYTES = 30  # of the identification header (Vorbis I specification §4.2.2)
_LONGEST_FRAME_BYTES = 64 * 1024 - 1  # of PCM whose length is known
_INTEGERS = {8: ("u8", "u8"), 16: ("s16le", "s16be"), 24: ("s24le", "s24be"), 32: ("s32le", "s32be")}
_FLOATS = {32: "f32le", 64: "f64le"}


def _dts(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    return _told("dtsc", entry, dts_frame(first_frame))


def _truehd(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    return _told("mlpa", entry, truehd_frame(first_frame))


def _mlp(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    return _told("mlp", entry, truehd_frame(first_frame))


def _mp2(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    return _told("mp2", entry, mpeg_frame(first_frame, layer=2))


def _mp1(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    return _told("mp1", entry, mpeg_frame(first_frame, layer=1))


def _told(codec: str, entry: TrackEntry, frame: SoundFrame | None) -> SampleEntry | None:
    return None if frame is None else SampleEntry(codec, b"", frame.rate, frame.samples, entry.channels)


def _alac(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    """ALACSpecificConfig, as https://macosforge.github.io/alac has it: the samples of a frame are first."""
    told = entry.configuration
    rate, frame = int.from_bytes(told[20:24]), int.from_bytes(told[:4])
    if len(told) < _ALAC_BYTES or not rate or not 0 < frame <= rate:
        return None
    box = new_full_box(b"alac", 0, 0, told[:_ALAC_BYTES])
    return SampleEntry("alac", b"", rate, frame, entry.channels, configuration=box)


def _vorbis(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    """Behind the number and the lengths of the three headers is the first. A frame has a quarter of its own block and
    of the one before; blocks are of two lengths, which are powers of 2."""
    told = entry.configuration
    begin = told.find(b"\x01vorbis")
    head = told[begin : begin + _VORBIS_HEAD_BYTES]
    if told[:1] != b"\x02" or begin < 0 or len(head) < _VORBIS_HEAD_BYTES:
        return None
    channels, rate, short = head[11], int.from_bytes(head[12:16], "little"), 1 << (head[28] & 15)
    if not channels or not 0 < rate < 1_000_000:
        return None
    return SampleEntry("vorbis", b"", rate, 0, channels, told, grid=short // 4)


def _pcm_little(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    return _pcm(entry, _INTEGERS.get(entry.bit_depth, ("", ""))[0], first_frame)


def _pcm_big(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    return _pcm(entry, _INTEGERS.get(entry.bit_depth, ("", ""))[1], first_frame)


def _pcm_float(entry: TrackEntry, first_frame: bytes) -> SampleEntry | None:
    return _pcm(entry, _FLOATS.get(entry.bit_depth, ""), first_frame)


def _pcm(entry: TrackEntry, form: str, first_frame: bytes) -> SampleEntry | None:
    """Its frames are as long as the first, as a rule."""
    rate, channels = round(entry.sampling_frequency), entry.channels
    if not form or not rate or not channels:
        return None
    codec = f"pcm_{form}"
    is_whole = len(first_frame) <= _LONGEST_FRAME_BYTES
    frame = len(first_frame) // pcm_frame_bytes(codec, channels) if is_whole else 0
    return SampleEntry(codec, b"", rate, frame, channels)


CONVERTED: dict[str, Callable[[TrackEntry, bytes], SampleEntry | None]] = {
    "A_ALAC": _alac,
    "A_DTS": _dts,
    "A_MLP": _mlp,
    "A_MPEG/L1": _mp1,
    "A_MPEG/L2": _mp2,
    "A_PCM/FLOAT/IEEE": _pcm_float,
    "A_PCM/INT/BIG": _pcm_big,
    "A_PCM/INT/LIT": _pcm_little,
    "A_TRUEHD": _truehd,
    "A_VORBIS": _vorbis,
}
