"""Films as segments, asked for over sockets."""

import asyncio
import gzip
import json
import random
import shutil
import subprocess
from urllib.parse import urljoin

import pytest

from services.packaging.version import PACKAGING
from tests.films import put
from tests.hls import check_master_playlist, check_media_playlist
from tests.needs import need
from tests.raw_http import request_head
from tests.real_films import ffmpeg, make_film
from tests.workers import worker_processes

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "24")
URL = "/segments/a%20b/Film%20%231.mp4"
PATH = "a b/Film #1.mp4"
PLACES = pytest.mark.parametrize("place", ["folder", "bucket"], indirect=True)
CONTAINERS = pytest.mark.parametrize("container", ["film", "matroska_film"])
ONE_WAY = pytest.mark.parametrize("zero_copy", [True], indirect=True)  # for what bytes do not change
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture(params=[True, False], ids=["zero copy", "chunks"])
def zero_copy(request):
    return request.param


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """8 s: pictures in stream 0, with a key frame each second, and sound in stream 1. "moov" is at the end."""
    options = (*H264, "-b:v", "3M", "-c:a", "aac")
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", *options, duration_s=8).read_bytes()


@pytest.fixture(scope="module")
def matroska_film(tmp_path_factory, film):
    """The same as Matroska."""
    folder = tmp_path_factory.mktemp("matroska")
    ffmpeg("-i", str(put(folder, "film.mp4", film)), "-c", "copy", str(folder / "film.mkv"))
    return (folder / "film.mkv").read_bytes()


@pytest.fixture(scope="module")
def other_film(tmp_path_factory):
    """4 s, without sound."""
    return make_film(tmp_path_factory.mktemp("other") / "film.mp4", *H264, sound=False).read_bytes()


@pytest.fixture(scope="module")
def large_film(tmp_path_factory):
    """A segment of more than the kernel takes for a viewer who reads nothing."""
    options = ("-vf", "noise=alls=100:allf=t", *H264, "-qp", "0")
    target = tmp_path_factory.mktemp("large") / "film.mp4"
    return make_film(target, *options, size="1280x720", duration_s=1.5, sound=False)


async def _index(connection):
    return json.loads((await connection.request("GET", f"{URL}/index.json")).content)


async def _listed(connection):
    (movie,) = json.loads((await connection.request("GET", "/api/movies")).content)["movies"]
    return movie


def _hashes(film, *streams):
    """Of the packets of each of these streams."""
    command = [need("ffmpeg"), "-v", "error", "-i", str(film), *(arg for each in streams for arg in ("-map", each))]
    told = subprocess.run([*command, "-c", "copy", "-f", "streamhash", "-"], check=True, capture_output=True, text=True)
    return [line.rpartition("=")[2] for line in told.stdout.splitlines()]


@pytest.mark.gen_test
@CONTAINERS
@PLACES
async def test_the_segments_of_a_track_joined_have_its_packets(connect, put_film, container, request, tmp_path, place):
    film = request.getfixturevalue(container)
    put_film(PATH, film)
    async with await connect() as connection:
        index = await _index(connection)
        assert [track["name"] for track in index["tracks"]] == ["v0", "a1"]
        assert index["cuts"] == pytest.approx([0, 2, 4, 6], abs=0.05)
        for name in ("v0", "a1"):
            joined = (await connection.request("GET", f"{URL}/{name}-init.mp4")).content
            for number in range(len(index["cuts"])):
                joined += (await connection.request("GET", f"{URL}/{name}-{number}.m4s")).content
            put(tmp_path, f"{name}.mp4", joined)
    whole = put(tmp_path, "film.mp4", film)
    assert _hashes(tmp_path / "v0.mp4", "0") + _hashes(tmp_path / "a1.mp4", "0") == _hashes(whole, "0:0", "0:1")


@pytest.mark.gen_test
@CONTAINERS
@PLACES
async def test_any_range_of_a_segment_is_the_slice_of_the_whole(connect, put_film, container, request, place):
    put_film(PATH, request.getfixturevalue(container))
    dice = random.Random(1)
    async with await connect() as connection:
        for name in ("v0", "a1"):
            url = f"{URL}/{name}-2.m4s?init=1"
            whole = (await connection.request("GET", url)).content
            for _ in range(50):
                first = dice.randrange(len(whole))
                last = first + dice.randrange(min(len(whole) - first, dice.choice((50, 5000, len(whole)))))
                response = await connection.request("GET", url, f"Range: bytes={first}-{last}")
                assert response.status == 206
                assert response.fields["content-range"] == f"bytes {first}-{last}/{len(whole)}"
                assert response.content == whole[first : last + 1]
            response = await connection.request("GET", url, "Range: bytes=0-9,2000-2999,-10")
            boundary = response.fields["content-type"].partition("boundary=")[2]
            parts = response.content.split(f"\r\n--{boundary}".encode())[1:-1]
            assert [part.partition(b"\r\n\r\n")[2] for part in parts] == [whole[:10], whole[2000:3000], whole[-10:]]


