"""Documents that are made of the whole library: readers who stall, and newer snapshots meanwhile."""

import asyncio
import socket
import threading

import pytest

from services.composition import Timing
from services.library import LibraryTiming
from tests.films import put
from tests.raw_http import RawConnection, request_head
from tests.timing import PATIENT

FILMS = 1500
DOCUMENTS = ["/playlist.m3u", "/playlist.m3u?folder=Show", "/api/movies", "/list"]


@pytest.fixture(params=[True, False], ids=["zero copy", "chunks"])
def zero_copy(request):
    return request.param


@pytest.fixture
def service_timing():
    return PATIENT


@pytest.fixture
def many_films(films):
    for number in range(FILMS):
        put(films, f"Show/{number:04d} {'long name ' * 20}.mp4")
    return films


async def _slow_reader(port, target):
    """Asks for a document and reads nothing. The kernel has little room for it."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=connection, limit=2**16)
    reader._transport.pause_reading()
    writer.write(request_head("GET", target))
    return RawConnection(reader, writer)


async def _listed(connect, target, path):
    """Waits until the document has a new film."""
    async with await connect() as connection:
        while path not in (await connection.request("GET", target)).content:
            await asyncio.sleep(0.1)


async def _stalled(viewers, count):
    """Waits until ``count`` transfers are under way and none makes progress any more."""
    before, unchanged = None, 0
    while unchanged < 20:
        await asyncio.sleep(0.01)
        now = sorted(transfer.sent for transfer in viewers)
        unchanged = unchanged + 1 if len(now) == count and now[0] and now == before else 0
        before = now


@pytest.mark.gen_test
@pytest.mark.parametrize("target", DOCUMENTS)
async def test_a_stalled_reader_holds_nothing_of_a_document_and_later_gets_all_of_it(
    connect, http_server, viewers, many_films, zero_copy, target
):
    async with await connect() as other:
        expected = (await other.request("GET", target)).content
    assert len(expected) > 400_000
    async with await _slow_reader(connect.port, target) as reader:
        await _stalled(viewers, 1)
        held = sum(len(connection.stream._write_buffer) for connection in http_server._connections)
        assert held <= (0 if zero_copy else 65 * 1024)
        reader.reader._transport.resume_reading()
        assert (await reader.response()).content == expected


@pytest.mark.gen_test
@pytest.mark.parametrize("target", DOCUMENTS)
@pytest.mark.parametrize("kept_bytes", [0])
@pytest.mark.parametrize("service_timing", [Timing(LibraryTiming(0.0, 0, patience_s=60.0))], ids=["never fresh"])
async def test_a_reader_of_a_snapshot_that_is_long_past_is_cut_off(connect, viewers, many_films, zero_copy, target):
    async with await _slow_reader(connect.port, target) as first:
        await _stalled(viewers, 1)
        put(many_films, "Show/new.mp4")
        await _listed(connect, target, b"/new.mp4")
        async with await _slow_reader(connect.port, target) as second:
            await _stalled(viewers, 2)
            put(many_films, "Show/newer.mp4")
            await _listed(connect, target, b"/newer.mp4")
            for reader in (first, second):
                reader.reader._transport.resume_reading()
            with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
                await first.response()
            before = (await second.response()).content
    assert b"/new.mp4" in before
    assert b"/newer.mp4" not in before


@pytest.mark.gen_test
@pytest.mark.parametrize("target", DOCUMENTS)
@pytest.mark.parametrize("zero_copy", [True], indirect=True)
async def test_a_document_waits_for_no_thread_that_others_hold_up(connect, films, target, zero_copy):
    put(films, "Show/a.mp4")
    released = threading.Event()
    async with await connect() as connection:
        assert (await connection.request("GET", "/videos/Show/a.mp4")).status == 200
        for _ in range(100):  # more than there are threads that anything may use
            asyncio.get_running_loop().run_in_executor(None, released.wait)
        try:
            response = await connection.request("GET", target)
        finally:
            released.set()
    assert b"a.mp4" in response.content


@pytest.mark.gen_test
async def test_documents_of_other_hosts_are_others(connect, films):
    put(films, "a.mp4")
    async with await connect() as connection:
        answers = []
        for host in ("one", "two"):
            await connection.send(f"GET /playlist.m3u HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            answers.append(await connection.response())
    assert [answer.content for answer in answers] == [
        b"#EXTM3U\n#EXTINF:-1,a\nhttp://one/videos/a.mp4\n",
        b"#EXTM3U\n#EXTINF:-1,a\nhttp://two/videos/a.mp4\n",
    ]
    assert answers[0].fields["etag"] != answers[1].fields["etag"]
