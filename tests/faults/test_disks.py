"""Disks that hang or fail, beside one that works."""

import random
import socket
import time
from contextlib import suppress

import pytest

from tests.faults.mounted import faulty_disk
from tests.films import put
from tests.raw_http import request_head
from tests.server_process import server_process

NEAR = random.Random(1).randbytes(3 * 1024 * 1024)


@pytest.fixture
def faulty(films, tmp_path):
    """The module of the faulty disk, which is mounted in the library as ``far``, and its gate, which is closed."""
    (films / "far").mkdir()
    with faulty_disk(films / "far", tmp_path / "gate") as module:
        module.gate = tmp_path / "gate"
        yield module


@pytest.fixture
def server(faulty, films, tmp_path):
    put(films, "near.mp4", NEAR)
    with (tmp_path / "log").open("w+") as log, server_process("--assets", str(films), stderr=log) as server:
        server.log = log
        yield server
        server.process.kill()


def _asked(server, path, *fields):
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=120)
    connection.sendall(request_head("GET", path, "Connection: close", *fields))
    return connection


def _response(connection):
    """The content until it ends or breaks off."""
    parts = []
    with connection, suppress(ConnectionResetError):
        while part := connection.recv(2**20):
            parts.append(part)
    return b"".join(parts).partition(b"\r\n\r\n")[2]


def test_a_film_of_a_disk_that_hangs_holds_up_nobody_else(server, faulty, films):
    hanging = [_asked(server, "/videos/far/gated.mp4", f"Range: bytes={number}-") for number in range(60)]
    for number in range(20):
        (films / "near.mp4").rename(films / f"near {number}.mp4")  # so that it has to be opened each time
        (films / f"near {number}.mp4").rename(films / "near.mp4")
        assert _response(_asked(server, "/videos/near.mp4")) == NEAR
    faulty.gate.touch()
    for number, connection in enumerate(hanging):
        assert _response(connection) == faulty.CONTENT[number:]


def test_a_film_whose_first_bytes_hang_takes_no_viewers_place(faulty, films):
    put(films, "near.mp4", NEAR)
    with server_process("--assets", str(films), "--max-viewers", "1", "--grace", "0") as server:
        hanging = _asked(server, "/videos/far/gated.mp4")
        for _ in range(3):
            assert _response(_asked(server, "/videos/near.mp4")) == NEAR
        faulty.gate.touch()
        assert _response(hanging) == faulty.CONTENT


def test_a_film_of_a_disk_that_fails_ends_its_connection_and_no_other(server, faulty):
    faulty.gate.touch()
    failing, near, far = (
        _asked(server, f"/videos/{film}") for film in ("far/failing.mp4", "near.mp4", "far/gated.mp4")
    )
    content = _response(failing)
    assert len(content) < faulty.LENGTH
    assert faulty.CONTENT.startswith(content)
    assert _response(near) == NEAR
    assert _response(far) == faulty.CONTENT
    while "'/videos/far/failing.mp4': closed after" not in (log := _log(server)):
        time.sleep(0.01)
    assert "Input/output error" in log
    assert "Traceback" not in log


def _log(server):
    server.log.seek(0)
    return server.log.read()


@pytest.mark.parametrize("ranges", ["2097152-", "2097152-2097152,3000000-3000009"], ids=["one", "several"])
def test_a_film_that_cannot_be_read_at_all_is_unavailable_for_now(server, ranges):
    connection = _asked(server, "/videos/far/failing.mp4", f"Range: bytes={ranges}")
    assert connection.recv(12, socket.MSG_WAITALL) == b"HTTP/1.1 503"
    connection.close()
