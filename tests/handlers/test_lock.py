"""Every route of a locked server × everything that a stranger, a player or the owner may show."""

import json
import re
from base64 import b64encode
from urllib.parse import quote

import pytest

from services.access.access import Access
from services.access.grants import Scope
from services.access.passwords import Password
from services.access.sessions import Session, cookie_value
from services.access.shares import Form, Subject, Terms, link, proof, share_of
from services.access.signing import Signer
from services.access.tickets import ticket
from services.kept_shares import KeptShares
from services.networks import networks
from tests.films import put, telling_bytes

NOW_S = 1_800_000_000
TERMS = Terms(NOW_S, NOW_S + 60)
SIGNER = Signer(bytes(32))
OLD_SIGNER = Signer(b"of another password")
FILM = "Noir/M.mp4"
FILM_ROUTES = [
    "/videos/{}",
    "/posters/{}",
    "/about/{}.json",
    "/artwork/{}/backdrop",
    "/subtitles/{}/en.vtt",
    "/subtitles/{}/en.ass",
    "/subtitles/{}/t2.json",
    "/storyboards/{}.vtt",
    "/storyboards/{}.jpg",
    "/segments/{}/index.json",
    "/segments/{}/master.m3u8",
    "/segments/{}/v0-init.mp4",
    "/segments/{}/v0-17.m4s",
]
OTHER_ROUTES = [
    "/api/movies",
    "/api/ticket?film=Noir/M.mp4",
    "/api/shares",
    "/api/shares/AAAAAAAA",
    "/list",
    "/playlist.m3u",
    "/playlist.m3u?film=Noir/M.mp4",
    "/playlist.m3u?folder=Noir",
    "/",
    "/?film=Noir/M.mp4",
    "/favicon.ico",
    "/static/app.js",
    "/static/index.html",
    "*",
    "/none",
    "/static/none.js",
    "/sign-in/",
    "/healthz/x",
]
OPEN_ROUTES = ["/healthz", "/sign-in", "/sign-out", "/static/sign-in.css"]
SPELLINGS = [  # of the film, by which none is found
    "Noir/./M.mp4",
    "Noir/x/../M.mp4",
    "../M.mp4",
    "%2e%2e/M.mp4",
    "Noir%2F..%2FNoir/M.mp4",
    "noir/m.mp4",
    "/Noir/M.mp4",
    "Noir//M.mp4",
    "Noir%00/M.mp4",
    "Noir/M.mp4%0a",
    "%FF",
]


def _basic(password: str) -> str:
    return f"Authorization: Basic {b64encode(f'ann:{password}'.encode()).decode()}"


def _cookie(of: str = "") -> str:
    return f"films-{SIGNER.signature('cookie')[:8]}{of and '-'}{of}"


def _session(signer: Signer, end_s: int = NOW_S + 60) -> str:
    value = cookie_value(signer, Session(NOW_S - 60, end_s, stays=True))
    return f"Cookie: {_cookie()}={value}"


def _share(subject: Subject, terms: Terms = TERMS, signer: Signer = SIGNER, *, is_kept: bool = False) -> str:
    return f"/s/{link(signer, subject, terms, is_kept=is_kept)}"


def _ticket(scope: Scope, end_s: int = NOW_S + 60, signer: Signer = SIGNER) -> str:
    return f"/t/{ticket(signer, scope, end_s)}"


