"""Several ranges of a film that cannot be read, or was replaced, get the same answer as a single one."""

import asyncio
import logging
import random
import re

import pytest

from services.admission.places import Outcome
from services.admission.viewers import Viewers
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.faulty_store import KEY, Fault, FaultyStore
from tests.films import put
from tests.raw_http import request_head
from tests.timing import remote_timing

NEAR = random.Random(1).randbytes(24 * 1024 * 1024)  # more than the kernel takes for a viewer who reads nothing
FAR = random.Random(2).randbytes(3_000_000)
KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
FAR_URL = f"/videos/{KEY}"
AT_EDGES, IN_THE_MIDDLE = "bytes=0-0,9-9,-5", "bytes=1500000-1500000,1600000-1699999"


@pytest.fixture(params=[True, False], ids=["zero copy", "chunks"], autouse=True)
def zero_copy(request):
    return request.param


@pytest.fixture
def viewers():
    return Viewers(most=1, stalled_s=0.0)


@pytest.fixture
def faulty(io_loop):
    store = FaultyStore(FAR)
    io_loop.run_sync(store.__aenter__)
    yield store
    io_loop.run_sync(store.__aexit__)


@pytest.fixture
def store(faulty, films):
    timing = remote_timing(recovery_s=0.3)
    put(films, "near.mp4", NEAR)
    locations = parse_locations(f"s3://bucket, {films}")
    return open_stores(locations, {**KEYS, "AWS_ENDPOINT_URL": faulty.url}, "http://unused.test/", timing=timing)


async def _paused(connect, viewers):
    """The transfer of a viewer who has stopped reading."""
    connection = await connect()
    connection.reader._transport.pause_reading()
    await connection.send(request_head("GET", "/videos/near.mp4"))
    while not len(viewers.films):
        await asyncio.sleep(0.01)
    (transfer,) = viewers
    return transfer


def _multipart(response, content, ranges, media_type="video/mp4"):
    """The expected content, for ranges such as "first-last"."""
    boundary = re.fullmatch(r"multipart/byteranges; boundary=([0-9a-f]{32})", response.fields["content-type"])[1]
    expected = b""
    for each in ranges:
        first, last = map(int, each.split("-"))
        expected += f"\r\n--{boundary}\r\nContent-Type: {media_type}\r\n".encode()
        expected += f"Content-Range: bytes {each}/{len(content)}\r\n\r\n".encode() + content[first : last + 1]
    return expected + f"\r\n--{boundary}--\r\n".encode()


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault(status=404), 404),
        (Fault(status=403), 502),
        (Fault(status=500), 503),
        (Fault(tag='"another"', ignores_if_match=True), 503),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else None,
)
@pytest.mark.parametrize("ranges", [AT_EDGES, IN_THE_MIDDLE], ids=["at the edges", "in the middle"])
async def test_a_film_that_cannot_be_read_takes_nobodys_place(connect, viewers, faulty, ranges, fault, status):
    paused = await _paused(connect, viewers)
    faulty.fault = lambda: fault
    async with await connect() as other:
        response = await other.request("GET", FAR_URL, f"Range: {ranges}")
        assert (response.status, response.content[:3]) == (status, str(status).encode())
        assert list(viewers) == [paused]
        assert "content-range" not in response.fields
        faulty.fault = Fault
        again = await other.request("GET", FAR_URL, f"Range: {ranges}")  # over the same connection
        assert again.status == 206
    assert await viewers.gone(60)
    assert paused.outcome is Outcome.EVICTED


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("asked", "ranges"),
    [
        (AT_EDGES, ["0-0", "9-9", "2999995-2999999"]),
        (IN_THE_MIDDLE, ["1500000-1500000", "1600000-1699999"]),
    ],
    ids=["at the edges", "in the middle"],
)
async def test_of_a_film_that_was_replaced_just_now_those_of_the_new_one_are_sent(connect, faulty, asked, ranges):
    async with await connect() as connection:
        await connection.request("HEAD", FAR_URL)
        faulty.content, faulty.tag = FAR[::-1], '"another"'
        response = await connection.request("GET", FAR_URL, f"Range: {asked}")
    assert (response.status, response.fields["etag"]) == (206, '"another"')
    assert response.content == _multipart(response, FAR[::-1], ranges, "video/x-matroska")


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("url", "content", "media_type"),
    [("/videos/near.mp4", NEAR, "video/mp4"), (FAR_URL, FAR, "video/x-matroska")],
    ids=["folder", "bucket"],
)
async def test_every_byte_is_sent_and_counted(connect, viewers, caplog, url, content, media_type):
    caplog.set_level(logging.INFO, "access")
    async with await connect() as connection:
        for ranges in (
            ["0-0", "9-9"],
            ["0-99999", "200000-1299999", "1400000-2999999"],
            ["1500000-1500009", "2999000-2999999"],
        ):
            response = await connection.request("GET", url, f"Range: bytes={','.join(ranges)}")
            assert response.status == 206
            assert response.content == _multipart(response, content, ranges, media_type)
            length = int(response.fields["content-length"])
            assert await viewers.gone(60)
            assert f" {length}/{length} " in caplog.text
            caplog.clear()
