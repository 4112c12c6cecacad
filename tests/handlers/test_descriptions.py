"""What files beside films say of them, over HTTP, from folders and from buckets."""

import asyncio
import json

import pytest

NFO = b"<movie><title>Le Film &amp; moi</title><year>1999</year><genre>Drama / Crime</genre>\
<director>D</director><actor><name>A</name><role>R</role></actor><plot>Long.</plot></movie>"
SHOW = b"<tvshow><title>The Show</title><genre>Comedy</genre><plot>Of the series.</plot></tvshow>"


async def _listed(http_client, base_url, condition):
    """The entries of the films by path, once the condition holds."""
    while True:
        movies = json.loads((await http_client.fetch(f"{base_url}/api/movies")).body)["movies"]
        by_path = {movie["path"]: movie for movie in movies}
        if by_path and condition(by_path):
            return by_path
        await asyncio.sleep(0.05)


@pytest.mark.gen_test
@pytest.mark.parametrize("place", ["folder", "bucket"], indirect=True)
async def test_lists_have_what_the_files_beside_films_say(http_client, http_server, base_url, put_film):
    put_film("Film/Film.mkv", b"film")
    put_film("Film/movie.nfo", NFO)
    put_film("Show/Show S01E01.mkv", b"film")
    put_film("Show/tvshow.nfo", SHOW)
    listed = await _listed(
        http_client, base_url, lambda movies: len(movies) == 2 and all("genres" in each for each in movies.values())
    )
    film, episode = listed["Film/Film.mkv"], listed["Show/Show S01E01.mkv"]
    assert (film["title"], film["year"], film["genres"]) == ("Le Film & moi", 1999, ["Drama", "Crime"])
    assert film["people"] == ["D", "A"]
    assert (episode["series"], episode["episode"], episode["genres"]) == ("The Show", 1, ["Comedy"])
    assert "plot" not in film
    page = (await http_client.fetch(f"{base_url}/list")).body.decode()
    assert "Le Film &amp; moi (1999)" in page
    playlists = [await http_client.fetch(f"{base_url}/playlist.m3u{query}") for query in ("", "?film=Film/Film.mkv")]
    assert all(b"Le Film & moi (1999)\n" in playlist.body for playlist in playlists)