CODED = link(SIGNER, Subject(Form.FILM, FILM), Terms(code="rosebud"))
NOTHING_DUE = {
    "nothing": ("", []),
    "expired session": ("", [_session(SIGNER, NOW_S)]),
    "session of an old password": ("", [_session(OLD_SIGNER)]),
    "no session": ("", ["Cookie: films=1; films-x=2", "Authorization: Digest x"]),
    "made-up ticket": ("/t/f.ffffffff.AAAAAAAAAAAAAAAAAAAAAA", []),
    "empty ticket": ("/t/", []),
    "expired ticket": (_ticket(Scope(FILM), NOW_S), []),
    "ticket of an old password": (_ticket(Scope(FILM), signer=OLD_SIGNER), []),
    "ticket of another film": (_ticket(Scope("Noir/Gilda.mp4")), []),
    "ticket of another folder": (_ticket(Scope("Gilda", is_folder=True)), []),
    "ticket as a session": ("", [f"Cookie: {_cookie()}={_ticket(Scope(FILM))[3:]}"]),
    "made-up share": ("/s/s.AAAAAAAA.AAAAAAAAAAA.0.0.d..AAAAAAAAAAAAAAAAAAAAAA", []),
    "empty share": ("/s/", []),
    "share as a ticket": (_share(Subject(Form.FILM, FILM)).replace("/s/", "/t/", 1), []),
    "ticket as a share": (_ticket(Scope(FILM)).replace("/t/", "/s/", 1), []),
    "expired share": (_share(Subject(Form.FILM, FILM), Terms(0, NOW_S)), []),
    "share that has not begun": (_share(Subject(Form.FILM, FILM), Terms(NOW_S + 1, 0)), []),
    "share of a list that is not there": (_share(Subject(Form.FILM, FILM), is_kept=True), []),
    "share of an old password": (_share(Subject(Form.FILM, FILM), signer=OLD_SIGNER), []),
    "share of what is not there": (_share(Subject(Form.FILM, "Noir/m.mp4")), []),
    "share without its code": (f"/s/{CODED}", [f"Cookie: {_cookie('share-' + CODED[2:10])}=x"]),
    "share with a session of an old password": (_share(Subject(Form.FILM, FILM), Terms(0, 1)), [_session(OLD_SIGNER)]),
    "user of no proxy": ("", ["X-Forwarded-User: ann", "Remote-User: ann", "X-Forwarded-For: 127.0.0.1"]),
}
OWNER = {
    "session": [_session(SIGNER)],
    "session over TLS": [_session(SIGNER).replace("films-", "__Host-films-")],
    "session among cookies": [_session(SIGNER).replace("Cookie: ", "Cookie: a=b; ") + "; c=d"],
    "session, and an old one": [_session(SIGNER), "Authorization: Basic x"],
    "Basic": [_basic("open sesame")],
    "Bearer": ["Authorization: Bearer open sesame"],
}


@pytest.fixture
def access():
    return Access(Password("open sesame"), SIGNER, lambda: float(NOW_S), user_header="Remote-User")


@pytest.fixture
def are_kept():
    """Whether the server has a file of shares."""
    return False


@pytest.fixture
def kept_shares(tmp_path, are_kept):
    return KeptShares(tmp_path / "shares.json") if are_kept else None


