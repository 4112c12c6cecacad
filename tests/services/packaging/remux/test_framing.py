"""What is put together anew, and how its samples change."""

import pytest

from services.packaging.remux.film import Framing
from services.packaging.remux.framing import framed
from services.packaging.remux.signatures import remuxed_container


@pytest.mark.parametrize(
    ("sample", "result"),
    [
        (b"\0\0\0\1\x67abc\0\0\1\x68d\0\0\1\x65ef", b"\0\0\0\4\x67abc\0\0\0\2\x68d\0\0\0\3\x65ef"),
        (b"\0\0\1\x65ef\0\0\0", b"\0\0\0\3\x65ef"),
        (b"\0\0\1\0\0\1\x65e", b"\0\0\0\2\x65e"),
        (b"no start code", b""),
    ],
    ids=["codes of three and four bytes", "zeros at the end", "an empty unit", "none"],
)
def test_start_codes_become_lengths(sample, result):
    assert framed(sample, Framing.START_CODES) == result


@pytest.mark.parametrize(
    ("sample", "result"),
    [
        (b"\xff\xf1\x50\x80\x01\x7f\xfcraw", b"raw"),
        (b"\xff\xf0\x50\x80\x01\x7f\xfc\x12\x34raw", b"raw"),
        (b"raw without a head", b"raw without a head"),
        (b"\xff\xf1", b"\xff\xf1"),
    ],
    ids=["ADTS", "ADTS with a checksum", "raw", "cut off"],
)
def test_heads_of_adts_are_taken_off(sample, result):
    assert framed(sample, Framing.ADTS) == result


@pytest.mark.parametrize(
    ("sample", "result"),
    [(b"\x12\0\x0a\x0bab", b"\x0a\x0bab"), (b"\x0a\x0bab", b"\x0a\x0bab")],
    ids=["there", "not there"],
)
def test_temporal_delimiters_of_av1_are_taken_off(sample, result):
    assert framed(sample, Framing.OBUS) == result


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ((b"G" + bytes(187)) * 5, "mpegts"),
        ((bytes(4) + b"G" + bytes(187)) * 5, "mpegts"),
        (b"FLV\x01\x05", "flv"),
        (b"RIFF\0\0\0\0AVI LIST", "avi"),
        (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), "asf"),
        (b"\0\0\1\xba\x44\0", "mpeg"),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"\0\0\0\x20ftypisom" + bytes(1000), None),
        (b"G" + bytes(1023), None),
        (b"", None),
    ],
    ids=[
        "MPEG-TS",
        "MPEG-TS of Blu-ray",
        "Flash Video",
        "AVI",
        "Windows Media",
        "MPEG-PS",
        "WAV",
        "MP4",
        "one byte alike",
        "empty",
    ],
)
def test_the_first_bytes_tell_what_is_put_together_anew(first, expected):
    found = remuxed_container(first)
    assert (found and found.name) == expected
