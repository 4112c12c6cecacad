"""Hostile fields that say who asks, tickets, shares and forms: only refusals, and no error of the server.

HOSTILE_REQUESTS=33334 makes so many by each kind of stranger and by the owner, 100,000 in all, which takes minutes.
"""

import logging
import os
import random
from collections.abc import AsyncIterator, Callable

import pytest

from services.access.access import Access
from services.access.grants import Scope
from services.access.passwords import Password
from services.access.sessions import Session, cookie_value
from services.access.shares import Form, Subject, Terms, link, share_of
from services.access.signing import Signer
from services.access.tickets import ticket
from services.networks import networks
from tests.films import put
from tests.raw_http import RawConnection

REQUESTS = int(os.environ.get("HOSTILE_REQUESTS", "600"))
A_CONNECTION = 50
SECRET = b"a secret film"
SIGNER = Signer(bytes(32))
COOKIE = f"films-{SIGNER.signature('cookie')[:8]}"
CODED = link(SIGNER, Subject(Form.FILM, "Film.mp4"), Terms(code="rosebud"))
CODED_SHARE = share_of(SIGNER, CODED)
FIELDS = (  # Remote-User would let in whom a proxy names
    *("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded", "Sec-Fetch-Site"),
    *("Cookie", "Authorization", "Origin", "Sec-Fetch-Mode", "Access-Control-Request-Headers", "Content-Type"),
)
PIECES = (
    *("127.0.0.1", "10.0.0.1", "::1", "[::1]:80", "::ffff:1.2.3.4", "fe80::1%eth0", "999.1.1.1", "unknown", "_x"),
    *("for=", 'for="', '"', ";", ",", ", ", "=", "\\", " ", "\t", "proto=https", "host=evil.example", "%00", "%2e%2e/"),
    *(
        "ann",
        "Basic ",
        "Bearer ",
        "Basic YTpi",
        "Basic ====",
        "Digest x",
        "null",
        "https://evil.example",
        "*",
        "\xff\xe9",
    ),
    *(
        f"{COOKIE}=",
        "__Host-",
        "a.b.c",
        "f.ffffffff.",
        "A" * 22,
        "x" * 300,
        "-1",
        "\xd9\xa1",
    ),
)
TARGETS = (
    "/videos/{}",
    "/posters/{}",
    "/segments/{}/index.json",
    "/api/movies",
    "/playlist.m3u?film={}",
    "/",
    "/sign-in",
    "/sign-out",
    "/api/shares",
    "/api/ticket?film={}",
)
FORM_TARGETS = (
    *("/sign-in", "/sign-in", "/sign-out", "/api/shares", "/api/shares?film=Film.mp4", "/api/shares?folder={}"),
    *("/api/shares?series=%00", "/api/shares/AAAAAAAA", "/videos/{}"),
)
FORM_PIECES = (
    *("password=", "code=", "next=", "stay=", "page=", "lasts=", "begins=", "downloads=", "film=", "http://x/", "yes"),
    *("&", "&", "&", "=", "+", "%", "%ff", "%00", "%0d%0aSet-Cookie:a=b", "//evil.example", "../", ";", "\xff", "\x00"),
    *("open", "rosebud", "9" * 11, "-1", "1e9", "٣", "x" * 300, "&x" * 40, "x" * 9000, '{"a":1}'),
)


@pytest.fixture
def access():
    return Access(Password("open sesame"), SIGNER, user_header="Remote-User")


def _value(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(0, 8)))


def _prefix(chance: random.Random) -> str:
    """A ticket or a share of the film in which something is wrong, text that is none, or nothing."""
    share = link(SIGNER, Subject(Form.FILM, "Film.mp4"), Terms(code=chance.choice(("", "rosebud"))))
    of_film = ticket(SIGNER, Scope("Film.mp4"), 4_000_000_000)
    of_share = ticket(SIGNER, Scope("Film.mp4"), 4_000_000_000, CODED_SHARE.id)
    return chance.choice(
        (
            "",
            f"/t/{_wrong(chance, of_film)}",
            f"/s/{_wrong(chance, share)}",
            f"/s/{CODED}/t/{_wrong(chance, of_share)}",
            f"/s/{_wrong(chance, CODED)}/t/{of_share}",
            f"/s/{CODED}/t/{of_film}",
        )
    )