@pytest.fixture(autouse=True)
def film(films):
    put(films, "Alien.mp4")
    put(films, "Noir/Gilda.mp4")
    put(films, "Noir/Show S01E01.mp4", telling_bytes(4096))
    put(films, "Noir/M.en.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    return put(films, FILM, telling_bytes(4096))


async def _answer(connection, method, target, fields):
    """The status, the fields but for the date and what says to keep the ticket secret, and the content."""
    response = await connection.request(method, target, *fields)
    return response.status, {**response.fields, "date": "", "referrer-policy": "", "x-robots-tag": ""}, response.content


def test_the_table_has_every_route(app, http_server):
    patterns = [rule.matcher.regex.pattern for rule in app.wildcard_router.rules]
    targets = [route.format(FILM) for route in FILM_ROUTES] + OTHER_ROUTES + OPEN_ROUTES
    paths = [target.partition("?")[0] for target in targets]
    assert [each for each in patterns if not any(re.match(each, path) for path in paths)] == [
        rf"/static/{re.escape(name)}$" for name in _static_names(patterns) if name not in _named(paths)
    ]


def _static_names(patterns):
    found = (re.fullmatch(r"/static/(.+)\$", each) for each in patterns)
    return [re.sub(r"\\(.)", r"\1", each[1]) for each in found if each]


def _named(paths):
    return {path.removeprefix("/static/") for path in paths}


@pytest.mark.gen_test
@pytest.mark.parametrize(("prefix", "fields"), NOTHING_DUE.values(), ids=NOTHING_DUE)
async def test_where_nothing_is_due_there_is_one_answer_whether_the_film_exists_or_not(connect, prefix, fields):
    await _nothing_is_due(connect, prefix, fields)


@pytest.mark.gen_test
@pytest.mark.parametrize("are_kept", [True])
@pytest.mark.parametrize("is_kept", [True, False])
async def test_so_it_is_with_a_share_that_is_not_kept_or_was_taken_back(connect, is_kept):
    await _nothing_is_due(connect, _share(Subject(Form.FILM, FILM), is_kept=is_kept), [])


async def _nothing_is_due(connect, prefix, fields):
    absent = "Noir/X.mp4"
    conditions = ['If-None-Match: "x"', "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT", "Range: bytes=0-0"]
    async with await connect() as connection:
        for method in ("GET", "HEAD", "OPTIONS", "POST", "DELETE"):
            nobodys = await _answer(connection, method, "/none", [])
            assert nobodys[0] == 401
            assert {"etag", "last-modified", "accept-ranges", "content-range", "allow"}.isdisjoint(nobodys[1])
            for route in FILM_ROUTES:
                for path in (FILM, absent):
                    for given in (fields, [*fields, *conditions]):
                        assert await _answer(connection, method, prefix + route.format(path), given) == nobodys
            for target in OTHER_ROUTES:
                if target != "*" or not prefix:
                    assert await _answer(connection, method, prefix + target, fields) == nobodys


@pytest.mark.gen_test
async def test_methods_that_nothing_has_get_one_answer_wherever_and_whoever_asks(connect):
    films = [route.format(path) for route in FILM_ROUTES for path in (FILM, "Noir/X.mp4")]
    async with await connect() as connection:
        for method in ("TRACE", "CONNECT", "BREW"):
            anywhere = await _answer(connection, method, "/none", [])
            assert anywhere[0] == 501
            for target in (*films, *OTHER_ROUTES, *OPEN_ROUTES):
                for prefix, fields in (("", []), (_ticket(Scope(FILM)), []), ("", [_session(SIGNER)])):
                    if target != "*" or not prefix:
                        assert await _answer(connection, method, prefix + target, fields) == anywhere, target


@pytest.mark.gen_test
async def test_a_wrong_password_gets_that_answer_too_and_then_has_to_wait(connect):
    async with await connect() as connection:
        nobodys = await _answer(connection, "GET", "/none", [])
        for target in (f"/videos/{FILM}", "/videos/Noir/X.mp4", "/api/movies", "/", "/none"):
            assert await _answer(connection, "GET", target, [_basic("open")]) == nobodys
        for target in (f"/videos/{FILM}", "/none"):
            status, answered, content = await _answer(connection, "GET", target, [_basic("open sesame")])
            assert (status, content) == (429, b"429 Too Many Requests\n")
            assert answered["retry-after"] == "30"
            assert answered["cache-control"] == "no-store"
        assert (await _answer(connection, "HEAD", f"/videos/{FILM}", [_session(SIGNER)]))[0] == 200


@pytest.mark.gen_test
@pytest.mark.parametrize("fields", OWNER.values(), ids=OWNER)
async def test_the_owner_gets_what_there_is(connect, fields):
    async with await connect() as connection:
        for target in ("/", "/api/movies", "/list", "/playlist.m3u", "/static/app.js", "/favicon.ico"):
            assert (await _answer(connection, "GET", target, fields))[0] == 200
        status, answered, content = await _answer(connection, "GET", f"/videos/{FILM}", [*fields, "Range: bytes=8-15"])
        assert (status, content) == (206, b"0000008\n")
        assert answered["cache-control"] == "private, no-cache"
        version = answered["etag"].strip('"')
        versioned = await _answer(connection, "GET", f"/videos/{FILM}?v={version}", fields)
        assert versioned[1]["cache-control"] == "private, max-age=31536000, immutable"
        assert (await _answer(connection, "GET", "/videos/none.mp4", fields))[0] == 404
        assert (await _answer(connection, "OPTIONS", "/none", fields))[0] == 204


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "scope",
    [Scope(FILM), Scope("Noir", is_folder=True), Scope("", is_folder=True)],
    ids=["film", "folder", "library"],
)
async def test_a_ticket_gets_what_belongs_to_its_film_and_nothing_else(connect, scope):
    prefix = _ticket(scope)
    async with await connect() as connection:
        nobodys = await _answer(connection, "GET", "/none", [])
        for route in FILM_ROUTES:
            assert (await _answer(connection, "OPTIONS", prefix + route.format(FILM), []))[0] == 204
        played = await connection.request("GET", f"{prefix}/videos/{FILM}", "Range: bytes=8-15")
        assert (played.status, played.content) == (206, b"0000008\n")
        assert played.fields["referrer-policy"] == "no-referrer"
        for target in OTHER_ROUTES:
            if target != "*":
                assert await _answer(connection, "GET", prefix + target, []) == nobodys
        other = await _answer(connection, "GET", f"{prefix}/videos/Noir/Gilda.mp4", [])
        assert other[0] == (200 if scope.is_folder else 401)
        for spelling in SPELLINGS:
            status = (await _answer(connection, "GET", f"{prefix}/videos/{spelling}", []))[0]
            assert status in ((401, 404) if scope.is_folder else (401,))


