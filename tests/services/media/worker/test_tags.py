import pytest

from services.media.description import plausible_description
from services.media.worker.tags import described_by_tags
from tests.film_jobs import probe
from tests.real_films import H264, make_film

TAGS = ("title=The Pilot", "show=The Show", "season_number=2", "episode_sort=3", "genre=Drama, Crime")
MORE_TAGS = ("date=1999-03-31", "description=Short.", "synopsis=Long & wide.", "comment=made by a program")


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv"])
def test_the_tags_of_a_film_are_among_its_details(tmp_path, name):
    tags = [option for tag in TAGS + MORE_TAGS for option in ("-metadata", tag)]
    film = make_film(tmp_path / name, *H264, *tags, size="64x64", duration_s=1, sound=False)
    assert probe(film)["tags"] == {
        "title": "The Pilot",
        "year": 1999,
        "series": "The Show",
        "season": 2,
        "episode": 3,
        "plot": "Long & wide.",
        "genres": ["Drama", "Crime"],
    }


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({}, {}),
        ({"major_brand": "isom", "encoder": "x", "comment": "y", "artist": "z"}, {}),
        ({"TITLE": " A "}, {"title": "A"}),
        ({"title": ""}, {}),
        (
            {"COLLECTION/TITLE": "S", "SEASON/PART_NUMBER": "1", "EPISODE/PART_NUMBER": "2"},
            {"series": "S", "season": 1, "episode": 2},
        ),
        ({"season_number": "-1", "episode_sort": "two"}, {}),
        ({"date": "2010-05-17T14:00:00Z"}, {"year": 2010}),
        ({"date": "17.5.10"}, {}),
        ({"DATE_RELEASED": "1972", "DATE": "2015"}, {"year": 1972}),
        ({"description": "In short.", "summary": "Other."}, {"plot": "In short."}),
        ({"ACTOR": "A, B", "DIRECTOR": "D"}, {"directors": ["D"], "cast": [{"name": "A"}, {"name": "B"}]}),
        ({"genre": "a\x1b[2J"}, {"genres": ["a [2J"]}),
    ],
)
def test_tags_that_say_something_are_taken(tags, told):
    assert described_by_tags(tags) == told


def test_endless_tags_are_cut_off_to_what_is_plausible():
    names = ("title", "show", "synopsis", "genre", "director", "actor", "date", "season_number")
    told = described_by_tags({name: "word / 1999, \0\n" * 100_000 for name in names})
    assert plausible_description(told) == told
