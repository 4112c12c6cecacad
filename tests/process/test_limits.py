"""More viewers, connections or seconds than are allowed."""

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


def _connect(server, stack, address="127.0.0.1"):
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=120, source_address=(address, 0))
    return stack.enter_context(connection)


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
        assert paused.recv(12, socket.MSG_WAITALL) == b"HTTP/1.1 200"  # it has the place
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


def _slow(server, stack, address="127.0.0.1"):
    """A connection for which the kernel buffers little."""
    connection = stack.enter_context(socket.socket())
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.settimeout(120)
    connection.bind((address, 0))
    connection.connect(("127.0.0.1", server.port))
    return connection


def test_who_takes_nothing_from_the_beginning_makes_room(film):
    arguments = ["--assets", str(film.parent), "--max-viewers", "3", "--grace", "0"]
    with server_process(*arguments) as server, ExitStack() as stack:
        for _ in range(3):
            _slow(server, stack).sendall(request_head("GET", "/videos/film.mp4"))
        for _ in range(3):
            while True:  # until one counts as stalled
                with _connect(server, stack) as other:
                    other.sendall(request_head("GET", "/videos/film.mp4", "Range: bytes=0-9", "Connection: close"))
                    if _status(other) == 206:
                        assert _rest(other).endswith(CONTENT[:10])
                        break


def test_viewers_of_one_address_who_all_take_something_do_not_keep_out_another(film):
    arguments = ["--assets", str(film.parent), "--max-viewers", "4", "--grace", "0"]
    with server_process(*arguments) as server, ExitStack() as stack:
        crowd = [_connect(server, stack, "127.0.0.2") for _ in range(4)]
        for viewer in crowd:
            viewer.sendall(request_head("GET", "/videos/film.mp4", "Connection: close"))
            received = 0
            while received < 128 * 1024:
                received += len(viewer.recv(64 * 1024))
        newcomer = _connect(server, stack)
        newcomer.sendall(request_head("GET", "/videos/film.mp4", "Connection: close"))
        assert _status(newcomer) == 200
        assert sum(_is_whole(viewer) for viewer in crowd) == 3


def _is_whole(viewer):
    try:
        return _rest(viewer).endswith(CONTENT[-100:])
    except ConnectionResetError:
        return False


def _few_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (600, 600))


def test_newcomers_come_in_when_descriptors_are_short_and_the_longest_idle_leave(film):
    arguments = ["--assets", str(film.parent), "--grace", "0"]
    with server_process(*arguments, preexec_fn=_few_descriptors) as server, ExitStack() as stack:
        connections = [_connect(server, stack) for _ in range(700)]
        connections[-1].sendall(request_head("GET", "/videos/film.mp4", "Range: bytes=0-9"))
        assert _status(connections[-1]) == 206
        assert connections[0].recv(1) == b""
        assert psutil.Process(server.process.pid).num_fds() < 600


def test_viewers_are_not_ended_for_idle_connections_nor_idle_connections_of_others_for_those_of_one_address(film):
    arguments = ["--assets", str(film.parent), "--grace", "0"]
    with server_process(*arguments, preexec_fn=_few_descriptors) as server, ExitStack() as stack:
        viewer, other = _slow(server, stack, "127.0.0.2"), _slow(server, stack, "127.0.0.2")
        viewer.sendall(request_head("GET", "/videos/film.mp4", "Connection: close"))
        assert _status(viewer) == 200
        for _ in range(400):
            _connect(server, stack).sendall(b"GET / HTTP/1.1\r\nX: ")
        probe = _connect(server, stack)
        probe.sendall(request_head("GET", "/healthz"))
        assert _status(probe) == 200
        other.sendall(request_head("GET", "/healthz"))
        assert _status(other) == 200
        assert _rest(viewer).endswith(CONTENT)


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


def test_a_request_that_does_not_come_is_not_waited_for(film):
    arguments = ["--assets", str(film.parent), "--idle", "0.2", "--grace", "0"]
    with server_process(*arguments) as server, ExitStack() as stack:
        assert _connect(server, stack).recv(1) == b""


def test_a_viewer_who_pauses_for_longer_than_a_request_may_take_is_kept(film):
    arguments = ["--assets", str(film.parent), "--idle", "0.2", "--grace", "0"]
    with server_process(*arguments) as server, ExitStack() as stack:
        paused = _connect(server, stack)
        paused.sendall(request_head("GET", "/videos/film.mp4", "Connection: close"))
        idle = _connect(server, stack)
        assert idle.recv(1) == b""  # closed after --idle
        assert _rest(paused).endswith(CONTENT)
