"""Hostile values of all fields that say who asks, of tickets and shares: only refusals, and no error of the server.

HOSTILE_REQUESTS=50000 makes so many by each kind of peer, 100,000 in all, which takes three minutes.
"""

import os
import random

import pytest

from services.access.access import Access
from services.access.grants import Scope
from services.access.passwords import Password
from services.access.shares import Form, Subject, Terms, link
from services.access.signing import Signer
from services.access.tickets import ticket
from services.networks import networks
from tests.films import put
from tests.raw_http import RawConnection

REQUESTS = int(os.environ.get("HOSTILE_REQUESTS", "600"))
A_CONNECTION = 50
SECRET = b"a secret film"
SIGNER = Signer(bytes(32))
FIELDS = (
    *("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded", "Remote-User"),
    *("Cookie", "Authorization", "Origin", "Sec-Fetch-Mode", "Access-Control-Request-Headers"),
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
        f"films-{SIGNER.signature('cookie')[:8]}=",
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
    "/api/shares",
)


@pytest.fixture
def access():
    return Access(Password("open sesame"), SIGNER, user_header="Remote-User")


def _value(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(0, 8)))


def _prefix(chance: random.Random) -> str:
    """A ticket or a share of the film in which something is wrong, text that is none, or nothing."""
    if chance.random() < 0.5:
        return f"/t/{_wrong(chance, ticket(SIGNER, Scope('Film.mp4'), 4_000_000_000))}"
    share = link(SIGNER, Subject(Form.FILM, "Film.mp4"), Terms(code=chance.choice(("", "rosebud"))))
    return f"/s/{_wrong(chance, share)}" if chance.random() < 0.6 else ""


def _wrong(chance: random.Random, whole: str) -> str:
    place = chance.randrange(len(whole))
    wrong = chance.choice("!.-_aZ0~")
    changed = whole[:place] + (wrong if wrong != whole[place] else "+") + whole[place + 1 :]
    text = chance.choice([changed, whole[:place], whole[:-1], _value(chance).replace(" ", "").replace("\t", "")])
    return "".join(char for char in text if char not in '\\"#?/') or "x"


def _request(chance: random.Random) -> tuple[str, str, list[str]]:
    fields = [
        f"{name}: {_value(chance)}" for name in chance.sample(FIELDS, chance.randint(0, 5)) if name != "Remote-User"
    ]
    target = chance.choice(TARGETS).format(chance.choice(("Film.mp4", "None.mp4")))
    return chance.choice(("GET", "HEAD", "OPTIONS")), _prefix(chance) + target, fields


@pytest.mark.gen_test
@pytest.mark.parametrize("proxies", [networks("127.0.0.1"), ()], ids=["by a proxy", "direct"])
async def test_no_field_gets_a_byte_or_an_error_of_the_server(films, http_port, http_server, caplog, proxies):
    put(films, "Film.mp4", SECRET)
    chance = random.Random(16)
    for _ in range(0, REQUESTS, A_CONNECTION):
        async with await RawConnection.open(http_port) as connection:
            for _ in range(A_CONNECTION):
                method, target, fields = _request(chance)
                response = await connection.request(method, target, *fields)
                told = (method, target, fields, response.status)
                assert response.status in (200, 204, 400, 401, 404, 405, 429), told
                assert response.status not in (200, 204) or target.endswith("/sign-in"), told
                assert SECRET not in response.content, told
                if response.fields.get("connection") == "close":
                    break
    assert [record for record in caplog.records if record.exc_info or record.name == "tornado.application"] == []
