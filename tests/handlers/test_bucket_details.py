"""The details of a film whose store fails, or has another version meanwhile."""

import asyncio
import json
import re
from dataclasses import replace

import pytest

from services.catalogue import CatalogueTiming
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.faulty_store import FINE, KEY, Fault, FaultyStore
from tests.real_films import subtitled_film
from tests.timing import PATIENT, remote_timing

SRT = b"1\n00:00:01,000 --> 00:00:02,500\nHello\n"
KEYS = {"AWS_ACCESS_KEY_ID": "id-of-the-key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
DOWN = Fault(status=503)
ARCHIVED = Fault(status=403, document=b"<Error><Code>InvalidObjectState</Code></Error>")


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A film of 5 MB with a picture in stream 0 and subtitles in 1. It is longer than its ends, which are in memory."""
    return subtitled_film(tmp_path_factory.mktemp("film"), SRT).read_bytes()


@pytest.fixture
def faulty(io_loop, film):
    store = FaultyStore(film)
    io_loop.run_sync(store.__aenter__)
    yield store
    io_loop.run_sync(store.__aexit__)


@pytest.fixture
def store_timing():
    return remote_timing(recovery_s=0.2)


@pytest.fixture
def store(faulty, store_timing, _unused_port):
    environment = {**KEYS, "AWS_ENDPOINT_URL": faulty.url}
    films_url = f"http://127.0.0.1:{_unused_port[1]}/videos/"
    return open_stores(parse_locations("s3://bucket"), environment, films_url, timing=store_timing)


@pytest.fixture
def service_timing():
    return replace(PATIENT, catalogue=CatalogueTiming(retry_s=0.2, archive_retry_s=0.2), sheet_retry_s=0.0)


@pytest.fixture
def examines():
    return True


async def _listed(connection, condition):
    """The entry of the film, once the condition holds for it."""
    while True:
        movies = json.loads((await connection.request("GET", "/api/movies")).content)["movies"]
        if movies and condition(movies[0]):  # a store that takes its time is not waited for
            return movies[0]
        await asyncio.sleep(0.02)


def _first(head):
    """The position of the first byte that a request asks for."""
    return int(re.search(r"bytes=(\d+)-", head)[1])


def _is_known(movie):
    return movie["state"] == "known"


def _has_poster(movie):
    return "poster" in movie


@pytest.mark.gen_test
async def test_a_film_is_looked_into_again_when_the_store_is_well(connect, faulty):
    faulty.fault = lambda: DOWN
    async with await connect() as connection:
        told = await _listed(connection, lambda movie: movie["state"] == "unavailable" and "next_try" in movie)
        assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["next_try"])
        faulty.fault = lambda: FINE
        assert (await _listed(connection, _is_known))["duration"] == 20.0


@pytest.mark.gen_test
async def test_a_film_in_the_archive_is_told_from_one_that_cannot_be_read_and_noticed_when_it_is_restored(
    connect, faulty
):
    faulty.fault = lambda: ARCHIVED
    async with await connect() as connection:
        await _listed(connection, lambda movie: movie["state"] == "archived")
        played = await connection.request("GET", f"/videos/{KEY}")
        faulty.fault = lambda: FINE
        await _listed(connection, _is_known)
    assert played.status == 409


@pytest.mark.gen_test
async def test_a_film_whose_store_fails_in_the_middle_of_it_is_not_called_damaged(connect, faulty):
    faulty.fault = lambda: DOWN if _first(faulty.heads[-1]) else FINE  # the server's look at the first byte is answered
    async with await connect() as connection:
        await _listed(connection, lambda movie: movie["state"] == "unavailable")
        faulty.fault = lambda: FINE
        await _listed(connection, _is_known)


@pytest.mark.gen_test
async def test_a_poster_is_made_when_the_store_is_well(connect, faulty, caplog):
    faulty.fault = lambda: DOWN if 500_000 < _first(faulty.heads[-1]) < 4_000_000 else FINE  # the probe reads the ends
    async with await connect() as connection:
        await _listed(connection, _is_known)
        while "no poster was made" not in caplog.text:
            await asyncio.sleep(0.02)
        faulty.fault = lambda: FINE
        await _listed(connection, _has_poster)


@pytest.mark.gen_test
@pytest.mark.parametrize("path", [f"/subtitles/{KEY}/t1.vtt", f"/storyboards/{KEY}.jpg"])
async def test_what_cannot_be_made_while_the_store_is_down_can_be_made_later(connect, faulty, path):
    async with await connect() as connection:
        await _listed(connection, _has_poster)
        faulty.fault = lambda: DOWN
        before = await connection.request("GET", path)
        faulty.fault = lambda: FINE
        after = await connection.request("GET", path)
    assert (before.status, before.fields["retry-after"]) == (503, "5")
    assert after.status == 200


@pytest.mark.gen_test
@pytest.mark.parametrize("service_timing", [PATIENT], ids=["as by default"])
async def test_a_storyboard_that_could_not_be_made_is_not_begun_again_at_once(connect, faulty):
    async with await connect() as connection:
        await _listed(connection, _has_poster)
        faulty.fault = lambda: DOWN
        await connection.request("GET", f"/storyboards/{KEY}.jpg")
        asked = len(faulty.ranges)
        again = await connection.request("GET", f"/storyboards/{KEY}.jpg")
    assert again.status == 503
    assert len(faulty.ranges) == asked


@pytest.mark.gen_test
@pytest.mark.parametrize("path", [f"/subtitles/{KEY}/t1.vtt", f"/storyboards/{KEY}.jpg"])
@pytest.mark.parametrize("store_timing", [remote_timing(recovery_s=0.2, status_fresh_s=0.0)], ids=["asked each time"])
async def test_nothing_of_a_film_that_was_replaced_is_kept_for_the_film_that_was_there(connect, faulty, film, path):
    async with await connect() as connection:
        await _listed(connection, _has_poster)
        faulty.content, faulty.tag = film.replace(b"Hello", b"Adieu"), '"another"'
        replaced = await connection.request("GET", path)
        faulty.content, faulty.tag = film, '"0123456789abcdef"'
        restored = await connection.request("GET", path)
    assert replaced.status == 503
    assert restored.status == 200
    assert b"Adieu" not in restored.content
