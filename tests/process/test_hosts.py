"""A foreign site whose name points to this machine (DNS rebinding) reads nothing. Our own names are answered."""

import socket
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection

import pytest

from handlers.http_server import Server
from handlers.routes import make_worker_application
from services.library import Library
from services.storage.open_store import open_stores
from tests.films import put
from tests.raw_http import RawConnection
from tests.server_process import ROOT, server_process

PATHS = (
    *("/", "/list", "/api/movies", "/playlist.m3u", "/static/app.js", "/favicon.ico", "/no/such/thing"),
    *(
        "/videos/Film.mp4",
        "/videos/none.mp4",
        "/posters/Film.mp4",
        "/artwork/Film.mp4/backdrop",
        "/about/Film.mp4.json",
        "/subtitles/Film.mp4/en.vtt",
        "/storyboards/Film.mp4.vtt",
    ),
)
SLOW_DNS = """
import socket, threading, server
answered = socket.getaddrinfo
def asked(*arguments, flags=0, **options):
    if flags & socket.AI_CANONNAME:
        threading.Event().wait()
    return answered(*arguments, **options)
socket.getaddrinfo = asked
server.main()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    put(folder, "Film.mp4", b"a secret film")
    put(folder, "Film.jpg", b"a secret poster")
    put(folder, "Film.en.srt", b"1\n00:00:01,000 --> 00:00:02,000\nsecret\n")
    return folder


@pytest.fixture(scope="module")
def server(folder):
    with server_process("--assets", str(folder), stderr=subprocess.DEVNULL) as server:
        yield server


def _ask(server, path, host, method="GET"):
    """Status, fields and content. ``host``: the value of Host, None for none."""
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=120)) as connection:
        connection.putrequest(method, path, skip_host=True)
        if host is not None:
            connection.putheader("Host", host)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def _status(server, host, path="/videos/Film.mp4"):
    return _ask(server, path, host)[0]


def _raw(server, head):
    with socket.create_connection(("127.0.0.1", server.port), timeout=120) as connection:
        connection.sendall(head)
        return connection.makefile("rb").readline()


@pytest.mark.parametrize("path", PATHS)
def test_a_foreign_host_gets_the_same_refusal_whatever_it_asks_for(server, path):
    status, fields, content = _ask(server, path, f"evil.example:{server.port}")
    assert (status, fields["Content-Type"]) == (421, "text/plain; charset=utf-8")
    assert content.decode() == (
        "421 Misdirected Request\n"
        "This server does not answer to this name. Use its address, or allow the name: the server's log says how.\n"
    )
    assert "ETag" not in fields


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "DELETE"])
def test_a_foreign_host_is_refused_whatever_the_method(server, method):
    assert _ask(server, "/videos/Film.mp4", "evil.example", method)[0] == 421


def test_addresses_localhost_and_the_machines_names_are_answered(server):
    own = socket.gethostname().partition(".")[0]
    for host in (
        "127.0.0.1",
        f"localhost:{server.port}",
        "[::1]:1",
        "10.0.0.1",
        "x.localhost",
        own,
        f"{own.upper()}.local",
    ):
        assert _status(server, host) == 200


def test_a_health_check_may_name_any_host(server):
    for host in ("evil.example", "10.1.2.3:10000", "health.check.internal"):
        assert _ask(server, "/healthz", host)[2] == b"ok\n"


def test_http_1_0_without_host_comes_from_no_browser_and_is_answered(server):
    assert _raw(server, b"GET /videos/Film.mp4 HTTP/1.0\r\n\r\n") == b"HTTP/1.1 200 OK\r\n"


def test_the_host_of_a_whole_url_goes_before_that_of_the_field(server):
    refused = b"HTTP/1.1 421 Misdirected Request\r\n"
    assert _raw(server, b"GET http://evil.example/list HTTP/1.1\r\nHost: localhost\r\n\r\n") == refused
    assert _raw(server, b"GET http://localhost/list HTTP/1.1\r\nHost: evil.example\r\n\r\n") == b"HTTP/1.1 200 OK\r\n"


def test_fields_that_a_page_may_set_prove_nothing(server):
    head = (
        b"GET /list HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost\r\n\r\n"
    )
    assert _raw(server, head) == b"HTTP/1.1 421 Misdirected Request\r\n"


def test_one_connection_is_not_trusted_for_what_it_asked_before(server):
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=120)) as connection:
        for host, status in (("localhost", 200), ("evil.example", 421), ("localhost", 200)):
            connection.request("GET", "/list", headers={"Host": host})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status


@pytest.mark.parametrize(
    ("arguments", "environment", "answered", "refused"),
    [
        (
            ["--allowed-hosts", "films.example, .home.example"],
            {},
            ["films.example:80", "a.home.example"],
            ["b.example"],
        ),
        ([], {"ALLOWED_HOSTS": "*"}, ["anything.example", "localhost"], []),
        ([], {"RENDER_EXTERNAL_HOSTNAME": "films.onrender.com"}, ["films.onrender.com"], ["other.onrender.com"]),
    ],
    ids=["command line", "environment", "Render"],
)
def test_other_names_are_answered_if_they_are_allowed(folder, arguments, environment, answered, refused):
    with server_process(
        "--assets", str(folder), *arguments, environment=environment, stderr=subprocess.DEVNULL
    ) as server:
        assert [_status(server, host) for host in answered] == [200] * len(answered)
        assert [_status(server, host) for host in refused] == [421] * len(refused)


def test_the_log_says_once_what_was_refused_and_how_to_allow_it(folder, tmp_path):
    with (tmp_path / "log").open("w+") as log, server_process("--assets", str(folder), stderr=log) as server:
        for number in range(60):
            assert _status(server, f"{number % 30}.evil.example") == 421
        log.seek(0)
        lines = [line for line in log.read().splitlines() if " W services.hosts " in line]
    assert len(lines) == 20
    assert lines[0].endswith(
        "refused a request for '0.evil.example', which is no name of this server; if it is yours, allow it by"
        " --allowed-hosts (ALLOWED_HOSTS in the environment)"
    )


def test_a_dns_that_does_not_answer_holds_up_neither_start_nor_answers_nor_end(folder):
    options = {"command": (sys.executable, "-c", SLOW_DNS), "cwd": ROOT, "stderr": subprocess.DEVNULL}
    with server_process("--assets", str(folder), **options) as server:
        assert _status(server, "localhost") == 200
        assert _status(server, "evil.example") == 421
        server.process.terminate()
        assert server.ended() == 0


@pytest.mark.gen_test
async def test_the_port_of_the_worker_is_closed_to_foreign_hosts_too(folder, _unused_port):
    server = Server(make_worker_application(Library(open_stores((folder,), {}, ""))))
    server.add_socket(_unused_port[0])
    for host, status in (("evil.example", 421), (f"127.0.0.1:{_unused_port[1]}", 200)):
        async with await RawConnection.open(_unused_port[1]) as connection:
            await connection.send(f"GET /videos/Film.mp4 HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert (await connection.response()).status == status
    server.stop()
    await server.close_all_connections()


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({"RENDER": "true", "OPEN": "yes"}, "203.0.113.7"),  # its edge, here at a loopback address, adds another
        ({"TRUST_PROXY": "127.0.0.1"}, "104.22.17.40"),
        ({}, "127.0.0.1"),
    ],
    ids=["Render", "a proxy", "neither"],
)
def test_the_edge_of_render_is_believed_about_who_asks(folder, tmp_path, environment, address):
    fields = {"Host": "localhost", "X-Forwarded-For": "1.2.3.4, 203.0.113.7, 104.22.17.40"}
    arguments = ["--assets", str(folder)]
    with (
        (tmp_path / "log").open("w+") as log,
        server_process(*arguments, environment=environment, stderr=log) as server,
    ):
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
            connection.request("GET", "/list", headers=fields)
            assert connection.getresponse().read()
        server.process.terminate()
        assert server.ended() == 0
        log.seek(0)
        assert f" I access {address} GET /list 200 " in log.read()
