"""An initialisation segment says all of its track, and has no samples. Positions are those of ISO/IEC 14496-12."""

import struct
from dataclasses import replace

import pytest

from services.packaging.film_index import FilmIndex, Track
from services.packaging.fmp4.initialisation import init_segment
from tests.boxes import boxes, walk

PICTURE = Track(0, "video", "avc1.640028", 24_000, b"\0\0\0\x0cavc1data", width=1920, height=800)
SOUND = Track(1, "audio", "mp4a.40.2", 48_000, b"\0\0\0\x0cmp4adata", language="de", channels=2)
INDEX = FilmIndex(60.0, 0.25, (0.0,), (PICTURE, SOUND))


def _of(track, path, track_id=1):
    (content,) = boxes(init_segment(INDEX, track, track_id), path)
    return content


def test_it_is_a_file_of_fragments():
    """CMAF (ISO/IEC 23000-19 §7.2) adds its brand."""
    assert _of(SOUND, "ftyp") == b"iso6\0\0\0\0iso6cmfcmp41"


def test_the_boxes_stand_in_the_order_that_the_standard_recommends():
    assert [path for path, _, _ in walk(init_segment(INDEX, SOUND))] == [
        "ftyp",
        "moov",
        "moov/mvhd",
        "moov/trak",
        "moov/trak/tkhd",
        "moov/trak/mdia",
        "moov/trak/mdia/mdhd",
        "moov/trak/mdia/hdlr",
        "moov/trak/mdia/minf",
        "moov/trak/mdia/minf/smhd",
        "moov/trak/mdia/minf/dinf",
        "moov/trak/mdia/minf/dinf/dref",
        "moov/trak/mdia/minf/stbl",
        "moov/trak/mdia/minf/stbl/stsd",
        "moov/trak/mdia/minf/stbl/stts",
        "moov/trak/mdia/minf/stbl/stsc",
        "moov/trak/mdia/minf/stbl/stsz",
        "moov/trak/mdia/minf/stbl/stco",
        "moov/mvex",
        "moov/mvex/mehd",
        "moov/mvex/trex",
    ]


@pytest.mark.parametrize("table", ["stts", "stsc", "stsz", "stco"])
def test_no_table_has_samples(table):
    assert set(_of(SOUND, f"moov/trak/mdia/minf/stbl/{table}")) == {0}


def test_the_sample_entry_is_the_films_own():
    assert _of(SOUND, "moov/trak/mdia/minf/stbl/stsd") == b"\0\0\0\0\0\0\0\x01\0\0\0\x0cmp4adata"


@pytest.mark.parametrize(
    ("track", "header", "handler"), [(PICTURE, "vmhd", b"vide"), (SOUND, "smhd", b"soun")], ids=["picture", "sound"]
)
def test_pictures_and_sound_have_headers_of_their_own(track, header, handler):
    assert len(boxes(init_segment(INDEX, track), f"moov/trak/mdia/minf/{header}")) == 1
    assert _of(track, "moov/trak/mdia/hdlr")[8:12] == handler


def test_a_track_counts_time_in_its_timescale():
    assert struct.unpack(">I", _of(SOUND, "moov/trak/mdia/mdhd")[12:16]) == (48_000,)


def test_the_length_is_that_of_the_film_and_what_is_before_its_second_0():
    assert struct.unpack(">Q", _of(SOUND, "moov/mvex/mehd")[4:]) == (48_000 * 60 + 12_000,)


def test_a_picture_is_shown_at_its_size():
    assert struct.unpack(">II", _of(PICTURE, "moov/trak/tkhd")[-8:]) == (1920 * 65536, 800 * 65536)


def test_a_picture_that_lies_on_its_side_is_turned():
    quarter = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    assert _of(replace(PICTURE, matrix=quarter), "moov/trak/tkhd")[-44:-8] == quarter


def test_a_track_has_the_number_that_it_is_asked_for():
    assert _of(SOUND, "moov/trak/tkhd", 7)[12:16] == b"\0\0\0\x07"
    assert _of(SOUND, "moov/mvex/trex", 7)[4:8] == b"\0\0\0\x07"
    assert _of(SOUND, "moov/mvhd", 7)[-4:] == b"\0\0\0\x08"


@pytest.mark.parametrize(
    ("language", "letters"),
    [("de", (4, 5, 21)), ("pt-BR", (16, 15, 18)), ("gsw", (7, 19, 23)), ("", (21, 14, 4))],
    ids=["deu", "por", "gsw", "und"],
)
def test_a_language_is_three_letters_of_five_bits(language, letters):
    (packed,) = struct.unpack(">H", _of(replace(SOUND, language=language), "moov/trak/mdia/mdhd")[20:22])
    assert (packed >> 10, packed >> 5 & 31, packed & 31) == letters


@pytest.mark.parametrize(("language", "tags"), [("de", []), ("", []), ("pt-BR", [b"\0\0\0\0pt-BR\0"])])
def test_a_language_that_three_letters_do_not_tell_has_its_whole_tag(language, tags):
    assert boxes(init_segment(INDEX, replace(SOUND, language=language)), "moov/trak/mdia/elng") == tags


def test_a_size_beyond_16_bits_is_the_largest():
    assert struct.unpack(">I", _of(replace(PICTURE, width=70_000), "moov/trak/tkhd")[-8:-4]) == (65535 * 65536,)
