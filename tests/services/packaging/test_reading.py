"""Readers ask for byte ranges; whoever runs them reads."""

from services.http.ranges import ByteRange
from services.packaging.reading import read_with

FILM = b"0123456789"


def _read(first, length):
    return FILM[first : first + length]


def test_a_reader_is_sent_the_bytes_that_it_asks_for():
    def reading():
        head = yield ByteRange(0, 1)
        tail = yield ByteRange(8, 9)
        return head + tail

    assert read_with(reading(), _read) == b"0189"


def test_a_reader_is_sent_fewer_bytes_where_the_film_ends():
    def reading():
        return (yield ByteRange(8, 19))

    assert read_with(reading(), _read) == b"89"


def test_a_reader_may_need_nothing():
    def reading():
        return "known"
        yield ByteRange(0, 0)

    assert read_with(reading(), _read) == "known"
