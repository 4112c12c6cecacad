"""Signing in and out: the form, its answers, and the cookies."""

import pytest

from services.access.access import Access
from services.access.sessions import Session, cookie_value
from tests.handlers.conftest import SIGNER

NAME = f"films-{SIGNER.signature('cookie')[:8]}"


@pytest.fixture
def access(locked):
    return locked


def _cookie(answer):
    """The session's cookie and its attributes; and as a browser sends it back."""
    session = answer.fields["set-cookie"].split(", ")[0]
    return session, f"Cookie: {session.partition(';')[0]}"


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("form", "origin", "cookie"),
    [
        ("password=open+sesame", "", f"{NAME}=*; Path=/; HttpOnly; SameSite=Lax"),
        ("password=open%20sesame&stay=yes", "", f"{NAME}=*; Path=/; HttpOnly; SameSite=Lax; Max-Age=7776000"),
        ("password=open+sesame", "https://localhost", f"__Host-{NAME}=*; Path=/; HttpOnly; SameSite=Lax; Secure"),
        ("username=films&next=&password=open+sesame", "http://localhost", f"{NAME}=*; Path=/; HttpOnly; SameSite=Lax"),
    ],
)
async def test_the_password_gets_a_session(connect, form, origin, cookie):
    async with await connect() as connection:
        answer = await connection.post("/sign-in", form, *([f"Origin: {origin}"] if origin else []))
        assert (answer.status, answer.fields["location"], answer.content) == (303, "./", b"")
        assert answer.fields["cache-control"] == "no-store"
        session, shown = _cookie(answer)
        name, _, rest = session.partition("=")
        assert f"{name}=*;{rest.partition(';')[2]}" == cookie
        assert (await connection.request("GET", "/api/movies", shown)).status == 200


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("next_", "leads_to"),
    [
        ("%3Ffilm%3DA%2520b.mp4%26t%3D90", "./?film=A%20b.mp4&t=90"),
        ("list", "./list"),
        ("%2Flist", "./list"),
        ("%2F%2Fevil.example%2F", ".//evil.example/"),  # a path: RFC 3986 §4.2 wants "//" first for a host
        ("https%3A%2F%2Fevil.example", "./https://evil.example"),
        ("%5C%5Cevil.example", "./\\\\evil.example"),
        ("x%0D%0ASet-Cookie:a=b", "./"),
        ("x%00", "./"),
        ("%C3%A9", "./"),
        ("a" * 2049, "./"),
    ],
)
async def test_the_way_goes_on_to_where_the_viewer_was_going_and_to_no_other_site(connect, next_, leads_to):
    async with await connect() as connection:
        answer = await connection.post("/sign-in", f"password=open+sesame&next={next_}")
    assert (answer.status, answer.fields["location"]) == (303, leads_to)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "form",
    [
        "password=open",
        "password=",
        "",
        "open sesame",
        "password=open+sesame&password=x",
        "password=%ff",
        "&".join(["password=open+sesame"] * 9),
        "next=" + "x" * 9000 + "&password=open+sesame",
        "\xff",
    ],
)
async def test_what_is_not_the_password_gets_the_page_again_that_says_so(connect, form):
    async with await connect() as connection:
        answer = await connection.post("/sign-in", form)
        assert answer.status == 401
        assert b'<p id="trouble" role="alert">This is not the password.</p>' in answer.content
        assert "set-cookie" not in answer.fields
        assert answer.fields["www-authenticate"]
        assert (await connection.request("GET", "/healthz")).status == 200


@pytest.mark.gen_test
async def test_the_page_says_how_long_to_wait_and_a_browser_that_was_signed_in_need_not(connect):
    async with await connect() as connection:
        first = await connection.post("/sign-in", "password=open+sesame")
        device = first.fields["set-cookie"].split(", ")[1].partition(";")[0]
        for _ in range(5):
            await connection.post("/sign-in", "password=guess")
        answer = await connection.post("/sign-in", "password=open+sesame&next=%22%3E%3Cscript%3E")
        assert (answer.status, answer.fields["retry-after"]) == (429, "30")
        assert b"Too many wrong passwords. Try again in 30 s." in answer.content
        assert b'value="&quot;&gt;&lt;script&gt;"' in answer.content
        assert (await connection.post("/sign-in", "password=open+sesame", f"Cookie: {device}")).status == 303


@pytest.mark.gen_test
async def test_signing_out_ends_the_session_also_for_who_has_a_copy_of_the_cookie(connect):
    async with await connect() as connection:
        _, of_another = _cookie(await connection.post("/sign-in", "password=open+sesame"))  # in the same second
        _, shown = _cookie(await connection.post("/sign-in", "password=open+sesame"))
        assert b"You are signed in." in (await connection.request("GET", "/sign-in", shown)).content
        link = await connection.request("GET", "/sign-out", shown)
        assert (link.status, link.fields["location"]) == (303, "./sign-in")
        assert (await connection.request("GET", "/api/movies", shown)).status == 200
        foreign = await connection.post("/sign-out", "")  # another site's form comes without the cookie
        assert "set-cookie" not in foreign.fields
        answer = await connection.post("/sign-out", "", shown)
        assert (answer.status, answer.fields["location"]) == (303, "./")
        assert answer.fields["set-cookie"] == f"{NAME}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        assert (await connection.request("GET", "/api/movies", shown)).status == 401
        assert (await connection.request("GET", "/api/movies", of_another)).status == 200
        _, again = _cookie(await connection.post("/sign-in", "password=open+sesame"))
        assert (await connection.request("GET", "/api/movies", again)).status == 200


@pytest.mark.gen_test
async def test_whoever_comes_back_in_the_second_half_of_a_session_gets_a_new_one(connect, now_s):
    value = cookie_value(SIGNER, Session(int(now_s[0]) - 50, int(now_s[0]) + 60, stays=True))
    async with await connect() as connection:
        assert "set-cookie" not in (await connection.request("GET", "/", f"Cookie: {NAME}={value}")).fields
        now_s[0] += 10
        assert "set-cookie" not in (await connection.request("GET", "/api/movies", f"Cookie: {NAME}={value}")).fields
        _, renewed = _cookie(await connection.request("GET", "/", f"Cookie: {NAME}={value}"))
        now_s[0] += 80 * 86_400
        assert (await connection.request("GET", "/api/movies", renewed)).status == 200


@pytest.mark.gen_test
async def test_the_page_needs_no_script_and_suits_password_managers(connect):
    async with await connect() as connection:
        answer = await connection.request("GET", "/", "Accept: text/html")
    page = answer.content.decode()
    assert 'name="username" value="films" autocomplete="username" hidden' in page
    assert 'name="password" autocomplete="current-password" required autofocus' in page
    assert "<script" not in page
    assert answer.fields["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@pytest.mark.gen_test
@pytest.mark.parametrize("access", [Access()])
async def test_without_a_password_there_is_nothing_to_sign_in_to(connect):
    async with await connect() as connection:
        assert (await connection.request("GET", "/sign-in")).fields["location"] == "./"
        assert (await connection.post("/sign-in", "password=x")).fields["location"] == "./"
        assert (await connection.post("/sign-out", "")).fields["location"] == "./"
