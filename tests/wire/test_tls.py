"""TLS of the server's own: the same bytes, at the pace of the viewer, and clients who break it."""

import asyncio
import os
import random
import socket
import ssl
from contextlib import AsyncExitStack, suppress

import pytest

from handlers.http_server import Server
from services.certificates import Certificates
from tests.raw_http import RawConnection, request_head

CONTENT = random.Random(1).randbytes(24 * 1024 * 1024)  # more than the kernel takes for a viewer who reads nothing
FILM = "/videos/film.mp4"


@pytest.fixture(autouse=True)
def film(put_film):
    put_film("film.mp4", CONTENT)


@pytest.fixture
def limits():
    """Of the server under test, besides the usual."""
    return {}


@pytest.fixture
def http_server(io_loop, app, certificate, limits, _unused_port):
    server = Server(app, certificates=Certificates(*certificate), **limits)
    server.add_socket(_unused_port[0])
    yield server
    server.stop()
    io_loop.run_sync(server.close_all_connections)


@pytest.fixture
def trusting(certificate):
    return ssl.create_default_context(cafile=certificate[0])


@pytest.fixture
def connect_by_tls(connect, trusting):
    async def opened():
        return await connect(ssl=trusting)

    return opened


@pytest.mark.gen_test
@pytest.mark.parametrize("place", ["folder", "bucket"], indirect=True)
async def test_films_are_the_same_by_tls(connect_by_tls):
    connection = await connect_by_tls()
    last = len(CONTENT) - 1
    for field, content in [
        ("Range: bytes=0-", CONTENT),
        ("Range: bytes=0-0", CONTENT[:1]),
        ("Range: bytes=16383-81920", CONTENT[16383:81921]),
        (f"Range: bytes=-{last}", CONTENT[1:]),
    ]:
        response = await connection.request("GET", FILM, field)
        assert response.status == 206
        assert response.content == content
    several = await connection.request("GET", FILM, "Range: bytes=0-99999,1000000-1099999,2000000-2000009")
    parts = [part.partition(b"\r\n\r\n")[2][:-2] for part in several.content.split(b"--" + several.content[4:36])]
    assert parts[1:-1] == [CONTENT[:100_000], CONTENT[1_000_000:1_100_000], CONTENT[2_000_000:2_000_010]]


async def _stalled(viewers):
    """Waits until the one transfer under way makes no progress any more."""
    before, unchanged = None, 0
    while unchanged < 20:
        await asyncio.sleep(0.01)
        now = [transfer.sent for transfer in viewers]
        unchanged = unchanged + 1 if now and now == before else 0
        before = now


@pytest.mark.gen_test
@pytest.mark.parametrize("place", ["folder", "bucket"], indirect=True)
async def test_who_reads_nothing_holds_a_chunk_and_a_record_and_later_gets_every_byte(
    connect_by_tls, viewers, http_server
):
    connection = await connect_by_tls()
    connection.reader._transport.pause_reading()
    await connection.send(request_head("GET", FILM))
    await _stalled(viewers)
    (stream,) = [each.stream for each in http_server._connections]
    assert len(stream._write_buffer) <= (64 + 16) * 1024
    connection.reader._transport.resume_reading()
    assert (await connection.response()).content == CONTENT


@pytest.mark.gen_test
async def test_playlists_have_addresses_of_https(connect_by_tls):
    response = await (await connect_by_tls()).request("GET", "/playlist.m3u")
    assert response.content.decode().splitlines()[-1] == "https://localhost/videos/film.mp4"


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("fields", "status"),
    [(["Connection: close"], 200), (["Transfer-Encoding: gzip"], 501), ([f"X: {'x' * 20_000}"], 431)],
    ids=["the last answer", "a refusal", "a refused head"],
)
async def test_an_answer_that_ends_its_connection_says_that_nothing_was_cut_off(
    http_port, http_server, trusting, fields, status
):
    def answer():
        with (
            socket.create_connection(("127.0.0.1", http_port), timeout=30) as plain,
            trusting.wrap_socket(plain, server_hostname="127.0.0.1", suppress_ragged_eofs=False) as connection,
        ):
            connection.sendall(request_head("HEAD", FILM, *fields))
            return b"".join(iter(lambda: connection.recv(65536), b""))  # raises if it is cut off

    head = await asyncio.to_thread(answer)
    assert head.startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.gen_test
async def test_who_speaks_plain_http_is_told_so(connect):
    connection = await connect()
    response = await connection.request("GET", FILM)
    assert (response.status, response.fields["connection"]) == (400, "close")
    assert response.content == b"400 Bad Request\nThis port speaks HTTPS: ask for https:// instead.\n"
    assert await connection.is_closed()


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "sent",
    [b"\x00" * 100, b"\x16\x03\x01\x00\x05\xff\xff\xff\xff\xff", b"SSH-2.0-OpenSSH_9.9\r\n", b"\x16\x03\x01\xff\xff"],
    ids=["zeros", "a broken handshake", "another protocol", "too long a record"],
)
async def test_who_breaks_the_handshake_is_closed_without_a_word_in_the_log(connect, caplog, sent):
    connection = await connect()
    await connection.send(sent)
    try:
        while await connection.reader.read(1024):
            pass  # an alert
    except ConnectionResetError:
        pass
    assert caplog.records == []


@pytest.mark.gen_test
async def test_who_breaks_the_connection_later_is_closed_without_a_word_in_the_log(
    http_port, http_server, caplog, trusting
):
    def broken():
        plain = socket.create_connection(("127.0.0.1", http_port), timeout=30)
        with trusting.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
            connection.sendall(request_head("GET", FILM))
            connection.recv(1)
            os.write(connection.fileno(), b"\x17\x03\x03\x00\x20" + bytes(32))  # a record of no key
            with suppress(OSError):
                while connection.recv(2**20):
                    pass

    await asyncio.to_thread(broken)
    assert [record for record in caplog.records if record.name != "access"] == []


@pytest.mark.gen_test
@pytest.mark.parametrize("limits", [{"request_s": 3.0}])
async def test_a_handshake_has_as_long_as_a_request_and_then_a_browser_may_be_silent(connect, trusting):
    silent = await connect(ssl=trusting)
    not_begun, half = await connect(), await connect()
    await half.send(b"\x16\x03\x01\x02\x00\x01\x00")
    assert await not_begun.is_closed()
    assert await half.is_closed()
    assert (await silent.request("HEAD", FILM)).status == 200


@pytest.mark.gen_test
@pytest.mark.parametrize("limits", [{"max_waiting": 16}])
async def test_handshakes_that_are_never_finished_keep_nobody_out(http_port, http_server, trusting):
    async with AsyncExitStack() as stack:
        for _ in range(50):
            await stack.enter_async_context(await RawConnection.open(http_port))
        viewer = await stack.enter_async_context(await RawConnection.open(http_port, ssl=trusting))
        assert (await viewer.request("HEAD", FILM)).status == 200
        assert len(http_server.waiting) <= 16


@pytest.mark.gen_test
async def test_who_leaves_before_the_handshake_leaves_nothing_behind(http_port, http_server, caplog):
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", http_port)) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    async with await RawConnection.open(http_port) as last:
        await last.request("GET", FILM)
    while http_server._connections:
        await asyncio.sleep(0.01)
    assert len(http_server.waiting) == 0
    assert caplog.records == []