@pytest.mark.gen_test
@ONE_WAY
async def test_the_initialisation_segment_comes_in_front_where_it_is_asked_for(connect, films, film):
    put(films, PATH, film)
    async with await connect() as connection:
        init, segment, both = [
            await connection.request("GET", f"{URL}/{what}") for what in ("v0-init.mp4", "v0-1.m4s", "v0-1.m4s?init=1")
        ]
    assert both.content == init.content + segment.content
    assert len({each.fields["etag"] for each in (init, segment, both)}) == 3
    assert {each.fields["content-type"] for each in (init, segment, both)} == {"video/mp4"}


@pytest.mark.gen_test
@ONE_WAY
@pytest.mark.parametrize(
    ("what", "media_type"),
    [("index.json", "application/json"), ("a1-init.mp4", "audio/mp4"), ("a1-1.m4s", "audio/mp4")],
)
async def test_a_request_is_answered_as_for_films(connect, films, film, what, media_type):
    put(films, PATH, film)
    url = f"{URL}/{what}"
    async with await connect() as connection:
        plain = await connection.request("GET", url)
        tag, modified = plain.fields["etag"], plain.fields["last-modified"]
        length = len(plain.content)

        async def answer(method, *fields):
            response = await connection.request(method, url, *fields)
            return response.status, response.fields.get("content-range"), response.content

        assert plain.fields["content-type"] == media_type
        assert plain.fields["accept-ranges"] == "bytes"
        assert plain.fields["cache-control"] == "no-cache"
        assert not tag.startswith("W/")
        head = await connection.request("HEAD", url)
        assert (head.status, head.fields["content-length"], head.content) == (200, str(length), b"")
        assert await answer("GET", f"If-None-Match: {tag}") == (304, None, b"")
        assert await answer("GET", f"If-Modified-Since: {modified}") == (304, None, b"")
        assert (await answer("GET", 'If-Match: "another"'))[0] == 412
        assert await answer("GET", f"Range: bytes={length}-") == (416, f"bytes */{length}", b"")
        part = (206, f"bytes 5-9/{length}", plain.content[5:10])
        assert await answer("GET", "Range: bytes=5-9", f"If-Range: {tag}") == part
        assert await answer("GET", "Range: bytes=5-9", 'If-Range: "another"') == (200, None, plain.content)
        assert (await connection.request("OPTIONS", url)).status == 204
        assert (await connection.request("POST", url)).status == 405


@pytest.mark.gen_test
@ONE_WAY
async def test_what_names_this_version_of_the_film_may_be_kept_for_good(connect, films, film):
    put(films, PATH, film)
    async with await connect() as connection:
        version = (await connection.request("HEAD", "/videos/a%20b/Film%20%231.mp4?original")).fields["etag"].strip('"')
        for what in ("index.json?", "a1-init.mp4?", "a1-1.m4s?", "a1-1.m4s?init=1&"):
            answers = [
                await connection.request("GET", f"{URL}/{what}v={each}")
                for each in (f"{version}.{PACKAGING}", version, f"{version}.{PACKAGING - 1}", "another")
            ]
            assert [(each.status, each.fields["cache-control"]) for each in answers] == [
                (200, IMMUTABLE),
                (200, "no-cache"),  # another release of the server may make other segments of the same film
                (404, "no-store"),
                (404, "no-store"),
            ]


@pytest.mark.gen_test
@ONE_WAY
async def test_players_of_hls_play_the_playlists(connect, films, film, tmp_path):
    put(films, PATH, film)
    url = f"http://127.0.0.1:{connect.port}{URL}/master.m3u8"
    whole = put(tmp_path, "film.mp4", film)
    assert await asyncio.to_thread(_hashes, url, "0:v", "0:a") == _hashes(whole, "0:v", "0:a")
    async with await connect() as connection:
        for name in ("master", "v0", "a1", "iframes-v0"):
            response = await connection.request("GET", f"{URL}/{name}.m3u8")
            assert (response.status, response.fields["content-type"]) == (200, "application/vnd.apple.mpegurl")
            check = check_master_playlist if name == "master" else check_media_playlist
            check(response.content.decode())
            assert "v0-0.m4s?v=" in response.content.decode() or name in ("master", "a1")
            zipped = await connection.request("GET", f"{URL}/{name}.m3u8", "Accept-Encoding: gzip")
            assert gzip.decompress(zipped.content) == response.content
        for name in ("a0", "v1", "iframes-a9", "iframes-master"):
            assert (await connection.request("GET", f"{URL}/{name}.m3u8")).status == 404
        whole_segment = await connection.request("GET", f"{URL}/v0-1.m4s")
        key = await connection.request("GET", f"{URL}/v0-1.m4s?key=1")
        init = await connection.request("GET", f"{URL}/v0-init.mp4")
        both = await connection.request("GET", f"{URL}/v0-1.m4s?key=1&init=1")
    assert whole_segment.content.startswith(key.content)
    assert len(key.content) < len(whole_segment.content) / 2
    assert both.content == init.content + key.content
    assert len({each.fields["etag"] for each in (whole_segment, key, init, both)}) == 4


