"""What is said of a film, and its large pictures, over HTTP, from folders and from buckets."""

import asyncio
import json

import pytest
from tornado.httpclient import HTTPClientError

from tests.films import put
from tests.real_films import H264, make_film

IMMUTABLE = "public, max-age=31536000, immutable"
NFO = "<movie><title>Le Film</title><plot>Très long.</plot><actor><name>A</name><role>R</role></actor></movie>".encode()
SHOW = b"<tvshow><title>The Show</title><plot>Of all.</plot><actor><name>Star</name></actor><rating>8</rating></tvshow>"
EPISODE = b"<episodedetails><title>Pilot</title><plot>Of one.</plot></episodedetails>"


async def _listed(http_client, base_url, path, condition):
    """The entry of the film at this path, once the condition holds."""
    while True:
        movies = json.loads((await http_client.fetch(f"{base_url}/api/movies")).body)["movies"]
        for movie in movies:
            if movie["path"] == path and condition(movie):
                return movie
        await asyncio.sleep(0.05)


async def _about(http_client, base_url, movie):
    return json.loads((await http_client.fetch(f"{base_url}{movie['about']}")).body)


def _has_about(movie):
    return "about" in movie


@pytest.mark.gen_test
@pytest.mark.parametrize("place", ["folder", "bucket"], indirect=True)
async def test_the_document_about_a_film_has_all_that_is_said_of_it(http_client, http_server, base_url, put_film):
    put_film("Film/a b #1.mkv", b"film")
    put_film("Film/movie.nfo", NFO)
    put_film("Film/fanart.jpg", b"a large picture")
    put_film("Film/clearlogo.png", b"a logo")
    movie = await _listed(http_client, base_url, "Film/a b #1.mkv", _has_about)
    answer = await http_client.fetch(f"{base_url}{movie['about']}", decompress_response=False)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == IMMUTABLE
    about = json.loads(answer.body)
    artwork = about.pop("artwork")
    assert about == {"title": "Le Film", "plot": "Très long.", "cast": [{"name": "A", "role": "R"}]}
    assert artwork.keys() == {"backdrop", "logo"}
    picture = await http_client.fetch(f"{base_url}{artwork['backdrop']}")
    assert (picture.body, picture.headers["Content-Type"]) == (b"a large picture", "image/jpeg")
    assert picture.headers["Cache-Control"] == IMMUTABLE
    logo = await http_client.fetch(f"{base_url}{artwork['logo']}")
    assert (logo.body, logo.headers["Content-Type"]) == (b"a logo", "image/png")


@pytest.mark.gen_test
async def test_an_episode_has_what_is_said_of_its_series_too(http_client, http_server, base_url, films):
    put(films, "Show/Season 1/Show S01E01.mkv")
    put(films, "Show/Season 1/Show S01E01.nfo", EPISODE)
    put(films, "Show/tvshow.nfo", SHOW)
    put(films, "Show/fanart.webp", b"of the series")
    put(films, "Show/poster.jpg", b"its poster")
    movie = await _listed(http_client, base_url, "Show/Season 1/Show S01E01.mkv", _has_about)
    about = await _about(http_client, base_url, movie)
    artwork = about.pop("artwork")
    assert about == {
        "title": "Pilot",
        "plot": "Of one.",
        "cast": [{"name": "Star"}],
        "of_series": {"title": "The Show", "plot": "Of all.", "rating": 8.0},
    }
    assert (await http_client.fetch(f"{base_url}{artwork['backdrop']}")).headers["Content-Type"] == "image/webp"
    assert artwork["series-poster"] == movie["series_poster"]
    assert (await http_client.fetch(f"{base_url}{movie['series_poster']}")).body == b"its poster"


@pytest.mark.gen_test
async def test_a_changed_file_has_another_address(http_client, http_server, base_url, films):
    put(films, "Film.mkv")
    put(films, "Film.nfo", NFO)
    before = await _listed(http_client, base_url, "Film.mkv", _has_about)
    put(films, "Film.nfo", NFO.replace("Très".encode(), b"Not so"))
    after = await _listed(http_client, base_url, "Film.mkv", lambda movie: movie["about"] != before["about"])
    assert (await _about(http_client, base_url, after))["plot"] == "Not so long."
    old = await http_client.fetch(f"{base_url}{before['about']}")
    assert old.headers["Cache-Control"] == "no-cache"


class TestExamined:
    @pytest.fixture
    def examines(self):
        return True

    @pytest.mark.gen_test
    async def test_the_tags_of_a_film_tell_of_it(self, http_client, http_server, base_url, films):
        tags = ("-metadata", "title=At the sea", "-metadata", "description=Waves.")
        make_film(films / "IMG_1.mp4", *H264, *tags, size="64x64", duration_s=1, sound=False)
        movie = await _listed(http_client, base_url, "IMG_1.mp4", _has_about)
        assert movie["title"] == "At the sea"
        assert "tags" not in movie
        assert await _about(http_client, base_url, movie) == {"title": "At the sea", "plot": "Waves."}

    @pytest.mark.gen_test
    async def test_what_would_improve_the_file_is_told(self, http_client, http_server, base_url, films):
        make_film(films / "Film.wmv", "-c:v", "wmv2", size="64x64", duration_s=1, sound=False)
        movie = await _listed(http_client, base_url, "Film.wmv", _has_about)
        assert await _about(http_client, base_url, movie) == {
            "improve": [
                "No browser shows its WMV 8 picture: as H.264 all would.",
                "No browser plays Windows Media files: as MP4 all would.",
            ]
        }


@pytest.mark.gen_test
async def test_of_a_film_of_which_nothing_is_said_there_is_an_empty_document(http_client, http_server, base_url, films):
    put(films, "Film.mkv")
    movie = await _listed(http_client, base_url, "Film.mkv", lambda movie: True)
    assert not _has_about(movie)
    answer = await http_client.fetch(f"{base_url}/about/Film.mkv.json?v=1")
    assert (answer.body, answer.headers["Cache-Control"]) == (b"{}", "no-cache")


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "path",
    [
        "/about/none.mkv.json",
        "/about/Film.mkv",
        "/artwork/Film.mkv/backdrop",
        "/artwork/Film.mkv/poster",
        "/artwork/none.mkv/logo",
        "/artwork/../Film.nfo/logo",
    ],
)
async def test_what_is_not_there_is_not_found(http_client, http_server, base_url, films, path):
    put(films, "Film.mkv")
    put(films, "Film.nfo", NFO)
    with pytest.raises(HTTPClientError) as raised:
        await http_client.fetch(f"{base_url}{path}")
    assert raised.value.code == 404


class TestLost:
    """A worker that never reads anything."""

    @pytest.fixture
    def worker_module(self):
        return "no.such.module"

    @pytest.mark.gen_test
    async def test_what_cannot_be_read_now_is_answered_with_503(self, http_client, http_server, base_url, films):
        put(films, "Film.mkv")
        put(films, "Film.nfo", NFO)
        movie = await _listed(http_client, base_url, "Film.mkv", _has_about)
        with pytest.raises(HTTPClientError) as raised:
            await http_client.fetch(f"{base_url}{movie['about']}")
        assert raised.value.code == 503
        assert raised.value.response.headers["Cache-Control"] == "no-store"
