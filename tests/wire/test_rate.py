"""A viewer who is sent a film at a rate."""

import asyncio
import random

import pytest

from services.admission.viewers import Viewers
from tests.films import put
from tests.raw_http import request_head

CONTENT = random.Random(1).randbytes(4 * 1024 * 1024)
FILM = "/videos/film.mp4"
SLOW = 1024  # bytes a second: the burst is a chunk, and the next piece may be sent after a minute
CHUNK_BYTES = 64 * 1024


@pytest.fixture(params=[True, False], ids=["zero copy", "chunks"])
def zero_copy(request):
    return request.param


@pytest.fixture
def rate():
    return SLOW


@pytest.fixture
def viewers(rate):
    return Viewers(rate=rate)


@pytest.fixture(autouse=True)
def film(films):
    return put(films, "film.mp4", CONTENT)


async def _watching(connect):
    """The connection of a viewer who has taken the burst, and waits for more."""
    connection = await connect()
    await connection.send(request_head("GET", FILM))
    await connection.response_head()
    assert await connection.reader.readexactly(CHUNK_BYTES) == CONTENT[:CHUNK_BYTES]
    return connection


@pytest.mark.gen_test
@pytest.mark.parametrize("rate", [64 * 1024])
async def test_after_the_burst_every_byte_comes(connect):
    last = 30 * 64 * 1024 + 100_000
    response = await (await connect()).request("GET", FILM, f"Range: bytes=0-{last}")
    assert response.content == CONTENT[: last + 1]


@pytest.mark.gen_test
async def test_who_waits_for_the_rate_is_sent_nothing_and_is_not_taken_for_stalled(connect, viewers):
    await _watching(connect)
    (transfer,) = viewers
    moved_s = set()
    while len(moved_s) < 3:  # one each second
        await asyncio.sleep(0.01)
        moved_s.add(transfer.moved_s)
    assert transfer.sent <= 2 * CHUNK_BYTES


@pytest.mark.gen_test
async def test_another_request_for_the_film_waits_as_well_and_one_for_another_does_not(connect, films, viewers):
    put(films, "other.mp4", CONTENT)
    await _watching(connect)
    second = await connect()
    await second.send(request_head("GET", FILM, "Range: bytes=100-199"))
    while len(viewers) < 2:
        await asyncio.sleep(0.01)
    third = await (await connect()).request("GET", "/videos/other.mp4", "Range: bytes=0-99")
    assert third.content == CONTENT[:100]
    assert [transfer.sent for transfer in viewers if transfer.planned == 100] == [0]


@pytest.mark.gen_test
async def test_who_leaves_while_waiting_for_the_rate_leaves_nothing_behind(connect, viewers):
    watching = await _watching(connect)
    await watching.close()
    while len(viewers):
        await asyncio.sleep(0.01)


@pytest.mark.gen_test
async def test_pages_have_no_rate(connect):
    connection = await connect()
    for _ in range(50):
        assert (await connection.request("GET", "/static/app.js")).status == 200