def _wrong(chance: random.Random, whole: str) -> str:
    place = chance.randrange(len(whole))
    wrong = chance.choice("!.-_aZ0~")
    changed = whole[:place] + (wrong if wrong != whole[place] else "+") + whole[place + 1 :]
    text = chance.choice([changed, whole[:place], whole[:-1], _value(chance).replace(" ", "").replace("\t", "")])
    return "".join(char for char in text if char not in '\\"#?/') or "x"


def _fields(chance: random.Random) -> list[str]:
    return [f"{name}: {_value(chance)}" for name in chance.sample(FIELDS, chance.randint(0, 5))]


def _request(chance: random.Random) -> tuple[str, str, list[str], str]:
    film = chance.choice(("Film.mp4", "None.mp4"))
    if chance.random() < 0.4:
        method, target, form = _form(chance)
        return method, _prefix(chance) + target.format(film), _fields(chance), form
    target = chance.choice(TARGETS).format(film)
    return chance.choice(("GET", "HEAD", "OPTIONS")), _prefix(chance) + target, _fields(chance), ""


def _form(chance: random.Random) -> tuple[str, str, str]:
    form = "".join(chance.choices(FORM_PIECES, k=chance.randint(0, 12)))
    return chance.choice(("POST", "POST", "POST", "DELETE", "PUT")), chance.choice(FORM_TARGETS), form


def _owners_request(chance: random.Random) -> tuple[str, str, list[str], str]:
    """A form of somebody who is signed in, or an odd field."""
    session = cookie_value(SIGNER, Session(1_700_000_000, chance.randint(3_000_000_000, 4_000_000_000), stays=True))
    fields = [each for each in _fields(chance) if not each.startswith("Cookie")]
    method, target, form = _form(chance)
    return method, target.format("Film.mp4"), [f"Cookie: {COOKIE}={session}", *fields], form


async def _answers(port: int, make: Callable[[random.Random], tuple[str, str, list[str], str]]) -> AsyncIterator:
    """The answer to each of the requests, after what was asked."""
    chance = random.Random(16)
    for _ in range(0, REQUESTS, A_CONNECTION):
        async with await RawConnection.open(port) as connection:
            for _ in range(A_CONNECTION):
                method, target, fields, form = make(chance)
                response = await connection.request(method, target, *fields, content=form)
                yield (method, target, fields, form, response.status), response
                if response.fields.get("connection") == "close":
                    break


def _errors(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.exc_info or record.name == "tornado.application"]


@pytest.mark.gen_test
@pytest.mark.parametrize("proxies", [networks("127.0.0.1"), ()], ids=["by a proxy", "direct"])
async def test_no_field_or_form_gets_a_byte_or_an_error_of_the_server(films, http_port, http_server, caplog, proxies):
    put(films, "Film.mp4", SECRET)
    async for told, response in _answers(http_port, _request):
        assert response.status in (200, 204, 303, 400, 401, 403, 404, 405, 429), told
        assert response.status not in (200, 204, 303) or told[1].endswith(("/sign-in", "/sign-out")), told
        assert "set-cookie" not in response.fields, told
        assert SECRET not in response.content, told
    assert _errors(caplog) == []


@pytest.mark.gen_test
async def test_no_form_of_the_owner_gets_an_error_of_the_server(films, http_port, http_server, caplog):
    put(films, "Film.mp4", SECRET)
    statuses = {response.status async for _, response in _answers(http_port, _owners_request)}
    assert statuses <= {200, 303, 400, 401, 403, 404, 405, 429}
    assert _errors(caplog) == []
