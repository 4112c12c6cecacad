"""What a page of another site can do in a real Chromium, by a name that points here, or by our addresses."""

import subprocess
import threading
from contextlib import ExitStack
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.films import put
from tests.server_process import ROOT, server_process

FILM = "/videos/Film.mp4"
READ = """
async (path) => {
    const answer = await fetch(path)
    return [answer.status, await answer.text()]
}
"""
SHOW = """
([name, url]) => new Promise((resolve) => {
    const element = document.body.appendChild(document.createElement(name))
    element.onload = element.onloadedmetadata = () => resolve("shown")
    element.onerror = () => resolve("refused")
    element.src = url
})
"""
SEND_FORM = """
(url) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: url })
    document.body.appendChild(form).submit()
}
"""
CAST = """
async (url) => {
    const answer = await fetch(url, { headers: { Range: "bytes=4-7", "If-Match": "*" } })
    return [answer.status, await answer.text(), answer.headers.get("Content-Range")]
}
"""


class _Blank(SimpleHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>evil</title><body>")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def folder(sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    put(folder, "Film.mp4", sample.read_bytes())
    put(folder, "Film.png", (ROOT / "static/icons/icon-192.png").read_bytes())
    return folder


@pytest.fixture
def start(folder):
    """Starts a server of the folder, with these arguments."""
    with ExitStack() as servers:
        yield lambda *more: servers.enter_context(
            server_process("--assets", str(folder), *more, stderr=subprocess.DEVNULL)
        )


@pytest.fixture(scope="module")
def foreign_browser(launch):
    """A browser for which evil.example and all names in "home" are this machine."""
    browser = launch("--host-resolver-rules=MAP evil.example 127.0.0.1, MAP *.home 127.0.0.1")
    yield browser
    browser.close()


@pytest.fixture
def foreign_port():
    """Another port than the server's, where a blank page is, by any name."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Blank) as site:
        threading.Thread(target=site.serve_forever).start()
        yield site.server_port
        site.shutdown()


@pytest.fixture
def foreign_page(foreign_browser, foreign_port):
    """A page of http://evil.example."""
    page = foreign_browser.new_page()
    page.goto(f"http://evil.example:{foreign_port}/")
    yield page
    page.close()


def test_a_site_whose_name_leads_here_reads_nothing(foreign_browser, start):
    page = foreign_browser.new_page()
    server = start()
    page.goto(f"http://evil.example:{server.port}/")
    for path in ("/", "/api/movies", "/list", "/playlist.m3u", FILM, "/posters/Film.mp4", "/static/app.js"):
        status, text = page.evaluate(READ, path)
        assert (path, status, text.splitlines()[0]) == (path, 421, "421 Misdirected Request")
    page.close()


def test_a_page_of_another_site_shows_neither_films_nor_pictures(foreign_page, start):
    server = start()
    assert foreign_page.evaluate(SHOW, ["video", server.url + FILM]) == "refused"
    assert foreign_page.evaluate(SHOW, ["img", f"{server.url}/posters/Film.mp4"]) == "refused"
    assert foreign_page.evaluate(SHOW, ["img", f"{server.url}/favicon.ico"]) == "refused"


def test_a_page_of_another_site_shows_and_reads_all_if_the_operator_says_so(foreign_page, start, sample):
    server = start("--other-sites", "yes")
    assert foreign_page.evaluate(SHOW, ["video", server.url + FILM]) == "shown"
    assert foreign_page.evaluate(SHOW, ["img", f"{server.url}/posters/Film.mp4"]) == "shown"
    length = sample.stat().st_size
    assert foreign_page.evaluate(CAST, server.url + FILM) == [206, "ftyp", f"bytes 4-7/{length}"]


def test_over_plain_http_a_viewer_is_signed_in_and_out_by_our_own_page_alone(
    foreign_browser, foreign_port, start, tmp_path
):
    password = put(tmp_path, "password", b"open sesame")
    server = start("--password-file", str(password), "--allowed-hosts", "films.home")
    with foreign_browser.new_context() as context:
        page, foreign = context.new_page(), context.new_page()
        page.goto(f"http://films.home:{server.port}/")
        page.get_by_label("Password").fill("open sesame")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()
        for name in ("films.home", "other.films.home"):  # the session's cookie comes along from both
            foreign.goto(f"http://{name}:{foreign_port}/")
            with foreign.expect_navigation() as sent:
                foreign.evaluate(SEND_FORM, f"http://films.home:{server.port}/sign-out")
            assert sent.value.status == 403
        page.reload()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("Password").wait_for()
