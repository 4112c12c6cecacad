"""Films that are archived by their store: they are listed, but refused until somebody restores them."""

import json

import pytest

from services.settings import Delivery
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.films import telling_bytes
from tests.key_store import KeyStore, Stored
from tests.timing import remote_timing

NO_URL = "http://unused.test/"
CONTENT = telling_bytes(3_000_000)
URL = "/videos/cold.mp4"
RANGE = "Range: bytes=1500000-1500099"
RESTORED = {"x-amz-restore": 'ongoing-request="false", expiry-date="Fri, 21 Dec 2029 00:00:00 GMT"'}
BEING_RESTORED = {"x-amz-restore": 'ongoing-request="true"'}
GLACIER = {"x-amz-storage-class": "GLACIER"}

LISTED_EACH_TIME = remote_timing(list_every_s=0.0, listing_share=0)
ASKED_EACH_TIME = pytest.mark.parametrize(
    "store_timing", [remote_timing(list_every_s=0.0, listing_share=0, status_fresh_s=0.0)], ids=["asked each time"]
)


@pytest.fixture
def cold():
    """The state of the film in the store."""
    return Stored(CONTENT, listed="GLACIER", told=GLACIER, refusal="InvalidObjectState")


@pytest.fixture
def server(io_loop, cold):
    server = KeyStore({b"cold.mp4": cold, b"warm.mp4": Stored(CONTENT)})
    io_loop.run_sync(server.__aenter__)
    yield server
    io_loop.run_sync(server.__aexit__)


@pytest.fixture
def store_timing():
    return LISTED_EACH_TIME


@pytest.fixture
def store(server, store_timing):
    return open_stores(parse_locations("s3://films"), server.environment, NO_URL, timing=store_timing)


async def _paths(connection):
    response = await connection.request("GET", "/api/movies")
    return [movie["path"] for movie in json.loads(response.content)["movies"]]


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "cold",
    [
        Stored(CONTENT, listed="GLACIER", told=GLACIER, refusal="InvalidObjectState"),
        Stored(CONTENT, listed="GLACIER", told=GLACIER | BEING_RESTORED, refusal="InvalidObjectState"),
        Stored(CONTENT, listed="DEEP_ARCHIVE", told={"x-amz-storage-class": "DEEP_ARCHIVE"}),
    ],
    ids=["archived", "being restored", "deep"],
)
async def test_an_archived_film_is_listed_and_refused_without_asking_for_its_bytes(connect, server):
    async with await connect() as connection:
        paths = await _paths(connection)
        responses = [
            await connection.request("GET", URL, RANGE),
            await connection.request("GET", URL),
            await connection.request("GET", URL, "If-None-Match: *"),
        ]
        head = await connection.request("HEAD", URL)
        warm = await connection.request("GET", "/videos/warm.mp4", RANGE)
    assert paths == ["cold.mp4", "warm.mp4"]
    for response in responses:
        assert (response.status, response.content) == (409, b"409 Conflict\n")
        assert response.fields["content-type"] == "text/plain; charset=utf-8"
        assert "retry-after" not in response.fields
        assert "etag" not in response.fields
    assert head.status == 409
    assert warm.content == CONTENT[1500000:1500100]
    assert "GET /films/cold.mp4" not in server.targets


@pytest.mark.gen_test
async def test_the_operator_is_told_once(connect, caplog):
    async with await connect() as connection:
        for _ in range(3):
            await _paths(connection)
            await connection.request("GET", URL, RANGE)
    (warning,) = [record for record in caplog.records if "cold.mp4" in record.message and record.name != "access"]
    assert warning.levelname == "WARNING"
    assert warning.message == (
        "s3://films: to be restored from the store's archive before they can be played: 'cold.mp4'"
    )


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "cold",
    [
        Stored(CONTENT, listed="GLACIER", told=GLACIER | RESTORED),
        Stored(CONTENT, listed="GLACIER_IR", told={"x-amz-storage-class": "GLACIER_IR"}),
        Stored(CONTENT, listed="INTELLIGENT_TIERING", told={"x-amz-storage-class": "INTELLIGENT_TIERING"}),
        Stored(CONTENT, listed="STANDARD_IA"),
        Stored(CONTENT, listed=""),
    ],
    ids=["restored", "instant", "tiering", "infrequent", "unknown"],
)
async def test_what_can_be_read_at_once_is_read(connect, cold):
    async with await connect() as connection:
        response = await connection.request("GET", URL, RANGE)
    assert (response.status, response.content) == (206, CONTENT[1500000:1500100])


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "cold",
    [
        Stored(CONTENT, listed="INTELLIGENT_TIERING", told={"x-amz-archive-status": "ARCHIVE_ACCESS"}),
        Stored(CONTENT, listed="INTELLIGENT_TIERING", told={"x-amz-archive-status": "DEEP_ARCHIVE_ACCESS"}),
    ],
    ids=["archive", "deep archive"],
)
@ASKED_EACH_TIME
async def test_what_the_list_does_not_tell_is_told_by_the_head(connect, server):
    async with await connect() as connection:
        response = await connection.request("GET", URL, RANGE)
    assert response.status == 409
    assert "GET /films/cold.mp4" not in server.targets


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "cold",
    [
        Stored(CONTENT, refusal="InvalidObjectState"),
        Stored(CONTENT, refusal="BlobArchived", refusal_status=409),
        Stored(CONTENT, refusal="BlobBeingRehydrated", refusal_status=409),
    ],
    ids=lambda cold: cold.refusal,
)
async def test_what_is_told_by_nothing_but_the_refusal_is_remembered(connect, server, caplog):
    async with await connect() as connection:
        responses = [
            await connection.request("GET", URL, RANGE),
            await connection.request("HEAD", URL),
            await connection.request("GET", URL, RANGE),
        ]
    assert [response.status for response in responses] == [409, 409, 409]
    assert server.targets.count("GET /films/cold.mp4") == 1


@pytest.mark.gen_test
@ASKED_EACH_TIME
async def test_a_film_that_is_restored_plays_and_is_archived_again_later(connect, server, cold):
    states = []
    async with await connect() as connection:
        for told in (GLACIER, GLACIER | RESTORED, GLACIER):
            server.objects[b"cold.mp4"] = Stored(CONTENT, listed="GLACIER", told=told)
            states.append((await connection.request("GET", URL, RANGE)).status)
    assert states == [409, 206, 409]


@pytest.mark.gen_test
@pytest.mark.parametrize("cold", [Stored(CONTENT, refusal="AccessDenied")])
async def test_another_refusal_is_none_of_an_archive(connect, caplog):
    async with await connect() as connection:
        response = await connection.request("GET", URL, RANGE)
    assert response.status == 502
    assert "AccessDenied: the keys may not do this; s3:ListBucket and s3:GetObject are needed" in caplog.text


class TestRedirect:
    @pytest.fixture
    def delivery(self):
        return Delivery.REDIRECT

    @pytest.mark.gen_test
    async def test_nobody_is_sent_to_a_store_that_would_refuse(self, connect):
        async with await connect() as connection:
            cold = await connection.request("GET", URL, RANGE)
            warm = await connection.request("GET", "/videos/warm.mp4", RANGE)
        assert (cold.status, warm.status) == (409, 302)