class TestConvertedSound:
    @pytest.fixture
    def examines(self):
        return True

    @pytest.mark.gen_test
    @ONE_WAY
    async def test_the_process_that_converts_starts_with_that_which_reads_the_index(
        self, connect, films, film, tmp_path
    ):
        whole = put(tmp_path, "film.mp4", film)
        target = put(films, PATH)
        ffmpeg("-t", "1", "-i", str(whole), "-c:v", "copy", "-c:a", "ac3", "-f", "matroska", str(target))
        async with await connect() as connection:
            while (await _listed(connection))["state"] == "pending":
                await asyncio.sleep(0.05)
            others = worker_processes()
            await _index(connection)
            while len(set(worker_processes()) - set(others)) < 2:
                await asyncio.sleep(0.01)


class TestSubtitlesOfHls:
    @pytest.fixture
    def examines(self):
        return True

    @pytest.mark.gen_test
    @ONE_WAY
    async def test_they_are_renditions_whose_times_are_those_of_the_segments(self, connect, films, film, tmp_path):
        srt = put(films, "a b/Film #1.de.forced.sdh.srt", b"1\n00:00:01,000 --> 00:00:02,500\nHallo\n")
        options = ["-map", "0", "-map", "1", "-c", "copy", "-c:s", "mov_text", "-metadata:s:s", "language=eng"]
        ffmpeg("-i", str(put(tmp_path, "film.mp4", film)), "-i", str(srt), *options, str(films / PATH))
        async with await connect() as connection:
            while (await _listed(connection))["state"] == "pending":
                await asyncio.sleep(0.05)
            master = (await connection.request("GET", f"{URL}/master.m3u8")).content.decode()
            check_master_playlist(master)
            beside, inside = [line for line in master.splitlines() if "TYPE=SUBTITLES" in line]
            told = ('LANGUAGE="de"', 'LANGUAGE="en"', "FORCED=YES", "describes-music")
            assert [word in beside for word in told] == [True, False, True, True]
            assert [word in inside for word in told] == [False, True, False, False]
            delay = (await _index(connection))["delay"]
            assert delay > 0
            for line, words in ((beside, "Hallo"), (inside, "Hallo")):
                name = line.partition('URI="')[2].partition('"')[0]
                playlist = (await connection.request("GET", f"{URL}/{name}")).content.decode()
                check_media_playlist(playlist)
                (address,) = [each for each in playlist.splitlines() if each and not each.startswith("#")]
                text = (await connection.request("GET", urljoin(f"{URL}/{name}", address))).content.decode()
                says = f"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:{round(delay * 90000)},LOCAL:00:00:00.000\n\n00:00:01.000 --> "
                assert text.startswith(says)
                assert words in text
            assert (await connection.request("GET", f"{URL}/subtitles-t9.m3u8")).status == 404


@pytest.mark.gen_test
@ONE_WAY
async def test_the_index_is_gzipped_where_that_is_preferred(connect, films, film):
    put(films, PATH, film)
    async with await connect() as connection:
        plain = await connection.request("GET", f"{URL}/index.json")
        zipped = await connection.request("GET", f"{URL}/index.json", "Accept-Encoding: gzip")
    assert zipped.fields["content-encoding"] == "gzip"
    assert plain.fields["vary"] == zipped.fields["vary"] == "Accept-Encoding"
    assert gzip.decompress(zipped.content) == plain.content


@pytest.mark.gen_test
@ONE_WAY
@pytest.mark.parametrize(
    "what",
    [
        "v0--1.m4s",
        "v0-99999999.m4s",
        "v0-4.m4s",
        "v0-01.m4s",
        "v0-1e0.m4s",
        "v0-٣.m4s",
        "v1-0.m4s",
        "a0-0.m4s",
        "v00-0.m4s",
        "v0-0.m4s/",
        "v9-init.mp4",
        "v99999-init.mp4",
        "index.json/../index.json",
        "INDEX.json",
    ],
)
async def test_what_no_film_has_is_not_found(connect, films, film, what):
    put(films, PATH, film)
    async with await connect() as connection:
        response = await connection.request("GET", f"{URL}/{what}".encode().decode("latin-1"))
        assert (response.status, response.fields["cache-control"]) == (404, "no-store")
        for missing in (
            "/segments/None.mp4/index.json",
            "/segments/None.mp4/v0-0.m4s",
            f"/segments/{films}/index.json",
        ):
            assert (await connection.request("GET", missing)).status == 404


