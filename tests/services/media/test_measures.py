"""Which answers of a worker are taken for measures of a film."""

import pytest

from services.media.measures import plausible_measures


@pytest.mark.parametrize(
    "measures",
    [
        {"index": "none"},
        {
            "index": "behind",
            "index_bytes": 1000,
            "longest_s": 10.4,
            "typical_s": 2,
            "peak_bytes_per_s": 1e6,
            "seen_s": 60.0,
            "no_segments": "no cues",
        },
    ],
)
def test_what_a_film_can_have_is_taken(measures):
    assert plausible_measures(measures) == measures


@pytest.mark.parametrize(
    "measures",
    [
        None,
        [],
        {},
        {"index": "middle"},
        {"index": "none", "other": 1},
        {"index": "front", "index_bytes": -1},
        {"index": "front", "index_bytes": True},
        {"index": "none", "longest_s": -1.0},
        {"index": "none", "longest_s": 1e12},
        {"index": "none", "typical_s": "2"},
        {"index": "none", "peak_bytes_per_s": 1e30},
        {"index": "none", "no_segments": "red \x1b[31m"},
        {"index": "none", "no_segments": "x" * 1000},
    ],
)
def test_what_no_film_has_is_refused(measures):
    with pytest.raises(ValueError, match="no measures"):
        plausible_measures(measures)
