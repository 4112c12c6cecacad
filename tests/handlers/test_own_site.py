"""Pages of other sites, ports and sibling domains change nothing: every resource that changes something × every origin.

SameSite keeps cookies only from other sites, and over plain HTTP browsers tell by Origin alone where a form was.
"""

import json

import pytest

from services.access.sessions import Session, cookie_value
from services.access.shares import Form, Subject, Terms, link
from services.kept_shares import KeptShares
from services.networks import networks
from tests.films import put
from tests.handlers.conftest import SIGNER

COOKIE = f"films-{SIGNER.signature('cookie')[:8]}={cookie_value(SIGNER, Session(1_799_999_940, 1_800_000_060, True))}"
SESSION = f"Cookie: {COOKIE}"
CODED = f"/s/{link(SIGNER, Subject(Form.FILM, 'M.mp4'), Terms(code='rosebud'), is_kept=True)}"
CHANGES = [
    ("POST", "/sign-in", "password=guess"),
    ("POST", f"{CODED}/sign-in", "code=guess"),
    ("POST", "/sign-out", ""),
    ("POST", "/api/shares?film=M.mp4", "page=http://localhost/"),
    ("DELETE", "/api/shares/AAAAAAAA", ""),
    ("POST", "/videos/M.mp4", ""),
    ("PUT", "/none", ""),
]
OWN = {
    "a program": [],
    "our page": ["Origin: http://localhost"],
    "our page, over TLS at a proxy": ["Origin: https://localhost"],
    "our page, as the browser tells": ["Sec-Fetch-Site: same-origin", "Origin: https://films.example"],
    "typed by the viewer": ["Sec-Fetch-Site: none"],
    "our page, by a name that a stranger tells": ["Origin: http://localhost", "X-Forwarded-Host: films.example"],
}
OTHERS = {
    "another site": ["Origin: https://evil.example"],
    "another port": ["Origin: http://localhost:9000"],
    "a sibling domain": ["Origin: http://other.localhost"],
    "a domain that begins with ours": ["Origin: http://localhost.evil.example"],
    "one that does not say": ["Origin: null"],
    "an empty one": ["Origin:"],
    "another site, as the browser tells": ["Sec-Fetch-Site: cross-site"],
    "another port, as the browser tells": ["Sec-Fetch-Site: same-site"],
    "another port, that the browser contradicts": ["Sec-Fetch-Site: same-site", "Origin: http://localhost"],
    "a name that a stranger tells": ["Origin: http://films.example", "X-Forwarded-Host: films.example"],
}


@pytest.fixture
def access(locked):
    return locked


@pytest.fixture
def kept_shares(tmp_path):
    return KeptShares(tmp_path / "shares.json")


@pytest.fixture(autouse=True)
def film(films):
    put(films, "M.mp4")


@pytest.mark.gen_test
async def test_pages_of_others_change_nothing(connect, caplog):
    async with await connect() as connection:
        for method, target, form in CHANGES:
            for fields in OTHERS.values():
                refused = await connection.request(method, target, SESSION, *fields, content=form)
                assert (refused.status, "set-cookie" in refused.fields) == (403, False), (target, fields)
                assert b"A page of another site sent this." in refused.content
        # So nobody was signed out, and no attempt was used up.
        shares = await connection.request("GET", "/api/shares", SESSION)
        assert json.loads(shares.content)["shares"] == []
        assert [each for each in caplog.records if each.name == "sign-in"] == []


@pytest.mark.gen_test
async def test_our_own_pages_and_programs_do(connect):
    async with await connect() as connection:
        for fields in OWN.values():
            for target, form, status in (
                ("/sign-in", "password=open+sesame", 303),
                ("/api/shares?film=M.mp4", "page=http://localhost/", 200),
            ):
                assert (await connection.post(target, form, SESSION, *fields)).status == status, (target, fields)
        assert (await connection.post("/sign-out", "", SESSION, "Origin: http://localhost")).status == 303
        assert (await connection.request("GET", "/api/shares", SESSION)).status == 401


@pytest.mark.gen_test
@pytest.mark.parametrize("proxies", [networks("127.0.0.1")])
async def test_a_trusted_proxy_tells_by_which_name_our_pages_are_seen(connect):
    told = "X-Forwarded-Host: films.example:8080"
    async with await connect() as connection:
        for origin, status in (("http://localhost", 403), ("http://films.example:8080", 303)):
            answer = await connection.request("POST", "/sign-out", SESSION, told, f"Origin: {origin}")
            assert answer.status == status


@pytest.mark.gen_test
async def test_links_of_other_sites_lead_to_the_sign_in_page(connect):
    async with await connect() as connection:
        for fields in OTHERS.values():
            assert (await connection.request("GET", "/sign-in", *fields)).status == 200
