import pytest

from services.media.names import library_names as library
from services.media.names.film_name import FilmName
from services.media.names.library_names import LibraryNames, library_names
from services.media.names.sidecars import Sidecars


def _told(films, others=(), before=None):
    """``films`` are paths, or sizes by path."""
    sizes = films if isinstance(films, dict) else dict.fromkeys(films, 1)
    return library_names(sizes, others, before or LibraryNames())


def test_films_are_told_in_natural_order_by_their_names():
    told = _told(["Part 10.mp4", "Part 2.mp4", "Heat (1995).mkv"])
    assert told.ordered == ["Heat (1995).mkv", "Part 2.mp4", "Part 10.mp4"]
    assert told.names["Heat (1995).mkv"] == FilmName("Heat", 1995)


@pytest.mark.parametrize("others", [[], ["Heat (1995).jpg"]])
def test_nothing_is_told_anew_while_the_paths_stay(others):
    before = _told(["Heat (1995).mkv"], others)
    assert _told({"Heat (1995).mkv": 2}, others, before) is before


def test_what_belongs_to_a_film_is_told_anew_when_a_file_comes():
    before = _told(["Heat (1995).mkv"])
    told = _told(["Heat (1995).mkv"], ["Heat (1995).jpg"], before)
    assert told.sidecars == {"Heat (1995).mkv": Sidecars(poster="Heat (1995).jpg")}
    assert told.names["Heat (1995).mkv"] is before.names["Heat (1995).mkv"]


def test_versions_have_the_name_of_their_film():
    told = _told(["Heat (1995) - 720p.mkv", "Heat (1995) - 1080p.mkv"])
    assert set(told.names.values()) == {FilmName("Heat", 1995)}
    assert [version.label for version in told.versions.values()] == ["720p", "1080p"]


def test_a_disc_is_a_film_in_parts_with_what_stands_beside_its_folder():
    first, second = "Gandhi (1982)/VIDEO_TS/VTS_01_1.VOB", "Gandhi (1982)/VIDEO_TS/VTS_01_2.VOB"
    sizes = {"Gandhi (1982)/VIDEO_TS/VIDEO_TS.VOB": 9, first: 8, second: 2, "Gandhi (1982)/Gandhi-trailer.mp4": 1}
    told = _told(sizes, ["Gandhi (1982)/poster.jpg"])
    assert set(told.ordered) == {first, second, "Gandhi (1982)/Gandhi-trailer.mp4"}
    assert told.parts == {first: (second,)}
    assert told.of_extras == {"Gandhi (1982)/Gandhi-trailer.mp4": first, second: first}
    assert told.sidecars == {first: Sidecars(poster="Gandhi (1982)/poster.jpg")}


@pytest.mark.parametrize("rule", ["film_name", "disc_files", "versions", "told_apart", "sidecars", "films_of_extras"])
def test_a_rule_that_fails_takes_no_film_away(rule, monkeypatch, caplog):
    def fails(*_):
        raise RuntimeError("a name that nobody thought of")

    monkeypatch.setattr(library, rule, fails)
    told = _told(["Heat (1995).mkv", "Up.mkv"], ["Up.jpg"])
    assert told.ordered == ["Heat (1995).mkv", "Up.mkv"]
    assert told.names["Up.mkv"] == FilmName("Up")
    assert "a rule for names failed" in caplog.text
