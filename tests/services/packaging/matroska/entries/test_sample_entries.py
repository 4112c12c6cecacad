"""Sample entries: those that FFmpeg writes for the same track, and heads of frames by hand."""

import struct

import pytest

from services.packaging.codecs.frame_headers import (
    ac3_frame,
    dts_frame,
    eac3_frame,
    mpeg_frame,
    opus_samples,
    vp9_frame,
)
from services.packaging.matroska.compression import UNCOMPRESSED
from services.packaging.matroska.entries.sample_entries import sample_entry
from services.packaging.matroska.index import read_matroska
from services.packaging.matroska.tracks import Colour, TrackEntry
from services.packaging.mp4.index import read_mp4
from services.packaging.reading import read_with
from tests.real_films import ffmpeg, make_film

X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "24")
CODECS = {  # options, the codec string, the box that describes the codec
    "H.264": (X264, "avc1.42C00B", b"avcC"),
    "HEVC": (("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"), "hvc1.1.6.L30.90", b"hvcC"),
    "AV1": (("-c:v", "libsvtav1", "-preset", "12", "-loglevel", "quiet"), "av01.0.00M.08", b"av1C"),
    "VP9": (("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"), "vp09.00.10.08", b"vpcC"),
    "AAC": ((*X264, "-c:a", "aac", "-ac", "2"), "mp4a.40.2", None),
    "AC-3": ((*X264, "-c:a", "ac3", "-ac", "6"), "ac-3", b"dac3"),
    "AC-3, mono": ((*X264, "-c:a", "ac3", "-ac", "1", "-ar", "44100"), "ac-3", b"dac3"),
    "E-AC-3": ((*X264, "-c:a", "eac3", "-ac", "6"), "ec-3", b"dec3"),
    "Opus": ((*X264, "-c:a", "libopus", "-ac", "2"), "opus", b"dOps"),
    "Opus, 5.1": ((*X264, "-c:a", "libopus", "-ac", "6", "-b:a", "256k"), "opus", b"dOps"),
    "FLAC": ((*X264, "-c:a", "flac", "-ar", "96000"), "fLaC", b"dfLa"),
    "MP3": ((*X264, "-c:a", "libmp3lame"), "mp4a.6B", None),
}


def entry(**fields):
    """A track of which nothing but these fields is known."""
    default = {
        "kind": "audio",
        "configuration": b"",
        "compression": UNCOMPRESSED,
        "language": "",
        "label": "",
        "is_default": True,
        "frame_ns": 0,
        "codec_delay_ns": 0,
        "channels": 2,
    }
    return TrackEntry(stream=0, number=1, **{**default, **fields})


def bits(*fields):
    """The fields, (value, bits) each, and zeroes up to whole bytes."""
    text = "".join(f"{value:0{count}b}" for value, count in fields)
    return int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big")


def box(content, kind):
    """The whole box, found by its name."""
    start = content.index(kind) - 4
    return content[start : start + int.from_bytes(content[start : start + 4], "big")]


@pytest.fixture(scope="module")
def tracks(tmp_path_factory):
    """The last track of a film with such a codec, and the same film as MP4."""
    folder = tmp_path_factory.mktemp("codecs")

    def made(name):
        path = folder / f"{list(CODECS).index(name)}.mkv"
        make_film(path, *CODECS[name][0], duration_s=0.5, sound="-c:a" in CODECS[name][0], size="192x108")
        content = path.read_bytes()
        film = read_with(read_matroska(len(content)), lambda first, length: content[first : first + length])
        return film.index.tracks[-1], path

    return made


@pytest.mark.parametrize("name", CODECS)
def test_a_codec_is_described_as_ffmpeg_does(tracks, name):
    _, codec, configuration = CODECS[name]
    track, path = tracks(name)
    assert track.codec == codec
    if configuration:
        target = path.with_suffix(".mp4")
        ffmpeg("-i", str(path), "-map", f"0:{track.stream}", "-c", "copy", "-strict", "-2", str(target))
        assert box(track.sample_entry, configuration) == box(target.read_bytes(), configuration)


