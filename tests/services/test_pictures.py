"""Which storyboards are made if more are asked for than can be made at a time."""

import asyncio

import pytest

from services.cache import Cache
from services.errors import WorkerFailed
from services.jobs.film_jobs import FilmJobs
from services.jobs.worker_process import Worker
from services.library import Library
from services.media.storyboard import Storyboard
from services.pictures import MOST_SHEETS, Pictures
from services.storage.local.folder import Folder
from tests.films import put

BOARD = Storyboard(count=1, interval_s=1.0, width=160, height=90)


@pytest.fixture
def library(tmp_path):
    """A library with one film more than sheets may be under way."""
    for number in range(MOST_SHEETS + 1):
        put(tmp_path, f"films/{number}.mp4")
    folder = Folder(tmp_path / "films")
    yield Library(folder)
    folder.close()


@pytest.fixture
def movies(io_loop, library):
    return io_loop.run_sync(library.movies)


@pytest.fixture
def pictures(io_loop, tmp_path, library):
    """Pictures whose worker never ends a job."""
    jobs, cache = FilmJobs(Worker("tests.services.rogue_worker"), library), Cache(tmp_path / "cache")
    pictures = Pictures(jobs, cache)
    yield pictures
    for each in (pictures, jobs):
        io_loop.run_sync(each.close)
    cache.close()


async def _wait(pictures, movie):
    async with pictures.sheet(movie, BOARD):
        pass


@pytest.mark.gen_test
async def test_storyboards_that_were_begun_for_nobody_make_room_for_who_waits(pictures, movies):
    for movie in movies[:-1]:
        await pictures.begin_sheet(movie, BOARD)
    waiting = asyncio.create_task(_wait(pictures, movies[-1]))
    while not waiting.done() and (movies[-1].file.version, None) not in pictures._sheets._under_way:
        await asyncio.sleep(0.01)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


@pytest.mark.gen_test
async def test_storyboards_that_somebody_waits_for_are_not_given_up(pictures, movies):
    waiting = [asyncio.create_task(_wait(pictures, movie)) for movie in movies[:-1]]
    with pytest.raises(WorkerFailed):
        while True:  # until all of them are under way
            await pictures.begin_sheet(movies[-1], BOARD)
            await asyncio.sleep(0.01)
    assert not any(task.done() for task in waiting)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
