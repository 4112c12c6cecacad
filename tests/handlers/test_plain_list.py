import os
import re

import pytest

from tests.films import put


async def _page(connect):
    async with await connect() as connection:
        return await connection.request("GET", "/list")


@pytest.mark.gen_test
async def test_the_plain_list_links_to_every_film_folder_by_folder(connect, films):
    put(films, "The.Matrix.1999.1080p.mkv")
    put(films, "Show/Season 1/S01E02 Pilot.mkv")
    put(films, "zoo.mp4")
    response = await _page(connect)
    assert response.fields["content-type"] == "text/html; charset=utf-8"
    assert response.content.decode().endswith(
        "<h1>Films</h1>\n"
        '<p><a href="playlist.m3u">All as a playlist</a></p>\n'
        "<h2>Show / Season 1</h2>\n<ul>\n"
        '<li><a href="videos/Show/Season%201/S01E02%20Pilot.mkv">Show S01E02 Pilot</a>\n</ul>\n'
        "<ul>\n"
        '<li><a href="videos/The.Matrix.1999.1080p.mkv">The Matrix (1999)</a>\n'
        '<li><a href="videos/zoo.mp4">zoo</a>\n</ul>\n'
    )


@pytest.mark.gen_test
async def test_no_name_gets_out_of_its_place_in_the_page(connect, films):
    put(films, "<script>alert(1)<b>/\"onload='x' & <img src=x>.mp4")
    put(films, "caf\udce9/caf\udce9.mp4")
    page = (await _page(connect)).content.decode()
    assert "<h2>&lt;script&gt;alert(1)&lt;b&gt;</h2>" in page
    assert '">&quot;onload=&#x27;x&#x27; &amp; &lt;img src=x&gt;</a>' in page
    assert "<h2>caf\ufffd</h2>" in page
    assert set(re.findall(r"<(\w+)", page)) == {"html", "meta", "title", "h1", "p", "a", "h2", "ul", "li"}


@pytest.mark.gen_test
async def test_every_link_of_the_page_leads_to_its_film(connect, films):
    names = ["a b.mp4", "#?%&+.mp4", "x/y/z'\".mp4", "caf\udce9.mp4", "日本.webm"]
    for name in names:
        put(films, name, os.fsencode(name))
    async with await connect() as connection:
        page = (await connection.request("GET", "/list")).content.decode()
        targets = re.findall(r'href="(videos/[^"]*)"', page)
        contents = [(await connection.request("GET", f"/{target}")).content for target in targets]
    assert sorted(contents) == sorted(map(os.fsencode, names))


@pytest.mark.gen_test
async def test_the_plain_list_of_no_films_says_so(connect):
    assert (await _page(connect)).content.decode().endswith("<p>No films yet.</p>\n")


@pytest.mark.gen_test
async def test_the_plain_list_runs_nothing(connect):
    assert (await _page(connect)).fields["content-security-policy"] == "default-src 'none'; frame-ancestors 'self'"
