"""What happens when there are more viewers, connections or seconds than are allowed."""

import random
import resource
import socket
from contextlib import ExitStack

import psutil
import pytest

from tests.films import put
from tests.raw_http import request_head
from tests.server_process import server_process

CONTENT = random.Random(1).randbytes(8 * 1024 * 1024)


@pytest.fixture
def film(films):
    return put(films, "film.mp4", CONTENT)


def _connect(server, stack):
    return stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))


def _status(connection):
    return int(connection.recv(12, socket.MSG_WAITALL)[9:])


def _rest(connection):
    parts = []
    while part := connection.recv(2**20):
        parts.append(part)
    return b"".join(parts)


def test_one_viewer_too_many_is_asked_to_come_back_while_nobody_is_paused(film):
    arguments = ["--assets", str(film.parent), "--max-viewers", "2", "--grace", "0"]
    with server_process(*arguments) as server, ExitStack() as stack:
        watching = [_connect(server, stack) for _ in range(2)]
        for viewer in watching:
            viewer.sendall(request_head("GET", "/videos/film.mp4"))
            assert _status(viewer) == 200
        third = _connect(server, stack)
        third.sendall(request_head("GET", "/videos/film.mp4", "Connection: close"))
        assert _status(third) == 503
        assert b"\r\nRetry-After: 5\r\n" in _rest(third)
        page = _connect(server, stack)
        page.sendall(request_head("GET", "/"))
        assert _status(page) == 200


def test_who_is_paused_for_longest_makes_room_and_is_logged_as_evicted(film, tmp_path):
    arguments = ["--assets", str(film.parent), "--max-viewers", "1", "--grace", "0"]
    with (
        (tmp_path / "log").open("w+") as log,
        server_process(*arguments, stderr=log) as server,
        ExitStack() as stack,
    ):
        paused = _connect(server, stack)
        paused.sendall(request_head("GET", "/videos/film.mp4"))
        while True:  # until it counts as paused
            with _connect(server, stack) as other:
                other.sendall(request_head("GET", "/videos/film.mp4", "Range: bytes=0-9", "Connection: close"))
                if _status(other) == 206:
                    assert _rest(other).endswith(CONTENT[:10])
                    break
        response = _rest(paused)
        assert len(response) < len(CONTENT)
        server.process.terminate()
        assert server.ended() == 0
        log.seek(0)
        assert " evicted\n" in log.read()


def test_connections_beyond_the_descriptors_are_refused_and_the_others_served(film):
    def few_descriptors():
        resource.setrlimit(resource.RLIMIT_NOFILE, (600, 600))

    with (
        server_process("--assets", str(film.parent), "--grace", "0", preexec_fn=few_descriptors) as server,
        ExitStack() as stack,
    ):
        connections = [_connect(server, stack) for _ in range(700)]
        refused = connections[-1]
        assert _status(refused) == 503
        assert b"\r\nRetry-After: 5\r\n" in _rest(refused)
        connections[0].sendall(request_head("GET", "/videos/film.mp4", "Range: bytes=0-9"))
        assert _status(connections[0]) == 206
        assert psutil.Process(server.process.pid).num_fds() < 600


def test_connections_of_one_address_are_bounded_where_asked_for(film):
    arguments = ["--assets", str(film.parent), "--max-per-address", "3", "--grace", "0"]
    with server_process(*arguments) as server, ExitStack() as stack:
        first, *_ = [_connect(server, stack) for _ in range(3)]
        first.sendall(request_head("GET", "/healthz"))
        assert _status(first) == 200
        fourth = _connect(server, stack)
        assert _status(fourth) == 429
        first.close()
        while True:  # until the server saw that one has left
            with _connect(server, stack) as another:
                another.sendall(request_head("GET", "/healthz", "Connection: close"))
                if _status(another) == 200:
                    break


@pytest.mark.parametrize(
    "beginning", [b"", b"GET / HTTP/1.1\r\nHost: te", b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nx"]
)
def test_a_request_that_does_not_come_is_not_waited_for(film, beginning):
    arguments = ["--assets", str(film.parent), "--idle", "0.2", "--grace", "0"]
    with server_process(*arguments) as server, ExitStack() as stack:
        slow = _connect(server, stack)
        slow.sendall(beginning)
        assert slow.recv(1) == b""


def test_a_viewer_who_pauses_for_longer_than_a_request_may_take_is_kept(film):
    arguments = ["--assets", str(film.parent), "--idle", "0.2", "--grace", "0"]
    with server_process(*arguments) as server, ExitStack() as stack:
        paused = _connect(server, stack)
        paused.sendall(request_head("GET", "/videos/film.mp4", "Connection: close"))
        idle = _connect(server, stack)
        assert idle.recv(1) == b""  # so much time has gone by
        assert _rest(paused).endswith(CONTENT)
