"""Every answer begins in time, whatever it waits for. What takes longer is there when the client asks again."""

import asyncio
import json
import os
import signal

import pytest

from services.admission.viewers import Viewers
from services.http_client.timeouts import Patience
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.faulty_store import KEY, Fault, FaultyStore
from tests.films import put
from tests.raw_http import request_head
from tests.timing import remote_timing
from tests.workers import worker_processes

ANSWER_S = 2.0
SRT = b"1\n00:00:01,000 --> 00:00:02,500\nHello\n"
KEYS = {"AWS_ACCESS_KEY_ID": "id-of-the-key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
REFUSAL = b"503 Service Unavailable\n"


@pytest.fixture
def viewers():
    return Viewers(answer_s=ANSWER_S)


@pytest.fixture
def subtitles(films):
    put(films, "Film.mkv")
    put(films, "Film.en.srt", SRT)


async def _url(connection):
    (movie,) = json.loads((await _answered(connection, "/api/movies")).content)["movies"]
    return movie["subtitles"][0]["url"]


async def _answered(connection, target, *fields):
    """The answer, however long it takes on a busy machine."""
    while (response := await connection.request("GET", target, *fields)).status == 503:
        pass
    return response


@pytest.mark.gen_test
async def test_subtitles_that_take_long_are_made_on_for_who_asks_again(connect, subtitles, caplog):
    async with await connect() as connection:
        url = await _url(connection)
        asked = asyncio.create_task(connection.request("GET", url))
        while not (workers := worker_processes()):
            await asyncio.sleep(0)
        os.kill(workers[0].pid, signal.SIGSTOP)
        early = await asked
        again = asyncio.create_task(_answered(connection, url))
        workers[0].send_signal(signal.SIGCONT)
        assert (await again).content.endswith(b"Hello\n")
        assert worker_processes() == workers
    assert (early.status, early.content, early.fields["retry-after"]) == (503, REFUSAL, "5")
    assert "there is nothing to send after 2 s" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.gen_test
@pytest.mark.parametrize("worker_module", ["tests.services.rogue_worker"])
async def test_requests_behind_one_that_takes_long_are_answered_in_turn(connect, subtitles):
    async with await connect() as connection:
        url = await _url(connection)
        await connection.send(b"".join(request_head("GET", each) for each in (url, "/healthz", url, "/healthz")))
        assert [(await connection.response()).status for _ in range(4)] == [503, 200, 503, 200]


@pytest.mark.gen_test
@pytest.mark.parametrize("worker_module", ["tests.services.rogue_worker"])
async def test_who_leaves_requests_behind_unanswered_is_waited_for_no_longer(connect, subtitles, viewers):
    async with await connect() as connection:
        url = await _url(connection)
        await connection.send(b"".join(request_head("GET", url) for _ in range(2)))
        while not len(viewers):
            await asyncio.sleep(0.01)
    while len(viewers):
        await asyncio.sleep(0.01)


class TestOfAStore:
    @pytest.fixture
    def slow(self, io_loop):
        store = FaultyStore(bytes(3_000_000))
        io_loop.run_sync(store.__aenter__)
        yield store
        io_loop.run_sync(store.__aexit__)

    @pytest.fixture
    def store(self, slow):
        timing = remote_timing(Patience(answer_s=600.0, chunk_s=600.0), recovery_s=600.0)
        environment = {**KEYS, "AWS_ENDPOINT_URL": slow.url}
        return open_stores(parse_locations("s3://bucket"), environment, "http://unused.test/", timing=timing)

    @pytest.mark.gen_test
    @pytest.mark.parametrize("fault", [Fault(hang_after=-1), Fault(hang_after=0), Fault(status=503)], ids=str)
    async def test_a_film_that_does_not_begin_to_come_is_not_waited_for(self, connect, slow, fault):
        slow.fault = lambda: fault
        async with await connect() as connection:
            assert (await connection.request("GET", f"/videos/{KEY}")).status == 503
            slow.fault = Fault
            answer = await _answered(connection, f"/videos/{KEY}", "Range: bytes=1500000-1500009")
        assert (answer.status, answer.content) == (206, bytes(10))

    @pytest.mark.gen_test
    async def test_a_film_that_has_begun_may_take_longer(self, connect, slow):
        slow.fault = lambda: Fault(hang_after=1_000_000)
        async with await connect() as connection:
            await connection.send(request_head("GET", f"/videos/{KEY}", "Range: bytes=1100000-2600000"))
            status, fields = await connection.response_head()
            assert (status, fields["content-length"]) == (206, "1500001")
            await connection.reader.readexactly(900_000)
            with pytest.raises(TimeoutError):  # nothing more comes, and no end either
                async with asyncio.timeout(2 * ANSWER_S):
                    await connection.reader.readexactly(600_001)
