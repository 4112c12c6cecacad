"""Which requests take a place or wait for one, and which viewer leaves when the server is full."""

import asyncio
import socket

import pytest
from tornado.netutil import bind_sockets

from handlers.http_server import Server
from services.admission.places import Outcome
from services.admission.viewers import Viewers
from tests.films import put, telling_bytes
from tests.raw_http import RawConnection, request_head

CONTENT = telling_bytes(4 * 1024 * 1024)
FILM = "/videos/film.mp4"


@pytest.fixture
def viewers():
    """Viewers who count as stalled at once when they take nothing."""
    return Viewers(most=1, stalled_s=0.0)


@pytest.fixture(autouse=True)
def film(films):
    return put(films, "film.mp4", CONTENT)


@pytest.fixture
def connect_slowly(io_loop, connect):
    """Opens raw connections with small kernel buffers, which read nothing until a test says so."""
    opened = []

    async def connected():
        taker = socket.socket()
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        taker.setblocking(False)
        await asyncio.get_running_loop().sock_connect(taker, ("127.0.0.1", connect.port))
        opened.append(RawConnection(*await asyncio.open_connection(sock=taker, limit=2**20)))
        opened[-1].reader._transport.pause_reading()
        return opened[-1]

    yield connected
    for connection in opened:
        io_loop.run_sync(connection.close)


@pytest.mark.gen_test
async def test_room_is_made_for_who_is_sent_a_film_and_for_nobody_else(connect, connect_slowly, viewers):
    async with await connect() as other:
        tag = (await other.request("HEAD", FILM)).fields["etag"]
        await (await connect_slowly()).send(request_head("GET", FILM))
        while not len(viewers.films):
            await asyncio.sleep(0.01)
        (paused,) = viewers
        for status, method, target, *fields in [
            (404, "GET", "/videos/nope.mp4"),
            (200, "HEAD", FILM),
            (200, "HEAD", FILM, "Range: bytes=0-1"),
            (304, "GET", FILM, f"If-None-Match: {tag}"),
            (412, "GET", FILM, 'If-Match: "other"'),
            (416, "GET", FILM, "Range: bytes=99999999-"),
            (204, "OPTIONS", FILM),
            (405, "POST", FILM, "Content-Length: 0"),
            (200, "GET", "/"),
            (200, "GET", "/list"),
            (200, "GET", "/healthz"),
        ]:
            assert ((await other.request(method, target, *fields)).status, list(viewers)) == (status, [paused])
        assert (await other.request("GET", FILM, "Range: bytes=0-9")).content == CONTENT[:10]
        assert await viewers.gone(60)
    assert paused.outcome is Outcome.EVICTED


@pytest.mark.gen_test
async def test_who_reads_no_document_leaves_room_for_a_film(connect, connect_slowly, viewers, films):
    for number in range(1000):
        put(films, f"{number}{'n' * 200}.mp4")
    await (await connect_slowly()).send(request_head("GET", "/list"))
    while not len(viewers.documents):
        await asyncio.sleep(0.01)
    async with await connect() as viewer:
        assert (await viewer.request("GET", FILM)).content == CONTENT
    assert len(viewers.documents) == 1


@pytest.mark.gen_test
async def test_who_takes_no_answer_at_all_counts_as_a_reader_until_it_does(connect_slowly, viewers):
    asks = await connect_slowly()
    while not len(viewers.documents):  # until the kernel takes no more answers
        asks.writer.write(request_head("GET", "/nope"))
        await asyncio.sleep(0)
    asks.reader._transport.resume_reading()
    while len(viewers.documents):
        assert (await asks.response()).status == 404


@pytest.mark.parametrize("zero_copy", [False], ids=["chunks"])
@pytest.mark.gen_test
async def test_who_closes_much_and_takes_nothing_cuts_off_nobody_elses_film(io_loop, app, http_server, zero_copy):
    (listening,) = bind_sockets(0, "127.0.0.1")
    server = Server(app, max_parting=3)
    server.add_socket(listening)
    loop = asyncio.get_running_loop()
    askers = []

    async def asked(address):
        asker = socket.socket()
        askers.append(asker)
        asker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        asker.setblocking(False)
        asker.bind((address, 0))
        await loop.sock_connect(asker, listening.getsockname())
        await loop.sock_sendall(asker, request_head("GET", FILM, "Range: bytes=0-8191", "Connection: close"))
        assert await loop.sock_recv(asker, 1) == b"H"
        while server._connections:  # until the server has closed it, and the kernel has the rest
            await asyncio.sleep(0.01)
        return asker

    try:
        viewer = await asked("127.0.0.1")
        for _ in range(8):
            await asked("127.0.0.2")
        received = b""
        while part := await loop.sock_recv(viewer, 65536):
            received += part
        assert received.endswith(b"\r\n\r\n" + CONTENT[:8192])
    finally:
        for asker in askers:
            asker.close()
        server.stop()
        await server.close_all_connections()


@pytest.mark.gen_test
async def test_half_a_request_has_less_time_than_a_silent_connection(io_loop, app, http_server):
    (listening,) = bind_sockets(0, "127.0.0.1")
    server = Server(app, request_s=0.2)
    server.add_socket(listening)
    try:
        port = listening.getsockname()[1]
        silent = await RawConnection.open(port)
        for beginning in (
            b"G",
            b"GET / HTTP/1.1\r\nHost: te",
            request_head("POST", "/", "Content-Length: 9"),
            request_head("POST", "/", "Content-Length: 9") + b"x",
            request_head("POST", "/", "Transfer-Encoding: chunked") + b"5\r\n12",
        ):
            async with await RawConnection.open(port) as begun:
                await begun.send(beginning)
                assert await begun.is_closed()
            async with await RawConnection.open(port) as begun:  # behind a whole one
                await begun.send(request_head("GET", "/healthz") + beginning)
                assert (await begun.response()).status == 200
                assert await begun.is_closed()
        assert (await silent.request("GET", "/healthz")).status == 200
        await silent.close()
    finally:
        server.stop()
        await server.close_all_connections()
