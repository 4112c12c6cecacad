"""Ending the server: running streams may go on for a while, then it ends with status 0."""

import json
import random
import signal
import socket
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.films import put
from tests.raw_http import request_head
from tests.server_process import server_process

CONTENT = random.Random(1).randbytes(24 * 1024 * 1024)


@pytest.fixture
def film(films):
    return put(films, "film.mp4", CONTENT)


@pytest.fixture
def errors(tmp_path):
    with (tmp_path / "stderr").open("w+") as file:
        yield file


def _viewer(server):
    """A connection that has got the first bytes of the film."""
    viewer = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    viewer.sendall(request_head("GET", "/videos/film.mp4"))
    assert viewer.recv(8, socket.MSG_WAITALL) == b"HTTP/1.1"
    return viewer


def _rest(viewer):
    """All further bytes, until the connection ends."""
    parts = []
    while part := viewer.recv(2**20):
        parts.append(part)
    return b"".join(parts)


def _ending_is_announced(server):
    return any(line.startswith("ending in ") for line in server.process.stdout)


def _log(errors):
    errors.seek(0)
    return errors.read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_server_that_nobody_uses(films, errors, number):
    with server_process("--assets", str(films), stderr=errors) as server:
        server.process.send_signal(number)
        assert server.ended() == 0
    assert _log(errors) == ""


def test_an_idle_connection_does_not_hold_up_the_end(films):
    with server_process("--assets", str(films)) as server, _idle(server):
        server.process.terminate()
        assert server.ended() == 0


def _idle(server):
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    connection.sendall(request_head("GET", "/healthz"))
    assert connection.recv(8, socket.MSG_WAITALL) == b"HTTP/1.1"
    return connection


def test_a_running_stream_goes_on_to_its_end_and_nobody_else_comes_in(film, errors):
    with (
        server_process("--assets", str(film.parent), "--grace", "60", stderr=errors) as server,
        _viewer(server) as viewer,
    ):
        server.process.terminate()
        assert _ending_is_announced(server)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))
        assert _rest(viewer).endswith(b"\r\n\r\n" + CONTENT)
        assert server.ended() == 0
    assert " complete\n" in _log(errors)
    assert "Traceback" not in _log(errors)


def test_an_answer_that_is_given_while_the_server_ends_is_its_connections_last(film):
    with (
        server_process("--assets", str(film.parent), "--grace", "60") as server,
        _viewer(server) as viewer,
        _idle(server) as other,
    ):
        assert other.recv(65536)
        server.process.terminate()
        assert _ending_is_announced(server)
        other.sendall(request_head("GET", "/healthz"))
        assert b"\r\nConnection: close\r\n" in _rest(other)
        _rest(viewer)
        assert server.ended() == 0


def test_a_server_whose_output_nobody_reads_ends_as_well(film):
    with server_process("--assets", str(film.parent), "--grace", "60") as server, _viewer(server) as viewer:
        server.process.stdout.close()
        server.process.terminate()
        assert _rest(viewer).endswith(CONTENT[-1000:])
        assert server.ended() == 0


def test_a_stream_that_outlasts_the_grace_period_is_closed(film, errors):
    with (
        server_process("--assets", str(film.parent), "--grace", "0.2", stderr=errors) as server,
        _viewer(server) as viewer,
    ):
        server.process.terminate()
        assert server.ended() == 0
        _, _, content = _rest(viewer).partition(b"\r\n\r\n")
        assert 0 < len(content) < len(CONTENT)
        assert CONTENT.startswith(content)
    assert " left\n" in _log(errors)
    assert "Traceback" not in _log(errors)


def test_what_is_made_at_the_end_leaves_nothing_half_made(films, errors, tmp_path):
    put(films, "Film.mkv")
    put(films, "Film.srt", b"1\n00:00:01,000 --> 00:00:02,500\nHello\n")
    arguments = ["--assets", str(films), "--cache", str(tmp_path / "cache"), "--grace", "0"]
    with server_process(*arguments, stderr=errors) as server:
        while (movie := _movies(server)[0])["state"] == "pending":
            time.sleep(0.05)
        process = psutil.Process(server.process.pid)
        before = process.children()
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
            connection.sendall(request_head("GET", movie["subtitles"][0]["url"]))
            while not (converters := [each for each in process.children() if each not in before]):
                pass
            (converter,) = converters
            while converter.cmdline() == process.cmdline():  # until it has its own program the server waits for it
                pass
            converter.send_signal(signal.SIGSTOP)
            while len(list(tmp_path.glob("cache/**/drafts/*"))) != 2:
                time.sleep(0.01)
            server.process.terminate()
            assert server.ended() == 0
    assert list(tmp_path.glob("cache/**/drafts/*")) == []
    assert not converter.is_running()
    assert "Traceback" not in _log(errors)


def _movies(server):
    with urllib.request.urlopen(f"{server.url}/api/movies", timeout=60) as answer:
        return json.load(answer)["movies"]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2])
def test_other_signals_end_nothing(film, errors, number):
    with server_process("--assets", str(film.parent), stderr=errors) as server, _viewer(server) as viewer:
        server.process.send_signal(number)
        server.process.send_signal(number)
        with _idle(server) as other:
            assert other.recv(65536)
        server.process.terminate()
        assert _rest(viewer).endswith(CONTENT)
        assert server.ended() == 0


def test_a_film_goes_on_after_the_server_was_stopped_for_a_while(film, errors):
    group = {"process_group": 0}  # the kernel stops none in the group of a session that ended, as CI's may be
    with server_process("--assets", str(film.parent), stderr=errors, **group) as server, _viewer(server) as viewer:
        server.process.send_signal(signal.SIGTSTP)
        while "State:\tT" not in Path(f"/proc/{server.process.pid}/status").read_text():
            time.sleep(0.01)
        server.process.send_signal(signal.SIGCONT)
        server.process.terminate()
        assert _rest(viewer).endswith(CONTENT)
        assert server.ended() == 0


def test_a_second_signal_ends_it_at_once(film, errors):
    with (
        server_process("--assets", str(film.parent), "--grace", "3600", stderr=errors) as server,
        _viewer(server),
    ):
        server.process.send_signal(signal.SIGINT)
        assert _ending_is_announced(server)
        server.process.send_signal(signal.SIGINT)
        assert server.ended() == 0
    assert "Traceback" not in _log(errors)
