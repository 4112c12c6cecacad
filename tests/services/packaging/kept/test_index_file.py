"""A packaged film comes back from its file, segment by segment, or not at all."""

import struct
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.packaging.film_index import FilmIndex, NotPackaged, PackagedFilm, Samples, Track
from services.packaging.kept.index_file import index_file, read_index_file
from services.packaging.kept.segment_record import segment_record, segment_samples
from services.packaging.kept.stored_index import DamagedIndex, index_bytes
from services.packaging.reading import read_with

PICTURE = Track(0, "video", "avc1.640028", 24_000, b"\0\0\0\x0cavc1data", width=1920, height=800)
SOUND = Track(1, "audio", "mp4a.40.2", 48_000, b"\0\0\0\x0cmp4adata", "de", "Ton", True, channels=2)
INDEX = FilmIndex(5.0, 0.083, (0.0, 2.0), (PICTURE, SOUND))
SEGMENTS = (
    (
        Samples(0, ((48, 2), (2**40, 1)), [100, 70_000, 3], ((3, 1_001),), ((1, 2_002), (2, 0)), (0,)),
        Samples(7, ((148, 1),), [5], ((1, 1_024),)),
    ),
    (Samples(3_003, ((2**40 + 9, 2),), [9, 9], ((1, 1_001), (1, 1_002)), (), ()), None),
)


def _file(segments=SEGMENTS, index=INDEX):
    return b"".join(index_file(PackagedFilm(index, iter(segments))))


def _read(file):
    return read_with(read_index_file(len(file)), lambda first, length: file[first : first + length])


def _plain(segment):
    """Compares with ``==``: sizes are any sequence."""
    return tuple(samples and replace(samples, sizes=list(samples.sizes)) for samples in segment)


def test_each_segment_comes_back_alone():
    file = _file()
    found = _read(file)
    for number, segment in enumerate(SEGMENTS):
        where = found.record(number)
        assert _plain(segment_samples(file[where.first : where.last + 1], 2)) == segment


def test_the_index_comes_back_with_the_rates_of_each_track():
    """24 bytes a sample are for its heads: the picture has 70,103 + 3 * 24 bytes in 2 s, and 18 + 2 * 24 in 3."""
    picture = replace(PICTURE, bytes_per_s=35_088, average_bytes_per_s=14_049)
    sound = replace(SOUND, bytes_per_s=15, average_bytes_per_s=6)
    assert _read(_file()).index == replace(INDEX, tracks=(picture, sound))


def test_the_file_is_made_as_the_film_is_read():
    asked = []

    def segments():
        for number, segment in enumerate(SEGMENTS):
            asked.append(number)
            yield segment

    pieces = index_file(PackagedFilm(INDEX, segments()))
    next(pieces)
    assert asked == [0]


def test_a_half_written_file_is_none():
    file = _file()
    for length in range(len(file)):
        with pytest.raises(DamagedIndex):
            _read(file[:length])


def test_a_file_that_is_cut_off_while_it_is_read_is_none():
    file = _file()
    for length in range(len(file)):
        with pytest.raises(DamagedIndex):
            read_with(read_index_file(len(file)), lambda first, asked, end=length: file[:end][first : first + asked])


def test_a_file_of_another_version_is_none():
    with pytest.raises(DamagedIndex, match="another form"):
        _read(_file().replace(b"segment\x01", b"segment\x02"))


def test_a_file_with_another_number_of_segments_than_cuts_is_none():
    record, index = segment_record(SEGMENTS[0]), index_bytes(INDEX)
    total = len(record) + 4 + len(index) + 24
    with pytest.raises(DamagedIndex, match="another number"):
        _read(
            record
            + struct.pack("=I", len(record))
            + index
            + struct.pack("=8sQII", b"segment\x01", total, 1, len(index))
        )


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_file_is_an_error_and_never_a_crash(position, byte):
    file = bytearray(_file())
    file[position % len(file)] = byte
    try:
        found = _read(bytes(file))
        for number in range(2):
            where = found.record(number)
            segment_samples(bytes(file[where.first : where.last + 1]), 2)
    except DamagedIndex:
        pass


@pytest.mark.parametrize("length", [0, 5, 27, 28, 40, -1])
def test_a_part_of_a_record_is_none(length):
    whole = zlib.decompress(segment_record(SEGMENTS[0]))
    with pytest.raises(DamagedIndex):
        segment_samples(zlib.compress(whole[:length]), 2)


def test_a_record_of_more_tracks_is_none():
    with pytest.raises(DamagedIndex, match="too long"):
        segment_samples(segment_record(SEGMENTS[0]), 1)


@pytest.mark.parametrize(
    "change",
    [
        {"runs": ((0, 2),)},
        {"durations": ((4, 1),)},
        {"offsets": ((1, 0),)},
        {"keys": (0, 3)},
        {"keys": (1, 0)},
    ],
    ids=str,
)
def test_samples_that_are_counted_in_two_ways_are_none(change):
    with pytest.raises(DamagedIndex, match="in two ways"):
        segment_samples(segment_record([replace(SEGMENTS[0][0], **change)]), 1)


def test_a_record_that_would_fill_the_memory_is_none():
    with pytest.raises(DamagedIndex, match="another length"):
        segment_samples(zlib.compress(bytes(2**22)), 1)


def test_samples_in_front_of_the_film_are_none():
    with pytest.raises(DamagedIndex, match="in front of"):
        segment_samples(segment_record([replace(SEGMENTS[0][0], runs=((8, 2), (-1, 1)))]), 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sizes": [2**32, 1, 1]}, "no film has"),
        ({"durations": ((3, -1),)}, "no film has"),
        ({"decode_time": -1}, "no film has"),
        ({"decode_time": 2**64}, "no film has"),
        ({"runs": ((2**64, 3),)}, "no film has"),
        ({"sizes": [1] * 600_000}, "too many samples between two key frames"),
    ],
    ids=["size", "duration", "negative time", "time", "place", "number"],
)
def test_a_film_with_numbers_that_no_film_has_is_not_packaged(change, reason):
    with pytest.raises(NotPackaged, match=reason):
        _file([(replace(SEGMENTS[0][0], **change), None), SEGMENTS[1]])
