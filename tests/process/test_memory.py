"""What viewers cost in memory."""

import json
import random
import socket
import ssl
from contextlib import ExitStack
from urllib.request import Request, urlopen

import psutil
import pytest

from tests.films import put
from tests.raw_http import request_head
from tests.server_process import server_process

MIB = 2**20
CONTENT = random.Random(1).randbytes(32 * MIB)


def _ask(server, stack):
    viewer = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=120))
    viewer.sendall(request_head("GET", "/videos/film.mp4"))
    return viewer


def _rss_of(server):
    return psutil.Process(server.process.pid).memory_info().rss


def _stall(server, stack, target, host="127.0.0.1"):
    """Asks for the film and takes little more than the first byte."""
    reader = stack.enter_context(socket.socket())
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.settimeout(120)
    reader.connect(("127.0.0.1", server.port))
    reader.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert reader.recv(12, socket.MSG_WAITALL) == b"HTTP/1.1 200"


def _whole(viewer):
    response = bytearray()
    while len(response) < len(CONTENT) or not response.endswith(CONTENT[-64:]):
        part = viewer.recv(MIB)
        assert part, f"the connection ended after {len(response)} bytes"
        response += part
    return bytes(response).partition(b"\r\n\r\n")[2]


def test_a_film_that_is_sent_again_and_again_leaves_memory_as_it_was(films):
    put(films, "film.mp4", CONTENT)
    with server_process("--assets", str(films)) as server, ExitStack() as stack:
        memory = psutil.Process(server.process.pid)
        assert _whole(_ask(server, stack)) == CONTENT
        before = memory.memory_info().rss
        waiting = _ask(server, stack)
        for _ in range(20):
            assert _whole(_ask(server, stack)) == CONTENT
        assert memory.memory_info().rss - before < 4 * MIB
        assert _whole(waiting) == CONTENT


def test_viewers_who_read_nothing_cost_little_more_than_a_chunk_each(films):
    put(films, "film.mp4", CONTENT)
    with server_process("--assets", str(films), "--grace", "0") as server, ExitStack() as stack:
        memory = psutil.Process(server.process.pid)
        _whole(_ask(server, stack))
        before = memory.memory_info().rss
        waiting = [_ask(server, stack) for _ in range(100)]
        for viewer in waiting:
            assert viewer.recv(8, socket.MSG_WAITALL) == b"HTTP/1.1"
        assert _whole(_ask(server, stack)) == CONTENT
        assert memory.memory_info().rss - before < 100 * 160 * 1024


@pytest.mark.parametrize("target", ["/playlist.m3u", "/playlist.m3u?folder=Show", "/list", "/api/movies"])
def test_readers_who_stall_cost_little_more_than_a_chunk_each_whatever_they_read(films, target):
    for number in range(2000):
        put(films, f"Show/{number:04d} {'long name ' * 20}.mp4")
    options = ("--assets", str(films), "--grace", "0", "--allowed-hosts", "*")
    with server_process(*options) as server, ExitStack() as stack:
        for host in ("first", "second"):
            _stall(server, stack, target, host)
        before = _rss_of(server)
        for number in range(100):
            _stall(server, stack, target, f"host{number}")
        assert _rss_of(server) - before < 100 * 160 * 1024


@pytest.mark.parametrize(
    "offset", ["", "&offset=1.5", "&offset={number}"], ids=["as it is", "shifted", "each by its own"]
)
def test_readers_of_long_subtitles_who_take_nothing_cost_little_more_than_a_chunk_each(films, offset):
    chosen = random.Random(1)
    lines = (
        f"00:{n // 60 % 60:02}:{n % 60:02},000 --> 00:59:59,999\n{chosen.randbytes(24).hex()}" for n in range(36_000)
    )
    put(films, "film.mp4")
    put(films, "film.srt", "\n\n".join(lines).encode())
    with server_process("--assets", str(films), "--grace", "0") as server, ExitStack() as stack:
        url = json.load(urlopen(f"{server.url}/api/movies"))["movies"][0]["subtitles"][0]["url"]
        with urlopen(Request(f"{server.url}{url}", headers={"Accept-Encoding": "identity"})) as whole:
            assert len(whole.read()) > 2 * MIB
        before = _rss_of(server)
        for number in range(100):
            _stall(server, stack, url + offset.format(number=number))
        assert _rss_of(server) - before < 100 * 160 * 1024


def test_viewers_who_stall_at_once_hold_their_first_chunk_but_once(films):
    put(films, "film.mp4", CONTENT)
    with server_process("--assets", str(films), "--grace", "0", "--zero-copy", "no") as server, ExitStack() as stack:
        memory = psutil.Process(server.process.pid)
        _whole(_ask(server, stack))
        before = memory.memory_info().rss
        for _ in range(200):
            viewer = stack.enter_context(socket.socket())
            viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)  # so that the kernel takes little of it
            viewer.settimeout(120)
            viewer.connect(("127.0.0.1", server.port))
            viewer.sendall(request_head("GET", "/videos/film.mp4"))
            assert viewer.recv(1) == b"H"
        assert memory.memory_info().rss - before < 200 * 116 * 1024


def test_half_handshakes_cost_no_more_than_is_planned_for_them(films, certificate):
    """They are half a hello of 16 KiB, the longest. When a whole one has its answer, the server has all before it."""
    half = b"\x16\x03\x01\x3f\xff\x01\x00\x3f\xfb\x03\x03" + bytes(16_000)
    trusting = ssl.create_default_context(cafile=certificate[0])
    options = ("--certificate", str(certificate[0]), "--key", str(certificate[1]))
    with server_process("--assets", str(films), *options, "--grace", "0") as server, ExitStack() as stack:
        memory = []
        for number in (100, 400):
            for _ in range(number):
                stack.enter_context(socket.create_connection(("127.0.0.1", server.port))).sendall(half)
            with urlopen(f"{server.url}/healthz", context=trusting) as answer:
                assert answer.read() == b"ok\n"
            memory.append(_rss_of(server))
        assert 400 * 16 * 1024 < memory[1] - memory[0] < 400 * 72 * 1024
