"""Entries of "stsd", as they stand in files, made into those that browsers read."""

import struct

import pytest

from services.packaging.film_index import NotPackaged
from services.packaging.fmp4.new_box import new_box, new_full_box
from services.packaging.mp4.descriptions.sample_descriptions import data_reference, description

AVCC = bytes.fromhex("01640028ffe1 0004 67640028 01 0002 68eb")
AVCC_WITHOUT_SETS = bytes.fromhex("01640028ffe0 00")
_HVCC_START = bytes.fromhex("0102200000009000000000009900000000000000000f")
HVCC = _HVCC_START + bytes.fromhex("03 a0 0001 0002 4001 a1 0001 0002 4201 a2 0001 0002 4401")
HVCC_WITHOUT_SETS = _HVCC_START + b"\0"
AV1C = bytes.fromhex("81080c00")
VPCC = bytes.fromhex("01000000 02 33 a0 0000000000")
AAC_51 = bytes.fromhex("11b0")  # LC, 48 kHz, 5.1


def picture(kind: bytes, *extensions: bytes) -> bytes:
    fields = bytes(6) + b"\0\2" + bytes(16) + struct.pack(">HH", 1920, 1080) + bytes(50)
    return new_box(kind, fields, *extensions)


def esds(object_type: int, configuration: bytes) -> bytes:
    specific = b"\5" + bytes([len(configuration)]) + configuration
    decoder = b"\4\x80\x80" + bytes([13 + len(specific), object_type]) + bytes(12) + specific
    return new_full_box(b"esds", 0, 0, b"\3\x80\x80\x80", bytes([3 + len(decoder)]), b"\0\1\0", decoder)


def sound(kind: bytes, *extensions: bytes, version: int = 0, more: bytes = b"") -> bytes:
    fields = bytes(6) + struct.pack(">HH6xHHHHHxx", 2, version, 2, 16, 0xFFFE, 0, 48_000)
    return new_box(kind, fields, more, *extensions)


def described(*entries: bytes, kind: str = "video", number: int = 1):
    stsd = new_full_box(b"stsd", 0, 0, struct.pack(">I", len(entries)), *entries)
    return description(memoryview(stsd)[8:], number, kind)


@pytest.mark.parametrize(
    ("entry", "codec", "kind"),
    [
        (picture(b"avc1", new_box(b"avcC", AVCC)), "avc1.640028", b"avc1"),
        (picture(b"avc3", new_box(b"avcC", AVCC)), "avc1.640028", b"avc1"),
        (picture(b"avc3", new_box(b"avcC", AVCC_WITHOUT_SETS)), "avc3.640028", b"avc3"),
        (picture(b"hvc1", new_box(b"hvcC", HVCC)), "hvc1.2.4.L153.90", b"hvc1"),
        (picture(b"hev1", new_box(b"hvcC", HVCC)), "hvc1.2.4.L153.90", b"hvc1"),
        (picture(b"hev1", new_box(b"hvcC", HVCC_WITHOUT_SETS)), "hev1.2.4.L153.90", b"hev1"),
        (picture(b"dvh1", new_box(b"hvcC", HVCC)), "hvc1.2.4.L153.90", b"hvc1"),
        (picture(b"hev1", new_box(b"hvcC", HVCC[:-2])), "hev1.2.4.L153.90", b"hev1"),
        (picture(b"av01", new_box(b"av1C", AV1C)), "av01.0.08M.08", b"av01"),
        (picture(b"vp09", new_box(b"vpcC", VPCC)), "vp09.02.51.10", b"vp09"),
        (picture(b"vp09", new_box(b"vpcC", VPCC[:5] + b"\0" + VPCC[6:])), "vp09.02.40.10", b"vp09"),
    ],
    ids=[
        "H.264",
        "H.264, sets in both",
        "H.264, sets in the samples alone",
        "HEVC",
        "HEVC, sets in both",
        "HEVC, sets in the samples alone",
        "Dolby Vision that does not say what it is",
        "HEVC, a set cut off",
        "AV1",
        "VP9",
        "VP9 without a level",
    ],
)
def test_pictures_are_named_as_most_browsers_play_them(entry, codec, kind):
    found = described(entry)
    assert (found.codec, found.width, found.height) == (codec, 1920, 1080)
    assert found.sample_entry[4:8] == kind


@pytest.mark.parametrize(
    ("entry", "configuration", "codec"),
    [
        (b"dvh1", "0100 0a35 0000", "dvh1.05.06"),
        (b"dvhe", "0100 0a35 0000", "dvh1.05.06"),
        (b"dvh1", "0100 1035 1000", "hvc1.2.4.L153.90"),
    ],
    ids=["profile 5", "profile 5, sets in both", "profile 8"],
)
def test_dolby_vision_is_named_as_hevc_where_it_can_be_shown_so(entry, configuration, codec):
    dolby_vision = new_box(b"dvcC", bytes.fromhex(configuration))
    found = described(picture(entry, new_box(b"hvcC", HVCC), dolby_vision))
    assert found.codec == codec
    assert dolby_vision in found.sample_entry


def test_boxes_that_tell_of_shape_and_colours_are_kept_and_others_left_out():
    kept = new_box(b"pasp", bytes(8)) + new_box(b"colr", b"nclx" + bytes(7))
    found = described(picture(b"avc1", new_box(b"fiel", b"\1\0"), new_box(b"avcC", AVCC), kept, bytes(4)))
    assert found.sample_entry == picture(b"avc1", new_box(b"avcC", AVCC), kept).replace(b"\0\2", b"\0\1", 1)


