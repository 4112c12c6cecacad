"""Spans of samples become few ranges, and nearly nothing else is sent."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.http.ranges import ByteRange
from services.packaging.fmp4.layout import lay_out


@pytest.mark.parametrize(
    ("spans", "ranges", "starts"),
    [
        ([(100, 50)], [(100, 149)], [0]),
        ([(100, 50), (150, 20)], [(100, 169)], [0, 50]),
        ([(100, 50), (400, 20)], [(100, 149), (400, 419)], [0, 50]),
        ([(400, 20), (100, 50)], [(100, 149), (400, 419)], [50, 0]),
        ([(100, 50), (120, 60)], [(100, 179)], [0, 20]),
        ([(100, 50), (110, 10), (155, 10)], [(100, 149), (155, 164)], [0, 10, 50]),
        ([(100, 50), (100, 50)], [(100, 149)], [0, 0]),
        ([(100, 0)], [], [0]),
        ([(100, 50), (150, 0), (300, 0), (200, 10)], [(100, 149), (200, 209)], [0, 50, 60, 50]),
    ],
    ids=[
        "one",
        "touching",
        "apart",
        "descending",
        "overlapping",
        "within",
        "twice the same",
        "empty",
        "some are empty",
    ],
)
def test_ranges_ascend_and_have_each_byte_once(spans, ranges, starts):
    assert lay_out(spans) == ([ByteRange(*each) for each in ranges], starts)


@pytest.mark.parametrize(
    ("spans", "ranges", "starts"),
    [
        ([(0, 500), (530, 500)], [(0, 1029)], [0, 530]),
        ([(0, 500), (531, 500)], [(0, 499), (531, 1030)], [0, 500]),
        ([(0, 400), (420, 300), (730, 300)], [(0, 1029)], [0, 420, 730]),
        ([(0, 400), (425, 300), (735, 300)], [(0, 399), (425, 1034)], [0, 400, 710]),
    ],
    ids=["3 percent", "more", "3 percent in two", "only the smaller of two"],
)
def test_small_holes_are_sent_along(spans, ranges, starts):
    assert lay_out(spans) == ([ByteRange(*each) for each in ranges], starts)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 200)), min_size=1))
def test_each_span_is_found_where_it_is_said_to_begin(spans):
    film = bytes(range(256)) * 3
    ranges, starts = lay_out(spans)
    sent = b"".join(film[each.first : each.last + 1] for each in ranges)
    assert [sent[start : start + length] for start, (_, length) in zip(starts, spans, strict=True)] == [
        film[position : position + length] for position, length in spans
    ]
    assert all(earlier.last < later.first for earlier, later in pairwise(ranges))
    assert len(sent) <= 1.03 * sum(length for _, length in spans)
