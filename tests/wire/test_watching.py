"""Viewers who watch take their film in small steps, and each step costs little."""

import asyncio
import os
import random
import socket
from collections import Counter

import pytest

from handlers.http_server import Server
from services.admission.queues import Queues
from tests.films import put
from tests.raw_http import request_head

MIB = 2**20
BUDGET_BYTES = 128 * MIB
CONTENT = random.Random(1).randbytes(8 * MIB)


@pytest.fixture(params=[True], ids=["zero copy"], autouse=True)
def zero_copy(request):
    return request.param


@pytest.fixture
def film(films):
    return put(films, "film.mp4", CONTENT)


@pytest.fixture
def watcher():
    """A socket that takes little at a time."""
    with socket.socket() as watching:
        watching.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
        watching.setblocking(False)
        yield watching


@pytest.fixture
def calls(monkeypatch):
    """Counts the calls of these functions from now on. They still do their work."""
    counts = Counter()

    def count(owner, name):
        real = getattr(owner, name)

        def counted(*arguments):
            counts[name] += 1
            return real(*arguments)

        monkeypatch.setattr(owner, name, counted)

    count(os, "sendfile")
    count(os, "preadv")
    count(asyncio.SelectorEventLoop, "add_writer")
    return counts


async def _ask(watcher, port):
    loop = asyncio.get_running_loop()
    await loop.sock_connect(watcher, ("127.0.0.1", port))
    await loop.sock_sendall(watcher, request_head("GET", "/videos/film.mp4"))


async def _take(watcher, length):
    """Takes at least so much of the answer."""
    received = bytearray()
    while len(received) < length:
        part = await asyncio.get_running_loop().sock_recv(watcher, 16 * 1024)
        assert part
        received += part
    return received


async def _watch(watcher, length):
    """Takes so much at the rate of a film of 50 Mbit/s, or at less."""
    for _ in range(length // 65536):
        await _take(watcher, 65536)
        await asyncio.sleep(0.01)


async def _content(watcher):
    """The whole content, after the head."""
    head, _, content = (await _take(watcher, len(CONTENT))).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    return content + await _take(watcher, len(CONTENT) - len(content))


@pytest.fixture
def http_server(io_loop, app, _unused_port):
    """A server that may queue more than the least for a viewer."""
    server = Server(app, queues=Queues(BUDGET_BYTES))
    server.add_socket(_unused_port[0])
    yield server
    server.stop()
    io_loop.run_sync(server.close_all_connections)


async def _limit_of(http_server, viewers):
    """How much the kernel may queue for the viewer, who takes nothing now."""
    sent = None
    while sent != [transfer.sent for transfer in viewers] or not sent:
        sent = [transfer.sent for transfer in viewers]
        await asyncio.sleep(0.1)
    (connection,) = http_server._connections
    return connection.stream.socket.getsockopt(socket.IPPROTO_TCP, 25)  # TCP_NOTSENT_LOWAT


@pytest.mark.gen_test
async def test_a_viewer_who_watches_has_a_long_queue_which_is_given_back(connect, film, watcher, viewers, http_server):
    queues = http_server._queues
    await _ask(watcher, connect.port)
    assert await _limit_of(http_server, viewers) == 16 * 1024
    assert queues.left_bytes == BUDGET_BYTES
    await _watch(watcher, 4 * MIB)
    while (limit := await _limit_of(http_server, viewers)) < 64 * 1024:
        await _watch(watcher, MIB // 2)
    assert limit <= 1024 * 1024  # a fifth of what was taken, at most
    assert queues.left_bytes == BUDGET_BYTES - limit + 16 * 1024
    watcher.close()
    assert await viewers.gone(60)
    while queues.left_bytes < BUDGET_BYTES:
        await asyncio.sleep(0.01)
    assert queues.left_bytes == BUDGET_BYTES


@pytest.mark.gen_test
async def test_a_queue_counts_until_its_viewer_has_taken_it(connect, film, watcher, viewers, http_server):
    queues = http_server._queues
    await _ask(watcher, connect.port)
    await _watch(watcher, 4 * MIB)
    await _limit_of(http_server, viewers)
    left = queues.left_bytes
    assert left < BUDGET_BYTES
    (connection,) = http_server._connections
    connection.stream.close()
    assert await viewers.gone(60)
    assert queues.left_bytes == left
    loop = asyncio.get_running_loop()
    while await loop.sock_recv(watcher, 16 * 1024):
        pass
    while queues.left_bytes < BUDGET_BYTES:
        http_server._partings.look()
        await asyncio.sleep(0.01)


@pytest.mark.gen_test
async def test_a_viewer_who_is_waited_for_again_and_again_is_registered_once(connect, film, watcher, calls):
    await _ask(watcher, connect.port)
    assert await _content(watcher) == CONTENT
    assert calls["sendfile"] > 20
    assert calls["add_writer"] < 5  # the viewer's end has some


@pytest.mark.gen_test
async def test_a_film_is_looked_for_in_memory_little_further_than_it_is_sent(connect, film, watcher, calls, viewers):
    await _ask(watcher, connect.port)
    while not (viewers and next(iter(viewers)).sent):
        await asyncio.sleep(0.01)
    assert calls["preadv"] < 12  # a look at 2 MiB takes 17
    assert await _content(watcher) == CONTENT


@pytest.mark.gen_test
@pytest.mark.parametrize(("last", "calls_of_the_kernel"), [(65535, 0), (65536, 1)], ids=["a chunk", "a byte more"])
async def test_a_range_of_one_chunk_is_copied_since_it_takes_fewer_calls(
    connect, film, calls, last, calls_of_the_kernel
):
    async with await connect() as connection:
        response = await connection.request("GET", "/videos/film.mp4", f"Range: bytes=0-{last}")
    assert response.content == CONTENT[: last + 1]
    assert calls["sendfile"] == calls_of_the_kernel
