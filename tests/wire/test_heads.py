"""The head of an answer goes out with the first bytes of its content: nobody waits for a segment of fields alone."""

import asyncio
import socket
import struct
import sys

import pytest

from handlers.viewer_socket import ViewerStream
from tests.films import put
from tests.needs import need_right
from tests.raw_http import request_head

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"
CONTENT = bytes(range(100))
_DATA_SEGMENTS_IN = 152  # of struct tcp_info (linux/tcp.h)


@pytest.fixture(autouse=True)
def kernel():
    need_right("the counts of Linux's kernel", granted=sys.platform == "linux")


def _segments_with_data(connection):
    """How many have come by this connection."""
    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return struct.unpack_from("I", told, _DATA_SEGMENTS_IN)[0]


@pytest.mark.gen_test
@pytest.mark.parametrize("zero_copy", [True, False], ids=["zero copy", "chunks"])
async def test_a_short_range_is_one_segment_with_its_head(connect, films, zero_copy):
    put(films, "film.mp4", CONTENT)
    connection = await connect()
    await connection.send(request_head("GET", "/videos/film.mp4", "Range: bytes=10-19"))
    assert (await connection.response()).content == CONTENT[10:20]
    assert _segments_with_data(connection.writer.get_extra_info("socket")) == 1


@pytest.fixture
def sides():
    """A viewer's stream, and the viewer's end of it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        viewer = socket.create_connection(listening.getsockname())
        stream = ViewerStream(listening.accept()[0])
        yield stream, viewer
        stream.close()
        viewer.close()


def _by_sendfile(stream, films):
    with put(films, "film.mp4", CONTENT).open("rb") as file:
        return stream.send_file(file.fileno(), 0, len(CONTENT))


WAYS = {"from a file": _by_sendfile, "from memory": lambda stream, _: stream.send_at_once(CONTENT)}


@pytest.mark.gen_test
@pytest.mark.parametrize("send", WAYS.values(), ids=WAYS)
async def test_a_head_is_sent_with_what_is_sent_next_in_whichever_way(sides, films, send):
    stream, viewer = sides
    stream.send_with_next(HEAD)
    assert send(stream, films) == len(CONTENT)
    assert await asyncio.to_thread(viewer.recv, 1000) == HEAD + CONTENT
    assert _segments_with_data(viewer) == 1


@pytest.mark.gen_test
async def test_a_head_goes_before_what_is_written(sides):
    stream, viewer = sides
    stream.send_with_next(HEAD)
    await stream.write(CONTENT)
    stream.close()
    with viewer.makefile("rb") as received:
        assert received.read() == HEAD + CONTENT
