"""The server also serves if standard input, output or error are closed, broken or read by nobody."""

import fcntl
import json
import os
import pty
import socket
import subprocess
import termios
import threading
import time
import urllib.request
from contextlib import closing, contextmanager
from http.client import HTTPConnection

import pytest

from services.output import Output
from tests.films import put
from tests.ports import free_port
from tests.server_process import COMMAND, ROOT, clean_environment

CLOSED = {"stdin": "<&-", "stdout": ">&-", "stderr": "2>&-"}
COMBINATIONS = [
    names for number in range(1, 8) if (names := tuple(name for bit, name in enumerate(CLOSED) if number & 1 << bit))
]
MANY_LINES = 1200  # of the log: more than a pipe holds


@contextmanager
def _started(folder, cache, command=COMMAND, **streams):
    """Starts a server, and waits until it answers. Returns its process and its port."""
    port = free_port()
    arguments = ("--assets", str(folder), "--cache", str(cache), "--port", str(port))
    process = subprocess.Popen([*command, *arguments], env=clean_environment(), **streams)
    try:
        while not _is_healthy(port):
            assert process.poll() is None
            time.sleep(0.02)
        yield process, port
    finally:
        process.kill()
        process.wait()


def _is_healthy(port):
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=120).read() == b"ok\n"
    except OSError:
        return False


def _film(port):
    return urllib.request.urlopen(f"http://127.0.0.1:{port}/videos/a.mp4", timeout=120).read()


def _ask_many_times(port):
    with closing(HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        for _ in range(MANY_LINES):
            connection.request("GET", "/healthz")
            assert connection.getresponse().read() == b"ok\n"


def _ends(process):
    process.terminate()
    return process.wait(120) == 0


@pytest.mark.parametrize("closed", COMBINATIONS, ids=", ".join)
def test_closed_streams_do_not_keep_it_from_serving_and_no_file_takes_their_place(films, tmp_path, closed):
    put(films, "a.mp4")
    command = ("sh", "-c", f'exec "$@" {" ".join(CLOSED[name] for name in closed)}', "sh", *COMMAND)
    with _started(films, tmp_path / "cache", command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        process, port = started
        assert _film(port) == b"film"
        for name in closed:
            assert os.readlink(f"/proc/{process.pid}/fd/{list(CLOSED).index(name)}") == "/dev/null"
        assert _ends(process)


def test_a_film_is_looked_into_with_all_streams_closed(films, tmp_path):
    put(films, "a.mp4", (ROOT / "assets" / "Seek Anywhere.mp4").read_bytes())
    command = ("sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *COMMAND)
    with _started(films, tmp_path / "cache", command) as (_, port):
        while (state := _state(port)) == "pending":
            time.sleep(0.05)
    assert state == "known"


def _state(port):
    return json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/api/movies"))["movies"][0]["state"]


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_pipe_that_nobody_reads_any_more_is_overlooked(films, tmp_path, stream):
    put(films, "a.mp4")
    reading, writing = os.pipe()
    os.close(reading)
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: writing}
    with _started(films, tmp_path / "cache", **streams) as (process, port):
        os.close(writing)
        assert _film(port) == b"film"
        assert _ends(process)


def test_a_wrong_setting_ends_it_with_status_2_even_if_nobody_reads_why():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as broken:
        failed = subprocess.run([*COMMAND, "--port", "http"], check=False, stderr=broken, timeout=120)
    assert failed.returncode == 2


def test_a_log_that_nobody_reads_holds_up_no_viewer_and_says_later_what_it_lacks(films, tmp_path):
    put(films, "a.mp4")
    reading, writing = os.pipe()
    with (
        _started(films, tmp_path / "cache", stdout=writing, stderr=writing) as (process, port),
        os.fdopen(reading) as log,
    ):
        os.close(writing)
        _ask_many_times(port)
        assert _film(port) == b"film"
        lines = [log.readline() for _ in range(100)]  # there is room again
        _ask_many_times(port)
        rest = _rest_while(log, lambda: _ends(process))
    assert not any("dropped" in line for line in lines)
    dropped = [line for line in rest if line.endswith(" lines were dropped: nobody took them)\n")]
    assert dropped
    assert all(line.startswith("(") and int(line[1:].split(" ")[0]) > 0 for line in dropped)


def test_an_end_that_nobody_reads_of_is_an_end(films, tmp_path):
    put(films, "a.mp4", bytes(24 * 2**20))
    reading, writing = os.pipe()
    with (
        _started(films, tmp_path / "cache", stdout=writing, stderr=writing) as (process, port),
        socket.create_connection(("127.0.0.1", port)) as viewer,
    ):
        viewer.sendall(b"GET /videos/a.mp4 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert viewer.recv(8, socket.MSG_WAITALL) == b"HTTP/1.1"
        _ask_many_times(port)
        process.terminate()
        process.terminate()
        assert process.wait(120) == 0
    os.close(reading)
    os.close(writing)


def _rest_while(log, act):
    """All further lines, which are read while ``act`` runs. ``act`` must return true."""
    done = []
    thread = threading.Thread(target=lambda: done.append(act()))
    thread.start()
    lines = log.readlines()
    thread.join()
    assert done == [True]
    return lines


def test_it_goes_on_when_its_terminal_closes(films, tmp_path):
    put(films, "a.mp4")
    ours, terminal = pty.openpty()
    streams = {"stdin": terminal, "stdout": terminal, "stderr": terminal}

    def own_terminal():
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    with _started(films, tmp_path / "cache", start_new_session=True, preexec_fn=own_terminal, **streams) as started:
        process, port = started
        os.close(terminal)
        shown = b""
        while b" has 1 movie of " not in shown:
            shown += os.read(ours, 1000)
        os.close(ours)
        assert _film(port) == b"film"
        assert _ends(process)


def test_a_terminal_that_nobody_reads_holds_up_no_line():
    ours, terminal = pty.openpty()
    written = threading.Thread(target=_write_much, args=(terminal,), daemon=True)
    written.start()
    written.join(60)
    holds_up = written.is_alive()
    os.close(ours)
    os.close(terminal)
    assert not holds_up


def _write_much(descriptor):
    output = Output(descriptor)
    for _ in range(100):
        output.write_line("x" * 4000)


def test_a_halted_terminal_holds_up_no_viewer(films, tmp_path):
    put(films, "a.mp4")
    ours, terminal = pty.openpty()
    with _started(films, tmp_path / "cache", stdout=terminal, stderr=terminal) as (process, port):
        termios.tcflow(terminal, termios.TCOOFF)
        _ask_many_times(port)
        assert _film(port) == b"film"
        assert _ends(process)
    os.close(ours)
    os.close(terminal)
