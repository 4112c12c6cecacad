"""Sound in Matroska that is only heard converted: what its decoder is given, and how its times count."""

import struct

import pytest

from services.packaging.matroska.entries.sample_entries import sample_entry
from tests.services.packaging.matroska.entries.test_sample_entries import entry

VORBIS = b"\x01vorbis" + struct.pack("<IBIiiiBB", 0, 2, 44_100, 0, 128_000, 0, 0xB8, 1)  # blocks of 256 and 2,048
VORBIS_HEADERS = bytes([2, len(VORBIS), 4]) + VORBIS + b"more" + b"and more"
ALAC = struct.pack(">I6BHIII", 4096, 0, 16, 40, 10, 14, 2, 255, 0, 0, 48_000)
TRUEHD = b"\0\0\0\0" + b"\xf8\x72\x6f\xba" + b"\x80\0"


def told(found):
    return found and (found.codec, found.box, found.timescale, found.frame, found.grid)


@pytest.mark.parametrize(
    ("codec_id", "fields", "first_frame", "expected"),
    [
        ("A_TRUEHD", {}, TRUEHD, ("mlpa", b"", 44_100, 40, 0)),
        ("A_MLP", {}, TRUEHD[:7] + b"\xbb\0\x10", ("mlp", b"", 96_000, 80, 0)),
        ("A_VORBIS", {"configuration": VORBIS_HEADERS}, b"", ("vorbis", b"", 44_100, 0, 64)),
        ("A_ALAC", {"configuration": ALAC}, b"", ("alac", b"", 48_000, 4096, 0)),
        ("A_MPEG/L2", {}, bytes.fromhex("fffd8404"), ("mp2", b"", 48_000, 1152, 0)),
        ("A_MPEG/L1", {}, bytes.fromhex("ffff8404"), ("mp1", b"", 48_000, 384, 0)),
        (
            "A_PCM/INT/LIT",
            {"bit_depth": 24, "sampling_frequency": 48e3},
            bytes(600),
            ("pcm_s24le", b"", 48_000, 100, 0),
        ),
        ("A_PCM/INT/BIG", {"bit_depth": 16, "sampling_frequency": 44.1e3}, bytes(8), ("pcm_s16be", b"", 44_100, 2, 0)),
        ("A_PCM/FLOAT/IEEE", {"bit_depth": 32, "sampling_frequency": 48e3}, bytes(8), ("pcm_f32le", b"", 48_000, 1, 0)),
        (
            "A_PCM/INT/LIT",
            {"bit_depth": 16, "sampling_frequency": 48e3},
            bytes(65536),
            ("pcm_s16le", b"", 48_000, 0, 0),
        ),
    ],
)
def test_a_track_is_described(codec_id, fields, first_frame, expected):
    assert told(sample_entry(entry(codec_id=codec_id, **fields), first_frame)) == expected


@pytest.mark.parametrize(
    ("codec_id", "fields", "first_frame"),
    [
        ("A_TRUEHD", {}, bytes(20)),
        ("A_TRUEHD", {}, TRUEHD[:8] + b"\x30\0"),
        ("A_VORBIS", {"configuration": VORBIS_HEADERS[:20]}, b""),
        ("A_VORBIS", {"configuration": b""}, b""),
        ("A_ALAC", {"configuration": ALAC[:20]}, b""),
        ("A_ALAC", {"configuration": bytes(24)}, b""),
        ("A_PCM/INT/LIT", {"bit_depth": 12, "sampling_frequency": 48e3}, bytes(600)),
        ("A_PCM/INT/LIT", {"bit_depth": 16}, bytes(600)),
        ("A_MPEG/L2", {}, bytes.fromhex("fffb8404")),
    ],
)
def test_a_track_that_tells_too_little_is_left_out(codec_id, fields, first_frame):
    assert sample_entry(entry(codec_id=codec_id, **fields), first_frame) is None


def test_decoders_are_given_their_headers():
    vorbis = sample_entry(entry(codec_id="A_VORBIS", configuration=VORBIS_HEADERS))
    assert vorbis.configuration == VORBIS_HEADERS
    alac = sample_entry(entry(codec_id="A_ALAC", configuration=ALAC))
    assert alac.configuration == b"\0\0\0\x24alac" + bytes(4) + ALAC
