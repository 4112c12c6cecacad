"""Sharing, as the owner does it: new links, the list of those that were sent, and taking them back."""

import asyncio
import json

import pytest

from handlers.http_server import Server
from services.access.access import Access
from services.access.passwords import Password
from services.access.shares import Form, Subject
from services.access.signing import Signer
from services.kept_shares import KeptShares
from services.shares_file import MOST_SHARES, KeptShare
from tests.films import put
from tests.raw_http import request_head


class _CountingSigner(Signer):
    """Counts what it signs."""

    count = 0

    def signature(self, purpose, *parts):
        self.count += 1
        return super().signature(purpose, *parts)


LONG_BYTES = 24 * 1024 * 1024  # more than the kernel takes for a viewer who reads nothing
OWNER = "Authorization: Bearer open sesame"
PAGE = "page=https%3A%2F%2Ffilms.example%2Fhome%2F%3Ffolder%3DNoir"


@pytest.fixture
def access(locked):
    return locked


@pytest.fixture
def are_kept():
    return True


@pytest.fixture
def kept_shares(tmp_path, are_kept):
    return KeptShares(tmp_path / "state" / "shares.json") if are_kept else None


@pytest.fixture(autouse=True)
def library(films):
    put(films, "Noir/M (1931).mp4", b"murder")
    put(films, "Noir/Show S01E01.mp4", b"show")


async def _made(connection, target, form):
    """The new link's path."""
    answer = await connection.post(target, f"{form}&{PAGE}", OWNER)
    assert answer.status == 200, answer.content
    address = json.loads(answer.content)["link"]
    assert address.startswith("https://films.example/home/s/")
    return address.removeprefix("https://films.example/home")


async def _listed(connection):
    return json.loads((await connection.request("GET", "/api/shares", OWNER)).content)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("target", "paths"),
    [
        ("/api/shares?film=Noir/M%20(1931).mp4", ["M (1931).mp4"]),
        ("/api/shares?series=Show", ["Show S01E01.mp4"]),
        ("/api/shares?folder=Noir", ["M (1931).mp4", "Show S01E01.mp4"]),
    ],
)
@pytest.mark.parametrize("are_kept", [True, False])
async def test_a_new_link_opens_what_was_shared_for_as_long_as_was_said(connect, now_s, target, paths):
    async with await connect() as connection:
        path = await _made(connection, target, "begins=1800000100&lasts=3600")
        statuses = []
        for now_s[0] in (1_800_000_099.0, 1_800_000_100.0, 1_800_003_699.0, 1_800_003_700.0):
            opened = await connection.request("GET", f"{path}api/movies")
            statuses.append(opened.status)
            if opened.status == 200:
                assert [movie["path"] for movie in json.loads(opened.content)["movies"]] == paths
    assert statuses == [401, 200, 200, 401]


@pytest.mark.gen_test
async def test_the_owner_sees_all_links_with_their_last_use_and_by_how_many(connect, now_s):
    async with await connect() as connection:
        film = await _made(connection, "/api/shares?film=Noir/M%20(1931).mp4", "downloads=yes&code=rosebud")
        now_s[0] += 60
        series = await _made(connection, "/api/shares?series=Show", "lasts=86400")
        now_s[0] += 60
        assert (await connection.request("GET", f"{series}videos/Show%20S01E01.mp4")).content == b"show"
        told = await _listed(connection)
    assert told == {
        "kept": True,
        "shares": [
            {
                "id": series[5:13],
                "url": series,
                "title": "Show",
                "form": "series",
                "made": 1_800_000_060,
                "begins": 0,
                "ends": 1_800_086_460,
                "downloads": False,
                "code": False,
                "used": 1_800_000_120,
                "viewers": 1,
            },
            {
                "id": film[5:13],
                "url": film,
                "title": "M (1931)",
                "form": "film",
                "made": 1_800_000_000,
                "begins": 0,
                "ends": 0,
                "downloads": True,
                "code": True,
                "used": 0,
                "viewers": 0,
            },
        ],
    }


@pytest.mark.gen_test
async def test_a_link_that_is_taken_back_ends_at_the_next_range(connect):
    async with await connect() as connection:
        path, other = [await _made(connection, "/api/shares?folder=Noir", "") for _ in range(2)]
        film = f"{path}videos/Show%20S01E01.mp4"
        assert (await connection.request("GET", film, "Range: bytes=0-1")).content == b"sh"
        taken_back = await connection.request("DELETE", f"/api/shares/{path[5:13]}", OWNER)
        assert (taken_back.status, taken_back.content) == (204, b"")
        assert (await connection.request("GET", film, "Range: bytes=2-3")).status == 401
        assert (await connection.request("GET", f"{other}videos/Show%20S01E01.mp4")).status == 200
        assert [each["url"] for each in (await _listed(connection))["shares"]] == [other]
        assert (await connection.request("DELETE", f"/api/shares/{path[5:13]}", OWNER)).status == 404


@pytest.fixture
def http_server(io_loop, app, viewers, _unused_port):
    """A server that ends transfers, as it does in use."""
    server = Server(app, viewers)
    server.add_socket(_unused_port[0])
    yield server
    server.stop()
    io_loop.run_sync(server.close_all_connections)


