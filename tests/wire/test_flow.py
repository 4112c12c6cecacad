"""Viewers who stall, leave or are many, and films that change while they are sent."""

import asyncio
import gc
import itertools
import os
import random
import socket
import weakref

import pytest

from handlers import flow
from services.storage.local.folder import Folder
from services.storage.local.open_files import OpenFiles
from services.storage.store import Stores
from tests.films import append, put
from tests.raw_http import request_head

CONTENT = random.Random(1).randbytes(24 * 1024 * 1024)  # more than the kernel takes for a viewer who reads nothing
OTHER_CONTENT = random.Random(2).randbytes(len(CONTENT))


@pytest.fixture(params=[True, False], ids=["zero copy", "chunks"], autouse=True)
def zero_copy(request):
    return request.param


@pytest.fixture
def store(films):
    """A store that keeps no film open."""
    return Stores([Folder(films, OpenFiles(keep_s=0.0))])


@pytest.fixture
def film(films):
    return put(films, "film.mp4", CONTENT)


class Viewer:
    """A viewer who asks for the film, and reads only when a test says so."""

    def __init__(self, connection):
        self.connection = connection

    @classmethod
    async def begin(cls, connect, *fields):
        viewer = cls(await connect())
        viewer.connection.reader._transport.pause_reading()
        await viewer.connection.send(request_head("GET", "/videos/film.mp4", *fields))
        return viewer

    async def rest(self):
        """Status and content until the film or the connection ends."""
        self.connection.reader._transport.resume_reading()
        status, self.fields = await self.connection.response_head()
        content = bytearray()
        while len(content) < int(self.fields["content-length"]):
            try:
                data = await self.connection.reader.read(2**20)
            except ConnectionResetError:
                break
            if not data:
                break
            content += data
        self.is_whole = len(content) == int(self.fields["content-length"])
        return status, bytes(content)

    def leave(self):
        """Resets the connection."""
        sock = self.connection.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.connection.writer.transport.abort()


async def stalled(viewers, count=1):
    """Waits until ``count`` transfers are under way and none makes progress any more."""
    before = None
    unchanged = 0
    while unchanged < 20:
        await asyncio.sleep(0.01)
        now = sorted(transfer.sent for transfer in viewers)
        has_begun = len(now) == count and all(now)  # else a slow disk has not opened the film yet
        unchanged = unchanged + 1 if has_begun and now == before else 0
        before = now
    return before


@pytest.mark.gen_test
async def test_a_viewer_who_reads_nothing_stops_the_sending_and_later_gets_every_byte(connect, viewers, film):
    viewer = await Viewer.begin(connect)
    (sent,) = await stalled(viewers)
    assert 0 < sent < len(CONTENT)
    assert await viewer.rest() == (200, CONTENT)


@pytest.mark.gen_test
async def test_a_viewer_who_reads_nothing_holds_one_chunk_in_memory(connect, viewers, film, http_server):
    viewer = await Viewer.begin(connect)
    await stalled(viewers)
    (stream,) = [connection.stream for connection in http_server._connections]
    assert len(stream._write_buffer) <= 64 * 1024 + 1024
    viewer.leave()


@pytest.mark.gen_test
async def test_a_stalled_viewer_does_not_hold_up_others(connect, viewers, film):
    waiting = await Viewer.begin(connect)
    await stalled(viewers)
    others = [await Viewer.begin(connect, f"Range: bytes={number}-") for number in range(8)]
    contents = await asyncio.gather(*(other.rest() for other in others))
    assert all(content == CONTENT[number:] for number, (_, content) in enumerate(contents))
    assert await waiting.rest() == (200, CONTENT)


@pytest.mark.gen_test
async def test_a_viewer_who_takes_all_at_once_gets_one_step_a_turn_of_the_loop(connect, viewers, film, monkeypatch):
    monkeypatch.setattr(flow, "ZERO_COPY_BYTES", 16 * 1024)
    monkeypatch.setattr(flow, "CHUNK_BYTES", 16 * 1024)
    monkeypatch.setattr(flow, "TURN_BYTES", 16 * 1024)
    with socket.socket() as roomy:
        roomy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**20)  # it takes all, before it is read
        roomy.setblocking(False)
        await asyncio.get_running_loop().sock_connect(roomy, ("127.0.0.1", connect.port))
        await asyncio.get_running_loop().sock_sendall(
            roomy, request_head("GET", "/videos/film.mp4", "Range: bytes=0-98303")
        )
        progress = [0]
        while progress[-1] < 98304:
            await asyncio.sleep(0)
            progress += [transfer.sent for transfer in viewers] or [98304 if progress[-1] else 0]
    assert max(after - before for before, after in itertools.pairwise(progress)) <= 16 * 1024


