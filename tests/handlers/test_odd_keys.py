"""Films of a bucket whose names are odd as paths, sent by a real server: the URL in the list has their bytes."""

import json

import pytest

from services.settings import Delivery
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.films import telling_bytes
from tests.key_store import KeyStore, Stored
from tests.timing import remote_timing

NO_URL = "http://unused.test/"
KEYS = ["a//b.mp4", "a/b.mp4", "/b.mp4", "//b.mp4", "b.mp4", "a\tb.mp4", "a\nb.mp4", "a\x01\x7fb.mp4", "é//1+1%2F.mp4"]
CONTENTS = {key: telling_bytes(200_000 + number) for number, key in enumerate(KEYS)}


@pytest.fixture
def store(io_loop):
    server = KeyStore({key.encode(): Stored(content, tag=f'"{key!a}"') for key, content in CONTENTS.items()})
    io_loop.run_sync(server.__aenter__)
    yield open_stores(parse_locations("s3://films"), server.environment, NO_URL, timing=remote_timing())
    io_loop.run_sync(server.__aexit__)


@pytest.mark.gen_test
async def test_every_film_is_listed_and_its_url_has_its_bytes(connect):
    async with await connect() as connection:
        movies = json.loads((await connection.request("GET", "/api/movies")).content)["movies"]
        lengths = {}
        for movie in movies:
            head = await connection.request("HEAD", movie["url"])
            film = await connection.request("GET", movie["url"], "Range: bytes=100000-100099")
            assert film.content == CONTENTS[movie["path"]][100000:100100]
            lengths[movie["path"]] = int(head.fields["content-length"])
    assert lengths == {key: len(content) for key, content in CONTENTS.items()}


@pytest.mark.gen_test
async def test_no_url_has_what_a_browser_or_a_line_of_a_playlist_would_change(connect):
    async with await connect() as connection:
        movies = json.loads((await connection.request("GET", "/api/movies")).content)["movies"]
        playlist = (await connection.request("GET", "/playlist.m3u")).content.decode()
        page = (await connection.request("GET", "/list")).content.decode()
    lines = playlist.splitlines()
    assert len(lines) == 1 + 2 * len(KEYS)
    for movie in movies:
        assert movie["url"].isascii()
        assert movie["url"].isprintable()
        assert any(line.endswith(f"://localhost{movie['url']}") for line in lines)
        assert movie["url"].replace("&", "&amp;").lstrip("/") in page


class TestRedirect:
    @pytest.fixture
    def delivery(self):
        return Delivery.REDIRECT

    @pytest.mark.gen_test
    @pytest.mark.parametrize(
        ("url", "path"),
        [
            ("/videos/a//b.mp4", "/films/a//b.mp4"),
            ("/videos//b.mp4", "/films//b.mp4"),
            ("/videos/a%0Ab.mp4", "/films/a%0Ab.mp4"),
        ],
    )
    async def test_a_link_leads_to_the_very_key(self, connect, url, path):
        async with await connect() as connection:
            response = await connection.request("GET", url)
        assert response.status == 302
        assert response.fields["location"].partition("?")[0].endswith(path)
