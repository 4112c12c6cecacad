"""Films of a bucket, sent by a real server: what viewers get when the store fails, and where redirects lead."""

import asyncio
import json
import random
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest

from handlers.pages import content_security_policy
from services.composition import Timing
from services.http_client.timeouts import Patience
from services.library import LibraryTiming
from services.settings import Delivery
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.faulty_store import KEY, Fault, FaultyStore
from tests.films import telling_bytes
from tests.real_films import make_film
from tests.timing import remote_timing

NO_URL = "http://unused.test/"
CONTENT = telling_bytes(3_000_000)
URL = f"/videos/{KEY}"
KEYS = {"AWS_ACCESS_KEY_ID": "id-of-the-key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}

IMPATIENT = remote_timing(Patience(answer_s=3.0), recovery_s=0.3)


def _timing(**bucket):
    """A mark for tests with the timing IMPATIENT, changed so."""
    timing = replace(IMPATIENT, bucket=replace(IMPATIENT.bucket, **bucket))
    return pytest.mark.parametrize("store_timing", [timing], ids=[" ".join(bucket)])


@pytest.fixture
def faulty(io_loop):
    store = FaultyStore(CONTENT)
    io_loop.run_sync(store.__aenter__)
    yield store
    io_loop.run_sync(store.__aexit__)


@pytest.fixture
def store_timing():
    return IMPATIENT


@pytest.fixture
def store(faulty, store_timing):
    environment = {**KEYS, "AWS_ENDPOINT_URL": faulty.url}
    return open_stores(parse_locations("s3://secret-bucket"), environment, NO_URL, timing=store_timing)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault(status=404), 404),
        (Fault(status=410), 404),
        (Fault(status=401), 502),
        (Fault(status=403), 502),
        (Fault(status=307), 502),
        (Fault(status=400), 502),
        (Fault(whole=True), 502),
        (Fault(shift=8), 502),
        (Fault(head=b"SSH-2.0-OpenSSH\r\n\r\n"), 502),
        (Fault(hang_after=-1), 504),
        (Fault(status=408), 503),
        (Fault(status=429), 503),
        (Fault(status=500), 503),
        (Fault(status=503), 503),
        (Fault(cut_after=-1), 503),
        (Fault(tag='"another"', ignores_if_match=True), 503),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else None,
)
async def test_a_store_that_does_wrong_is_told_by_a_status_and_nothing_else(connect, faulty, caplog, fault, status):
    faulty.fault = lambda: fault
    async with await connect() as connection:
        response = await connection.request("GET", URL, "Range: bytes=1500000-1599999")
    assert response.status == status
    assert response.content == f"{status} {HTTPStatus(status).phrase}\n".encode()
    for secret in ("secret-bucket", "127.0.0.1", "film", "id-of-the-key", "0123456789abcdef"):
        assert secret not in str(response.fields)
    assert response.fields.get("retry-after") == ("5" if status == 503 else None)
    assert response.fields["cache-control"] == "no-store"
    assert "X-Amz" not in caplog.text


@pytest.mark.gen_test
async def test_a_film_that_was_replaced_just_now_is_sent_as_it_is_now(connect, faulty):
    async with await connect() as connection:
        before = await connection.request("HEAD", URL)
        faulty.content, faulty.tag = CONTENT[::-1], '"another"'
        now = await connection.request("GET", URL, "Range: bytes=1500000-1500099")
    assert before.fields["etag"] == '"0123456789abcdef"'
    assert now.status == 206
    assert now.fields["etag"] == '"another"'
    assert now.content == CONTENT[::-1][1500000:1500100]


@pytest.mark.gen_test
async def test_a_film_that_is_replaced_while_it_is_sent_is_cut_off(connect, faulty):
    faults = iter([Fault(cut_after=200_000), Fault(tag='"another"')])
    faulty.fault = lambda: next(faults)
    async with await connect() as connection:
        await connection.send(b"GET %s HTTP/1.1\r\nHost: test\r\nRange: bytes=1500000-1999999\r\n\r\n" % URL.encode())
        status, fields = await connection.response_head()
        content = b""
        with suppress(ConnectionResetError):
            while part := await connection.reader.read(65536):
                content += part
    assert status == 206
    assert int(fields["content-length"]) == 500_000
    assert len(content) < 500_000
    assert content == CONTENT[1_500_000 : 1_500_000 + len(content)]


@pytest.mark.gen_test
async def test_head_and_not_modified_ask_the_store_for_no_byte(connect, faulty):
    async with await connect() as connection:
        head = await connection.request("HEAD", URL)
        again = await connection.request("GET", URL, f"If-None-Match: {head.fields['etag']}")
    assert (head.status, again.status) == (200, 304)
    assert head.fields["content-length"] == "3000000"
    assert head.fields["last-modified"] == "Mon, 01 Jan 2024 00:00:00 GMT"
    assert faulty.ranges == []


@pytest.mark.gen_test
@_timing(status_fresh_s=0.0)
async def test_all_who_want_to_know_of_a_film_at_once_are_told_by_one_request(connect, faulty, viewers):
    connections = [await connect() for _ in range(20)]
    await connections[0].request("GET", "/api/movies")
    faulty.heads.clear()
    faulty.tells.clear()
    asked = [asyncio.ensure_future(each.request("HEAD", URL)) for each in connections]
    while len(viewers) < len(asked):
        await asyncio.sleep(0.01)
    faulty.tells.set()
    assert {(await each).status for each in asked} == {200}
    assert len(faulty.heads) == 1