SHARED = {
    "film": (Subject(Form.FILM, FILM), ["M.mp4"], []),
    "folder": (Subject(Form.FOLDER, "Noir"), ["Gilda.mp4", "M.mp4", "Show S01E01.mp4"], []),
    "series": (Subject(Form.SERIES, "Show"), ["Show S01E01.mp4"], []),
    "film, to the owner": (Subject(Form.FILM, FILM), ["M.mp4"], [_session(SIGNER)]),
    "film, with the password": (Subject(Form.FILM, FILM), ["M.mp4"], [_basic("open sesame")]),
}
DUE_ROUTES = [route for route in OTHER_ROUTES if route.startswith(("/api/ticket", "/playlist.m3u"))]
PAGE_ROUTES = ["/", "/?film=M.mp4", "/favicon.ico", "/static/app.js", "/static/index.html"]


@pytest.mark.gen_test
@pytest.mark.parametrize(("subject", "paths", "fields"), SHARED.values(), ids=SHARED)
async def test_a_share_gets_its_page_and_its_films_by_their_own_paths_and_nothing_else(connect, subject, paths, fields):
    """Also the owner: a link shows the same to all."""
    prefix = _share(subject)
    async with await connect() as connection:
        nobodys = await _answer(connection, "GET", "/none", [])
        listed = await _answer(connection, "GET", f"{prefix}/api/movies", fields)
        assert [movie["path"] for movie in json.loads(listed[2])["movies"]] == paths
        assert "Noir" not in listed[2].decode()
        for target in PAGE_ROUTES:
            assert (await _answer(connection, "GET", prefix + target, fields))[0] == 200
        for target in OTHER_ROUTES:
            if target not in ("*", "/api/movies", "/?film=Noir/M.mp4", *PAGE_ROUTES, *DUE_ROUTES):
                assert await _answer(connection, "GET", prefix + target, fields) == nobodys
        playlist = (await _answer(connection, "GET", f"{prefix}/playlist.m3u", fields))[2].decode()
        assert re.findall("^http://localhost(.+)$", playlist, re.MULTILINE) == [
            f"{prefix}/videos/{quote(each)}" for each in paths
        ]
        for target in ("/api/ticket?film=", "/playlist.m3u?film=", "/playlist.m3u?folder=", "/playlist.m3u?series="):
            for path in (FILM, "Alien.mp4", "X.mp4", "../Alien.mp4"):
                assert (await _answer(connection, "GET", prefix + target + path, fields))[0] == 404
        for route in FILM_ROUTES:
            for path in map(quote, paths):
                assert (await _answer(connection, "OPTIONS", prefix + route.format(path), fields))[0] == 204
            for path in (FILM, "Alien.mp4", "X.mp4", *SPELLINGS, f"%2e%2e/{quote(paths[0])}"):
                for method in ("GET", "HEAD"):
                    refused = await _answer(connection, method, prefix + route.format(path), fields)
                    assert refused == nobodys if method == "GET" else refused[0] == 401
        played = await connection.request("GET", f"{prefix}/videos/{quote(paths[-1])}", "Range: bytes=8-15", *fields)
        assert (played.status, played.content) == (206, b"0000008\n")
        assert played.fields["referrer-policy"] == "no-referrer"


