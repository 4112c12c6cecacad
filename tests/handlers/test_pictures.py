"""Posters and storyboards over HTTP, of films that are really looked into."""

import asyncio
import json
import shutil
from io import BytesIO

import pytest
from PIL import Image
from tornado.httpclient import HTTPClientError

from tests.films import put
from tests.real_films import ffmpeg, make_film

IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture
def examines():
    return True


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    options = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", *options, duration_s=12)


async def _listed(http_client, base_url, condition):
    """The entries of the films, once the condition holds for each of them."""
    while True:
        response = await http_client.fetch(f"{base_url}/api/movies")
        movies = json.loads(response.body)["movies"]
        if all(map(condition, movies)):
            return movies
        await asyncio.sleep(0.02)


async def _status(http_client, url):
    try:
        return (await http_client.fetch(url)).code
    except HTTPClientError as error:
        return error.code


@pytest.mark.gen_test
async def test_the_list_fills_with_what_is_found_out(http_client, http_server, base_url, films, film):
    shutil.copy(film, films / "a film.mp4")
    (listed,) = await _listed(http_client, base_url, lambda movie: "poster" in movie)
    assert listed["state"] == "known"
    assert listed["duration"] == pytest.approx(12, abs=0.1)
    assert listed["poster"].startswith("/posters/a%20film.mp4?v=")
    assert listed["thumbnails"].startswith("/storyboards/a%20film.mp4.vtt?v=")
    assert "has_poster" not in listed


@pytest.mark.gen_test
async def test_a_poster_never_changes_under_its_url(http_client, http_server, base_url, films, film):
    shutil.copy(film, films / "a.mp4")
    (listed,) = await _listed(http_client, base_url, lambda movie: "poster" in movie)
    poster = await http_client.fetch(f"{base_url}{listed['poster']}")
    assert poster.headers["Content-Type"] == "image/jpeg"
    assert poster.headers["Cache-Control"] == IMMUTABLE
    assert Image.open(BytesIO(poster.body)).size == (640, 360)
    tag = listed["poster"].partition("?v=")[2]
    for query in ("", "?v=another", f"?v=another&v={tag}"):  # caches may use only the first
        answer = await http_client.fetch(f"{base_url}/posters/a.mp4{query}")
        assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.gen_test
async def test_a_poster_is_sent_in_ranges_and_not_again(connect, http_client, http_server, base_url, films, film):
    shutil.copy(film, films / "a.mp4")
    (listed,) = await _listed(http_client, base_url, lambda movie: "poster" in movie)
    async with await connect() as connection:
        whole = await connection.request("GET", listed["poster"])
        part = await connection.request("GET", listed["poster"], "Range: bytes=0-1")
        again = await connection.request("GET", listed["poster"], f"If-None-Match: {whole.fields['etag']}")
    assert (part.status, part.content) == (206, b"\xff\xd8")
    assert (again.status, again.fields["cache-control"]) == (304, IMMUTABLE)


@pytest.mark.gen_test
async def test_the_picture_beside_a_film_is_its_poster(http_client, http_server, base_url, films, film):
    shutil.copy(film, films / "a.mp4")
    put(films, "a-poster.png", b"PNG of its owner")
    (listed,) = await _listed(http_client, base_url, lambda movie: "poster" in movie)
    poster = await http_client.fetch(f"{base_url}{listed['poster']}")
    assert poster.body == b"PNG of its owner"
    assert poster.headers["Content-Type"] == "image/png"
    assert poster.headers["Cache-Control"] == IMMUTABLE


@pytest.mark.gen_test
async def test_the_cover_of_what_is_only_sound_is_its_poster(http_client, http_server, base_url, films, tmp_path):
    ffmpeg("-f", "lavfi", "-i", "color=red:size=400x600", "-frames:v", "1", str(tmp_path / "cover.jpg"))
    inputs = ("-f", "lavfi", "-i", "sine=duration=2", "-i", str(tmp_path / "cover.jpg"))
    options = ("-map", "0", "-map", "1", "-c:a", "aac", "-c:v", "copy", "-disposition:v:0", "attached_pic")
    ffmpeg(*inputs, *options, str(films / "a.mp4"))
    (listed,) = await _listed(http_client, base_url, lambda movie: "poster" in movie)
    assert "video" not in listed
    assert "has_cover" not in listed
    poster = await http_client.fetch(f"{base_url}{listed['poster']}")
    assert Image.open(BytesIO(poster.body)).size == (640, 960)


