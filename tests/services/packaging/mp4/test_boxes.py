"""Boxes are read as far as they are complete, whatever stands behind them."""

import struct

import pytest

from services.packaging.film_index import NotPackaged
from services.packaging.fmp4.new_box import new_box, new_full_box
from services.packaging.mp4.boxes import Box, box_head, boxes, child, fields, numbers, required, table

FREE = new_box(b"free", b"1234")


def read(data: bytes) -> list[tuple[bytes, bytes]]:
    return [(kind, bytes(content)) for kind, content in boxes(memoryview(data))]


@pytest.mark.parametrize(
    ("data", "head"),
    [
        (FREE, (b"free", 12, 8)),
        (b"\0\0\0\1mdat\0\0\0\1\0\0\0\0", (b"mdat", 2**32, 16)),
        (b"\0\0\0\0mdat", (b"mdat", 0, 8)),
    ],
    ids=["32 bits", "64 bits", "to the end of the file"],
)
def test_a_head_tells_the_size_of_its_box(data, head):
    assert box_head(data) == head


@pytest.mark.parametrize(
    "data",
    [b"", b"\0\0\0\10mda", b"\0\0\0\7mdat", b"\0\0\0\1mdat\0\0\0\0\0\0\0", b"\0\0\0\1mdat\0\0\0\0\0\0\0\17"],
    ids=["nothing", "cut", "smaller than its head", "64 bits, cut", "64 bits, smaller than its head"],
)
def test_what_is_no_box_has_no_head(data):
    assert box_head(data) is None


@pytest.mark.parametrize(
    "behind",
    [b"", b"\0\0\0\0", b"\0\0\0\3junk", struct.pack(">I4s", 13, b"long") + b"1234", b"\0\0\0\1wide" + b"\xff" * 8],
    ids=["nothing", "QuickTime's end of a list", "junk", "a box that is longer", "a box of 2^64 bytes"],
)
def test_boxes_are_read_up_to_what_is_no_complete_box(behind):
    assert read(FREE + FREE + behind) == [(b"free", b"1234"), (b"free", b"1234")]


def test_a_box_of_size_0_goes_to_the_end_of_its_parent():
    assert read(FREE + b"\0\0\0\0udtarest") == [(b"free", b"1234"), (b"udta", b"rest")]


def test_a_million_boxes_are_not_read():
    assert len(read(new_box(b"free") * 1_000_000)) == 10_000


def test_the_first_box_of_a_path_is_found():
    data = memoryview(FREE + new_box(b"mdia", new_box(b"minf", FREE), new_box(b"minf")))
    assert bytes(child(data, b"mdia", b"minf")) == FREE
    assert child(data, b"mdia", b"stbl") is None
    assert child(memoryview(new_box(b"minf")), b"minf") == b""


def test_a_box_that_is_required_and_missing_is_named():
    with pytest.raises(NotPackaged, match='no box "stbl"'):
        required(memoryview(FREE), b"minf", b"stbl")


def test_fields_end_within_their_box():
    assert fields(memoryview(b"\1\0\0\0\2"), "BI") == (1, 2)
    with pytest.raises(NotPackaged, match="shorter"):
        fields(memoryview(b"\0\0\0"), "I")


def test_a_table_has_the_rows_that_it_counts():
    content = memoryview(new_full_box(b"stts", 0, 0, struct.pack(">5I", 2, 1, 2, 3, 4)))[8:]
    assert list(table(content, "I", columns=2)) == [1, 2, 3, 4]


def test_a_table_that_counts_more_rows_than_its_box_has_is_refused():
    content = memoryview(new_full_box(b"stts", 0, 0, struct.pack(">4I", 2**31, 1, 2, 3)))[8:]
    with pytest.raises(NotPackaged, match="longer than its box"):
        table(content, "I", columns=2)


def test_numbers_have_the_most_significant_byte_first():
    assert list(numbers(memoryview(b"--\0\1\2\0"), "H", 2, 2)) == [1, 512]


def test_boxes_know_nothing_of_the_bytes_around_them():
    assert next(boxes(memoryview(b"xx" + FREE)[2:])) == Box(b"free", memoryview(b"1234"))
