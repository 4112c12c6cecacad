"""MP4 films with their index in front, asked for over sockets."""

import random
import shutil
from contextlib import suppress

import pytest

from services.packaging.fmp4.new_box import new_box
from services.packaging.version import PACKAGING
from services.settings import Delivery
from tests.films import put
from tests.packets import packet_hashes
from tests.raw_http import request_head
from tests.real_films import B_FRAMES, H264, make_film

URL = "/videos/a%20b/Film%20%231.mp4"
PATH = "a b/Film #1.mp4"
PLACES = pytest.mark.parametrize("place", ["folder", "bucket"], indirect=True)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Of 3 MB, with two sounds. "moov" is behind the samples."""
    second = ("-f", "lavfi", "-i", "sine=frequency=880:sample_rate=44100:duration=8")
    options = (*second, "-map", "0", "-map", "1", "-map", "2", "-vf", "noise=alls=60:allf=t", *H264, *B_FRAMES)
    target = tmp_path_factory.mktemp("film") / "film.mp4"
    return make_film(target, *options, "-b:v", "3M", "-c:a", "aac", duration_s=8).read_bytes()


@pytest.fixture(scope="module")
def large_film():
    """More than the kernel takes for a viewer who reads nothing."""
    return new_box(b"ftyp", b"isom") + new_box(b"mdat", bytes(2**25)) + new_box(b"moov", new_box(b"mvhd", bytes(10**5)))


@pytest.fixture
def listed(put_film, film):
    put_film(PATH, film)


@pytest.mark.gen_test(timeout=60)
@PLACES
async def test_the_index_is_in_front_of_the_same_packets(connect, listed, film, tmp_path, place):
    async with await connect() as connection:
        response = await connection.request("GET", URL)
        head = await connection.request("HEAD", URL)
    assert response.status == 200
    assert {**head.fields, "date": ""} == {**response.fields, "date": ""}
    assert (response.fields["content-type"], response.fields["content-length"]) == ("video/mp4", str(len(film)))
    assert response.content.index(b"moov") < response.content.index(b"mdat") < 100_000
    moved, original = put(tmp_path, "moved.mp4", response.content), put(tmp_path, "original.mp4", film)
    assert packet_hashes(moved) == packet_hashes(original)


@pytest.mark.gen_test(timeout=60)
@pytest.mark.parametrize("zero_copy", [True, False], ids=["zero copy", "chunks"])
@PLACES
async def test_any_range_is_the_slice_of_the_whole(connect, listed, place, zero_copy):
    dice = random.Random(1)
    async with await connect() as connection:
        whole = (await connection.request("GET", URL)).content
        border = whole.index(b"mdat")
        spans = [(0, 0), (0, len(whole) - 1), (border - 1, border), (len(whole) - 1, len(whole) - 1)]
        for _ in range(50):
            first = dice.choice((dice.randrange(len(whole)), dice.randrange(border), border))
            spans.append((first, first + dice.randrange(min(len(whole) - first, dice.choice((50, 5000, len(whole)))))))
        for first, last in spans:
            response = await connection.request("GET", URL, f"Range: bytes={first}-{last}")
            assert response.status == 206
            assert response.fields["content-range"] == f"bytes {first}-{last}/{len(whole)}"
            assert response.content == whole[first : last + 1]
        assert (await connection.request("GET", URL, "Range: bytes=-70000")).content == whole[-70000:]
        response = await connection.request("GET", URL, f"Range: bytes=900000-1999999,10-29,{border - 9}-{border + 9}")
    boundary = response.fields["content-type"].partition("boundary=")[2]
    parts = [part.partition(b"\r\n\r\n")[2] for part in response.content.split(f"\r\n--{boundary}".encode())[1:-1]]
    assert parts == [whole[900_000:2_000_000], whole[10:30], whole[border - 9 : border + 10]]


@pytest.mark.gen_test(timeout=60)
@PLACES
async def test_conditions_and_versions_are_those_of_a_film(connect, listed, film, place):
    async with await connect() as connection:

        async def answer(method, query="", *fields):
            response = await connection.request(method, URL + query, *fields)
            return response.status, response.fields.get("cache-control"), response.content

        tag = (await connection.request("HEAD", URL)).fields["etag"]
        original = (await connection.request("HEAD", f"{URL}?original")).fields["etag"]
        assert tag == f'{original[:-1]}.{PACKAGING}-moov"'
        whole = (await connection.request("GET", URL)).content
        immutable = "public, max-age=31536000, immutable"
        assert await answer("GET", f"?v={tag[1:-1]}") == (200, immutable, whole)
        assert await answer("GET", f"?v={original[1:-1]}") == (200, immutable, film)
        assert await answer("GET", "?original") == (200, "no-cache", film)
        assert await answer("GET", "?v=other") == (200, "no-cache", whole)
        assert await answer("GET", "", f"If-None-Match: {tag}") == (304, "no-cache", b"")
        assert await answer("GET", "", f"If-Match: {original}") == (412, "no-store", b"")
        assert await answer("GET", "", "Range: bytes=5-9", f"If-Range: {tag}") == (206, "no-cache", whole[5:10])
        assert await answer("GET", "", "Range: bytes=5-9", f"If-Range: {original}") == (200, "no-cache", whole)
        assert await answer("GET", "", f"Range: bytes={len(whole)}-") == (416, "no-store", b"")


@pytest.mark.gen_test(timeout=60)
@PLACES
async def test_one_of_its_sounds_can_be_asked_for(connect, listed, film, tmp_path, place):
    picture, _, second = packet_hashes(put(tmp_path, "original.mp4", film))
    async with await connect() as connection:
        response = await connection.request("GET", f"{URL}?audio=1")
        assert response.fields["etag"].endswith(f'.{PACKAGING}-moov-1"')
        assert packet_hashes(put(tmp_path, "second.mp4", response.content)) == [picture, second]
        statuses = [(await connection.request("GET", f"{URL}?audio={each}")).status for each in ("2", "x", "-1", "")]
    assert statuses == [404, 400, 400, 400]


@pytest.mark.gen_test
@pytest.mark.parametrize("name", ["film.mkv", "film.mp4"])
async def test_a_film_that_is_no_mp4_is_sent_as_it_is_but_not_with_one_sound(connect, put_film, name):
    put_film(name, b"no box")
    async with await connect() as connection:
        assert (await connection.request("GET", f"/videos/{name}")).content == b"no box"
        assert (await connection.request("GET", f"/videos/{name}?audio=0")).status == 422


@pytest.mark.gen_test
async def test_a_film_whose_cached_head_was_deleted_gets_another(connect, listed, film, tmp_path):
    async with await connect() as connection:
        before = await connection.request("GET", URL)
        shutil.rmtree(tmp_path / "cache")
        after = await connection.request("GET", URL)
    assert (after.status, after.fields["etag"], after.content) == (200, before.fields["etag"], before.content)


@pytest.mark.gen_test
async def test_a_film_that_is_written_to_in_mid_send_is_cut_off(connect, films, large_film):
    put(films, PATH, large_film)
    async with await connect() as connection:
        before = (await connection.request("GET", f"{URL}", "Range: bytes=0-99")).content
        await connection.send(request_head("GET", URL))
        _, fields = await connection.response_head()
        with (films / PATH).open("r+b") as file:
            file.write(b"other")
        content = b""
        with suppress(ConnectionResetError):
            while part := await connection.reader.read(65536):
                content += part
    assert before == content[:100]
    assert int(fields["content-length"]) == len(large_film) > len(content)


@pytest.mark.gen_test
async def test_a_film_that_is_replaced_in_mid_send_is_sent_to_its_end(connect, films, large_film, film):
    put(films, PATH, large_film)
    async with await connect() as connection:
        whole = (await connection.request("GET", URL)).content
        await connection.send(request_head("GET", URL))
        _, fields = await connection.response_head()
        (films / "new").write_bytes(film)
        (films / "new").replace(films / PATH)
        assert await connection.reader.readexactly(int(fields["content-length"])) == whole


@pytest.mark.gen_test
@pytest.mark.parametrize("place", ["bucket"], indirect=True)
@pytest.mark.parametrize("delivery", [Delivery.REDIRECT])
async def test_of_what_a_store_sends_itself_nothing_is_in_front(connect, listed, film, place):
    async with await connect() as connection:
        assert (await connection.request("GET", URL)).status == 302
        head = await connection.request("HEAD", URL)
    assert (head.status, head.fields["content-length"], "moov" in head.fields["etag"]) == (200, str(len(film)), False)
