"""Strings of RFC 6381, made from configurations as in files."""

import pytest

from services.media.codecs import audio_codec, codec_name, video_codec, vp9_codec

H264_BYTE_STREAM = bytes.fromhex("00000001 09f0 00000001 67640028acd9 00000001 68ebe3")
HEVC_BYTE_STREAM = bytes.fromhex("00000001 40010c01 00000001 420101 0160000003009000000300000300 7b a0")


@pytest.mark.parametrize(
    ("codec", "configuration", "sample_entry", "string"),
    [
        ("h264", "01640028ffe1", "avc1", "avc1.640028"),
        ("h264", "0142c01effe1", "", "avc1.42C01E"),
        ("hevc", "01022000000090000000000099", "hvc1", "hvc1.2.4.L153.90"),
        ("hevc", "0101600000009000000000005d", "hev1", "hev1.1.6.L93.90"),
        ("hevc", "01214000000090000000000099", "", "hvc1.1.2.H153.90"),
        ("hevc", "01416000000000000000000099", "", "hvc1.A1.6.L153"),
        ("av1", "81080c00", "av01", "av01.0.08M.08"),
        ("av1", "812d4c00", "av01", "av01.1.13M.10"),
        ("av1", "8150ec00", "av01", "av01.2.16H.12"),
        ("mpeg4", "000001b0f5000001b5", "mp4v", "mp4v.20.245"),
        ("mpeg4", "000001b5", "mp4v", "mp4v.20"),
        ("vp8", "", "", "vp8"),
        ("prores", "", "apcn", "prores"),
    ],
)
def test_video_is_named_by_what_its_decoder_needs(codec, configuration, sample_entry, string):
    assert video_codec(codec, bytes.fromhex(configuration), sample_entry) == string


def test_parameter_sets_in_a_stream_tell_as_much():
    assert video_codec("h264", H264_BYTE_STREAM, "") == "avc1.640028"
    assert video_codec("hevc", HEVC_BYTE_STREAM, "") == "hvc1.1.6.L123.90"


@pytest.mark.parametrize("codec", ["h264", "hevc", "av1"])
@pytest.mark.parametrize("configuration", [b"", b"\x01", b"\0\0\1", b"\0\0\1\x67", b"\x81", b"\0" * 40])
def test_a_configuration_that_is_cut_short_or_missing_tells_nothing(codec, configuration):
    assert video_codec(codec, configuration, "") is None


@pytest.mark.parametrize(
    ("codec", "configuration", "profile", "string"),
    [
        ("aac", "1210", None, "mp4a.40.2"),
        ("aac", "2b8a0800", None, "mp4a.40.5"),
        ("aac", "f9461c", None, "mp4a.40.42"),
        ("aac", "", "LC", "mp4a.40.2"),
        ("aac", "", "HE-AACv2", "mp4a.40.29"),
        ("aac", "", None, "mp4a.40.2"),
        ("ac3", "", None, "ac-3"),
        ("eac3", "", None, "ec-3"),
        ("mp3", "", None, "mp3"),
        ("dts", "", "DTS-HD MA", "dtsc"),
        ("truehd", "", None, "mlpa"),
        ("flac", "", None, "fLaC"),
        ("opus", "4f707573", None, "opus"),
        ("pcm_s16le", "", None, "pcm_s16le"),
    ],
)
def test_audio_is_named_by_its_object_type_or_registered_name(codec, configuration, profile, string):
    assert audio_codec(codec, bytes.fromhex(configuration), profile) == string


@pytest.mark.parametrize(
    ("profile", "bit_depth", "width", "height", "frame_rate", "string"),
    [
        (0, 8, 320, 180, 24.0, "vp09.00.11.08"),
        (0, 8, 1920, 1080, 24.0, "vp09.00.40.08"),
        (0, 8, 1920, 1080, 60.0, "vp09.00.41.08"),
        (2, 10, 3840, 2160, 60.0, "vp09.02.51.10"),
        (0, 8, 100_000, 100_000, 1000.0, "vp09.00.62.08"),
    ],
)
def test_vp9_has_the_level_that_its_picture_needs(profile, bit_depth, width, height, frame_rate, string):
    assert vp9_codec(profile, bit_depth, width, height, frame_rate) == string


@pytest.mark.parametrize(
    ("codec", "name"),
    [("h264", "H.264"), ("eac3", "Dolby Digital Plus"), ("pcm_s24be", "PCM"), ("cinepak", "CINEPAK")],
)
def test_people_know_codecs_by_other_names(codec, name):
    assert codec_name(codec) == name