def test_opus_counts_in_48000ths_whatever_its_source(tracks):
    assert tracks("Opus")[0].timescale == 48_000


def test_aac_has_its_configuration_in_descriptors(tracks):
    """ISO/IEC 14496-14 §6.7.2: ES 0 of MPEG-4 audio, the configuration, and an SL packet header as in MP4."""
    decoder = "04808080174015" + 11 * "00" + "0580808005119056e500"
    assert box(tracks("AAC")[0].sample_entry, b"esds")[12:].hex() == "0380808025000000" + decoder + "068080800102"


@pytest.mark.parametrize(
    ("private", "codec", "timescale", "frame"),
    [
        ("1190", "mp4a.40.2", 48_000, 1024),
        ("1210", "mp4a.40.2", 44_100, 1024),
        ("1194", "mp4a.40.2", 48_000, 960),
        ("2b098800", "mp4a.40.5", 24_000, 1024),
        ("eb098800", "mp4a.40.29", 24_000, 1024),
        ("178017700010", "mp4a.40.2", 12_000, 1024),
    ],
    ids=["48,000 Hz", "44,100 Hz", "short frames", "HE-AAC", "HE-AAC v2", "a rate of its own"],
)
def test_aac_counts_in_the_samples_of_its_core(private, codec, timescale, frame):
    found = sample_entry(entry(codec_id="A_AAC", configuration=bytes.fromhex(private)))
    assert (found.codec, found.timescale, found.frame) == (codec, timescale, frame)


def test_colours_of_hdr_are_told():
    colour = Colour(9, 16, 9, False, (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329, 1000, 0.005), (1000, 400))
    video = {"kind": "video", "width": 640, "height": 360, "colour": colour}
    found = sample_entry(entry(codec_id="V_VP9", configuration=bytes.fromhex("010100030108"), **video)).box
    assert box(found, b"colr")[8:] == b"nclx" + struct.pack(">HHHB", 9, 16, 9, 0)
    places = (13250, 34500, 7500, 3000, 34000, 16000, 15635, 16450)  # green, blue, red, white
    assert box(found, b"mdcv")[8:] == struct.pack(">8HII", *places, 10_000_000, 50)
    assert box(found, b"clli")[8:] == struct.pack(">HH", 1000, 400)


HVCC = bytes([1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93]) + bytes(9)
PARAMETER_SETS = b"\3" + b"".join(bytes([kind, 0, 1, 0, 2]) + b"ps" for kind in (32, 33, 34))


@pytest.mark.parametrize(
    ("configuration", "codec", "box_name"),
    [
        ("01000a350000", "dvh1.05.06", b"dvcC"),
        ("010010351000", "hvc1.1.6.L93.90", b"dvvC"),
        ("010010352000", "hvc1.1.6.L93.90", b"dvvC"),
    ],
    ids=["profile 5", "profile 8.1", "profile 8.2"],
)
def test_dolby_vision_is_named_where_it_can_be_shown_as_nothing_else(configuration, codec, box_name):
    content = bytes.fromhex(configuration).ljust(24, b"\0")
    track = entry(
        kind="video",
        codec_id="V_MPEGH/ISO/HEVC",
        configuration=HVCC + PARAMETER_SETS,
        dolby_vision=content,
        width=3840,
        height=2160,
    )
    found = sample_entry(track)
    assert found.codec == codec
    assert found.box[4:8] == codec[:4].encode()
    assert box(found.box, box_name)[8:] == content


def test_parameter_sets_in_frames_have_other_names():
    avcc, hvcc = bytes.fromhex("0164001effe0"), HVCC + b"\0"
    video = {"kind": "video", "width": 640, "height": 360}
    assert sample_entry(entry(codec_id="V_MPEG4/ISO/AVC", configuration=avcc + b"\0", **video)).codec == "avc3.64001E"
    assert sample_entry(entry(codec_id="V_MPEGH/ISO/HEVC", configuration=hvcc, **video)).codec == "hev1.1.6.L93.90"


