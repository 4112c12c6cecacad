"""Which films are shared, and by which paths, as a scan of real names finds them."""

import pytest

from services.access.shares import Form, Subject
from services.library import Library
from services.lists.shared_paths import as_shared, films_of, subject_of
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.films import put

NAMES = [
    "Alien.mp4",
    "Noir/M (1931)/M (1931) - 1080p.mp4",
    "Noir/M (1931)/M (1931) - 4K.mp4",
    "Noir/M (1931)/M (1931)-trailer.mp4",
    "Noir/Gilda.mp4",
    "Noir/1950s/Gilda.mp4",
    "Noirish/X.mp4",
    "Shows/Show/Season 1/Show S01E01.mp4",
    "More/Show/Show S02E01.mp4",
    "Discs/Gandhi/VIDEO_TS/VTS_01_1.VOB",
    "Discs/Gandhi/VIDEO_TS/VTS_01_2.VOB",
]


@pytest.fixture
def listed(io_loop, films):
    for name in NAMES:
        put(films, name, bytes(4))
    stores = open_stores(parse_locations(str(films)), {}, "")
    library = Library(stores)
    yield io_loop.run_sync(library.movies)
    library.close()
    stores.close()


def test_a_film_is_shared_with_its_versions_and_extras_and_without_its_folders(listed):
    for name in NAMES[1:3]:
        assert films_of(Subject(Form.FILM, name), listed) == {
            "M (1931) - 1080p.mp4": "Noir/M (1931)/M (1931) - 1080p.mp4",
            "M (1931) - 4K.mp4": "Noir/M (1931)/M (1931) - 4K.mp4",
            "M (1931)-trailer.mp4": "Noir/M (1931)/M (1931)-trailer.mp4",
        }


@pytest.mark.parametrize("name", ["Alien.mp4", "Noir/Gilda.mp4", "Noir/M (1931)/M (1931)-trailer.mp4"])
def test_a_film_without_anything_of_its_own_is_shared_alone(listed, name):
    assert films_of(Subject(Form.FILM, name), listed) == {name.rpartition("/")[2]: name}


def test_a_disc_is_shared_with_its_parts(listed):
    assert list(films_of(Subject(Form.FILM, NAMES[-2]), listed)) == ["VTS_01_1.VOB", "VTS_01_2.VOB"]


def test_a_series_is_shared_wherever_its_episodes_are(listed):
    assert films_of(Subject(Form.SERIES, "Show"), listed) == {
        "Show S01E01.mp4": "Shows/Show/Season 1/Show S01E01.mp4",
        "Show S02E01.mp4": "More/Show/Show S02E01.mp4",
    }


def test_a_folder_is_shared_with_the_folders_in_it(listed):
    assert sorted(films_of(Subject(Form.FOLDER, "Noir"), listed)) == [
        "1950s/Gilda.mp4",
        "Gilda.mp4",
        "M (1931)/M (1931) - 1080p.mp4",
        "M (1931)/M (1931) - 4K.mp4",
        "M (1931)/M (1931)-trailer.mp4",
    ]
    assert films_of(Subject(Form.FOLDER, "Noir/1950s"), listed) == {"Gilda.mp4": "Noir/1950s/Gilda.mp4"}


@pytest.mark.parametrize(
    "subject",
    [
        Subject(Form.FILM, "none.mp4"),
        Subject(Form.FILM, "Noir"),
        Subject(Form.FOLDER, "Noir/Gilda.mp4"),
        Subject(Form.FOLDER, ".."),
        Subject(Form.FOLDER, "noir"),
        Subject(Form.SERIES, "Noir"),
    ],
)
def test_of_what_is_not_there_nothing_is_shared(listed, subject):
    assert films_of(subject, listed) == {}
    assert subject_of(listed, lambda each: each == subject) is None


@pytest.mark.parametrize(
    "subject",
    [Subject(Form.FILM, NAMES[1]), Subject(Form.SERIES, "Show"), Subject(Form.FOLDER, "Shows/Show/Season 1")],
)
def test_what_is_there_is_found(listed, subject):
    assert subject_of(listed, lambda each: each == subject) == subject


def test_two_files_of_one_name_are_told_apart(films, io_loop):
    for disc in (1, 2):
        put(films, f"Show/Disc {disc}/Show S01E01.mp4")
    stores = open_stores(parse_locations(str(films)), {}, "")
    library = Library(stores)
    movies = io_loop.run_sync(library.movies)
    assert list(films_of(Subject(Form.SERIES, "Show"), movies)) == ["Show S01E01.mp4", "2/Show S01E01.mp4"]
    library.close()
    stores.close()


def test_the_holder_sees_no_path_of_the_library(listed):
    shared = {path: shown for shown, path in films_of(Subject(Form.FILM, NAMES[1]), listed).items()}
    seen = [as_shared(movie, shared) for movie in listed if movie.path in shared]
    assert [movie.path for movie in seen if "/" in movie.path] == []
    assert {movie.version.of for movie in seen if movie.version} == {"M (1931) - 4K.mp4"}
    assert [movie.of for movie in seen if movie.of] == ["M (1931) - 1080p.mp4"]
