import asyncio
import json

import pytest

from services.library import Library
from services.lists.movie_json import movie_json, movies_json
from services.media.details import PENDING, UNEXAMINED
from services.packaging.offered import NO_CONVERSIONS, SOUND_ALONE, Conversions
from services.packaging.version import PACKAGING
from services.storage.local.folder import Folder
from tests.films import put
from tests.sources import whole
from tests.ways import FILMS, conversions_for, details_of, has_segments

ALL = Conversions(sound=True, pictures=True)


@pytest.fixture
def listed(tmp_path):
    """Lists the folder of the test, with these details for every film: {path: fields}."""
    folder = Folder(tmp_path)

    def movies(details, converts=True, conversions=NO_CONVERSIONS):
        films = asyncio.run(Library(folder).movies())
        document = movies_json([(film, movie_json(film, details, converts, conversions)) for film in films])
        content = asyncio.run(whole(document.selected(None)))
        return {movie["path"]: movie for movie in json.loads(content)["movies"]}

    yield movies
    folder.close()


def _told(movie):
    return {key: movie[key] for key in movie.keys() - {"path", "url", "bytes", "modified", "state"}}


def test_a_name_is_listed_by_what_it_tells(tmp_path, listed):
    put(tmp_path, "Show/Season 0/S00E00.mkv")
    put(tmp_path, "Up.2009.1080p.mkv")
    put(tmp_path, "Up.2009.1080p-trailer.mkv")
    put(tmp_path, "Holiday 2019.mp4")
    assert {path: _told(movie) for path, movie in listed(PENDING).items()} == {
        "Show/Season 0/S00E00.mkv": {"title": "Episode 0", "series": "Show", "season": 0, "episode": 0},
        "Up.2009.1080p.mkv": {"title": "Up", "year": 2009},
        "Up.2009.1080p-trailer.mkv": {"title": "Up", "year": 2009, "extra": "trailer", "of": "Up.2009.1080p.mkv"},
        "Holiday 2019.mp4": {"title": "Holiday 2019"},
    }


def test_versions_of_a_film_are_told_by_the_address_of_its_first_file(tmp_path, listed):
    put(tmp_path, "Film #1 (2010)/Film #1 (2010) - 1080p.mkv")
    put(tmp_path, "Film #1 (2010)/Film #1 (2010) - Director's Cut.mkv")
    put(tmp_path, "Film #1 (2010)/Film #1 (2010)-trailer.mkv")
    put(tmp_path, "Film #1 (2010)/poster.jpg")
    hd, cut, trailer = listed(PENDING).values()
    assert hd["version_of"] == cut["version_of"] == hd["url"]
    assert (hd["version"], "edition" in hd) == ("1080p", False)
    assert ("version" in cut, cut["edition"]) == (False, "Director's Cut")
    assert "version_of" not in trailer
    assert trailer["of"] == hd["path"]
    assert all("poster" in movie for movie in (hd, cut))


def test_subtitles_beside_a_film_come_before_those_in_it(tmp_path, listed):
    put(tmp_path, "a #1/Film.mkv")
    put(tmp_path, "a #1/Film.en.forced.sdh.default.Signs.srt")
    details = {"state": "known", "container": "mp4", "subtitles": [{"key": "t2", "language": "de", "default": True}]}
    beside, embedded = listed(details)["a #1/Film.mkv"]["subtitles"]
    start, _, version = beside.pop("url").partition("?v=")
    assert start.startswith("/subtitles/a%20%231/Film.mkv/")
    assert start.endswith(".vtt")
    assert len(version) == 24
    assert beside == {
        "language": "en",
        "label": "Signs",
        "forced": True,
        "hearing_impaired": True,
        "default": True,
    }
    assert embedded.pop("url").startswith("/subtitles/a%20%231/Film.mkv/t2.vtt?v=")
    assert embedded == {"embedded": True, "language": "de", "default": True}


def test_the_address_of_subtitles_changes_with_them(tmp_path, listed):
    put(tmp_path, "Film.mkv")
    put(tmp_path, "Film.srt", b"first")
    (first,) = listed(PENDING)["Film.mkv"]["subtitles"]
    put(tmp_path, "Film.srt", b"second")
    (second,) = listed(PENDING)["Film.mkv"]["subtitles"]
    assert first["url"].split("?")[0] == second["url"].split("?")[0]
    assert first["url"] != second["url"]


@pytest.mark.parametrize("film", FILMS)
def test_segments_are_offered_of_films_that_look_as_if_they_could_be_packaged(tmp_path, listed, film):
    put(tmp_path, "a #1/Film.mp4")
    movie = listed({"state": "known", **details_of(film)}, conversions=conversions_for(film))["a #1/Film.mp4"]
    assert ("segments" in movie) == has_segments(film)
    if has_segments(film):
        address, _, version = movie["segments"].partition("?v=")
        assert address == "/segments/a%20%231/Film.mp4/index.json"
        assert (len(version), version[-2:]) == (26, f".{PACKAGING}")


@pytest.mark.parametrize(
    ("container", "conversions", "expected"),
    [
        ("matroska", SOUND_ALONE, ["mp4a.40.2", "mp4a.40.2", None, None]),
        ("matroska", NO_CONVERSIONS, [None, None, None, None]),
        ("mxf", SOUND_ALONE, [None, None, None, None]),
    ],
    ids=["by segments", "a server that converts nothing", "no segments"],
)
def test_sound_that_segments_have_converted_says_so(tmp_path, listed, container, conversions, expected):
    put(tmp_path, "Film.mkv")
    codecs = ("ac-3", "dtsc", "mp4a.40.2", "flac")
    details = {
        "container": container,
        "video": {"codec": "avc1.640028", "name": "H.264"},
        "audio": [{"codec": codec, "name": codec.upper()} for codec in codecs],
    }
    movie = listed({"state": "known", **details}, conversions=conversions)["Film.mkv"]
    assert [sound.get("converted") for sound in movie["audio"]] == expected


@pytest.mark.parametrize(
    ("codec", "conversions", "expected"),
    [
        ("mp4v.20.240", ALL, "avc1.64002A"),
        ("mp4v.20.240", SOUND_ALONE, None),
        ("hvc1.2.4.L120.90", ALL, "avc1.64002A"),
        ("avc1.640028", ALL, None),
        ("vp09.00.30.08", ALL, None),
        ("dvh1.05.06", ALL, None),
    ],
)
def test_a_picture_that_segments_have_converted_says_so(tmp_path, listed, codec, conversions, expected):
    put(tmp_path, "Film.mp4")
    details = {"state": "known", "container": "mp4", "video": {"codec": codec, "name": "Picture"}}
    movie = listed(details, conversions=conversions)["Film.mp4"]
    assert movie["video"].get("converted") == expected


def test_no_segments_are_offered_of_a_film_of_which_nothing_is_known(tmp_path, listed):
    put(tmp_path, "Film.mp4")
    assert "segments" not in listed(PENDING)["Film.mp4"]


def test_subtitles_beside_a_film_that_is_not_looked_into_are_listed_where_something_can_convert_them(tmp_path, listed):
    put(tmp_path, "Film.mkv")
    put(tmp_path, "Film.srt")
    assert len(listed(UNEXAMINED)["Film.mkv"]["subtitles"]) == 1
    assert "subtitles" not in listed(UNEXAMINED, converts=False)["Film.mkv"]
