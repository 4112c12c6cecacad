"""A store that fails holds up the films of no other place."""

import asyncio
import json

import pytest

from services.http_client.timeouts import Patience
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.faulty_store import KEY, TAG, Fault, FaultyStore
from tests.real_films import make_film
from tests.timing import remote_timing

FILMS = 100


class StoreOfMany(FaultyStore):
    """Lists many films, which come before those of the folder in the alphabet. Does not answer if asked for one."""

    def __init__(self):
        super().__init__(bytes(100_000))
        self.fault = lambda: Fault(hang_after=-1, ignores_if_match=True)

    def _listing(self):
        head, contents, tail = super()._listing().partition(b"<Contents>")
        content, end, rest = tail.partition(b"</Contents>")
        films = [_another(content, number) for number in range(FILMS)]
        return head + b"".join(contents + film + end for film in films) + rest


def _another(film, number):
    return film.replace(KEY.encode(), b"a%d/%s" % (number, KEY.encode())).replace(TAG[1:3].encode(), b"%02d" % number)


@pytest.fixture
def faulty(io_loop):
    store = StoreOfMany()
    io_loop.run_sync(store.__aenter__)
    yield store
    io_loop.run_sync(store.__aexit__)


@pytest.fixture
def store(faulty, films, _unused_port):
    timing = remote_timing(Patience(answer_s=1.0), recovery_s=0.1, status_fresh_s=600.0)
    environment = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
    films_url = f"http://127.0.0.1:{_unused_port[1]}/videos/"
    environment["AWS_ENDPOINT_URL"] = faulty.url
    return open_stores(parse_locations(f"s3://bucket, {films}"), environment, films_url, timing=timing)


@pytest.fixture
def examines():
    return True


async def _states(connection):
    movies = json.loads((await connection.request("GET", "/api/movies")).content)["movies"]
    return {movie["path"]: movie["state"] for movie in movies}


@pytest.mark.gen_test
async def test_films_of_a_folder_are_looked_into_while_a_store_is_silent(connect, films):
    async with await connect() as connection:
        while "unavailable" not in (await _states(connection)).values():
            await asyncio.sleep(0.05)
        make_film(films / "b.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", duration_s=1)
        while (states := await _states(connection)).get("b.mp4") != "known":
            await asyncio.sleep(0.05)
    assert list(states.values()).count("pending") > FILMS // 2
