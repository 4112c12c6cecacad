"""Shares, as those see them to whom a link was sent."""

import json
import re

import pytest

from services.access.shares import Form, Subject, Terms, link, proof, share_of
from services.networks import networks
from tests.films import put
from tests.handlers.conftest import SIGNER
from tests.real_films import FOOTAGE

FILM = Subject(Form.FILM, "Noir/M.mp4")
MODES = ["no-cors", "navigate", "cors"]
BROWSER = "Accept: text/html"


@pytest.fixture
def access(locked):
    return locked


@pytest.fixture
def is_there():
    """Whether the place of the films can be listed."""
    return True


@pytest.fixture
def location(films, is_there):
    return str(films) if is_there else "http://127.0.0.1:1/films/"


@pytest.fixture(autouse=True)
def library(films):
    put(films, "Noir/M.mp4", b"murder")
    put(films, "Noir/M.en.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    put(films, "Noir/M-poster.jpg", b"picture")
    put(films, "Noir/M-fanart.jpg", b"large picture")
    put(films, "Alien.mp4", b"alien")


@pytest.mark.gen_test
async def test_all_addresses_in_the_list_of_a_share_open_and_none_tells_a_folder(connect):
    prefix = f"/s/{link(SIGNER, FILM, Terms())}"
    async with await connect() as connection:
        listed = await connection.request("GET", f"{prefix}/api/movies")
        (movie,) = json.loads(listed.content)["movies"]
        about = await connection.request("GET", prefix + movie["about"])
        addresses = [movie["url"], movie["poster"], movie["subtitles"][0]["url"]]
        addresses += json.loads(about.content)["artwork"].values()
        statuses = [(await connection.request("GET", prefix + each)).status for each in addresses]
    assert statuses == [200] * 4
    assert movie["path"] == "M.mp4"
    assert "Noir" not in (listed.content + about.content).decode()
    assert listed.fields["cache-control"].startswith("private")


@pytest.mark.gen_test
@pytest.mark.parametrize("examines", [True])
async def test_players_of_hls_find_all_playlists_of_a_share_by_relative_addresses(connect, films):
    put(films, "Deep/Down/Bunny.mp4", (FOOTAGE / "bigbuckbunny.mp4").read_bytes())
    put(films, "Deep/Down/Bunny.en.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    prefix = f"/s/{link(SIGNER, Subject(Form.FOLDER, 'Deep'), Terms())}/segments/Down/Bunny.mp4"
    async with await connect() as connection:
        master = await connection.request("GET", f"{prefix}/master.m3u8")
        subtitles = re.search(r'URI="(subtitles-[^"]+)"', master.content.decode())[1]
        playlist = (await connection.request("GET", f"{prefix}/{subtitles}")).content.decode()
        (address,) = re.findall(r"^\.\./.+$", playlist, re.MULTILINE)
        assert address.startswith("../../../subtitles/Down/Bunny.mp4/")
        opened = await connection.request("GET", prefix.replace("segments/Down/Bunny.mp4", address.lstrip("./")))
    assert opened.status == 200
    assert b"Hello" in opened.content


@pytest.mark.gen_test
async def test_a_link_says_whether_films_may_be_downloaded(connect):
    async with await connect() as connection:
        for downloads, told in ((True, "download"), (False, "watch")):
            target = f"/s/{link(SIGNER, FILM, Terms(downloads=downloads))}/api/movies"
            assert (await connection.request("GET", target)).fields["share"] == told


@pytest.mark.gen_test
async def test_a_browser_that_goes_to_the_film_itself_gets_it_only_for_downloads(connect):
    async with await connect() as connection:
        for downloads, statuses in ((True, [200, 200, 200]), (False, [200, 401, 200])):
            film = f"/s/{link(SIGNER, FILM, Terms(downloads=downloads))}/videos/M.mp4"
            asked = [await connection.request("GET", film, f"Sec-Fetch-Mode: {mode}") for mode in MODES]
            assert [answer.status for answer in asked] == statuses


@pytest.mark.gen_test
async def test_the_page_says_why_a_link_does_not_open(connect, now_s):
    text = link(SIGNER, FILM, Terms(1_800_003_600, 1_800_007_200))
    async with await connect() as connection:
        early = await connection.request("GET", f"/s/{text}/", BROWSER)
        now_s[0] += 3600
        open_ = await connection.request("GET", f"/s/{text}/", BROWSER)
        elsewhere = await connection.request("GET", f"/s/{text}/videos/Alien.mp4", BROWSER)
        now_s[0] += 3600
        over = await connection.request("GET", f"/s/{text}/", BROWSER)
        wrong = await connection.request("GET", "/s/s.AAAAAAAA/", BROWSER)
    assert [early.status, open_.status, elsewhere.status, over.status, wrong.status] == [401, 200, 401, 401, 401]
    assert b"This link works from 15 January 2027, 09:00 UTC on." in early.content
    assert b"There is nothing for you at this address." in elsewhere.content
    assert b"This link does not work, or not any more." in over.content
    assert over.content == wrong.content


@pytest.mark.gen_test
async def test_the_code_opens_a_link_in_the_browser_where_it_was_entered(connect):
    prefix = f"/s/{link(SIGNER, FILM, Terms(code='Rosebud 7'))}"
    async with await connect() as connection:
        asked = await connection.request("GET", f"{prefix}/?film=M.mp4", BROWSER)
        assert (asked.status, b'name="code"' in asked.content) == (401, True)
        assert b'name="next" value="?film=M.mp4"' in asked.content
        wrong = await connection.post(f"{prefix}/sign-in", "code=rose")
        assert (wrong.status, b"This is not the code." in wrong.content) == (401, True)
        right = await connection.post(
            f"{prefix}/sign-in", "code=rosebud7&next=%3Ffilm%3DM.mp4", "Origin: https://localhost"
        )
        assert (right.status, right.fields["location"]) == (303, "./?film=M.mp4")
        cookie, _, attributes = right.fields["set-cookie"].partition(";")
        assert cookie.startswith("__Host-films-")
        assert attributes == " Path=/; HttpOnly; SameSite=Lax; Secure"
        assert (await connection.request("GET", f"{prefix}/videos/M.mp4", f"Cookie: {cookie}")).content == b"murder"
        assert (await connection.request("GET", "/videos/Noir/M.mp4", f"Cookie: {cookie}")).status == 401


@pytest.mark.gen_test
@pytest.mark.parametrize("target", ["/playlist.m3u", "/playlist.m3u?film=M.mp4", "/playlist.m3u?folder="])
@pytest.mark.parametrize("code", ["", "rosebud"])
async def test_players_that_know_no_code_play_by_the_playlists_of_a_guest(connect, now_s, target, code):
    text = link(SIGNER, FILM, Terms(ends_s=int(now_s[0]) + 90_000, code=code))
    cookie = (
        f"Cookie: films-{SIGNER.signature('cookie')[:8]}-share-{text[2:10]}={proof(SIGNER, share_of(SIGNER, text))}"
    )
    async with await connect() as connection:
        playlist = (await connection.request("GET", f"/s/{text}{target}", cookie)).content.decode()
        assert "Noir" not in playlist
        (film,) = re.findall(rf"^http://localhost(/s/{text}.+)$", playlist, re.MULTILINE)
        told = json.loads((await connection.request("GET", f"/s/{text}/api/ticket?film=M.mp4", cookie)).content)
        for address in (film, f"/s/{text}{told['prefix']}/videos/M.mp4"):
            assert (await connection.request("GET", address)).content == b"murder"
        now_s[0] += 90_000
        for address in (film, f"/s/{text}{told['prefix']}/videos/M.mp4"):
            assert (await connection.request("GET", address)).status == 401


@pytest.mark.gen_test
@pytest.mark.parametrize("proxies", [networks("127.0.0.1")])
async def test_guesses_of_a_code_are_slowed_from_whichever_address_they_come(connect, caplog):
    prefix = f"/s/{link(SIGNER, FILM, Terms(code='rosebud'))}"
    async with await connect() as connection:
        for number in range(5):
            await connection.post(f"{prefix}/sign-in", "code=guess", f"X-Forwarded-For: 203.0.113.{number}")
        slowed = await connection.post(f"{prefix}/sign-in", "code=rosebud", "X-Forwarded-For: 203.0.113.9")
        assert (slowed.status, slowed.fields["retry-after"]) == (429, "30")
        assert b"Too many wrong codes. Try again in 30 s." in slowed.content
    lines = [each.getMessage() for each in caplog.records if each.name == "sign-in"]
    assert lines == [f"wrong code from 203.0.113.{number}" for number in range(5)]


@pytest.mark.gen_test
async def test_the_code_page_does_not_take_the_password(connect):
    prefix = f"/s/{link(SIGNER, FILM, Terms(code='rosebud'))}"
    async with await connect() as connection:
        answer = await connection.post(f"{prefix}/sign-in", "password=open+sesame")
    assert answer.status == 401
    assert "set-cookie" not in answer.fields


@pytest.mark.gen_test
@pytest.mark.parametrize("is_there", [False])
async def test_while_a_place_was_never_listed_a_guest_is_told_to_come_back(connect):
    """Its films may be there: the link is not said to be wrong."""
    prefix = f"/s/{link(SIGNER, FILM, Terms())}"
    async with await connect() as connection:
        answer = await connection.request("GET", f"{prefix}/videos/M.mp4")
        assert (answer.status, answer.fields["retry-after"]) == (503, "5")
        assert (await connection.request("GET", "/s/x/videos/M.mp4")).status == 401


@pytest.mark.gen_test
async def test_a_film_that_comes_into_a_shared_folder_is_shared(connect, films, now_s):
    prefix = f"/s/{link(SIGNER, Subject(Form.FOLDER, 'Noir'), Terms())}"
    async with await connect() as connection:
        assert (await connection.request("GET", f"{prefix}/videos/M.mp4")).status == 200
        put(films, "Noir/Gilda.mp4", b"gilda")
        while (await connection.request("GET", f"{prefix}/videos/Gilda.mp4")).status != 200:
            pass
        assert (await connection.request("GET", f"{prefix}/videos/Alien.mp4")).status == 401