@pytest.mark.gen_test
async def test_a_viewer_who_leaves_is_forgotten_and_the_film_closed(connect, viewers, film):
    for _ in range(10):
        viewer = await Viewer.begin(connect)
        await stalled(viewers)
        assert os.fspath(film) in _open_files()
        viewer.leave()
        assert await viewers.gone(60)
    while os.fspath(film) in _open_files():
        await asyncio.sleep(0.01)


@pytest.mark.gen_test
async def test_a_viewer_who_leaves_is_logged_as_one_who_left(connect, viewers, film, caplog):
    caplog.set_level("INFO", "access")
    viewer = await Viewer.begin(connect)
    await stalled(viewers)
    viewer.leave()
    assert await viewers.gone(60)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "access"]
    assert "GET /videos/film.mp4 200 - " in line
    assert line.endswith(" left")
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


@pytest.mark.gen_test
async def test_nothing_is_left_of_five_thousand_viewers_who_leave(connect, viewers, film):
    (await Viewer.begin(connect)).leave()  # the first one that waits has the server wait for all
    assert await viewers.gone(60)
    before = len(os.listdir("/proc/self/fd")), len(asyncio.all_tasks())
    for _ in range(100):
        crowd = [await Viewer.begin(connect, "Range: bytes=5-") for _ in range(50)]
        for viewer in crowd:
            viewer.leave()
    async with await connect() as connection:
        assert (await connection.request("GET", "/healthz")).status == 200
    assert await viewers.gone(60)
    # ``before`` may have counted the film, which is kept open for a while.
    while os.fspath(film) in _open_files() or (len(os.listdir("/proc/self/fd")), len(asyncio.all_tasks())) > before:
        await asyncio.sleep(0.01)


@pytest.mark.gen_test
async def test_no_circle_of_garbage_is_left_of_viewers_who_reset_their_connections(connect, viewers, film, http_server):
    gc.disable()  # it would find them, by a search that stops everybody
    try:
        streams = weakref.WeakSet()
        for _ in range(20):
            viewer = await Viewer.begin(connect)
            await stalled(viewers)
            streams.update(connection.stream for connection in http_server._connections)
            viewer.leave()
            assert await viewers.gone(60)
        while len(http_server._connections) or len(streams):
            await asyncio.sleep(0.01)
    finally:
        gc.enable()


@pytest.mark.gen_test
async def test_a_film_that_is_replaced_is_sent_to_the_end_as_it_was(connect, viewers, film, films):
    viewer = await Viewer.begin(connect)
    await stalled(viewers)
    put(films, "new", OTHER_CONTENT).rename(film)
    assert await viewer.rest() == (200, CONTENT)
    again = await Viewer.begin(connect)
    assert await again.rest() == (200, OTHER_CONTENT)


