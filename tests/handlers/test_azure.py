"""Films of Azure (Azurite), sent by a real server."""

import random
from contextlib import suppress
from urllib.parse import urlsplit

import obstore
import pytest

from services.settings import Delivery
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.films import telling_bytes
from tests.object_stores import AZURE_ACCOUNT, AZURE_KEY, BUCKET
from tests.raw_http import RawConnection
from tests.timing import remote_timing

NO_URL = "http://unused.test/"
CONTENT = telling_bytes(3_000_000)
URL = "/videos/A%20film,%2050%25.mp4"


@pytest.fixture
def container(azure, tmp_path):
    container = azure.container(prefix=tmp_path.name)
    obstore.put(container, "A film, 50%.mp4", CONTENT)
    obstore.put(container, "Film.mp4", CONTENT)
    return container


@pytest.fixture
def store_timing():
    return remote_timing()


@pytest.fixture
def store(azure, container, store_timing, tmp_path):
    keys = {"AZURE_STORAGE_ACCOUNT_KEY": AZURE_KEY}
    return open_stores(parse_locations(azure.location(tmp_path.name)), keys, NO_URL, timing=store_timing)


@pytest.mark.gen_test
async def test_a_film_is_sent_in_the_ranges_that_are_asked_for(connect):
    async with await connect() as connection:
        head = await connection.request("HEAD", URL)
        middle = await connection.request("GET", URL, "Range: bytes=1500001-1599998")
        end = await connection.request("GET", URL, "Range: bytes=-5")
        again = await connection.request("GET", URL, f"If-None-Match: {head.fields['etag']}")
    assert (head.status, head.fields["content-length"]) == (200, "3000000")
    assert (middle.status, middle.fields["content-range"]) == (206, "bytes 1500001-1599998/3000000")
    assert middle.content == CONTENT[1500001:1599999]
    assert middle.fields["etag"] == head.fields["etag"]
    assert (end.status, end.content) == (206, CONTENT[-5:])
    assert again.status == 304


@pytest.mark.gen_test
async def test_a_film_that_was_replaced_just_now_is_sent_as_it_is_now(connect, container):
    async with await connect() as connection:
        before = await connection.request("HEAD", URL)
        obstore.put(container, "A film, 50%.mp4", CONTENT[::-1])
        now = await connection.request("GET", URL, "Range: bytes=1500000-1500099")
    assert now.status == 206
    assert now.fields["etag"] != before.fields["etag"]
    assert now.content == CONTENT[::-1][1500000:1500100]


@pytest.mark.gen_test
@pytest.mark.parametrize("store_timing", [remote_timing(others={"park_after_s": 0.0})], ids=["every pause is long"])
async def test_a_film_that_is_replaced_while_its_viewer_pauses_is_cut_off(connect, container):
    content = random.Random(1).randbytes(30_000_000)
    obstore.put(container, "Film.mp4", content)
    async with await connect() as connection:
        await connection.send(b"GET /videos/Film.mp4 HTTP/1.1\r\nHost: test\r\nRange: bytes=2000000-27999999\r\n\r\n")
        status, fields = await connection.response_head()
        sent = await connection.reader.readexactly(1_000_000)
        obstore.put(container, "Film.mp4", content[::-1])
        with suppress(ConnectionResetError):
            while part := await connection.reader.read(65536):
                sent += part
    assert (status, fields["content-length"]) == (206, "26000000")
    assert len(sent) < 26_000_000
    assert sent == content[2_000_000 : 2_000_000 + len(sent)]


class TestWrongKeys:
    """Keys that may list films but not read them."""

    @pytest.fixture
    def store(self, azure, container, tmp_path):
        keys = {"AZURE_STORAGE_SAS_TOKEN": azure.sas_token("l")}
        timing = remote_timing(status_fresh_s=0.0)
        return open_stores(parse_locations(azure.location(tmp_path.name)), keys, NO_URL, timing=timing)

    @pytest.mark.gen_test
    async def test_viewers_are_told_that_the_store_fails_and_not_which(self, connect, caplog):
        async with await connect() as connection:
            response = await connection.request("GET", URL, "Range: bytes=0-9")
        assert (response.status, response.content) == (502, b"502 Bad Gateway\n")
        assert AZURE_ACCOUNT not in str(response.fields)
        assert "403" in caplog.text
        assert "sig" not in caplog.text


class TestRedirect:
    @pytest.fixture
    def delivery(self):
        return Delivery.REDIRECT

    @pytest.mark.gen_test
    async def test_get_leads_to_a_link_that_has_the_film(self, connect, azure, tmp_path):
        async with await connect() as connection:
            response = await connection.request("GET", URL, "Range: bytes=0-9")
        link = urlsplit(response.fields["location"])
        async with await RawConnection.open(link.port) as connection:
            linked = await connection.request("GET", f"{link.path}?{link.query}", "Range: bytes=1500000-1500099")
        assert response.status == 302
        assert (
            f"http://{link.netloc}{link.path}" == f"{azure.endpoint}/{BUCKET}/{tmp_path.name}/A%20film%2C%2050%25.mp4"
        )
        assert AZURE_KEY not in link.query
        assert (linked.status, linked.content) == (206, CONTENT[1500000:1500100])
