"""MP4 films of a store with their index in front: what that costs in requests, and what a store that fails makes of
them."""

import pytest

from services.http_client.timeouts import Patience
from services.packaging.fmp4.new_box import new_box
from services.packaging.version import PACKAGING
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.faulty_store import MP4_KEY, TAG, Fault, FaultyStore
from tests.films import telling_bytes
from tests.timing import remote_timing

URL = f"/videos/{MP4_KEY}"
KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
TYPE, MOVIE = new_box(b"ftyp", b"isom"), new_box(b"moov", new_box(b"mvhd", bytes(100)))
SAMPLES = new_box(b"mdat", telling_bytes(3_000_000))
FRONT, BEHIND = TYPE + MOVIE + SAMPLES, TYPE + SAMPLES + MOVIE


@pytest.fixture
def film(request):
    return getattr(request, "param", BEHIND)


@pytest.fixture
def faulty(io_loop, film):
    store = FaultyStore(film, key=MP4_KEY)
    io_loop.run_sync(store.__aenter__)
    yield store
    io_loop.run_sync(store.__aexit__)


@pytest.fixture
def store(faulty, _unused_port):
    environment = {**KEYS, "AWS_ENDPOINT_URL": faulty.url}
    films_url = f"http://127.0.0.1:{_unused_port[1]}/videos/"
    timing = remote_timing(Patience(answer_s=3.0), recovery_s=0.2)
    return open_stores(parse_locations("s3://bucket"), environment, films_url, timing=timing)


@pytest.mark.gen_test
@pytest.mark.parametrize(("film", "gets"), [(FRONT, 1), (BEHIND, 3)], indirect=["film"], ids=["front", "behind"])
async def test_a_film_takes_as_few_requests_as_if_its_index_were_in_front(connect, faulty, gets):
    async with await connect() as connection:
        assert (await connection.request("GET", URL)).content == FRONT
        assert len(faulty.ranges) <= gets
        faulty.ranges.clear()
        assert (await connection.request("GET", URL, "Range: bytes=1500000-1500099")).content == FRONT[1500000:1500100]
        assert len(faulty.ranges) == 1


@pytest.mark.gen_test
async def test_once_a_film_is_known_head_and_not_modified_ask_the_store_for_no_byte(connect, faulty):
    async with await connect() as connection:
        head = await connection.request("HEAD", URL)
        faulty.ranges.clear()
        again = await connection.request("HEAD", URL)
        unchanged = await connection.request("GET", URL, f"If-None-Match: {head.fields['etag']}")
    assert head.fields["etag"] == f'{TAG[:-1]}.{PACKAGING}-moov"'
    assert {**again.fields, "date": ""} == {**head.fields, "date": ""}
    assert (unchanged.status, faulty.ranges) == (304, [])


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault(status=404), 404),
        (Fault(status=403), 502),
        (Fault(hang_after=-1), 504),
        (Fault(status=500), 503),
        (Fault(tag='"another"', ignores_if_match=True), 503),
    ],
    ids=["gone", "refused", "silent", "broken", "replaced"],
)
async def test_a_store_that_fails_is_told_by_a_status_and_may_be_asked_again(connect, faulty, fault, status):
    async with await connect() as connection:
        faulty.fault = lambda: fault
        response = await connection.request("GET", URL)
        assert (response.status, response.fields["cache-control"]) == (status, "no-store")
        faulty.fault = Fault
        assert (await connection.request("GET", URL)).content == FRONT