_XVID = b"\x28" + bytes(15) + b"XVID" + bytes(20)  # BITMAPINFOHEADER


@pytest.mark.parametrize(
    ("codec_id", "private", "expected"),
    [
        ("V_MPEG2", b"\0\0\1\xb3", ("mpeg2video", b"\0\0\1\xb3")),
        ("V_MPEG4/ISO/ASP", b"\0\0\1\xb0\xf5", ("mp4v.20.245", b"\0\0\1\xb0\xf5")),
        ("V_MS/VFW/FOURCC", _XVID + b"\0\0\1\xb0\xf5", ("mp4v.20.245", b"\0\0\1\xb0\xf5")),
        ("V_MS/VFW/FOURCC", _XVID.replace(b"XVID", b"WVC1") + b"head", ("vc1", b"head")),
        ("V_MS/VFW/FOURCC", _XVID.replace(b"XVID", b"dvsd"), ("dvvideo", b"")),
        ("V_FFV1", b"head", ("ffv1", b"head")),
    ],
)
def test_pictures_that_no_browser_plays_have_what_their_decoder_needs_and_no_box(codec_id, private, expected):
    found = sample_entry(entry(kind="video", codec_id=codec_id, configuration=private, width=640, height=360))
    assert (found.codec, found.configuration, found.box) == (*expected, b"")


@pytest.mark.parametrize(
    ("codec_id", "private"),
    [
        ("V_MPEG4/ISO/AVC", ""),
        ("V_MPEG4/ISO/AVC", "0064001e"),
        ("V_MPEGH/ISO/HEVC", "01"),
        ("V_AV1", "00000000"),
        ("V_VP8", ""),
        ("V_VP9", "0101"),
        ("A_AAC", "11"),
        ("A_AAC", "17"),
        ("A_OPUS", "4f707573"),
        ("A_FLAC", "664c6143"),
        ("A_AC3", ""),
        ("A_EAC3", ""),
        ("A_MPEG/L3", ""),
        ("A_DTS", ""),
        ("V_REAL/RV40", ""),
        ("V_MS/VFW/FOURCC", ""),
        ("V_MS/VFW/FOURCC", "28000000" + "00" * 12 + "4d535643" + "00" * 20),  # "MSVC"
    ],
)
def test_tracks_without_what_describes_them_have_no_entry(codec_id, private):
    kind = "video" if codec_id.startswith("V") else "audio"
    sides = {"width": 640, "height": 360} if kind == "video" else {}
    assert sample_entry(entry(kind=kind, codec_id=codec_id, configuration=bytes.fromhex(private), **sides)) is None


def test_the_core_of_a_frame_of_dts_tells_its_rate_and_its_length():
    # Flags, 16 blocks of 32 samples, 2,012 bytes, mode 9 (five channels), rate 13 (48,000 Hz).
    head = 0b1_11111_0 << 57 | 15 << 50 | 2011 << 36 | 9 << 30 | 13 << 26
    frame = dts_frame(b"\x7f\xfe\x80\x01" + head.to_bytes(8))
    assert (frame.rate, frame.samples, frame.channels) == (48_000, 512, 5)


def test_dependent_substreams_of_eac3_add_channels():
    """ETSI TS 102 366 §E.1.2: 5.1 at 48,000 Hz in six blocks; a dependent substream with the pair Lrs/Rrs."""
    sync, length, rate, level = (0x0B77, 16), (15, 11), ((0, 2), (3, 2)), ((31, 5), (0, 1))
    main = bits(sync, (0, 2), (0, 3), length, *rate, (7, 3), (1, 1), (16, 5), *level)
    added = bits(sync, (1, 2), (0, 3), length, *rate, (6, 3), (0, 1), (16, 5), *level, (1, 1), (0b0001101 << 9, 16))
    frame = eac3_frame(main.ljust(32, b"\0") + added.ljust(32, b"\0"))
    assert (frame.rate, frame.channels, frame.samples) == (48_000, 8, 1536)
    # 16 kbit/s, one programme, 48,000 Hz, bsid 16, 3/2 with LFE, one dependent substream with Lrs/Rrs (bit 1)
    assert frame.box == bits((16, 13), (0, 3), (0, 2), (16, 5), (0, 5), (7, 3), (1, 1), (0, 3), (1, 4), (2, 9))