@pytest.mark.gen_test
async def test_a_film_that_is_deleted_is_sent_to_the_end(connect, viewers, film):
    viewer = await Viewer.begin(connect)
    await stalled(viewers)
    film.unlink()
    assert await viewer.rest() == (200, CONTENT)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "new_content",
    [
        pytest.param(OTHER_CONTENT, id="other bytes"),
        pytest.param(OTHER_CONTENT + b"more", id="longer"),
        pytest.param(CONTENT[: len(CONTENT) // 2] + OTHER_CONTENT, id="grown again from the middle"),
        pytest.param(CONTENT[: len(CONTENT) // 2], id="truncated"),
        pytest.param(b"", id="emptied"),
    ],
)
async def test_a_film_that_is_written_to_closes_the_connection_and_no_mix_is_ever_complete(
    connect, viewers, film, caplog, zero_copy, new_content
):
    viewer = await Viewer.begin(connect)
    await stalled(viewers)
    with film.open("r+b") as file:
        file.write(new_content)
        file.truncate()
    status, content = await viewer.rest()
    assert status == 200
    assert len(content) < len(CONTENT)
    if not (zero_copy and OTHER_CONTENT in new_content):  # the kernel's queue is the file itself
        assert content == CONTENT[: len(content)]
    assert [record for record in caplog.records if "'/videos/film.mp4': closed after" in record.getMessage()]
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.gen_test
@pytest.mark.parametrize("asked", [(), (f"Range: bytes=0-{12 * 2**20},{13 * 2**20}-",)], ids=["whole", "ranges"])
async def test_a_film_that_grows_is_sent_to_the_length_it_had_and_the_next_viewer_gets_all(
    connect, viewers, film, asked
):
    viewer = await Viewer.begin(connect, *asked)
    await stalled(viewers)
    append(film, OTHER_CONTENT)
    assert (await viewer.rest())[0] == (206 if asked else 200)
    assert viewer.is_whole
    again = await Viewer.begin(connect)
    assert await again.rest() == (200, CONTENT + OTHER_CONTENT)
    assert again.fields["etag"] != viewer.fields["etag"]


@pytest.mark.gen_test
async def test_a_film_that_grows_all_the_time_is_sent_to_the_length_it_had(connect, film):
    async def record():
        while True:
            append(film, b"more")
            await asyncio.sleep(0)

    recording = asyncio.create_task(record())
    viewer = await Viewer.begin(connect)
    status, content = await viewer.rest()
    recording.cancel()
    assert status == 200
    assert viewer.is_whole
    assert content.startswith(CONTENT)


@pytest.mark.gen_test
async def test_a_film_that_grows_and_is_then_written_to_closes_the_connection(connect, viewers, film):
    viewer = await Viewer.begin(connect)
    other = await Viewer.begin(connect)
    await stalled(viewers, 2)
    append(film, b"more")
    assert await other.rest() == (200, CONTENT)
    with film.open("r+b") as file:
        file.write(OTHER_CONTENT)
    _, content = await viewer.rest()
    assert len(content) < len(CONTENT)


@pytest.mark.gen_test
async def test_a_film_whose_mode_is_changed_is_sent_to_the_end(connect, viewers, film):
    viewer = await Viewer.begin(connect)
    await stalled(viewers)
    film.chmod(0o600)
    assert await viewer.rest() == (200, CONTENT)


@pytest.mark.gen_test
async def test_a_film_that_is_written_to_and_dated_back_closes_the_connection_too(connect, viewers, film):
    before = film.stat()
    viewer = await Viewer.begin(connect)
    await stalled(viewers)
    with film.open("r+b") as file:
        file.write(OTHER_CONTENT)
    os.utime(film, ns=(before.st_atime_ns, before.st_mtime_ns))
    _, content = await viewer.rest()
    assert len(content) < len(CONTENT)


@pytest.mark.parametrize("zero_copy", [True], ids=["zero copy"], indirect=True)
@pytest.mark.gen_test
async def test_a_film_that_is_written_to_before_its_last_pages_are_sent_is_not_complete(connect, viewers, film):
    probe = await Viewer.begin(connect)
    (taken,) = await stalled(viewers)
    probe.leave()
    assert await viewers.gone(60)
    length = taken - 8 * 1024  # the kernel takes all of it, and has some of it still to send
    viewer = await Viewer.begin(connect, f"Range: bytes=0-{length - 1}")
    assert await stalled(viewers) == [length - flow.HELD_BACK_BYTES]
    with film.open("r+b") as file:
        file.write(OTHER_CONTENT)
    status, content = await viewer.rest()
    assert status == 206
    assert len(content) < length


@pytest.mark.parametrize("zero_copy", [True], ids=["zero copy"], indirect=True)
@pytest.mark.gen_test
async def test_a_film_that_is_written_to_before_its_last_short_range_is_read_is_not_complete(connect, viewers, film):
    probe = await Viewer.begin(connect)
    (taken,) = await stalled(viewers)
    probe.leave()
    assert await viewers.gone(10)
    length = taken - 12 * 1024  # the kernel takes all of it, and has some of it still to send
    viewer = await Viewer.begin(connect, f"Range: bytes=0-{length - 1},{len(CONTENT) - 100}-")
    (sent,) = await stalled(viewers)
    (transfer,) = viewers
    assert length < sent <= transfer.planned - 100
    with film.open("r+b") as file:
        file.write(OTHER_CONTENT)
    status, _ = await viewer.rest()
    assert status == 206
    assert not viewer.is_whole


@pytest.mark.gen_test
async def test_a_film_that_is_renamed_or_linked_to_is_sent_to_the_end(connect, viewers, film, films):
    viewer = await Viewer.begin(connect)
    await stalled(viewers)
    (films / "link.mp4").hardlink_to(film)
    other = await Viewer.begin(connect)
    await stalled(viewers, 2)
    film.rename(films / "renamed.mp4")
    assert await viewer.rest() == (200, CONTENT)
    assert await other.rest() == (200, CONTENT)


@pytest.mark.gen_test
async def test_a_film_that_is_written_to_during_multipart_closes_the_connection_too(connect, viewers, film):
    viewer = await Viewer.begin(connect, f"Range: bytes=0-{12 * 2**20},{13 * 2**20}-")
    await stalled(viewers)
    film.write_bytes(OTHER_CONTENT)
    status, content = await viewer.rest()
    assert status == 206
    _, _, parts = content.partition(b"\r\n\r\n")
    assert parts
    assert CONTENT.startswith(parts)


def _open_files():
    files = set()
    for fd in os.listdir("/proc/self/fd"):
        try:
            files.add(os.readlink(f"/proc/self/fd/{fd}"))
        except FileNotFoundError:  # the descriptor of the listing itself
            continue
    return files
