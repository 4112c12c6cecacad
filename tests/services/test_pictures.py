"""Which storyboards are made, when there are more than can be."""

import asyncio
from datetime import UTC, datetime

import pytest

from services.cache import Cache
from services.errors import WorkerFailed
from services.http.representation import EntityTag
from services.library import Movie
from services.media.names import film_name
from services.media.storyboard import Storyboard
from services.pictures import MOST_SHEETS, Pictures
from services.storage.stored_file import StoredFile
from services.worker import Worker
from tests.films import put

BOARD = Storyboard(count=1, interval_s=1.0, width=160, height=90)


@pytest.fixture
def pictures(io_loop, tmp_path):
    """Made by a worker that comes to no end."""
    worker, cache = Worker("tests.services.rogue_worker"), Cache(tmp_path / "cache")
    pictures = Pictures(worker, cache)
    yield pictures
    for each in (pictures, worker):
        io_loop.run_sync(each.close)
    cache.close()


@pytest.fixture
def movies(tmp_path):
    """One more than may be under way."""
    return [_movie(put(tmp_path, f"{number}.mp4"), str(number)) for number in range(MOST_SHEETS + 1)]


def _movie(path, tag):
    file = StoredFile(path.name, str(path), 4, 0.0, path.stat().st_dev, EntityTag(tag))
    return Movie(path.name, film_name(path.name), "video/mp4", 4, datetime(2026, 1, 1, tzinfo=UTC), file)


async def _wait(pictures, movie):
    async with pictures.sheet(movie, BOARD):
        pass


@pytest.mark.gen_test
async def test_storyboards_that_were_begun_for_nobody_make_room_for_who_waits(pictures, movies):
    for movie in movies[:-1]:
        await pictures.begin_sheet(movie, BOARD)
    waiting = asyncio.create_task(_wait(pictures, movies[-1]))
    while not waiting.done() and movies[-1].file.entity_tag not in pictures._sheets._under_way:
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
