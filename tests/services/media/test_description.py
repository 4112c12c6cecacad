"""What a worker that was taken over may say of a film, checked against what a file beside it can say."""

import pytest

from services.media.description import kept_description, plausible_description


@pytest.mark.parametrize(
    "told",
    [{}, {"title": "A", "year": 1999, "plot": "One.\n\nTwo.", "cast": [{"name": "A", "role": "B"}], "rating": 7}],
)
def test_what_a_file_can_say_is_plausible(told):
    assert plausible_description(told) == told


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {"html": "<b>"},
        {"kind": "site"},
        {"title": ""},
        {"title": 1},
        {"title": ["A"]},
        {"title": "a\x1b[2J"},
        {"title": "a\nb"},
        {"title": "\ud800"},
        {"title": "x" * 201},
        {"plot": "x" * 3001},
        {"plot": "a\0"},
        {"year": True},
        {"year": 1999.5},
        {"year": 1500},
        {"season": -1},
        {"genres": []},
        {"genres": "Drama"},
        {"genres": ["Drama"] * 9},
        {"cast": [{"role": "B"}]},
        {"cast": [{"name": "A", "url": "https://elsewhere.example"}]},
        {"cast": [{"name": "A"}] * 41},
        {"rating": 11},
        {"rating": float("nan")},
        {"rating": "9"},
        {"released": "yesterday"},
    ],
    ids=str,
)
def test_nothing_else_is(told):
    assert kept_description(told) is None
    with pytest.raises(ValueError):
        plausible_description(told)
