"""Text with the extension of a film is on no list: TypeScript, translations of Qt."""

import asyncio
import json
import shutil

import pytest
from tornado.httpclient import HTTPClientError

from services.storage.local.folder import Folder
from services.storage.store import Stores
from tests.films import put
from tests.real_films import make_film

TYPESCRIPT = b"export const x: number = 1;\n"


@pytest.fixture
def examines():
    return True


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return make_film(tmp_path_factory.mktemp("film") / "film.ts", "-c:v", "mpeg2video", "-c:a", "mp2", duration_s=1)


async def _listed(http_client, base_url):
    return json.loads((await http_client.fetch(f"{base_url}/api/movies")).body)["movies"]


async def _paths(http_client, base_url):
    return [movie["path"] for movie in await _listed(http_client, base_url)]


async def _paths_of_known(http_client, base_url):
    """The paths of the list, once all films are looked into."""
    while any(movie["state"] == "pending" for movie in await _listed(http_client, base_url)):
        await asyncio.sleep(0.02)
    return await _paths(http_client, base_url)


@pytest.mark.gen_test
async def test_text_in_a_folder_is_no_film_from_the_first_list_on(http_client, http_server, base_url, films, film):
    shutil.copy(film, films / "film.ts")
    shutil.copy(film, films / "film.MTS")
    put(films, "component.ts", TYPESCRIPT)
    put(films, "src/mod.mts", b"export {}\n")
    put(films, "src/types.d.TS", TYPESCRIPT)
    put(films, "qt_de.ts", b'<?xml version="1.0"?><!DOCTYPE TS><TS version="2.1"></TS>')
    assert await _paths(http_client, base_url) == ["film.MTS", "film.ts"]
    with pytest.raises(HTTPClientError, match="404"):
        await http_client.fetch(f"{base_url}/videos/component.ts")


class TestLongText:
    @pytest.fixture
    def store(self, films):
        return Stores([Folder(films, most_doubted_bytes=1000)])

    @pytest.mark.gen_test
    async def test_it_is_no_film_once_it_was_looked_into(self, http_client, http_server, base_url, films, film):
        shutil.copy(film, films / "film.ts")
        put(films, "long.ts", TYPESCRIPT * 1000)
        assert await _paths_of_known(http_client, base_url) == ["film.ts"]
        for resource in ("list", "playlist.m3u"):
            assert b"long" not in (await http_client.fetch(f"{base_url}/{resource}")).body


@pytest.mark.parametrize("place", ["bucket"], indirect=True)
@pytest.mark.gen_test
async def test_text_in_a_bucket_is_no_film_once_it_was_looked_into(http_client, put_film, http_server, base_url, film):
    put_film("component.ts", TYPESCRIPT)
    put_film("film.ts", film.read_bytes())
    assert await _paths_of_known(http_client, base_url) == ["film.ts"]