@pytest.mark.parametrize(
    ("entry", "codec", "channels"),
    [
        (sound(b"mp4a", esds(0x40, AAC_51)), "mp4a.40.2", 6),
        (sound(b"mp4a", esds(0x40, b"\x2b\x8a")), "mp4a.40.5", 1),
        (sound(b"mp4a", esds(0x40, b"\xf9\x46\x1c")), "mp4a.40.42", 2),
        (sound(b"mp4a", esds(0x6B, b"")), "mp4a.6B", 2),
        (sound(b"Opus", new_box(b"dOps", bytes(11))), "opus", 2),
        (sound(b"fLaC", new_box(b"dfLa", bytes(42))), "fLaC", 2),
        (sound(b"ac-3", new_box(b"dac3", bytes(3))), "ac-3", 2),
        (sound(b"ec-3", new_box(b"dec3", bytes(5))), "ec-3", 2),
        (sound(b"alac", new_full_box(b"alac", 0, 0, bytes(24))), "alac", 2),
    ],
)
def test_sounds_are_named(entry, codec, channels):
    found = described(entry, kind="audio")
    assert (found.codec, found.channels) == (codec, channels)


def test_quicktimes_sound_is_described_as_in_iso_files():
    iso = described(sound(b"mp4a", esds(0x40, b"\x11\x90")), kind="audio")
    assert iso.sample_entry == new_box(
        b"mp4a",
        bytes.fromhex("000000000000 0001 0000000000000000 0002 0010 0000 0000 bb800000"),
        esds(0x40, b"\x11\x90"),
    )
    wave = new_box(b"wave", new_box(b"frma", b"mp4a"), new_box(b"mp4a", bytes(4)), esds(0x40, b"\x11\x90"), bytes(8))
    assert described(sound(b"mp4a", wave, version=1, more=struct.pack(">4I", 1024, 0, 0, 2)), kind="audio") == iso
    longer = struct.pack(">IdI5I", 72, 48_000.0, 2, 0x7F000000, 0, 0, 0, 1024)
    assert described(sound(b"mp4a", wave, version=2, more=longer), kind="audio") == iso


def test_opus_counts_48_000_samples_a_second_whatever_its_entry_says():
    entry = sound(b"Opus", new_box(b"dOps", bytes(11))).replace(struct.pack(">H", 48_000), struct.pack(">H", 44_100))
    assert described(entry, kind="audio").sample_entry[32:36] == struct.pack(">HH", 48_000, 0)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (picture(b"mp4v", esds(0x20, b"\0\0\1\xb0\xf5")), ("mp4v.20.245", b"\0\0\1\xb0\xf5")),
        (picture(b"mp4v", esds(0x61, b"head")), ("mpeg2video", b"head")),
        (picture(b"vc-1", new_box(b"dvc1", bytes(7), b"head")), ("vc1", b"head")),
        (picture(b"apch"), ("prores", b"")),
        (picture(b"dvcp"), ("dvvideo", b"")),
        (picture(b"jpeg"), ("mjpeg", b"")),
    ],
    ids=["MPEG-4", "MPEG-2", "VC-1", "ProRes", "DV", "Motion JPEG"],
)
def test_pictures_that_no_browser_plays_have_what_their_decoder_needs_and_no_entry(entry, expected):
    found = described(entry)
    assert (found.codec, found.configuration, found.sample_entry) == (*expected, b"")
    assert (found.width, found.height) == (1920, 1080)


@pytest.mark.parametrize("rate", [96_000.0, float("nan"), float("inf"), -1.0])
def test_a_rate_that_does_not_fit_is_left_to_the_configuration(rate):
    longer = struct.pack(">IdI5I", 72, rate, 2, 0x7F000000, 0, 0, 0, 1024)
    found = described(sound(b"mp4a", esds(0x40, b"\x11\x90"), version=2, more=longer), kind="audio")
    assert found.sample_entry[32:36] == bytes(4)


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        (picture(b"mp4v", esds(0x01, b"")), "video"),
        (picture(b"mp4v"), "video"),
        (picture(b"SVQ3"), "video"),
        (picture(b"avc1"), "video"),
        (picture(b"vp09", new_box(b"vpcC", VPCC[:6])), "video"),
        (sound(b"mp4a"), "audio"),
        (sound(b"mp4a", new_full_box(b"esds", 0, 0, b"\3\x80\x80\x80\x80\x80")), "audio"),
        (sound(b"mp4a", esds(0x40, b"")), "audio"),
    ],
)
def test_what_browsers_do_not_play_or_is_not_configured_has_no_description(entry, kind):
    assert described(entry, kind=kind) is None


@pytest.mark.parametrize("entry", [picture(b"encv"), sound(b"enca"), sound(b"drms")])
def test_encrypted_samples_are_refused(entry):
    with pytest.raises(NotPackaged, match="encrypted"):
        described(entry)


@pytest.mark.parametrize("number", [0, 2])
def test_an_entry_that_is_not_there_is_refused(number):
    with pytest.raises(NotPackaged, match="without a description"):
        described(picture(b"avc1"), number=number)


def test_the_entry_of_the_samples_is_described():
    assert described(picture(b"mp4v"), picture(b"avc1", new_box(b"avcC", AVCC)), number=2).codec == "avc1.640028"


def test_an_entry_tells_in_which_file_its_samples_are():
    stsd = memoryview(new_full_box(b"stsd", 0, 0, struct.pack(">I", 1), picture(b"avc1")))[8:]
    assert data_reference(stsd, 1) == 2
