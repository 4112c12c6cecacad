import pytest

from services.media.names.film_name import FilmName, film_name
from services.media.summary import UNKNOWN, Summary, Told, named, summary_of

FILM = {"kind": "film"}
NAMELESS = ("VID_20230101_120000.mp4", "20230101.mp4", "title_t00.mkv", "output.mp4", "0f8fad5b-d9cb-469f-a165.mp4")
EPISODE = {"kind": "episode", "series": "The Show", "season": 2, "episode": 3}


def test_a_summary_has_what_lists_show():
    told = {
        "kind": "film",
        "title": "Film",
        "year": 1999,
        "plot": "Long.",
        "genres": ["Drama"],
        "directors": ["D1", "D2", "D3"],
        "cast": [{"name": f"Actor {number}", "role": "Self"} for number in range(40)] + [{"name": "D1"}],
    }
    people = ("D1", "D2", "Actor 0", "Actor 1", "Actor 2", "Actor 3", "Actor 4", "Actor 5")
    assert summary_of(told) == Summary("film", "Film", 1999, genres=("Drama",), people=people)
    assert summary_of({}) is UNKNOWN


@pytest.mark.parametrize(
    ("path", "own", "name"),
    [
        ("Film.2010.mkv", {**FILM, "title": "Der Film", "year": 2011}, FilmName("Der Film", 2011)),
        ("Film.2010.mkv", {**FILM, "title": "Der Film"}, FilmName("Der Film", 2010)),
        ("Film.mkv", {**FILM, "year": 2010}, FilmName("Film", 2010)),
        ("Film (2010) - Director's Cut.mkv", {**FILM, "title": "F"}, FilmName("F", 2010, edition="Director's Cut")),
        ("Film (2010)-cd2.mkv", {**FILM, "title": "F"}, FilmName("F", 2010, part=2)),
        ("Film (2010)-trailer.mkv", {**FILM, "title": "F"}, FilmName("Film", 2010, extra="trailer")),
        ("Show S01E01.mkv", {**EPISODE, "title": "Pilot"}, FilmName("Pilot", None, "Show", 1, 1)),
        ("Show S01E01 Pilot.mkv", EPISODE, FilmName("Pilot", None, "Show", 1, 1)),
        ("Show S01E01 Pilot.mkv", {**FILM, "title": "P", "year": 2010}, FilmName("P", None, "Show", 1, 1)),
        ("clip 7.mkv", {**EPISODE, "title": "Pilot"}, FilmName("Pilot", None, "The Show", 2, 3)),
        ("clip 7.mkv", {"kind": "episode", "title": "Pilot"}, FilmName("Pilot")),
        ("Film.mkv", {"kind": "series", "title": "Show"}, FilmName("Film")),
    ],
)
def test_what_stands_beside_a_film_names_it(path, own, name):
    assert named(film_name(path), Told(own=summary_of(own))) == name


@pytest.mark.parametrize(
    ("path", "series", "name"),
    [
        ("Show S01E01.mkv", {"kind": "series", "title": "The Show"}, "The Show"),
        ("Show (2003) S01E01.mkv", {"kind": "series", "title": "The Show", "year": 1999}, "The Show (2003)"),
        ("Show (2003) S01E01.mkv", {"kind": "series", "title": "The Show (2003)"}, "The Show (2003)"),
        ("Show S01E01.mkv", {"kind": "film", "title": "Film"}, "Show"),
        ("Show S01E01.mkv", {"kind": "series"}, "Show"),
        ("Film.mkv", {"kind": "series", "title": "The Show"}, None),
    ],
)
def test_what_stands_in_the_folder_of_a_series_names_the_series(path, series, name):
    assert named(film_name(path), Told(series=summary_of(series))).series == name


@pytest.mark.parametrize(
    ("path", "tags", "name"),
    [
        ("IMG_1234.mov", {"title": "At the sea", "year": 2020}, FilmName("At the sea", 2020)),
        ("clip.mp4", {"year": 2020}, FilmName("clip")),
        *((name, {"title": "At the sea"}, FilmName("At the sea")) for name in NAMELESS),
        ("Renamed.mp4", {"title": "At the sea", "year": 2020}, FilmName("Renamed")),
        ("01 Pilot.m4v", {**EPISODE, "title": "Pilot"}, FilmName("Pilot", None, "The Show", 2, 3)),
        ("clip.mp4", {**EPISODE, "title": "Pilot"}, FilmName("Pilot", None, "The Show", 2, 3)),
        ("Film (2010).mkv", {"title": "Other", "year": 1999}, FilmName("Film", 2010)),
        ("Show S01E01.mkv", {"title": "Pilot"}, FilmName("Episode 1", None, "Show", 1, 1)),
        ("clip.mp4", {"title": "The.Film.2010.1080p.x264-GROUP"}, FilmName("clip")),
        ("clip.mp4", {"title": "FILM_D1"}, FilmName("clip")),
        ("clip.mp4", {"title": "www.example.org"}, FilmName("clip")),
        ("clip.mp4", {"title": "render_final.mp4"}, FilmName("clip")),
        ("clip.mp4", {"title": "Mr. Nobody"}, FilmName("Mr. Nobody")),
    ],
)
def test_tags_name_a_film_whose_file_has_no_name_of_its_own(path, tags, name):
    assert named(film_name(path), Told(tags=summary_of(tags))) == name


def test_an_episode_has_the_people_of_its_series_too_and_tags_count_last():
    own = Summary(people=("Director", "Guest"))
    series = Summary(genres=("Comedy",), people=("Star", "Guest"))
    tags = Summary(genres=("Other",), people=("Nobody",))
    told = Told(own, series, tags)
    assert (told.genres, told.people) == (("Comedy",), ("Director", "Guest", "Star"))
    assert Told(tags=tags).people == ("Nobody",)