@pytest.mark.gen_test
async def test_a_share_with_a_code_is_open_where_that_was_entered(connect):
    shown = f"Cookie: {_cookie('share-' + CODED[2:10])}={proof(SIGNER, share_of(SIGNER, CODED))}"
    other = link(SIGNER, Subject(Form.FILM, FILM), Terms(code="rosebud"))
    async with await connect() as connection:
        assert (await _answer(connection, "GET", f"/s/{CODED}/videos/M.mp4", [shown]))[0] == 200
        assert (await _answer(connection, "GET", f"/s/{other}/videos/M.mp4", [shown]))[0] == 401


@pytest.mark.gen_test
async def test_a_ticket_shows_for_one_film_that_the_code_of_its_share_was_entered(connect):
    share, end_s = share_of(SIGNER, CODED), NOW_S + 60
    of_share = f"/s/{CODED}/t/{ticket(SIGNER, Scope('M.mp4'), end_s, share.id)}"
    another = share_of(SIGNER, link(SIGNER, Subject(Form.FILM, FILM), Terms(code="rosebud")))
    async with await connect() as connection:
        nobodys = await _answer(connection, "GET", "/none", [])
        assert (await _answer(connection, "GET", f"{of_share}/videos/M.mp4", []))[2] == telling_bytes(4096)
        for prefix in (
            of_share.replace(f"/s/{CODED}", ""),
            f"/s/{CODED}{_ticket(Scope('M.mp4'))}",
            f"/s/{CODED}{_ticket(Scope(FILM))}",
            f"/s/{CODED}/t/{ticket(SIGNER, Scope('M.mp4'), NOW_S, share.id)}",
            f"/s/{CODED}/t/{ticket(SIGNER, Scope('M.mp4'), end_s, another.id)}",
            f"/s/{CODED}/t/{ticket(OLD_SIGNER, Scope('M.mp4'), end_s, share.id)}",
        ):
            for path in ("M.mp4", FILM):
                assert await _answer(connection, "GET", f"{prefix}/videos/{path}", []) == nobodys
        for target in (
            "/",
            "/api/movies",
            "/playlist.m3u",
            "/api/ticket?film=M.mp4",
            "/static/app.js",
            "/videos/X.mp4",
        ):
            assert await _answer(connection, "GET", of_share + target, []) == nobodys


@pytest.mark.gen_test
async def test_only_what_tells_nothing_of_the_films_is_open(connect):
    async with await connect() as connection:
        assert [(await _answer(connection, "GET", target, []))[0] for target in OPEN_ROUTES] == [200, 200, 303, 200]


@pytest.mark.gen_test
async def test_browsers_get_the_page_and_programs_are_told_how_to_show_the_password(connect):
    browser = ["User-Agent: Mozilla/5.0", "Accept: text/html,*/*"]
    async with await connect() as connection:
        visit = await connection.request("GET", "/videos/Noir/M.mp4?v=1", *browser)
        fetched = await connection.request("GET", "/api/movies", "Sec-Fetch-Mode: cors", "Accept: text/html")
        played = await connection.request("GET", "/videos/Noir/M.mp4", "User-Agent: VLC/3.0.18 LibVLC/3.0.18")
        by_ticket = await connection.request("GET", f"{_ticket(Scope('x'))}/videos/Noir/M.mp4", *browser)
    assert visit.status == 401
    assert b'<form method="post" action="../../sign-in">' in visit.content
    assert b'<input type="hidden" name="next" value="videos/Noir/M.mp4?v=1">' in visit.content
    assert visit.fields["www-authenticate"] == 'Bearer realm="films"'  # Basic would open a dialog of the browser
    assert visit.fields["cache-control"] == "no-store"
    assert fetched.content == played.content == by_ticket.content
    assert fetched.fields["www-authenticate"] == 'Bearer realm="films"'
    assert played.fields["www-authenticate"] == 'Basic realm="films", charset="UTF-8", Bearer realm="films"'


