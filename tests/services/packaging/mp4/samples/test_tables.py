"""The tables of an MP4 track tell where and when its samples are, as far as they agree."""

import struct
from array import array

import pytest

from services.packaging.film_index import NotPackaged, Samples
from services.packaging.fmp4.new_box import new_box, new_full_box
from services.packaging.mp4.samples.chunks import description_number
from services.packaging.mp4.samples.tables import read_tables, sample_count

FILM_BYTES = 2**40


def rows(kind: bytes, *numbers: int, columns: int = 1, code: str = "I") -> bytes:
    return new_full_box(kind, 0, 0, struct.pack(f">I{len(numbers)}{code}", len(numbers) // columns, *numbers))


def sizes(*each: int) -> bytes:
    return new_full_box(b"stsz", 0, 0, struct.pack(f">II{len(each)}I", 0, len(each), *each))


# Six samples in three chunks, of which the first two lie one behind the other.
SIZES = sizes(10, 20, 30, 40, 50, 60)
TIMES = rows(b"stts", 4, 100, 2, 50, columns=2)
PER_CHUNK = rows(b"stsc", 1, 2, 1, 3, 2, 1, columns=3)
CHUNKS = rows(b"stco", 1000, 1030, 5000)


def stbl(*changed: bytes) -> memoryview:
    """The content of "stbl" with some boxes in the place of those above."""
    tables = {box[4:8]: box for box in (SIZES, TIMES, PER_CHUNK, CHUNKS, *changed)}
    return memoryview(b"".join(tables.values()))


def read(content: memoryview, film_bytes: int = FILM_BYTES) -> Samples:
    table = read_tables(content, film_bytes)
    return table.samples(0, len(table), least_offset=0)


ALL = Samples(
    decode_time=0,
    runs=((1000, 4), (5000, 2)),
    sizes=array("I", (10, 20, 30, 40, 50, 60)),
    durations=((4, 100), (2, 50)),
)


def test_samples_are_where_their_tables_say():
    assert read(stbl()) == ALL


@pytest.mark.parametrize(
    ("chunks", "runs"),
    [
        (rows(b"co64", 2**33, 2**33 + 30, 5000, code="Q"), ((2**33, 4), (5000, 2))),
        (rows(b"stco", 1000, 2000, 1070), ((1000, 2), (2000, 2), (1070, 2))),
    ],
    ids=["64 bits", "not in order"],
)
def test_chunks_may_be_anywhere(chunks, runs):
    assert read(stbl(new_box(b"stco"), chunks) if chunks[4:8] == b"co64" else stbl(chunks)).runs == runs


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (new_full_box(b"stsz", 0, 0, struct.pack(">II", 7, 6)), (7, 7, 7, 7, 7, 7)),
        (new_full_box(b"stz2", 0, 0, bytes.fromhex("00000004 00000006 123456")), (1, 2, 3, 4, 5, 6)),
        (new_full_box(b"stz2", 0, 0, bytes.fromhex("00000004 00000005 123456")), (1, 2, 3, 4, 5)),
        (new_full_box(b"stz2", 0, 0, bytes.fromhex("00000008 00000006 010203040506")), (1, 2, 3, 4, 5, 6)),
        (new_full_box(b"stz2", 0, 0, bytes.fromhex("00000010 00000002 01000200")), (256, 512)),
    ],
    ids=["one size", "4 bits", "4 bits, odd", "8 bits", "16 bits"],
)
def test_sizes_may_be_compact(table, expected):
    content = stbl(table)
    assert tuple(read(content).sizes) == expected
    assert sample_count(content) == len(expected)


@pytest.mark.parametrize("version", [0, 1])
def test_composition_offsets_have_a_sign(version):
    table = new_full_box(b"ctts", version, 0, struct.pack(">I4i", 2, 1, 200, 5, -100))
    assert read(stbl(table)).offsets == ((1, 200), (5, -100))


