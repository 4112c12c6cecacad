"""If the cache is lost, damaged or replaced while the server runs, all that was in it is made again."""

import asyncio
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from services.catalogue import CatalogueTiming
from tests.films import put
from tests.real_films import make_film
from tests.timing import PATIENT

SRT = b"1\n00:00:01,000 --> 00:00:02,500\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nHow long is it still?\n"
IMMUTABLE = "public, max-age=31536000, immutable"
TRIED_AGAIN_SOON = replace(PATIENT, catalogue=CatalogueTiming(longest_rest_s=0.1), cache_retry_s=0.1)


@pytest.fixture
def examines():
    return True


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A film with pictures in stream 0 and subtitles in stream 1."""
    folder = tmp_path_factory.mktemp("film")
    put(folder, "en.srt", SRT)
    inputs = ("-i", str(folder / "en.srt"), "-map", "0:v", "-map", "2:s")
    options = (*inputs, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:s", "srt")
    return make_film(folder / "film.mkv", *options, duration_s=12)


@pytest.fixture
def cache_folder(tmp_path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def films_with_all(films, film):
    shutil.copy(film, films / "a.mkv")
    put(films, "a.en.srt", SRT)


async def _listed(connection):
    return json.loads((await connection.request("GET", "/api/movies")).content)["movies"]


async def _addresses(connection):
    """The URLs of all that is made of the film, once its poster is made."""
    while "poster" not in (movie := (await _listed(connection))[0]):
        await asyncio.sleep(0.02)
    sheet = movie["thumbnails"].replace(".vtt?", ".jpg?")
    addresses = [movie["poster"], sheet, *(subtitles["url"] for subtitles in movie["subtitles"])]
    assert len(addresses) == 4
    return addresses


async def _contents(connection, addresses):
    contents = []
    for address in addresses:
        while (response := await connection.request("GET", address)).status != 200:
            assert (response.status, response.fields["retry-after"]) == (503, "5")
            assert response.fields.get("cache-control") != IMMUTABLE
            await asyncio.sleep(0.05)
        assert response.fields["cache-control"] == IMMUTABLE
        contents.append(response.content)
    return contents


def _details(folder) -> list[Path]:
    """The files of the cache with details of a film that are whole."""
    contents = {file: file.read_bytes() for file in folder.rglob("details-*.json")}
    return [file for file, content in contents.items() if content.startswith(b"{") and b"\0" not in content]


def _damaged(content: bytes) -> bytes:
    return content[: len(content) // 2] + bytes(len(content) - len(content) // 2)


def _delete_the_folder(folder):
    while folder.exists():  # the server may be writing to it
        shutil.rmtree(folder, ignore_errors=True)


def _delete_the_files(folder):
    for file in (folder / ".movie-streaming" / "films").rglob("*"):
        if file.is_file():
            file.unlink()


def _damage_the_files(folder):
    for file in (folder / ".movie-streaming" / "films").rglob("*"):
        if file.is_file():
            file.write_bytes(_damaged(file.read_bytes()))


def _empty_the_files(folder):
    for file in (folder / ".movie-streaming" / "films").rglob("*"):
        if file.is_file():
            file.write_bytes(b"")


@pytest.mark.gen_test
@pytest.mark.usefixtures("films_with_all")
@pytest.mark.parametrize("lose", [_delete_the_folder, _delete_the_files, _damage_the_files, _empty_the_files])
async def test_what_is_lost_is_made_again_and_nothing_else_is_ever_served(connect, cache_folder, caplog, lose):
    async with await connect() as connection:
        addresses = await _addresses(connection)
        before = await _contents(connection, addresses)
        lose(cache_folder)
        assert await _contents(connection, addresses) == before
        assert await _addresses(connection) == addresses
        while not _details(cache_folder):
            await asyncio.sleep(0.02)
    assert "Traceback" not in caplog.text


@pytest.mark.gen_test
@pytest.mark.usefixtures("films_with_all")
@pytest.mark.parametrize("service_timing", [TRIED_AGAIN_SOON], ids=["tried again soon"])
async def test_while_nothing_can_be_kept_that_is_said_once_and_nothing_fails_in_another_way(
    connect, cache_folder, caplog
):
    async with await connect() as connection:
        addresses = await _addresses(connection)
        before = await _contents(connection, addresses)
        _delete_the_folder(cache_folder)
        cache_folder.write_text("a file in its place")
        for _ in range(3):
            for address in addresses:
                response = await connection.request("GET", address)
                assert (response.status, response.fields["retry-after"]) == (503, "5")
        assert "poster" not in (await _listed(connection))[0]
        cache_folder.unlink()
        assert await _contents(connection, addresses) == before
        assert await _addresses(connection) == addresses
    assert [record.levelname for record in caplog.records if record.name == "services.cache"] == ["WARNING"]
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.gen_test
@pytest.mark.usefixtures("films_with_all")
async def test_a_poster_of_which_there_can_be_none_is_not_found_whatever_is_lost(connect, cache_folder, films):
    put(films, "b.mp4", b"no film")
    async with await connect() as connection:
        while any(movie["state"] == "pending" for movie in await _listed(connection)):
            await asyncio.sleep(0.02)
        await _addresses(connection)
        _delete_the_folder(cache_folder)
        assert (await connection.request("GET", "/posters/b.mp4")).status == 404
