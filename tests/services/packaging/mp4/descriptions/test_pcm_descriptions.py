"""Entries of PCM, as QuickTime and ISO have them."""

import struct

import pytest

from services.packaging.codecs.pcm import pcm_frame_bytes
from services.packaging.fmp4.new_box import new_box, new_full_box
from services.packaging.mp4.boxes import Box
from services.packaging.mp4.descriptions.pcm_descriptions import pcm_description

LITTLE = new_box(b"enda", b"\0\1")


def entry(kind, *boxes, bits=16, version=0, more=b""):
    fields = bytes(6) + struct.pack(">HH6xHHHHHxx", 1, version, 2, bits, 0, 0, 48_000)
    return Box(kind, memoryview(fields + more + b"".join(boxes)))


def linear(bits, flags):
    """Version 2."""
    more = struct.pack(">IdIIIIII", 72, 96_000.0, 6, 0x7F000000, bits, flags, 6 * bits // 8, 1)
    return entry(b"lpcm", version=2, more=more)


@pytest.mark.parametrize(
    ("found", "codec"),
    [
        (entry(b"sowt"), "pcm_s16le"),
        (entry(b"twos"), "pcm_s16be"),
        (entry(b"twos", bits=8), "pcm_s8"),
        (entry(b"raw ", bits=8), "pcm_u8"),
        (entry(b"in24"), "pcm_s24be"),
        (entry(b"in24", new_box(b"wave", LITTLE), version=1, more=bytes(16)), "pcm_s24le"),
        (entry(b"fl32", LITTLE), "pcm_f32le"),
        (entry(b"ulaw"), "pcm_mulaw"),
        (entry(b"ipcm", new_full_box(b"pcmC", 0, 0, bytes([1, 24]))), "pcm_s24le"),
        (entry(b"fpcm", new_full_box(b"pcmC", 0, 0, bytes([0, 32]))), "pcm_f32be"),
    ],
)
def test_forms_are_told_apart(found, codec):
    told = pcm_description(found)
    assert (told.codec, told.sample_entry, told.channels, told.rate) == (codec, b"", 2, 48_000)


@pytest.mark.parametrize(
    ("bits", "flags", "codec"), [(24, 4, "pcm_s24le"), (32, 3, "pcm_f32be"), (8, 4, "pcm_s8"), (16, 6, "pcm_s16be")]
)
def test_version_2_tells_by_flags(bits, flags, codec):
    told = pcm_description(linear(bits, flags))
    assert (told.codec, told.channels, told.rate) == (codec, 6, 96_000)


def test_forms_that_are_not_known_are_none():
    assert pcm_description(linear(20, 4)) is pcm_description(entry(b"lpcm")) is None


@pytest.mark.parametrize(("codec", "length"), [("pcm_s24le", 18), ("pcm_u8", 6), ("pcm_mulaw", 6), ("pcm_f64be", 48)])
def test_a_moment_has_the_bytes_of_all_channels(codec, length):
    assert pcm_frame_bytes(codec, 6) == length
