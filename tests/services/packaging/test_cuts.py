"""Segments begin at keys, and none is too short to be worth a request."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.packaging.cuts import cuts


@pytest.mark.parametrize(
    ("key_times_s", "end_s", "expected"),
    [
        ([0, 4, 8], 12, (0, 4, 8)),
        ([0, 1, 2, 3, 4.5, 5], 9, (0, 2, 4.5)),
        ([0, 2.002, 4.003, 6.002], 9, (0, 2.002, 4.003, 6.002)),
        ([0, 60, 61], 90, (0, 60)),
        ([0.4, 0.9, 3.1], 9, (0, 3.1)),
        ([0, 4, 8], 9, (0, 4, 8)),
        ([0, 4, 8], 8.9, (0, 4)),
        ([0, 4, 8, 12], 7, (0, 4)),
        ([0, 4, 3, 8, 8], 12, (0, 4, 8)),
        ([], 12, (0,)),
        ([0, 4], 0, (0,)),
        ([float("nan"), 4], 12, (0, 4)),
    ],
    ids=[
        "each key",
        "keys less than two seconds after the last cut are passed over",
        "two seconds in milliseconds",
        "long ones stay long",
        "the first segment begins with the film, not with its first key",
        "one second at the end is a segment",
        "less joins the segment before",
        "keys after the end",
        "keys in disorder",
        "no keys",
        "no length",
        "no number",
    ],
)
def test_segments_begin_at_keys(key_times_s, end_s, expected):
    assert cuts(key_times_s, end_s) == expected


@given(st.lists(st.floats()), st.floats(0, 1e6))
def test_no_segment_is_short_whatever_the_keys(key_times_s, end_s):
    found = cuts(key_times_s, end_s)
    assert found[0] == 0
    assert all(later - earlier > 1.98 for earlier, later in pairwise(found))
    assert len(found) == 1 or found[-1] <= end_s - 1