def test_samples_behind_the_last_offset_have_none():
    assert read(stbl(rows(b"ctts", 1, 200, columns=2))).offsets == ((1, 200), (5, 0))


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        (rows(b"stss", 1, 4), (0, 3)),
        (rows(b"stss", 1, 4, 7, 9), (0, 3)),
        (rows(b"stss", 1, 2, 3, 4, 5, 6), None),
        (rows(b"stss"), ()),
    ],
    ids=["some", "and none such", "all", "none"],
)
def test_sync_samples_are_counted_from_0(table, keys):
    assert read(stbl(table)).keys == keys


@pytest.mark.parametrize(
    ("changed", "count"),
    [(sizes(10, 20, 30), 3), (rows(b"stts", 5, 100, columns=2), 5), (rows(b"stco", 1000), 2), (rows(b"stco"), 0)],
    ids=["sizes", "times", "chunks", "no chunks"],
)
def test_the_shortest_table_ends_the_track(changed, count):
    assert len(read_tables(stbl(changed), FILM_BYTES)) == count


@pytest.mark.parametrize(("film_bytes", "count"), [(5110, 6), (5109, 5), (5049, 4), (1100, 4), (1099, 3), (1000, 0)])
def test_a_film_that_is_cut_off_has_the_samples_before_the_first_that_is_not_there(film_bytes, count):
    assert len(read_tables(stbl(), film_bytes)) == count


def test_a_chunk_of_many_samples_is_found_into_quickly():
    count = 200_000
    many = stbl(
        new_full_box(b"stsz", 0, 0, struct.pack(">II", 3, count)),
        rows(b"stts", count, 1, columns=2),
        rows(b"stsc", 1, count, 1, columns=3),
        rows(b"stco", 1000),
    )
    table = read_tables(many, FILM_BYTES)
    assert table.chunks.largest < 5000
    assert table.samples(150_000, 150_010, least_offset=0).runs == ((451_000, 10),)
    assert table.samples(0, count, least_offset=0).runs == ((1000, count),)


@pytest.mark.parametrize(
    "changed",
    [
        rows(b"stsc", 2, 2, 1, columns=3),
        rows(b"stsc", 1, 2, 1, 1, 1, 1, columns=3),
        rows(b"stsc", 1, 0, 1, columns=3),
        rows(b"stsc", 1, 2**32 - 1, 1, columns=3),
        rows(b"stts", 1, 2**31, columns=2),
        rows(b"stts", 2**32 - 1, 1, columns=2),
        new_full_box(b"stts", 0, 0, struct.pack(">I", 2**32 - 1)),
        new_full_box(b"stsz", 0, 0, struct.pack(">II", 0, 2**32 - 1)),
        new_full_box(b"stz2", 0, 0, bytes.fromhex("00000004 ffffffff 123456")),
        new_full_box(b"stz2", 0, 0, bytes.fromhex("00000005 00000002 123456")),
        new_box(b"stco"),
        rows(b"stss", 4, 1),
        rows(b"stss", 0, 1),
    ],
    ids=[
        "the first chunk is not told of",
        "chunks out of order",
        "a chunk of no sample",
        "a chunk of 2^32 samples",
        "a negative duration",
        "2^32 samples of a duration",
        "2^32 rows",
        "2^32 sizes",
        "2^32 compact sizes",
        "sizes of 5 bits",
        "no rows",
        "sync samples out of order",
        "sync sample 0",
    ],
)
def test_tables_that_cannot_be_are_refused(changed):
    with pytest.raises(NotPackaged):
        read_tables(stbl(changed), FILM_BYTES)


def test_all_samples_have_the_same_description():
    assert description_number(stbl(rows(b"stsc", 1, 2, 3, 3, 2, 3, columns=3))) == 3
    assert description_number(stbl(rows(b"stsc"))) == 1
    with pytest.raises(NotPackaged, match="several descriptions"):
        description_number(stbl(rows(b"stsc", 1, 2, 1, 3, 2, 2, columns=3)))
