"""What is sent of a representation that is put together of literal bytes and ranges of a film."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.http.ranges import ByteRange
from services.packaging.fmp4.parts import Parts, first_fragment
from tests.films import telling_bytes

FILM = telling_bytes(1000)
PARTS = Parts((b"head", ByteRange(100, 109), b"", b"middle", ByteRange(500, 500), ByteRange(7, 8)))


def _bytes(body):
    """What a body with ranges of the film sends."""
    return b"".join(FILM[part.first : part.last + 1] if isinstance(part, ByteRange) else part for part in body)


def test_the_length_is_that_of_all_parts():
    assert len(PARTS) == 4 + 10 + 6 + 1 + 2


@pytest.mark.parametrize(
    ("body", "pieces"),
    [
        ((), ()),
        ((ByteRange(0, 22),), (b"head", ByteRange(100, 109), b"middle", ByteRange(500, 500), ByteRange(7, 8))),
        ((ByteRange(0, 3),), (b"head",)),
        ((ByteRange(1, 2),), (b"ea",)),
        ((ByteRange(3, 4),), (b"d", ByteRange(100, 100))),
        ((ByteRange(5, 12),), (ByteRange(101, 108),)),
        ((ByteRange(13, 21),), (ByteRange(109, 109), b"middle", ByteRange(500, 500), ByteRange(7, 7))),
        ((ByteRange(22, 22),), (ByteRange(8, 8),)),
        (
            (b"--x", ByteRange(20, 20), b"--y", ByteRange(0, 0), b"--"),
            (b"--x", ByteRange(500, 500), b"--y", b"h", b"--"),
        ),
    ],
    ids=["nothing", "all", "a part", "in a part", "over an edge", "in a range", "over parts", "the end", "several"],
)
def test_a_body_is_sent_as_pieces_of_the_film(body, pieces):
    assert PARTS.film_body(body) == pieces


def test_the_first_fragment_ends_before_the_second_head():
    assert tuple(first_fragment(PARTS)) == (b"head", ByteRange(100, 109))
    assert tuple(first_fragment(Parts((b"head", ByteRange(1, 2), ByteRange(5, 6))))) == (
        b"head",
        ByteRange(1, 2),
        ByteRange(5, 6),
    )


_parts = st.lists(
    st.one_of(
        st.binary(max_size=20),
        st.tuples(st.integers(0, 999), st.integers(0, 50)).map(lambda each: ByteRange(each[0], min(sum(each), 999))),
    ),
    min_size=1,
    max_size=12,
).filter(lambda parts: sum(map(len, parts)) > 0)


@given(_parts, st.data())
def test_any_range_is_the_slice_of_the_whole(parts, data):
    assembled = Parts(tuple(parts))
    whole = _bytes(parts)
    first = data.draw(st.integers(0, len(whole) - 1))
    last = data.draw(st.integers(first, len(whole) - 1))
    assert len(assembled) == len(whole)
    assert _bytes(assembled.film_body((ByteRange(first, last),))) == whole[first : last + 1]
