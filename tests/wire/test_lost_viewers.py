"""Viewers whose network is gone: the kernel gives their connections up after a while, by other errors than a reset."""

import asyncio
import os
import select
import socket
import sys
from contextlib import suppress

import pytest
from tornado.iostream import StreamClosedError

from handlers.viewer_socket import ViewerStream
from services.admission.places import Outcome
from tests.films import put
from tests.needs import need_right
from tests.raw_http import request_head

LENGTH = 24 * 1024 * 1024  # more than the kernel takes for a viewer who reads nothing


@pytest.fixture(autouse=True)
def kernel():
    need_right("the errors of Linux's kernel", granted=sys.platform == "linux")


@pytest.fixture
def server_side():
    """A connection of which the peer takes nothing, and for which more is queued than it may take."""
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        peer.connect(listening.getsockname())
        with listening.accept()[0] as connection:
            connection.setblocking(False)
            with suppress(BlockingIOError):
                while True:
                    connection.send(bytes(65536))
            yield connection


def _give_up_soon(connection):
    """Makes the kernel give the connection up now, as it does after a quarter of an hour without an answer."""
    connection.setsockopt(socket.IPPROTO_TCP, 18, 1)  # TCP_USER_TIMEOUT


def _wait_until_given_up(connection):
    poll = select.poll()
    poll.register(connection, 0)
    assert poll.poll(30_000)


@pytest.mark.gen_test
async def test_what_is_in_memory_is_sent_to_nobody_who_was_given_up(server_side):
    stream = ViewerStream(server_side)
    _give_up_soon(server_side)
    _wait_until_given_up(server_side)
    with pytest.raises(StreamClosedError) as raised:
        stream.send_at_once(b"more")
    assert isinstance(raised.value.__cause__, TimeoutError)
    assert stream.closed()


@pytest.mark.gen_test
async def test_a_file_is_sent_to_nobody_who_was_given_up(server_side, films):
    stream = ViewerStream(server_side)
    _give_up_soon(server_side)
    _wait_until_given_up(server_side)
    with put(films, "film.mp4", bytes(1000)).open("rb") as file, pytest.raises(StreamClosedError) as raised:
        stream.send_file(file.fileno(), 0, 1000)
    assert isinstance(raised.value.__cause__, TimeoutError)
    assert stream.closed()


@pytest.mark.gen_test
async def test_a_file_that_cannot_be_read_is_no_fault_of_the_viewers(films):
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()):
        stream = ViewerStream(listening.accept()[0])
        folder = os.open(films, os.O_RDONLY)
        try:
            with pytest.raises(OSError) as raised:
                stream.send_file(folder, 0, 1000)
        finally:
            os.close(folder)
        assert not isinstance(raised.value, StreamClosedError)
        assert not stream.closed()
        stream.close()


@pytest.mark.gen_test
@pytest.mark.parametrize("zero_copy", [True, False], ids=["zero copy", "chunks"])
async def test_a_viewer_who_was_given_up_has_left(connect, viewers, films, http_server, caplog, zero_copy):
    put(films, "film.mp4", bytes(LENGTH))
    viewer = await connect()
    viewer.reader._transport.pause_reading()
    # While a second request waits, only sending finds out that the connection has ended.
    await viewer.send(2 * request_head("GET", "/videos/film.mp4"))
    sent = -1
    while not len(viewers.films) or sent != (sent := next(iter(viewers)).sent):
        await asyncio.sleep(0.05)
    (transfer,) = viewers
    (connection,) = http_server._connections
    _give_up_soon(connection.stream.socket)
    assert await viewers.gone(30)
    assert transfer.outcome is Outcome.LEFT
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []
