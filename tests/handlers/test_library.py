import gzip
import json
import os

import pytest

from tests.films import put


@pytest.mark.gen_test
async def test_the_list_says_of_each_film_its_title_path_url_size_and_date(http_client, http_server, base_url, films):
    os.utime(put(films, "Show #1/100% & ünï_code.mkv", b"12345"), (0, 784111777))
    response = await http_client.fetch(f"{base_url}/api/movies")
    assert response.headers["Content-Type"] == "application/json"
    assert json.loads(response.body) == {
        "movies": [
            {
                "title": "100% & ünï code",
                "path": "Show #1/100% & ünï_code.mkv",
                "url": "/videos/Show%20%231/100%25%20%26%20%C3%BCn%C3%AF_code.mkv",
                "bytes": 5,
                "modified": "1994-11-06T08:49:37Z",
                "state": "unexamined",
            }
        ]
    }


@pytest.mark.gen_test
async def test_every_url_of_the_list_is_a_film(http_client, http_server, base_url, films):
    for name in ("a b.mp4", "#?%&+.mp4", "x/y/z'\".mp4", "caf\udce9.mp4", "日本.webm"):
        put(films, name, os.fsencode(name))
    movies = json.loads((await http_client.fetch(f"{base_url}/api/movies")).body)["movies"]
    contents = {(await http_client.fetch(f"{base_url}{movie['url']}")).body for movie in movies}
    assert contents == {
        b"a b.mp4",
        b"#?%&+.mp4",
        b"x/y/z'\".mp4",
        b"caf\xe9.mp4",
        "日本.webm".encode(),
    }


@pytest.mark.gen_test
async def test_an_empty_library_is_an_empty_list(http_client, http_server, base_url):
    assert json.loads((await http_client.fetch(f"{base_url}/api/movies")).body) == {"movies": []}


@pytest.mark.gen_test
async def test_a_list_that_did_not_change_is_not_sent_again(connect, films):
    put(films, "a.mp4")
    async with await connect() as connection:
        first = await connection.request("GET", "/api/movies")
        again = await connection.request("GET", "/api/movies", f"If-None-Match: {first.fields['etag']}")
    assert again.status == 304


@pytest.mark.gen_test
async def test_a_long_list_is_compressed_for_whoever_accepts_it(connect, films):
    for number in range(50):
        put(films, f"{number}.mp4")
    async with await connect() as connection:
        plain = await connection.request("GET", "/api/movies")
        compressed = await connection.request("GET", "/api/movies", "Accept-Encoding: gzip")
    assert compressed.fields["content-encoding"] == "gzip"
    assert gzip.decompress(compressed.content) == plain.content
    assert compressed.fields["etag"] != plain.fields["etag"]
    assert compressed.fields["vary"] == plain.fields["vary"] == "Accept-Encoding"
