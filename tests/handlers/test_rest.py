"""What of a body is still to be sent."""

import pytest

from handlers.rest import Rest
from services.http.ranges import ByteRange

KIB = 1024
BODY = (b"head", ByteRange(0, 99), b"more", ByteRange(200, 299), ByteRange(5_000_000, 5_000_099), b"end")


@pytest.mark.parametrize(
    ("most", "beginning"),
    [
        (4, (b"head",)),
        (103, (b"head",)),
        (104, (b"head", ByteRange(0, 99))),
        (307, (b"head", ByteRange(0, 99), b"more", ByteRange(200, 299))),
        (1000, BODY),
    ],
)
def test_it_begins_with_as_many_parts_as_fit(most, beginning):
    assert Rest(BODY).beginning(most) == beginning


def test_of_a_range_that_does_not_fit_it_begins_with_what_does():
    assert Rest((ByteRange(10, 109), b"end")).beginning(30) == (ByteRange(10, 39),)


def test_what_is_taken_off_is_not_in_it_any_more():
    rest = Rest(BODY)
    rest.take(4 + 30)
    assert (rest.first, len(rest), rest.ranges) == (ByteRange(30, 99), 5, 3)
    rest.take(70 + 4 + 100)
    assert (rest.first, len(rest), rest.ranges) == (ByteRange(5_000_000, 5_000_099), 2, 1)
    rest.take(103)
    assert len(rest) == 0


def test_ranges_with_holes_of_up_to_a_mebibyte_are_read_in_sequence():
    rest = Rest((ByteRange(0, 9), ByteRange(1024 * KIB + 9, 1024 * KIB + 19), ByteRange(4096 * KIB, 4096 * KIB + 9)))
    assert rest.reads_to == 1024 * KIB + 19
    rest.take(10 + 11)
    assert rest.reads_to == 4096 * KIB + 9


@pytest.mark.parametrize(
    ("parts", "has_last_byte"),
    [
        ((ByteRange(0, 99),), False),
        ((ByteRange(0, 99), b"more", ByteRange(200, 298)), False),
        ((ByteRange(0, 99), b"more", ByteRange(200, 299)), True),
        ((ByteRange(0, 99), b"more", ByteRange(200, 299), b"end"), True),
    ],
)
def test_it_tells_which_parts_end_the_last_range(parts, has_last_byte):
    assert Rest((ByteRange(0, 99), b"more", ByteRange(200, 299), b"end")).has_last_byte(parts) == has_last_byte


@pytest.mark.parametrize(
    ("following", "literal"),
    [
        ((b"more", ByteRange(200, 299)), b"more"),
        ((ByteRange(200, 299), b"end"), b""),
        ((b"more", ByteRange(200, 298)), None),
        ((b"more", b"end"), None),
        ((b"end",), None),
        ((), None),
    ],
)
def test_a_range_is_left_for_the_next_long_one(following, literal):
    rest = Rest((ByteRange(0, 99), *following))
    assert rest.leave_range(more_than=99) == literal
    assert rest.first == (ByteRange(0, 99) if literal is None else ByteRange(200, 299))
