"""Viewers who leave before anything was sent are noticed, and nothing more is done for them."""

import asyncio
import json
import logging
import os
import signal
from contextlib import suppress

import psutil
import pytest

from services.http_client.timeouts import Patience
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from services.subtitles import MOST_AT_A_TIME
from tests.faulty_store import KEY, Fault, FaultyStore
from tests.films import put
from tests.raw_http import request_head
from tests.timing import remote_timing
from tests.workers import worker_processes

SRT = b"1\n00:00:01,000 --> 00:00:02,500\nHello\n"
KEYS = {"AWS_ACCESS_KEY_ID": "id-of-the-key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}


def _outcomes(caplog):
    """The outcome of each request in the access log."""
    return [record.getMessage().split()[-1] for record in caplog.records if record.name == "access"]


async def _all_noticed(viewers):
    while len(viewers):
        await asyncio.sleep(0.01)


async def _halted_worker():
    """Halts the first worker process before it has read a job, and returns it."""
    while not (workers := worker_processes()):
        await asyncio.sleep(0)
    os.kill(workers[0].pid, signal.SIGSTOP)
    return workers[0]


@pytest.mark.gen_test
async def test_subtitles_that_all_have_left_make_room_for_others(connect, films, viewers, caplog):
    caplog.set_level(logging.INFO)
    put(films, "Film.mkv")
    for number in range(MOST_AT_A_TIME + 1):
        put(films, f"Film.{number}.srt", SRT)
    async with await connect() as staying:
        (movie,) = json.loads((await staying.request("GET", "/api/movies")).content)["movies"]
        *wanted, last = (each["url"] for each in movie["subtitles"])
        leaving = [await connect() for _ in wanted]
        for connection, url in zip(leaving, wanted, strict=True):
            await connection.send(request_head("GET", url))
        worker = await _halted_worker()
        while len(viewers) < len(leaving):
            await asyncio.sleep(0.01)
        for connection in leaving:
            await connection.close()
        await _all_noticed(viewers)
        asked = asyncio.create_task(staying.request("GET", last))
        while not len(viewers):
            await asyncio.sleep(0.01)
        with suppress(psutil.NoSuchProcess):  # it has ended where its job made room
            worker.send_signal(signal.SIGCONT)
        assert (await asked).content.endswith(b"Hello\n")
    assert _outcomes(caplog) == ["complete"] + ["left"] * MOST_AT_A_TIME + ["complete"]
    assert "Traceback" not in caplog.text
    assert {record.levelname for record in caplog.records} == {"INFO"}


class TestOfAStoreThatIsSilent:
    @pytest.fixture
    def silent(self, io_loop):
        store = FaultyStore(b"film")
        store.fault = lambda: Fault(hang_after=-1)
        io_loop.run_sync(store.__aenter__)
        yield store
        io_loop.run_sync(store.__aexit__)

    @pytest.fixture
    def store(self, silent):
        timing = remote_timing(Patience(answer_s=600.0))
        environment = {**KEYS, "AWS_ENDPOINT_URL": silent.url}
        return open_stores(parse_locations("s3://bucket"), environment, "http://unused.test/", timing=timing)

    @pytest.mark.gen_test
    async def test_who_has_left_waits_no_longer(self, connect, silent, viewers, caplog):
        caplog.set_level(logging.INFO)
        async with await connect() as connection:
            await connection.send(request_head("GET", f"/videos/{KEY}"))
            while not silent.ranges:
                await asyncio.sleep(0.01)
        await _all_noticed(viewers)
        assert not len(viewers.films)
        assert _outcomes(caplog) == ["left"]
        assert "Traceback" not in caplog.text