def test_heads_that_are_none_are_told():
    assert ac3_frame(b"\x0b\x77" + b"\xff" * 8) is None
    assert dts_frame(b"\x7f\xfe\x80\x01" + b"\xff" * 8) is None
    assert eac3_frame(b"\x0b\x77" + b"\xff" * 2) is None
    assert mpeg_frame(b"ID3\x04") is None
    assert vp9_frame(b"\x86\x00\x40") is None


@pytest.mark.parametrize(
    ("head", "rate", "channels", "samples"),
    [("fffb9064", 44_100, 2, 1152), ("fff3a4c4", 24_000, 1, 576), ("ffe348c4", 8_000, 1, 576)],
)
def test_mp3_tells_its_version(head, rate, channels, samples):
    frame = mpeg_frame(bytes.fromhex(head))
    assert (frame.rate, frame.channels, frame.samples) == (rate, channels, samples)


@pytest.mark.parametrize(
    ("packet", "samples"),
    [
        ("fc", 960),
        ("e0", 120),
        ("18", 2880),
        ("60", 480),
        ("fd", 1920),
        ("e3 08", 960),
        ("fb 3f", 0),
        ("", 0),
        ("ff", 0),
    ],
)
def test_packets_of_opus_tell_their_length(packet, samples):
    assert opus_samples(bytes.fromhex(packet)) == samples


@pytest.mark.parametrize(
    ("fields", "profile", "bit_depth", "subsampling"),
    [
        (((0, 2), (0, 1), (0, 1), (0, 2), (0x498342, 24), (1, 3), (0, 1)), 0, 8, 1),
        (((1, 1), (0, 1), (0, 1), (0, 1), (0, 2), (0x498342, 24), (1, 3), (0, 1), (1, 1), (0, 1)), 1, 8, 2),
        (((0, 1), (1, 1), (0, 1), (0, 1), (0, 2), (0x498342, 24), (0, 1), (1, 3), (0, 1)), 2, 10, 1),
        (((1, 1), (1, 1), (0, 1), (0, 1), (0, 1), (0, 2), (0x498342, 24), (1, 1), (7, 3)), 3, 12, 3),
    ],
)
def test_key_frames_of_vp9_tell_their_colours(fields, profile, bit_depth, subsampling):
    frame = vp9_frame(bits((2, 2), *fields).ljust(16, b"\0"))
    assert (frame.profile, frame.bit_depth, frame.subsampling) == (profile, bit_depth, subsampling)


@pytest.mark.parametrize(("container", "read"), [("mkv", read_matroska), ("mp4", read_mp4)])
@pytest.mark.parametrize(
    ("options", "bits", "rate"),
    [(("-sample_fmt", "s16"), 16, 48_000), (("-sample_fmt", "s32", "-ar", "96000"), 24, 48_000)],
    ids=["16 bits, 48 kHz", "24 bits, 96 kHz"],
)
def test_flac_has_the_bits_of_its_stream_and_a_part_of_its_rate(tmp_path, container, read, options, bits, rate):
    """FFmpeg writes 16 and 0 for the latter: Chromium refuses the one, Firefox the other."""
    sound = ("-c:a", "flac", "-strict", "-2", *options)
    content = make_film(tmp_path / f"film.{container}", *X264, *sound, duration_s=0.5).read_bytes()
    film = read_with(read(len(content)), lambda first, length: content[first : first + length])
    entry = film.index.tracks[1].sample_entry
    assert (struct.unpack(">H", entry[26:28]), struct.unpack(">I", entry[32:36])) == ((bits,), (rate * 65_536,))