@pytest.mark.gen_test
@_timing(status_fresh_s=0.0, status_patience_s=0.1)
async def test_a_store_that_does_not_say_what_a_film_is_now_has_it_sent_as_it_was(connect, faulty):
    async with await connect() as connection:
        await connection.request("GET", "/api/movies")
        faulty.tells.clear()
        film = await connection.request("GET", URL, "Range: bytes=1500000-1500099")
    assert film.content == CONTENT[1500000:1500100]


@pytest.mark.gen_test
async def test_who_waits_for_the_store_is_not_taken_for_one_who_pauses(connect, faulty, viewers):
    faults = iter([Fault(hang_after=200_000)])
    faulty.fault = lambda: next(faults)
    async with await connect() as connection:
        await connection.send(b"GET %s HTTP/1.1\r\nHost: test\r\nRange: bytes=1500000-1999999\r\n\r\n" % URL.encode())
        await connection.response_head()
        await connection.reader.readexactly(100_000)
        (transfer,) = viewers
        while not transfer.starved:
            await asyncio.sleep(0.01)


@pytest.mark.gen_test
@_timing(list_every_s=0.0, listing_share=0)
@pytest.mark.parametrize("service_timing", [Timing(LibraryTiming(stale_s=0.0, patience_s=60.0))], ids=["stale at once"])
async def test_while_the_store_is_listed_again_films_and_the_list_as_it_was_are_answered(connect, faulty):
    async with await connect() as connection:
        before = await connection.request("GET", "/api/movies")
        faulty.heads.clear()
        faulty.tells.clear()
        film = await connection.request("GET", URL, "Range: bytes=1500000-1500099")
        again = await connection.request("GET", "/api/movies")
        assert [head.startswith("GET /secret-bucket?list-type=2") for head in faulty.heads] == [False, True]
        faulty.tells.set()
    assert before.content == again.content
    assert b'"path": "film.mkv"' in again.content
    assert film.content == CONTENT[1500000:1500100]


@pytest.mark.gen_test
@pytest.mark.parametrize("store_timing", [replace(IMPATIENT, park_after_s=0.1)], ids=["parked at once"])
async def test_a_viewer_who_pauses_until_parked_and_reads_by_bits_gets_every_byte(connect, faulty):
    faulty.content = random.Random(1).randbytes(24_000_000)
    async with await connect() as connection:
        await connection.send(b"GET %s HTTP/1.1\r\nHost: test\r\nRange: bytes=2000000-21999999\r\n\r\n" % URL.encode())
        await connection.response_head()
        content = await connection.reader.readexactly(3_000_000)
        while faulty.sending:  # until the connection to the store is given up
            await asyncio.sleep(0.01)
        while len(content) < 20_000_000:
            content += await connection.reader.read(50_001)
    assert content == faulty.content[2_000_000:22_000_000]
    assert len(faulty.ranges) > 1


class TestDetails:
    """Films of a real S3, which the worker reads through the server under test."""

    @pytest.fixture
    def place(self):
        return "bucket"

    @pytest.fixture
    def store(self, s3, location, _unused_port):
        url = f"http://127.0.0.1:{_unused_port[1]}/videos/"
        return open_stores(parse_locations(location), s3.environment, url, timing=remote_timing())

    @pytest.fixture
    def examines(self):
        return True

    @pytest.fixture
    def film(self, put_film, tmp_path):
        film = make_film(tmp_path / "film.mp4", "-pix_fmt", "yuv420p", size="640x360", duration_s=3, sound=False)
        put_film("A film, 50%.mp4", film.read_bytes())

    @pytest.mark.gen_test
    async def test_films_of_buckets_are_looked_into_and_have_posters(self, connect, film):
        async with await connect() as connection:
            while True:
                response = await connection.request("GET", "/api/movies")
                movies = json.loads(response.content)["movies"]
                if movies and "poster" in movies[0]:
                    break
                await asyncio.sleep(0.05)
            (movie,) = movies
            poster = await connection.request("GET", movie["poster"])
        assert movie["state"] == "known"
        assert movie["duration"] == 3.0
        assert (movie["video"]["width"], movie["video"]["height"]) == (640, 360)
        assert poster.content.startswith(b"\xff\xd8\xff")


class TestRedirect:
    @pytest.fixture
    def delivery(self):
        return Delivery.REDIRECT

    @pytest.mark.gen_test
    async def test_get_leads_to_a_link_that_has_the_film(self, connect, faulty):
        async with await connect() as connection:
            response = await connection.request("GET", URL, "Range: bytes=0-9")
        link = urlsplit(response.fields["location"])
        assert response.status == 302
        assert response.fields["cache-control"] == "no-store"
        assert f"{link.scheme}://{link.netloc}" == faulty.url
        assert link.path == f"/secret-bucket/{KEY}"
        assert "X-Amz-Expires=43200" in link.query
        assert "secret" not in link.query
        assert faulty.ranges == []

    @pytest.mark.gen_test
    async def test_head_is_answered_here(self, connect):
        async with await connect() as connection:
            response = await connection.request("HEAD", URL)
        assert response.status == 200
        assert response.fields["content-length"] == "3000000"

    @pytest.mark.gen_test
    async def test_pages_may_load_films_from_where_the_links_lead(self, store, faulty):
        (origin,) = store.link_origins()
        assert origin == faulty.url
        assert f"; media-src 'self' blob: {faulty.url}; " in content_security_policy([origin])
