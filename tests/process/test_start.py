"""Starting the server: what it prints, and what it says when it cannot."""

import json
import socket
import subprocess
import urllib.request

import pytest

from services.version import VERSION
from tests.films import put
from tests.ports import free_port
from tests.server_process import COMMAND, clean_environment, server_process


def _failed_start(*arguments, environment=None):
    return subprocess.run(
        [*COMMAND, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=clean_environment() | (environment or {}),
    )


def test_the_url_and_the_number_of_movies_are_printed(films):
    put(films, "a.mp4")
    put(films, "b/c.mkv")
    with server_process("--assets", str(films)) as server:
        assert server.announcement == f"http://127.0.0.1:{server.port} has 2 movies of {films}\n"


def test_the_sample_is_served_by_default():
    with server_process() as server:
        assert " has 1 movie of " in server.announcement
        movies = json.load(urllib.request.urlopen(f"{server.url}/api/movies"))["movies"]
        film = urllib.request.urlopen(f"{server.url}{movies[0]['url']}").read()
        assert len(film) == movies[0]["bytes"]
        assert film[4:8] == b"ftyp"


def test_host_and_port_are_taken_from_the_environment(films):
    port = free_port()
    environment = {"HOST": "0.0.0.0", "PORT": str(port), "ASSETS": str(films)}
    with server_process(environment=environment) as server:
        assert server.announcement == f"http://0.0.0.0:{port} has 0 movies of {films}\n"
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").read() == b"ok\n"


def test_an_address_of_ipv6_is_printed_as_a_url_writes_it(films):
    with server_process("--host", "::1", "--assets", str(films)) as server:
        assert server.announcement.startswith("http://[::1]:")
        assert urllib.request.urlopen(f"{server.url}/healthz").read() == b"ok\n"


def test_the_entity_tag_is_the_same_after_a_restart(films):
    put(films, "a.mp4")
    tags = []
    for _ in range(2):
        with server_process("--assets", str(films)) as server:
            tags.append(urllib.request.urlopen(f"{server.url}/videos/a.mp4").headers["ETag"])
    assert tags[0] == tags[1]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--port", "http"], "movie-streaming: --port: a port is a number from 0 to 65535, not 'http'\n"),
        (["--assets", "/no/such/folder"], "movie-streaming: --assets: no such folder: /no/such/folder\n"),
        (["--colour"], "movie-streaming: unrecognized arguments: --colour (--help lists the settings)\n"),
    ],
)
def test_a_wrong_setting_is_one_line_and_status_2(arguments, complaint):
    failed = _failed_start(*arguments)
    assert (failed.returncode, failed.stdout, failed.stderr) == (2, "", complaint)


def test_a_taken_port_is_one_line_and_status_2(films):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        failed = _failed_start("--port", str(port), "--assets", str(films))
    assert failed.returncode == 2
    assert failed.stderr == (
        f"movie-streaming: cannot listen on 127.0.0.1 port {port}: Address already in use; "
        "choose another with --port and --host (PORT and HOST in the environment)\n"
    )


def test_an_address_that_is_not_ours_is_one_line_and_status_2(films):
    failed = _failed_start("--host", "192.0.2.1", "--port", "0", "--assets", str(films))
    assert failed.returncode == 2
    assert failed.stderr.startswith("movie-streaming: cannot listen on 192.0.2.1 port 0: ")
    assert failed.stderr.count("\n") == 1


def test_a_host_that_cannot_be_one_is_one_line_and_status_2(films):
    failed = _failed_start("--host", "example..com", "--port", "0", "--assets", str(films))
    assert failed.returncode == 2
    assert failed.stderr.startswith("movie-streaming: cannot listen on example..com port 0: ")
    assert failed.stderr.count("\n") == 1


def test_the_version_is_said_and_nothing_is_served():
    said = _failed_start("--version")
    assert (said.returncode, said.stdout, said.stderr) == (0, f"movie-streaming {VERSION}\n", "")


def test_help_lists_every_setting_and_ends_well():
    helped = _failed_start("--help")
    assert helped.returncode == 0
    for option in ("--assets", "--host", "--port", "--zero-copy", "--grace"):
        assert option in helped.stdout