@pytest.mark.gen_test
@ONE_WAY
async def test_a_film_that_cannot_be_packaged_is_said_to_be_so(connect, films, caplog):
    put(films, PATH, b"film")
    async with await connect() as connection:
        for what in ("index.json", "v0-init.mp4", "v0-0.m4s"):
            assert (await connection.request("GET", f"{URL}/{what}")).status == 422
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


@pytest.mark.gen_test
@ONE_WAY
@pytest.mark.parametrize("worker_module", ["tests.services.rogue_worker"])
async def test_a_worker_that_fails_may_be_asked_again(connect, films, film):
    put(films, PATH, film)
    async with await connect() as connection:
        response = await connection.request("GET", f"{URL}/index.json")
    assert response.status == 503
    assert "retry-after" in response.fields


@pytest.mark.gen_test
@ONE_WAY
async def test_of_a_film_that_was_replaced_the_segments_of_the_new_one_are_sent(connect, films, film, other_film):
    put(films, PATH, film)
    async with await connect() as connection:
        before = await connection.request("GET", f"{URL}/v0-0.m4s")
        put(films, "new.mp4", other_film).rename(films / PATH)
        while (after := await connection.request("GET", f"{URL}/v0-0.m4s")).status == 503:
            await asyncio.sleep(0.05)  # on a busy machine, until the library may be listed again
        assert (after.status, after.fields["etag"] != before.fields["etag"]) == (200, True)
        assert after.content != before.content
        assert len((await _index(connection))["tracks"]) == 1
        tag = before.fields["etag"].strip('"').partition(".")[0]
        assert (await connection.request("GET", f"{URL}/v0-0.m4s?v={tag}")).status == 404


class _Paused:
    """A viewer who takes nothing of a segment until told to."""

    def __init__(self, connection):
        self._connection = connection

    @classmethod
    async def begin(cls, connect, viewers):
        connection = await connect()
        connection.reader._transport.pause_reading()
        await connection.send(request_head("GET", f"{URL}/v0-0.m4s"))
        sent, still = -1, 0
        while still < 20:
            await asyncio.sleep(0.02)
            now = next((transfer.sent for transfer in viewers), 0)
            still = still + 1 if now == sent and now else 0
            sent = now
        return cls(connection)

    async def rest(self):
        """All that comes, and whether it is all of the segment."""
        self._connection.reader._transport.resume_reading()
        _, fields = await self._connection.response_head()
        length, content = int(fields["content-length"]), bytearray()
        while len(content) < length:
            try:
                data = await self._connection.reader.read(2**20)
            except ConnectionResetError:
                break
            if not data:
                break
            content += data
        return bytes(content), len(content) == length


@pytest.mark.gen_test
async def test_a_film_that_is_replaced_in_mid_send_is_sent_to_the_end_as_it_was(
    connect, viewers, films, large_film, other_film
):
    (films / "a b").mkdir()
    shutil.copy(large_film, films / PATH)
    async with await connect() as connection:
        whole = (await connection.request("GET", f"{URL}/v0-0.m4s")).content
    paused = await _Paused.begin(connect, viewers)
    put(films, "new.mp4", other_film).rename(films / PATH)
    assert await paused.rest() == (whole, True)


@pytest.mark.gen_test
async def test_a_film_that_is_written_to_in_mid_send_is_cut_off(connect, viewers, films, large_film):
    (films / "a b").mkdir()
    shutil.copy(large_film, films / PATH)
    paused = await _Paused.begin(connect, viewers)
    with (films / PATH).open("r+b") as file:
        file.seek(1000)
        file.write(b"other bytes")
    _, is_whole = await paused.rest()
    assert not is_whole


@pytest.mark.gen_test
async def test_who_takes_nothing_of_a_segment_holds_a_chunk_and_a_place_among_the_viewers_of_films(
    connect, viewers, films, large_film, http_server
):
    (films / "a b").mkdir()
    shutil.copy(large_film, films / PATH)
    await _Paused.begin(connect, viewers)
    assert (len(viewers.films), len(viewers.documents)) == (1, 0)
    (stream,) = [connection.stream for connection in http_server._connections]
    assert len(stream._write_buffer) + stream.held_bytes <= 64 * 1024 + 1024
