"""A server that redirects its viewers to the store, and looks into the films itself."""

import http.client
import json
import time
from contextlib import closing

import obstore
import pytest

from tests.object_stores import BUCKET
from tests.real_films import make_film
from tests.server_process import server_process


@pytest.fixture
def location(s3, tmp_path):
    film = make_film(tmp_path / "film.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    obstore.put(s3.bucket(prefix=tmp_path.name), "film.mp4", film.read_bytes())
    return f"s3://{BUCKET}/{tmp_path.name}"


def _film(connection):
    """The entry of the film, once it has a poster."""
    while True:
        connection.request("GET", "/api/movies")
        movies = json.loads(connection.getresponse().read())["movies"]
        if movies and "poster" in movies[0]:
            return movies[0]
        time.sleep(0.05)


def test_films_are_looked_into_without_a_redirect_and_beside_the_viewers(s3, location):
    arguments = ("--assets", location, "--delivery", "redirect", "--max-per-address", "1", "--max-viewers", "1")
    with (
        server_process(*arguments, environment=s3.environment) as server,
        closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection,
    ):
        assert _film(connection)["duration"] == pytest.approx(4.0, abs=0.1)
        connection.request("GET", "/videos/film.mp4")
        assert connection.getresponse().status == 302


def test_a_film_with_one_of_its_sounds_comes_through_the_server_since_no_store_has_its_head(s3, location):
    with (
        server_process("--assets", location, "--delivery", "redirect", environment=s3.environment) as server,
        closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection,
    ):
        connection.request("GET", "/videos/film.mp4?audio=0")
        answer = connection.getresponse()
        assert (answer.status, answer.read()[36:40]) == (200, b"moov")


def test_segments_come_through_the_server_since_no_store_has_their_heads(s3, location):
    with (
        server_process("--assets", location, "--delivery", "redirect", environment=s3.environment) as server,
        closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection,
    ):
        connection.request("GET", _film(connection)["segments"].replace("index.json", "v0-0.m4s"))
        answer = connection.getresponse()
        assert (answer.status, answer.read()[4:8]) == (200, b"moof")
