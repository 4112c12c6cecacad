"""Tickets: those that the page asks for, and those in playlists."""

import json
import re

import pytest

from services.access.access import Access
from tests.films import put

OWNER = "Authorization: Bearer open sesame"
FORM = r"/t/(?:f|\d)\.[0-9a-f]{8}\.[\w-]{22}"


@pytest.fixture
def access(locked):
    return locked


@pytest.fixture(autouse=True)
def library(films):
    put(films, "Noir/M.mp4", b"murder")
    put(films, "Noir/Gilda.mp4", b"gilda")
    put(films, "Alien.mp4", b"alien")
    for number in (1, 2):
        put(films, f"Gandhi/VIDEO_TS/VTS_01_{number}.VOB", bytes(number))


async def _addresses(connection, target):
    """The paths in a playlist."""
    answer = await connection.request("GET", target, OWNER)
    assert answer.status == 200
    return re.findall(r"^http://localhost(.+)$", answer.content.decode(), re.MULTILINE)


async def _status(connection, target):
    return (await connection.request("HEAD", target)).status


@pytest.mark.gen_test
async def test_the_page_gets_a_ticket_for_a_film_that_lasts_half_a_day(connect, now_s):
    async with await connect() as connection:
        answer = await connection.request("GET", "/api/ticket?film=Noir/M.mp4", OWNER)
        assert (answer.status, answer.fields["cache-control"]) == (200, "no-store")
        told = json.loads(answer.content)
        assert told["end"] == 1_800_043_200
        assert (await connection.request("GET", f"{told['prefix']}/videos/Noir/M.mp4")).content == b"murder"
        assert await _status(connection, f"{told['prefix']}/videos/Alien.mp4") == 401
        assert (await connection.request("GET", "/api/ticket?film=none.mp4", OWNER)).status == 404
        assert (await connection.request("GET", "/api/ticket", OWNER)).status == 404
        now_s[0] += 43_200
        assert await _status(connection, f"{told['prefix']}/videos/Noir/M.mp4") == 401


@pytest.mark.gen_test
async def test_each_file_in_the_playlist_of_a_film_has_a_ticket_of_its_own(connect):
    async with await connect() as connection:
        first, second = await _addresses(connection, "/playlist.m3u?film=Gandhi/VIDEO_TS/VTS_01_1.VOB")
        assert re.fullmatch(FORM + "/videos/Gandhi/VIDEO_TS/VTS_01_1.VOB", first)
        assert [(await connection.request("GET", each)).content for each in (first, second)] == [bytes(1), bytes(2)]
        assert await _status(connection, first.replace("VTS_01_1", "VTS_01_2")) == 401
        assert await _status(connection, re.sub("/videos/.*", "/videos/Alien.mp4", first)) == 401


@pytest.mark.gen_test
async def test_the_playlist_of_a_folder_lets_in_to_that_folder_for_a_week(connect, now_s):
    async with await connect() as connection:
        addresses = await _addresses(connection, "/playlist.m3u?folder=Noir")
        assert len(addresses) == 2
        assert [await _status(connection, each) for each in addresses] == [200, 200]
        assert await _status(connection, re.sub("/videos/.*", "/videos/Alien.mp4", addresses[0])) == 401
        everything = await _addresses(connection, "/playlist.m3u")
        assert [await _status(connection, each) for each in everything] == [200] * len(everything)
        now_s[0] += 7 * 86_400
        assert await _status(connection, addresses[0]) == 401


@pytest.mark.gen_test
@pytest.mark.parametrize("access", [Access()])
async def test_without_a_password_there_are_no_tickets(connect):
    async with await connect() as connection:
        assert await _addresses(connection, "/playlist.m3u?film=Alien.mp4") == ["/videos/Alien.mp4"]
        assert await _addresses(connection, "/playlist.m3u?folder=Noir") == [
            "/videos/Noir/Gilda.mp4",
            "/videos/Noir/M.mp4",
        ]
        assert await _status(connection, "/api/ticket?film=Alien.mp4") == 404
