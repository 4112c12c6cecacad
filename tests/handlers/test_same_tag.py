"""Different films of the same entity tag: hard links, objects of the same content, web servers that go by dates."""

import asyncio
import json
import os

import pytest

from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.films import put
from tests.key_store import KeyStore, Stored
from tests.real_films import make_film
from tests.timing import remote_timing

TAG = '"0123456789abcdef"'
IMMUTABLE = "public, max-age=31536000, immutable"
HELLO, BYE = (f"1\n00:00:01,000 --> 00:00:02,000\n{word}\n".encode() for word in ("Hello", "Bye"))


@pytest.fixture
def examines():
    return True


@pytest.fixture(scope="module")
def short_and_long(tmp_path_factory):
    options = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
    folder = tmp_path_factory.mktemp("films")
    return tuple(make_film(folder / f"{s}.mp4", *options, duration_s=s).read_bytes() for s in (12, 16))


async def _listed(connection, condition):
    """The entries of the films by path, once the condition holds for each of them."""
    while True:
        movies = json.loads((await connection.request("GET", "/api/movies")).content)["movies"]
        if movies and all(map(condition, movies)):
            return {movie["path"]: movie for movie in movies}
        await asyncio.sleep(0.02)


@pytest.mark.gen_test
@pytest.mark.parametrize("beside", [(), ("A",), ("B",), ("A", "B")], ids=["none", "first", "second", "both"])
async def test_of_two_hard_links_each_has_its_own_poster(connect, films, short_and_long, beside):
    put(films, "A.mp4", short_and_long[0])
    os.link(films / "A.mp4", films / "B.mp4")
    for name in beside:
        put(films, f"{name}.jpg", f"JPEG of {name}".encode())
    async with await connect() as connection:
        listed = await _listed(connection, lambda movie: {"poster", "duration"} <= movie.keys())
        posters = {name: await connection.request("GET", listed[f"{name}.mp4"]["poster"]) for name in "AB"}
    assert len(listed) == 2
    assert listed["A.mp4"]["duration"] == listed["B.mp4"]["duration"] == pytest.approx(12, abs=0.1)
    for name, poster in posters.items():
        assert (poster.status, poster.fields["cache-control"]) == (200, IMMUTABLE)
        assert (poster.content == f"JPEG of {name}".encode()) == (name in beside)
        assert poster.content.startswith(b"JPEG of" if name in beside else b"\xff\xd8")


class TestInAStore:
    """Entity tags of a store tell only the versions of one object apart (RFC 9110 §8.8.3)."""

    @pytest.fixture
    def server(self, io_loop, short_and_long):
        short, long = short_and_long
        objects = {b"a.mp4": short, b"a.srt": HELLO, b"b.mp4": long, b"b.srt": BYE}
        server = KeyStore({key: Stored(content, TAG) for key, content in objects.items()})
        io_loop.run_sync(server.__aenter__)
        yield server
        io_loop.run_sync(server.__aexit__)

    @pytest.fixture
    def store(self, server, _unused_port):
        films_url = f"http://127.0.0.1:{_unused_port[1]}/videos/"
        return open_stores(parse_locations("s3://films"), server.environment, films_url, timing=remote_timing())

    @pytest.mark.gen_test
    async def test_each_film_has_what_was_found_in_it_and_what_stands_beside_it(self, connect):
        async with await connect() as connection:
            listed = await _listed(connection, lambda movie: {"poster", "duration"} <= movie.keys())
            details = [listed[path]["duration"] for path in ("a.mp4", "b.mp4")]
            urls = [listed[path]["subtitles"][0]["url"] for path in ("a.mp4", "b.mp4")]
            words = [(await connection.request("GET", url)).content.decode().split("\n")[3] for url in urls]
            sheets = [(await connection.request("GET", f"/storyboards/{name}.mp4.jpg")).content for name in "ab"]
        assert details == [pytest.approx(12, abs=0.1), pytest.approx(16, abs=0.1)]
        assert words == ["Hello", "Bye"]
        assert sheets[0] != sheets[1]
