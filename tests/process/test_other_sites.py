"""What pages of other sites may show and read: nothing, unless the operator lets them (Fetch Standard)."""

import subprocess
import urllib.error
import urllib.request
from http.client import HTTPResponse

import pytest

from tests.films import put
from tests.server_process import server_process

ANSWERS = {
    "the page": ("GET", "/", {}, 200),
    "the list": ("GET", "/api/movies", {}, 200),
    "the playlist": ("GET", "/playlist.m3u", {}, 200),
    "a script": ("GET", "/static/app.js", {}, 200),
    "the health check": ("GET", "/healthz", {}, 200),
    "a film": ("GET", "/videos/Film.mp4", {}, 200),
    "a film's head": ("HEAD", "/videos/Film.mp4", {}, 200),
    "a range": ("GET", "/videos/Film.mp4", {"Range": "bytes=1-2"}, 206),
    "several ranges": ("GET", "/videos/Film.mp4", {"Range": "bytes=0-0,200-200"}, 206),
    "no such range": ("GET", "/videos/Film.mp4", {"Range": "bytes=9000-"}, 416),
    "not modified": ("GET", "/videos/Film.mp4", {"If-None-Match": "*"}, 304),
    "a failed precondition": ("GET", "/videos/Film.mp4", {"If-Match": '"other"'}, 412),
    "a poster": ("GET", "/posters/Film.mp4", {}, 200),
    "no such film": ("GET", "/videos/none.mp4", {}, 404),
    "no such path": ("GET", "/none", {}, 404),
    "no such method": ("FOO", "/videos/Film.mp4", {}, 501),
    "methods": ("OPTIONS", "/videos/Film.mp4", {}, 204),
    "another host": ("GET", "/videos/Film.mp4", {"Host": "evil.example"}, 421),
}
EXPOSED = "Accept-Ranges, Content-Length, Content-Range, ETag"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    put(folder, "Film.mp4", b"film" * 1000)
    put(folder, "Film.jpg", b"poster")
    return folder


@pytest.fixture(scope="module")
def closed(folder):
    with server_process("--assets", str(folder), stderr=subprocess.DEVNULL) as server:
        yield server


@pytest.fixture(scope="module")
def opened(folder):
    with server_process("--assets", str(folder), "--other-sites", "yes", stderr=subprocess.DEVNULL) as server:
        yield server


OURS = "https://films.example"


@pytest.fixture(scope="module")
def opened_for_one(folder):
    sites = f"{OURS}:443/, http://Bücher.example:8080"
    with server_process("--assets", str(folder), "--other-sites", sites, stderr=subprocess.DEVNULL) as server:
        yield server


def _ask(server, method, path, **fields: str) -> HTTPResponse:
    request = urllib.request.Request(server.url + path, method=method, headers=fields)
    try:
        return urllib.request.urlopen(request, timeout=120)
    except urllib.error.HTTPError as error:
        return error


@pytest.mark.parametrize(("method", "path", "fields", "status"), ANSWERS.values(), ids=ANSWERS)
def test_every_answer_is_for_pages_of_its_own_site(closed, method, path, fields, status):
    with _ask(closed, method, path, **fields) as answer:
        assert answer.status == status
        assert answer.headers.get_all("Cross-Origin-Resource-Policy") == ["same-origin"]
        assert [name for name in answer.headers if name.startswith("Access-Control-")] == []


@pytest.mark.parametrize(("method", "path", "fields", "status"), ANSWERS.values(), ids=ANSWERS)
def test_every_answer_is_for_all_pages_if_the_operator_says_so(opened, method, path, fields, status):
    with _ask(opened, method, path, **fields) as answer:
        assert answer.status == status
        assert answer.headers.get_all("Cross-Origin-Resource-Policy") == ["cross-origin"]
        assert answer.headers.get_all("Access-Control-Allow-Origin") == ["*"]
        assert answer.headers.get_all("Access-Control-Expose-Headers") == [EXPOSED]


@pytest.mark.parametrize(("method", "path", "fields", "status"), ANSWERS.values(), ids=ANSWERS)
def test_every_answer_is_for_the_pages_of_a_site_that_is_named(opened_for_one, method, path, fields, status):
    with _ask(opened_for_one, method, path, **fields, Origin=OURS) as answer:
        assert answer.status == status
        assert answer.headers.get_all("Cross-Origin-Resource-Policy") == ["cross-origin"]
        assert answer.headers.get_all("Access-Control-Allow-Origin") == [OURS]
        assert answer.headers.get_all("Access-Control-Expose-Headers") == [EXPOSED]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert answer.headers["Vary"].split(", ")[-1] == "Origin"
        assert answer.headers.get_all("Vary") == [answer.headers["Vary"]]


@pytest.mark.parametrize(("method", "path", "fields", "status"), ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
def test_no_answer_is_for_pages_of_another_site_than_is_named(opened_for_one, origin, method, path, fields, status):
    with _ask(opened_for_one, method, path, **fields, **({"Origin": origin} if origin else {})) as answer:
        assert answer.status == status
        assert answer.headers.get_all("Cross-Origin-Resource-Policy") == ["same-origin"]
        assert [name for name in answer.headers if name.startswith("Access-Control-")] == []
        assert answer.headers["Vary"].split(", ")[-1] == "Origin"


def test_caches_are_told_of_all_that_the_answer_goes_by(opened_for_one):
    with _ask(opened_for_one, "GET", "/static/app.js", Origin=OURS) as answer:
        assert answer.headers["Vary"] == "Accept-Encoding, Origin"
        tag = answer.headers["ETag"]
    with _ask(opened_for_one, "GET", "/static/app.js", **{"If-None-Match": tag}) as answer:
        assert (answer.status, answer.headers["Vary"]) == (304, "Accept-Encoding, Origin")


@pytest.mark.parametrize(
    ("origin", "may"),
    [
        (OURS, True),
        ("http://xn--bcher-kva.example:8080", True),
        ("http://films.example", False),
        ("https://films.example:8443", False),
        ("https://films.example.evil.example", False),
        ("https://evil-films.example", False),
        ("https://films.example, https://evil.example", False),
        ("null", False),
    ],
)
def test_a_preflight_is_for_the_origin_as_it_is_named(opened_for_one, origin, may):
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
    with _ask(opened_for_one, "OPTIONS", "/videos/Film.mp4", **asked) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == (origin if may else None)
        assert answer.headers["Access-Control-Allow-Methods"] == ("GET, HEAD, OPTIONS" if may else None)
        assert ("Range" in answer.headers.get("Access-Control-Allow-Headers", "")) == may


def test_a_browser_that_asks_before_it_asks_for_a_range_may_go_on(opened):
    asked = {"Origin": "https://cast.example", "Access-Control-Request-Method": "GET"}
    with _ask(opened, "OPTIONS", "/videos/Film.mp4", **asked, **{"Access-Control-Request-Headers": "range"}) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        allowed = answer.headers["Access-Control-Allow-Headers"].split(", ")
        assert {"Range", "If-Range", "If-None-Match", "Content-Type", "Accept-Encoding"} <= set(allowed)
        assert answer.headers["Access-Control-Max-Age"] == "86400"