@pytest.mark.gen_test
async def test_no_ticket_or_password_is_in_the_log(connect, caplog):
    caplog.set_level("DEBUG")
    tickets = [_ticket(Scope(FILM)), _ticket(Scope("x"))]
    targets = [f"{each}{rest}" for each in tickets for rest in (f"/videos/{FILM}", "/videos/none", "", "?x", "/")]
    targets += [f"/{tickets[0]}/videos/x", f"/%74{tickets[0][2:]}/videos/x", f"{tickets[0]}{tickets[0]}/list"]
    shares = [_share(Subject(Form.FILM, FILM)), f"/s/{CODED}", _share(Subject(Form.FILM, "x"))]
    targets += [
        f"{each}{rest}" for each in shares for rest in ("/videos/M.mp4", "/videos/x", "", "?x", "/", f"/x?{each}")
    ]
    targets += [f"/{shares[0]}/videos/x", f"/%73{shares[0][2:]}/x", f"{tickets[0]}{shares[0]}/videos/M.mp4"]
    targets += [f"/list?{tickets[0]}", f"http://localhost{tickets[0]}/videos/{FILM}"]
    async with await connect() as connection:
        for target in targets:
            await connection.request("GET", target, _basic("one password"))
            await connection.request("GET", target, "Authorization: Bearer other password")
    assert len(caplog.records) >= 2 * len(targets)
    secrets = re.compile(r"\.[0-9a-f]{8}\.|s\.[\w-]{8}\.|password(?! from )|" + b64encode(b"ann:one password").decode())
    assert [each.getMessage() for each in caplog.records if secrets.search(each.getMessage())] == []


@pytest.mark.gen_test
@pytest.mark.parametrize("proxies", [networks("127.0.0.1")])
@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (["Remote-User: ann"], 200),
        (["remote-user: ann@films.example", "X-Forwarded-For: 203.0.113.7"], 200),
        (["Remote-User: ann", _basic("wrong")], 200),
        (["Remote-User:"], 401),
        (["Remote-User: ann", "Remote-User: bob"], 401),  # one of them may be the viewer's own
        (["Remote-User: ann, bob"], 401),
        ([f"Remote-User: {'a' * 257}"], 401),
        (["X-Remote-User: ann", "Remote_User: ann"], 401),
        ([], 401),
    ],
)
async def test_whom_a_trusted_proxy_names_is_let_in(connect, fields, status):
    connection = await connect()
    for target in (f"/videos/{FILM}", "/api/movies", "/"):
        assert (await connection.request("GET", target, *fields)).status == status


@pytest.mark.gen_test
@pytest.mark.parametrize("proxies", [networks("10.0.0.0/8")])
async def test_whom_another_peer_names_is_not(connect):
    connection = await connect()
    assert (await connection.request("GET", f"/videos/{FILM}", "Remote-User: ann")).status == 401


@pytest.mark.gen_test
@pytest.mark.parametrize("proxies", [networks("127.0.0.1"), ()])
async def test_the_line_of_a_wrong_password_ends_in_the_address_of_the_viewer(connect, caplog, proxies):
    connection = await connect()
    fields = ["X-Forwarded-For: 1.2.3.4, 203.0.113.7", _basic("wrong")]
    assert (await connection.request("GET", "/api/movies", *fields)).status == 401
    address = "203.0.113.7" if proxies else "127.0.0.1"
    assert [each.getMessage() for each in caplog.records if each.name == "sign-in"] == [
        f"wrong password from {address}"
    ]
