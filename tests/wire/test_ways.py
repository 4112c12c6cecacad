"""Zero copy and the loop of chunks: the same bytes."""

import asyncio
import random

import pytest

from tests.films import put
from tests.raw_http import request_head

CONTENT = random.Random(1).randbytes(5_000_000)


@pytest.fixture(params=[True, False], ids=["zero copy", "chunks"], autouse=True)
def zero_copy(request):
    return request.param


@pytest.fixture(autouse=True)
def film(films):
    return put(films, "film.mp4", CONTENT)


def _ranges(seed, count):
    """Random ranges: half of them short, the rest of any length."""
    dice = random.Random(seed)
    for _ in range(count):
        first = dice.randrange(len(CONTENT))
        longest = len(CONTENT) - first
        yield first, first + dice.randint(1, min(longest, 300_000) if dice.random() < 0.9 else longest) - 1


@pytest.mark.gen_test
async def test_thousands_of_ranges_over_many_connections_are_exact(connect):
    async def ask(number):
        async with await connect() as connection:
            for first, last in _ranges(number, 100):
                response = await connection.request("GET", "/videos/film.mp4", f"Range: bytes={first}-{last}")
                assert response.status == 206
                assert response.content == CONTENT[first : last + 1]

    await asyncio.gather(*(ask(number) for number in range(10)))


@pytest.mark.gen_test
async def test_pipelined_ranges_are_exact(connect):
    ranges = list(_ranges(99, 200))
    async with await connect() as connection:
        requests = b"".join(
            request_head("GET", "/videos/film.mp4", f"Range: bytes={first}-{last}") for first, last in ranges
        )
        sending = asyncio.create_task(connection.send(requests))
        for first, last in ranges:
            assert (await connection.response()).content == CONTENT[first : last + 1]
        await sending


@pytest.mark.gen_test
async def test_parts_of_many_ranges_are_exact(connect):
    async with await connect() as connection:
        response = await connection.request("GET", "/videos/film.mp4", "Range: bytes=0-999999,2000000-3999999,-500000")
    boundary = response.fields["content-type"].partition("boundary=")[2]
    parts = response.content.split(f"\r\n--{boundary}".encode())[1:-1]
    assert [part.partition(b"\r\n\r\n")[2] for part in parts] == [
        CONTENT[:1_000_000],
        CONTENT[2_000_000:4_000_000],
        CONTENT[-500_000:],
    ]
