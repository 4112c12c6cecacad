"""Segments of a film of a store: what that costs in requests, and what a store that fails makes of them."""

import json
from contextlib import suppress

import pytest

from services.http_client.timeouts import Patience
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.faulty_store import FINE, KEY, TAG, Fault, FaultyStore
from tests.films import put
from tests.packets import packet_hashes
from tests.raw_http import request_head
from tests.real_films import ffmpeg, make_film
from tests.timing import remote_timing

URL = f"/segments/{KEY}"
KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "24", "-c:a", "aac")
MIDDLE = 3  # a segment that no edge has, which is kept in memory


@pytest.fixture(scope="module")
def mp4(tmp_path_factory):
    """12 s in six segments of more than 1 MiB."""
    options = (*H264, "-vf", "noise=alls=60:allf=t", "-b:v", "8M")
    film = make_film(tmp_path_factory.mktemp("mp4") / "film.mp4", *options, size="640x360", duration_s=12)
    return film.read_bytes()


@pytest.fixture(scope="module")
def mkv(tmp_path_factory, mp4):
    folder = tmp_path_factory.mktemp("mkv")
    ffmpeg("-i", str(put(folder, "film.mp4", mp4)), "-c", "copy", str(folder / "film.mkv"))
    return (folder / "film.mkv").read_bytes()


@pytest.fixture(scope="module")
def ts(tmp_path_factory, mp4):
    folder = tmp_path_factory.mktemp("ts")
    ffmpeg("-i", str(put(folder, "film.mp4", mp4)), "-c", "copy", str(folder / "film.ts"))
    return (folder / "film.ts").read_bytes()


@pytest.fixture
def film(request):
    return request.getfixturevalue(getattr(request, "param", "mp4"))


@pytest.fixture
def faulty(io_loop, film):
    store = FaultyStore(film)
    io_loop.run_sync(store.__aenter__)
    yield store
    io_loop.run_sync(store.__aexit__)


@pytest.fixture
def store(faulty, _unused_port):
    environment = {**KEYS, "AWS_ENDPOINT_URL": faulty.url}
    films_url = f"http://127.0.0.1:{_unused_port[1]}/videos/"
    timing = remote_timing(Patience(answer_s=3.0), recovery_s=0.2, list_every_s=3600.0)
    return open_stores(parse_locations("s3://bucket"), environment, films_url, timing=timing)


async def _cuts(connection):
    return len(json.loads((await connection.request("GET", f"{URL}/index.json")).content)["cuts"])


@pytest.mark.gen_test
@pytest.mark.parametrize("film", ["ts"], indirect=True)
async def test_a_transport_stream_is_put_together_anew(connect, tmp_path, mp4):
    async with await connect() as connection:
        assert await _cuts(connection) == 6
        for name, stream in (("v0", "0:v"), ("a1", "0:a")):
            urls = [f"{URL}/{name}-{number}.m4s{'' if number else '?init=1'}" for number in range(6)]
            segments = [(await connection.request("GET", url)).content for url in urls]
            packets = packet_hashes(put(tmp_path, "joined.mp4", b"".join(segments)))
            copy = put(tmp_path, "film.mp4", mp4)
            ffmpeg("-i", str(copy), "-c", "copy", str(tmp_path / "film.ts"))
            ffmpeg("-i", str(tmp_path / "film.ts"), "-c", "copy", str(tmp_path / "copy.mp4"))
            assert packets == packet_hashes(tmp_path / "copy.mp4", stream)


@pytest.mark.gen_test
@pytest.mark.parametrize("film", ["ts"], indirect=True)
async def test_the_key_frame_of_a_segment_that_is_put_together_is_its_first_fragment(connect):
    async with await connect() as connection:
        playlist = (await connection.request("GET", f"{URL}/iframes-v0.m3u8")).content.decode()
        url = next(line for line in playlist.splitlines() if line and not line.startswith("#"))
        key = await connection.request("GET", f"/segments/{url}" if "/" in url else f"{URL}/{url}")
        whole = (await connection.request("GET", f"{URL}/v0-0.m4s")).content
        assert key.status == 200
        assert whole.startswith(key.content)
        assert (key.content.count(b"moof"), key.content.count(b"mdat")) == (1, 1)


@pytest.mark.gen_test
@pytest.mark.parametrize(("film", "gets"), [("mp4", [1, 1]), ("mkv", [2, 1])], indirect=["film"])
async def test_a_segment_is_read_by_one_request_after_the_walk_of_matroska(connect, faulty, gets):
    async with await connect() as connection:
        assert await _cuts(connection) == 6
        for name, most in zip(("v0", "a1"), gets, strict=True):
            faulty.ranges.clear()
            assert (await connection.request("GET", f"{URL}/{name}-{MIDDLE}.m4s")).status == 200
            assert len(faulty.ranges) == most


@pytest.mark.gen_test
@pytest.mark.parametrize("film", ["mp4", "mkv"], indirect=True)
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault(status=404), 404),
        (Fault(status=403), 502),
        (Fault(hang_after=-1), 504),
        (Fault(status=500), 503),
        (Fault(cut_after=-1), 503),
        (Fault(tag='"another"', ignores_if_match=True), 503),
    ],
    ids=["gone", "refused", "silent", "broken", "cut off", "replaced"],
)
async def test_a_store_that_fails_is_told_by_a_status_and_may_be_asked_again(connect, faulty, fault, status):
    async with await connect() as connection:
        await _cuts(connection)
        faulty.fault = lambda: fault
        response = await connection.request("GET", f"{URL}/v0-{MIDDLE}.m4s")
        assert (response.status, response.fields["cache-control"]) == (status, "no-store")
        faulty.fault = lambda: FINE
        assert (await connection.request("GET", f"{URL}/v0-{MIDDLE}.m4s")).status == 200


@pytest.mark.gen_test
@pytest.mark.parametrize("film", ["mp4", "mkv"], indirect=True)
async def test_a_film_that_is_replaced_in_mid_send_is_cut_off(connect, faulty, film):
    async with await connect() as connection:
        await _cuts(connection)
        whole = (await connection.request("GET", f"{URL}/v0-{MIDDLE}.m4s")).content
        faults = iter([Fault(cut_after=300_000)])
        faulty.fault = lambda: next(faults, Fault(tag='"another"'))
        await connection.send(request_head("GET", f"{URL}/v0-{MIDDLE}.m4s"))
        _, fields = await connection.response_head()
        content = b""
        with suppress(ConnectionResetError):
            while part := await connection.reader.read(65536):
                content += part
    assert fields["etag"].startswith(TAG[:-1])
    assert 0 < len(content) < len(whole)
    assert content == whole[: len(content)]


@pytest.mark.gen_test
async def test_of_a_film_that_was_replaced_those_of_the_new_one_are_sent_before_it_is_listed_again(
    connect, faulty, mkv
):
    async with await connect() as connection:
        assert (await connection.request("GET", f"{URL}/v0-{MIDDLE}.m4s")).status == 200
        faulty.content, faulty.tag = mkv, '"another"'
        while (response := await connection.request("GET", f"{URL}/v0-{MIDDLE}.m4s")).status == 503:
            pass  # the list was made just now, and is not looked at again at once
        assert response.status == 200
        assert response.fields["etag"].startswith('"another.')
