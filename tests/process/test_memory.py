"""What viewers cost in memory."""

import random
import socket
from contextlib import ExitStack

import psutil

from tests.films import put
from tests.raw_http import request_head
from tests.server_process import server_process

MIB = 2**20
CONTENT = random.Random(1).randbytes(32 * MIB)


def _ask(server, stack):
    viewer = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
    viewer.sendall(request_head("GET", "/videos/film.mp4"))
    return viewer


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
