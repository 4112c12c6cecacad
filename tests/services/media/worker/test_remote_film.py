"""A film read over HTTP like a file, from a server that may answer wrongly."""

import asyncio
import os
import random
from io import BufferedReader

import pytest

from services.errors import RepresentationChanged
from services.media.worker.index_jobs import index_pieces
from services.media.worker.probe import probe
from services.media.worker.remote_film import READ_BYTES, TIMEOUT_S, RemoteFilm
from services.packaging.film_index import NotPackaged
from tests.faulty_store import KEY, TAG, Fault, FaultyStore
from tests.films import telling_bytes
from tests.real_films import H264, ffmpeg, make_film

CONTENT = telling_bytes(3_000_000)


@pytest.fixture
def server(io_loop):
    server = FaultyStore(CONTENT)
    io_loop.run_sync(server.__aenter__)
    server.film_url = f"{server.url}/videos/{KEY}"
    yield server
    io_loop.run_sync(server.__aexit__)


async def _read(server, *spans, timeout_s=TIMEOUT_S):
    """The bytes of these spans (position, length), read one after the other."""

    def read():
        with BufferedReader(RemoteFilm(server.film_url, TAG, "film.mp4", timeout_s), READ_BYTES) as film:
            return [film.read(length) for first, length in spans if film.seek(first) == first]

    return await asyncio.to_thread(read)


@pytest.mark.gen_test
async def test_any_bytes_are_those_that_a_file_would_have(server):
    chance = random.Random(1)
    spans = [(chance.randrange(3_100_000), chance.choice([1, 1000, 32_768, 700_000])) for _ in range(50)]
    assert await _read(server, *spans) == [CONTENT[first : first + length] for first, length in spans]


@pytest.mark.gen_test
async def test_a_place_is_counted_from_the_start_from_here_and_from_the_end(server):
    def places():
        with BufferedReader(RemoteFilm(server.film_url, TAG, "film.mp4"), READ_BYTES) as film:
            film.read(10)
            return [film.seek(-8, os.SEEK_END), film.read(99), film.seek(-3_000_000, os.SEEK_CUR), film.read(8)]

    assert await asyncio.to_thread(places) == [2_999_992, b"2999992\n", 0, b"0000000\n"]


@pytest.mark.gen_test
async def test_a_film_is_asked_for_in_short_ranges_by_who_looks_around_and_in_long_ones_by_who_reads_on(server):
    await _read(server, (200_000, 10), (2_000_000, 10), (0, 3_000_000))
    assert server.ranges == [
        "bytes=200000-462143",
        "bytes=2000000-2262143",
        "bytes=0-262143",
        "bytes=262144-786431",
        "bytes=786432-1835007",
        "bytes=1835008-2999999",
    ]


@pytest.mark.gen_test
async def test_what_lies_between_two_reads_is_read_along_where_it_is_short(server):
    assert await _read(server, (0, 8), (1_200_000, 8), (2_400_000, 8)) == [b"0000000\n", b"1200000\n", b"2400000\n"]
    assert server.ranges == ["bytes=0-262143", "bytes=262144-786431", "bytes=786432-1835007", "bytes=1835008-2999999"]


@pytest.mark.gen_test(timeout=120)
async def test_a_film_of_300_fragments_is_looked_into_by_few_requests(server, tmp_path):
    """FFmpeg by itself would ask for each fragment."""
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "24", "-c:a", "aac")
    clip = make_film(tmp_path / "clip.mp4", *codecs, duration_s=20)
    film = tmp_path / "film.mp4"
    fragments = ("-movflags", "frag_keyframe+empty_moov+default_base_moof+skip_trailer")
    ffmpeg("-stream_loop", "14", "-i", str(clip), "-c", "copy", *fragments, str(film))
    server.content = film.read_bytes()

    def details():
        with BufferedReader(RemoteFilm(server.film_url, TAG, "film.mp4"), READ_BYTES) as film:
            return probe(film)

    assert (await asyncio.to_thread(details))["duration"] == pytest.approx(300.0, abs=2)
    assert server.content.count(b"moof") >= 300
    assert len(server.ranges) <= 8
    server.ranges.clear()

    def index():
        with BufferedReader(RemoteFilm(server.film_url, TAG, "film.mp4"), READ_BYTES) as film:
            return sum(map(len, index_pieces(film)))

    assert await asyncio.to_thread(index) > 1000
    assert len(server.ranges) <= 12  # three key frames are looked at, too


@pytest.mark.gen_test
async def test_every_request_names_the_version(server):
    await _read(server, (0, 600_000))
    assert [head.split()[0] for head in server.heads] == ["HEAD", "GET", "GET"]
    assert all(f"If-Match: {TAG}\r\n" in head for head in server.heads)


@pytest.mark.gen_test
async def test_another_version_is_refused_from_the_start(server):
    server.tag = '"another"'
    with pytest.raises(RepresentationChanged):
        await _read(server, (0, 10))


@pytest.mark.gen_test
@pytest.mark.parametrize("ignores_if_match", [False, True])
async def test_another_version_is_refused_in_the_middle(server, ignores_if_match):
    faults = iter([Fault(), Fault(tag='"another"', ignores_if_match=ignores_if_match)])
    server.fault = lambda: next(faults)
    with pytest.raises(RepresentationChanged):
        await _read(server, (0, 300_000))


@pytest.mark.gen_test
async def test_no_redirect_is_followed(server):
    location = f"{server.url}/elsewhere/{KEY}"
    head = f"HTTP/1.1 302 Found\r\nETag: {TAG}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    server.fault = lambda: Fault(head=head.encode())
    with pytest.raises(OSError, match=r"^the server answers 302$"):
        await _read(server, (0, 10))
    assert not [head for head in server.heads if "elsewhere" in head]


@pytest.mark.gen_test
async def test_no_proxy_is_asked(server, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert await _read(server, (0, 8)) == [b"0000000\n"]


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=503),
        Fault(status=404),
        Fault(whole=True),
        Fault(shift=8),
        Fault(cut_after=-1),
        Fault(cut_after=100_000),
        Fault(hang_after=-1),
        Fault(hang_after=100_000),
        Fault(head=b"SSH-2.0-OpenSSH\r\n\r\n"),
    ],
    ids=["503", "404", "whole", "shifted", "cut at once", "cut", "silent at once", "silent", "SSH"],
)
async def test_what_the_server_does_wrong_is_an_error_soon(server, fault):
    server.fault = lambda: fault
    with pytest.raises(OSError):
        await _read(server, (0, 200_000), timeout_s=0.2)


@pytest.mark.gen_test
async def test_a_matroska_film_without_cues_is_not_read_in_search_of_its_key_frames(tmp_path):
    film = make_film(tmp_path / "film.mkv", *H264, "-live", "1")

    def index(url):
        with BufferedReader(RemoteFilm(url, TAG, "film.mkv"), READ_BYTES) as film, pytest.raises(NotPackaged) as error:
            list(index_pieces(film))
        return str(error.value)

    async with FaultyStore(film.read_bytes()) as server:
        assert await asyncio.to_thread(index, f"{server.url}/videos/{KEY}") == "no cues"
    with film.open("rb") as local:
        assert list(index_pieces(local))