@pytest.mark.gen_test
async def test_a_picture_that_was_replaced_is_not_kept_under_the_url_of_the_one_before(
    http_client, http_server, base_url, films, film
):
    shutil.copy(film, films / "a.mp4")
    put(films, "a-poster.png", b"PNG of its owner")
    (listed,) = await _listed(http_client, base_url, lambda movie: "poster" in movie)
    put(films, "new", b"another PNG").rename(films / "a-poster.png")
    poster = await http_client.fetch(f"{base_url}{listed['poster']}")  # before the list knows of it
    assert (poster.body, poster.headers["Cache-Control"]) == (b"another PNG", "no-cache")


@pytest.mark.gen_test
async def test_a_storyboard_leads_from_its_cues_to_the_pictures(http_client, http_server, base_url, films, film):
    shutil.copy(film, films / "#1 100%.mp4")
    (listed,) = await _listed(http_client, base_url, lambda movie: "thumbnails" in movie)
    storyboard = await http_client.fetch(f"{base_url}{listed['thumbnails']}")
    assert storyboard.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert storyboard.headers["Cache-Control"] == IMMUTABLE
    head, *cues = storyboard.body.decode().split("\n\n")
    assert head == "WEBVTT"
    times, texts = zip(*(cue.strip().split("\n") for cue in cues), strict=True)
    assert times == ("00:00:00.000 --> 00:00:06.000", "00:00:06.000 --> 00:00:12.000")
    sheet_name, _, place = texts[1].partition("#")
    assert place == "xywh=240,0,240,135"
    sheet = await http_client.fetch(f"{base_url}/storyboards/{sheet_name}")
    assert sheet.headers["Content-Type"] == "image/jpeg"
    assert sheet.headers["Cache-Control"] == IMMUTABLE
    assert Image.open(BytesIO(sheet.body)).size == (480, 135)


@pytest.mark.gen_test
async def test_a_long_film_has_closer_pictures_of_each_part(http_client, http_server, base_url, films, film):
    ffmpeg("-stream_loop", "149", "-i", str(film), "-c", "copy", str(films / "long.mp4"))
    await _listed(http_client, base_url, lambda movie: "thumbnails" in movie)
    url = f"{base_url}/storyboards/long.mp4.jpg?part="
    sheet = await http_client.fetch(f"{url}143")
    assert Image.open(BytesIO(sheet.body)).size == (3 * 240, 135)
    assert [await _status(http_client, f"{url}{part}") for part in (144, -1, "x")] == [404, 400, 400]


@pytest.mark.gen_test
async def test_all_who_ask_for_a_sheet_get_the_one_that_is_made(http_client, http_server, base_url, films, film):
    shutil.copy(film, films / "a.mp4")
    await _listed(http_client, base_url, lambda movie: "thumbnails" in movie)
    url = f"{base_url}/storyboards/a.mp4.jpg"
    sheets = await asyncio.gather(*(http_client.fetch(url) for _ in range(5)))
    assert len({sheet.headers["ETag"] for sheet in sheets}) == 1


@pytest.mark.gen_test
async def test_of_what_is_no_film_there_are_no_pictures(http_client, http_server, base_url, films):
    put(films, "a.mp4", b"no film")
    (listed,) = await _listed(http_client, base_url, lambda movie: movie["state"] == "unreadable")
    assert "poster" not in listed
    assert "thumbnails" not in listed
    for path in ("/posters/a.mp4", "/storyboards/a.mp4.vtt", "/storyboards/a.mp4.jpg"):
        assert await _status(http_client, f"{base_url}{path}") == 404


@pytest.mark.gen_test
async def test_of_a_film_that_is_damaged_from_its_middle_on_there_may_be_no_storyboard(
    http_client, http_server, base_url, films, film
):
    content = bytearray(film.read_bytes())
    start = content.index(b"mdat") + 4
    content[start : content.index(b"moov")] = bytes(content.index(b"moov") - start)
    put(films, "a.mp4", bytes(content))
    await _listed(http_client, base_url, lambda movie: movie["state"] == "known")
    assert await _status(http_client, f"{base_url}/storyboards/a.mp4.vtt") == 200
    assert await _status(http_client, f"{base_url}/storyboards/a.mp4.jpg") == 404


@pytest.mark.gen_test
@pytest.mark.parametrize("path", ["/posters/b.mp4", "/posters/..%2Fcache", "/storyboards/b.mp4.vtt"])
async def test_what_the_library_does_not_list_is_not_found(http_client, http_server, base_url, path):
    assert await _status(http_client, f"{base_url}{path}") == 404
