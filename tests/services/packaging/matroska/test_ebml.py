"""EBML: elements and numbers of variable length, whole, cut off and damaged."""

import pytest

from services.packaging.film_index import NotPackaged
from services.packaging.matroska.ebml import (
    Element,
    children,
    element_at,
    fields,
    floating,
    text,
    unsigned,
    variable_size,
)


@pytest.mark.parametrize(
    ("data", "element"),
    [
        ("ec 80", Element(0xEC, 2, 2)),
        ("4286 81 01", Element(0x4286, 3, 4)),
        ("2ad7b1 83 0f4240", Element(0x2AD7B1, 4, 7)),
        ("1f43b675 4004", Element(0x1F43B675, 6, 10)),
        ("1f43b675 01 00000000000005", Element(0x1F43B675, 12, 17)),
        ("1f43b675 ff", Element(0x1F43B675, 5, None)),
        ("18538067 01 ffffffffffffff", Element(0x18538067, 12, None)),
    ],
)
def test_an_element_has_an_id_a_size_and_its_content(data, element):
    assert element_at(bytes.fromhex(data), 0) == element


@pytest.mark.parametrize("data", ["", "42", "4286", "1f43b6", "ec40", "1f43b675 01 000000000000"])
def test_an_element_whose_head_is_cut_off_is_none(data):
    assert element_at(bytes.fromhex(data), 0) is None


@pytest.mark.parametrize("data", ["00", "08 81 00", "ec 00"], ids=["zeroes", "an ID of 5 bytes", "a size of 9 bytes"])
def test_bytes_that_are_no_element_are_told(data):
    with pytest.raises(NotPackaged):
        element_at(bytes.fromhex(data), 0)


@pytest.mark.parametrize(
    ("data", "number", "stop"),
    [
        ("81", 1, 1),
        ("fe", 126, 1),
        ("4001", 1, 2),
        ("407f", 127, 2),
        ("10000001", 1, 4),
        ("ff", None, 1),
        ("7fff", None, 2),
    ],
)
def test_numbers_are_of_variable_length(data, number, stop):
    assert variable_size(bytes.fromhex(data), 0) == (number, stop)


def test_the_parts_of_an_element_follow_one_another():
    data = bytes.fromhex("d781 01 8381 02 ec82 0000")
    assert list(children(data, 0, len(data))) == [Element(0xD7, 2, 3), Element(0x83, 5, 6), Element(0xEC, 8, 10)]


@pytest.mark.parametrize("data", ["d784 01", "d7ff 01", "d781 01 42"], ids=["too long", "of unknown size", "cut off"])
def test_a_part_that_is_longer_than_what_is_around_it_is_told(data):
    content = bytes.fromhex(data)
    with pytest.raises(NotPackaged):
        list(children(content, 0, len(content)))


def test_more_parts_than_are_expected_are_told():
    data = bytes.fromhex("ec80") * 4
    assert len(list(children(data, 0, len(data), most=4))) == 4
    with pytest.raises(NotPackaged):
        list(children(data, 0, len(data), most=3))


def test_of_fields_that_are_repeated_the_first_counts():
    data = bytes.fromhex("d781 01 d781 02 8381 03")
    assert fields(data, 0, len(data)) == {0xD7: b"\x01", 0x83: b"\x03"}


def test_values_are_read_by_their_type():
    assert unsigned(b"\x01\x00") == 256
    assert floating(bytes.fromhex("447a0000")) == 1000.0
    assert floating(bytes.fromhex("408f400000000000")) == 1000.0
    assert text(b"ger\0rest") == "ger"
    assert text(b"\xff") == "�"


def test_values_that_are_missing_or_empty_have_a_default():
    assert (unsigned(None, 7), unsigned(b"", 7)) == (7, 7)
    assert (floating(None, 0.5), floating(b"", 0.5), floating(b"\0\0\0", 0.5)) == (0.5, 0.5, 0.5)
    assert (text(None, "eng"), text(b"", "eng")) == ("eng", "")