@pytest.mark.gen_test
async def test_what_is_sent_by_a_link_ends_when_that_is_taken_back_or_over(connect, viewers, films, now_s, caplog):
    caplog.set_level("INFO", "access")
    put(films, "Long.mp4", bytes(LONG_BYTES))
    async with await connect() as owner:
        terms = ("", "lasts=60", "")
        taken_back, over, open_ = [await _made(owner, "/api/shares?film=Long.mp4", each) for each in terms]
        guests = [await connect() for _ in range(3)]
        for guest, link in zip(guests, (taken_back, over, open_), strict=True):
            await guest.send(request_head("GET", f"{link}videos/Long.mp4"))
            assert (await guest.response_head())[0] == 200
        assert len(viewers) == 3
        assert (await owner.request("DELETE", f"/api/shares/{taken_back[5:13]}", OWNER)).status == 204
        now_s[0] += 60
        while len(viewers) > 1:
            await asyncio.sleep(0.01)
    for guest in guests[:2]:
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await guest.reader.readexactly(LONG_BYTES)
    assert await guests[2].reader.readexactly(LONG_BYTES) == bytes(LONG_BYTES)
    ended = [each.getMessage() for each in caplog.records if "GET /videos/Long" in each.getMessage()]
    assert [line.rpartition(" ")[2] for line in ended[:2]] == ["revoked"] * 2


@pytest.mark.gen_test
@pytest.mark.parametrize("access", [Access(Password("open sesame"), _CountingSigner(bytes(32)))])
async def test_where_shares_are_kept_no_names_of_other_films_are_tried_for_a_link(connect, access, kept_shares, films):
    for number in range(100):
        put(films, f"Film {number}.mp4")
    async with await connect() as connection:
        path, older = [await _made(connection, "/api/shares?film=Noir/M%20(1931).mp4", "") for _ in range(2)]
        kept_shares.shares[older[5:13]].subject = Subject(Form.FILM, "")  # as files of servers before this one have it
        before = access.signer.count
        assert (await connection.request("GET", f"{path}videos/M%20(1931).mp4")).content == b"murder"
        assert access.signer.count - before < 10
        assert (await connection.request("GET", f"{older}videos/M%20(1931).mp4")).content == b"murder"
        assert access.signer.count - before > 100


@pytest.mark.gen_test
async def test_a_link_comes_with_a_qr_code_of_itself(connect):
    async with await connect() as connection:
        answer = await connection.post("/api/shares?series=Show", PAGE, OWNER)
    code = json.loads(answer.content)["qr"]
    assert code.startswith('<svg viewBox="0 0 45 45">')
    assert 'stroke="#000"' in code


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("target", "form", "status", "words"),
    [
        ("?film=none.mp4", PAGE, 404, ""),
        ("?film=Noir", PAGE, 404, ""),
        ("?folder=", PAGE, 404, ""),
        ("?folder=Noir/..", PAGE, 404, ""),
        ("", PAGE, 400, "Say what is to be shared: ?film=, ?series= or ?folder=."),
        ("?series=Show", "", 400, "Say the address of the page"),
        ("?series=Show", "page=javascript:x", 400, "Say the address of the page"),
        ("?series=Show", f"lasts=soon&{PAGE}", 400, "lasts: say a number of seconds"),
        ("?series=Show", f"begins=-1&{PAGE}", 400, "begins: say a number of seconds"),
        ("?series=Show", f"code=abc&{PAGE}", 400, "A code has from 4 to 64 characters."),
    ],
)
async def test_what_cannot_be_shared_is_refused_with_the_reason(connect, target, form, status, words):
    async with await connect() as connection:
        answer = await connection.post(f"/api/shares{target}", form, OWNER)
        assert (await _listed(connection))["shares"] == []
    assert answer.status == status
    assert words in answer.content.decode()


@pytest.mark.gen_test
@pytest.mark.parametrize("are_kept", [False])
async def test_where_no_shares_are_kept_each_has_to_end(connect):
    async with await connect() as connection:
        assert await _listed(connection) == {"kept": False, "shares": []}
        answer = await connection.post("/api/shares?series=Show", PAGE, OWNER)
        assert answer.status == 400
        assert b"so a link that never ends could not be taken back" in answer.content


@pytest.mark.gen_test
async def test_a_full_or_unwritable_file_of_shares_is_said(connect, kept_shares, tmp_path):
    (tmp_path / "state").write_bytes(b"no folder")
    async with await connect() as connection:
        unwritable = await connection.post("/api/shares?series=Show", PAGE, OWNER)
        assert unwritable.status == 503
        assert b"The server cannot write its file of shares. Its log says why." in unwritable.content
        (tmp_path / "state").unlink()
        for number in range(MOST_SHARES):
            kept_shares._shares[str(number)] = KeptShare("s.x", "", Subject(Form.FILM, ""), 0)
        full = await connection.post("/api/shares?series=Show", PAGE, OWNER)
    assert full.status == 503
    assert b"There are 1000 shares already. Take some back first." in full.content


@pytest.mark.gen_test
async def test_a_preflight_for_sharing_allows_nothing(connect):
    asked = ("Origin: http://localhost:9000", "Access-Control-Request-Method: POST", OWNER)
    async with await connect() as connection:
        answer = await connection.request(
            "OPTIONS", "/api/shares", *asked, "Access-Control-Request-Headers: x-requested-with"
        )
    assert [name for name in answer.fields if name.startswith("access-control")] == []


@pytest.mark.gen_test
@pytest.mark.parametrize("access", [Access()])
async def test_without_a_password_nothing_is_shared(connect):
    async with await connect() as connection:
        assert (await connection.request("GET", "/api/shares")).status == 404
        assert (await connection.post("/api/shares?series=Show", PAGE, OWNER)).status == 404
        assert (await connection.request("DELETE", "/api/shares/AAAAAAAA")).status == 404
