"""What is found out about the films of a folder, by a real worker."""

import asyncio
import os
import random
import shutil
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import psutil
import pytest

from services.cache import Cache
from services.catalogue import Catalogue, CatalogueTiming
from services.jobs.film_jobs import FilmJobs
from services.jobs.worker_process import Worker
from services.library import Library
from services.pictures import Pictures
from services.segments.ahead import LONG_BYTES, IndexesAhead
from services.segments.packaged_films import INDEX
from services.storage.local.folder import Folder
from tests.films import put
from tests.real_films import make_film


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    options = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", *options, duration_s=2)


@asynccontextmanager
async def _catalogue(films, cache_folder, worker=None, long_index_bytes=LONG_BYTES, **timing):
    """A catalogue of a folder; and ``look``, which has it look into what the folder has now."""
    folder, cache = Folder(films), Cache(cache_folder)
    library = Library(folder)
    jobs = FilmJobs(worker or Worker(), library)
    pictures = Pictures(jobs, cache)
    indexes = IndexesAhead(jobs, cache, long_index_bytes)
    catalogue = Catalogue(jobs, cache, pictures, True, CatalogueTiming(**timing), indexes)

    async def look():
        library = Library(folder)
        movies = await library.movies()
        await catalogue.examine(movies)
        return {movie.path: movie for movie in movies}

    try:
        yield catalogue, look
    finally:
        for each in (catalogue, pictures, jobs):
            await each.close()
        cache.close()
        folder.close()


async def _known(catalogue, movies):
    """The details of the films in the order of their paths, once none is pending."""
    while any(catalogue.details(movie)["state"] == "pending" for movie in movies.values()):
        await asyncio.sleep(0.01)
    return [catalogue.details(movie) for movie in movies.values()]


def _time(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


async def _kill_the_worker():
    """Kills the worker as soon as it runs, long before it can have looked into a film."""
    program = "services.media.worker.main"
    while not (workers := [child for child in psutil.Process().children() if program in _words(child)]):
        await asyncio.sleep(0)
    workers[0].kill()


def _words(process):
    with suppress(psutil.Error):  # it has ended meanwhile
        return process.cmdline()
    return []


async def _pictured(catalogue, movie):
    while "has_poster" not in catalogue.details(movie):
        await asyncio.sleep(0.01)


@pytest.mark.gen_test
async def test_films_are_pending_until_they_are_known(films, tmp_path, film):
    shutil.copy(film, films / "a.mp4")
    async with _catalogue(films, tmp_path / "cache") as (catalogue, look):
        movies = await look()
        assert catalogue.details(movies["a.mp4"]) == {"state": "pending"}
        before = catalogue.revision
        (details,) = await _known(catalogue, movies)
        assert details["type"] == 'video/mp4; codecs="avc1.42C00C, mp4a.40.2"'
        assert catalogue.revision > before


@pytest.mark.gen_test
async def test_what_is_no_film_is_unreadable_and_holds_up_no_other(films, tmp_path, film):
    put(films, "a.mp4", random.Random(1).randbytes(10_000))
    shutil.copy(film, films / "b.mp4")
    async with _catalogue(films, tmp_path / "cache") as (catalogue, look):
        states = [details["state"] for details in await _known(catalogue, await look())]
    assert states == ["unreadable", "known"]


@pytest.mark.gen_test
async def test_posters_are_made_of_films_that_have_none_beside_them(films, tmp_path, film):
    shutil.copy(film, films / "a.mp4")
    shutil.copy(film, films / "b.mp4")
    put(films, "a-poster.jpg")
    async with _catalogue(films, tmp_path / "cache") as (catalogue, look):
        movies = await look()
        await _pictured(catalogue, movies["b.mp4"])
        assert movies["a.mp4"].poster
        assert "has_poster" not in catalogue.details(movies["a.mp4"])


@pytest.mark.gen_test
async def test_what_is_known_is_known_at_once_after_a_restart_and_without_the_worker(films, tmp_path, film):
    put(films, "a.mp4", b"no film")
    shutil.copy(film, films / "b.mp4")
    async with _catalogue(films, tmp_path / "cache") as (catalogue, look):
        movies = await look()
        await _pictured(catalogue, movies["b.mp4"])
        before = await _known(catalogue, movies)
    async with _catalogue(films, tmp_path / "cache", worker=Worker("no.such.module")) as (catalogue, look):
        movies = await look()
        await catalogue.recall(patience_s=30.0)
        assert [catalogue.details(movie) for movie in movies.values()] == before


@pytest.mark.gen_test
async def test_a_cache_that_was_damaged_heals(films, tmp_path, film):
    shutil.copy(film, films / "a.mp4")
    async with _catalogue(films, tmp_path / "cache") as (catalogue, look):
        before = await _known(catalogue, await look())
    (kept,) = (tmp_path / "cache").rglob("details-*.json")
    content = kept.read_bytes()
    kept.write_bytes(content[:-10])
    async with _catalogue(films, tmp_path / "cache") as (catalogue, look):
        movies = await look()
        assert await _known(catalogue, movies) == before
    assert kept.read_bytes() == content


@pytest.mark.gen_test
async def test_a_film_that_is_replaced_is_looked_into_again_when_it_has_settled(films, tmp_path, film):
    put(films, "a.mp4", b"no film")
    async with _catalogue(films, tmp_path / "cache", settle_s=0.1) as (catalogue, look):
        (details,) = await _known(catalogue, await look())
        assert details["state"] == "unreadable"
        shutil.copy(film, films / "new")
        os.replace(films / "new", films / "a.mp4")
        movies = await look()
        assert catalogue.details(movies["a.mp4"]) == {"state": "pending"}
        (details,) = await _known(catalogue, movies)
        assert details["state"] == "known"


@pytest.mark.gen_test
async def test_a_worker_that_is_killed_costs_no_more_than_the_film_that_it_was_at(films, tmp_path, film):
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        shutil.copy(film, films / name)
    async with _catalogue(films, tmp_path / "cache") as (catalogue, look):
        movies = await look()
        await _kill_the_worker()
        states = [details["state"] for details in await _known(catalogue, movies)]
    assert states == ["unexamined", "known", "known"]


@pytest.mark.gen_test
async def test_a_film_at_which_the_worker_was_killed_is_looked_into_again(films, tmp_path, film):
    shutil.copy(film, films / "a.mp4")
    async with _catalogue(films, tmp_path / "cache", retry_s=0.1) as (catalogue, look):
        movies = await look()
        await _kill_the_worker()
        (details,) = await _known(catalogue, movies)
        assert details["state"] == "unexamined"
        while catalogue.details(movies["a.mp4"])["state"] == "unexamined":
            await asyncio.sleep(0.01)
        assert catalogue.details(movies["a.mp4"])["state"] == "known"


@pytest.mark.gen_test
async def test_a_film_that_cannot_be_read_is_not_called_damaged_and_tells_when_it_is_tried_again(films, tmp_path, film):
    shutil.copy(film, films / "a.mp4")
    async with _catalogue(films, tmp_path / "cache", retry_s=3600.0, store_retry_s=7200.0) as (catalogue, look):
        before = datetime.now(UTC)
        movies = await look()
        (films / "a.mp4").unlink()
        (details,) = await _known(catalogue, movies)
    assert details["state"] == "unavailable"
    assert 3599 <= (_time(details["next_try"]) - before).total_seconds() <= 3660


@pytest.mark.gen_test
async def test_the_time_of_the_next_try_moves_on_with_each_try_and_no_further_than_it_may(films, tmp_path, film):
    shutil.copy(film, films / "a.mp4")
    async with _catalogue(films, tmp_path / "cache", retry_s=0.5, store_retry_s=1.0) as (catalogue, look):
        movies = await look()
        (films / "a.mp4").unlink()
        tries = set()
        while len(tries) < 3:
            (details,) = await _known(catalogue, movies)
            tries |= {details["next_try"]} if "next_try" in details else set()
            await asyncio.sleep(0.01)
        first, _, third = sorted(map(_time, tries))
    assert (third - first).total_seconds() <= 10


@pytest.mark.gen_test
async def test_nothing_outside_of_the_library_is_looked_into_or_kept(films, tmp_path, film):
    """A folder is swapped for a link after the scan, before the film is looked into."""
    for folder in (films / "season", tmp_path / "elsewhere"):
        folder.mkdir()
        shutil.copy(film, folder / "a.mp4")
    async with _catalogue(films, tmp_path / "cache") as (catalogue, _):
        movies = {movie.path: movie for movie in await Library(Folder(films)).movies()}
        os.rename(films / "season", tmp_path / "season")
        os.symlink(tmp_path / "elsewhere", films / "season")
        await catalogue.examine(list(movies.values()))
        (details,) = await _known(catalogue, movies)
    assert details["state"] == "unavailable"
    assert not list((tmp_path / "cache").rglob("details-*"))
    assert not list((tmp_path / "cache").rglob("*.jpg"))


@pytest.mark.gen_test
async def test_a_film_over_which_the_worker_fails_each_time_is_not_called_damaged(films, tmp_path, film):
    shutil.copy(film, films / "a.mp4")
    async with _catalogue(films, tmp_path / "cache", worker=Worker("no.such.module")) as (catalogue, look):
        (details,) = await _known(catalogue, await look())
    assert details["state"] == "unexamined"
    assert "next_try" in details


@pytest.mark.gen_test
async def test_what_a_worker_that_was_taken_over_says_of_a_film_is_not_passed_on(films, tmp_path, film):
    shutil.copy(film, films / "a.mp4")
    async with _catalogue(films, tmp_path / "cache", worker=Worker("tests.services.lying_worker")) as (catalogue, look):
        (details,) = await _known(catalogue, await look())
    assert details.keys() == {"state", "next_try"}
    assert details["state"] == "unexamined"
    assert not list((tmp_path / "cache").rglob("details-*"))


@pytest.mark.gen_test
async def test_what_was_put_into_the_cache_by_others_is_not_passed_on(films, tmp_path, film):
    shutil.copy(film, films / "a.mp4")
    async with _catalogue(films, tmp_path / "cache") as (catalogue, look):
        movies = await look()
        before = await _known(catalogue, movies)
    cache = Cache(tmp_path / "cache")
    cache.store(movies["a.mp4"].file.version, "details-5.json", {**before[0], "url": "https://evil.example/"})
    cache.close()
    async with _catalogue(films, tmp_path / "cache") as (catalogue, look):
        assert await _known(catalogue, await look()) == before


@pytest.mark.gen_test
async def test_films_that_come_while_others_are_looked_into_are_looked_into_too(films, tmp_path, film):
    shutil.copy(film, films / "a.mp4")
    async with _catalogue(films, tmp_path / "cache") as (catalogue, look):
        for number in range(3):
            movies = await look()
            await _known(catalogue, movies)
            shutil.copy(film, films / f"{number}.mp4")
        states = {details["state"] for details in await _known(catalogue, await look())}
    assert states == {"known"}


@pytest.mark.gen_test
async def test_films_that_are_gone_are_forgotten(films, tmp_path, film):
    shutil.copy(film, films / "a.mp4")
    async with _catalogue(films, tmp_path / "cache") as (catalogue, look):
        movies = await look()
        await _known(catalogue, movies)
        await catalogue.examine([])
        assert catalogue.details(movies["a.mp4"]) == {"state": "pending"}


@pytest.mark.gen_test
async def test_where_nothing_is_looked_into_films_say_so(films, tmp_path, film):
    shutil.copy(film, films / "a.mp4")
    async with _catalogue(films, tmp_path / "cache") as (_, look):
        movies = await look()
    catalogue = Catalogue(None, None, None, examines=False)
    await catalogue.examine(movies.values())
    assert catalogue.details(movies["a.mp4"]) == {"state": "unexamined"}


@pytest.mark.gen_test
async def test_others_have_their_turn_while_many_films_are_compared(films, tmp_path):
    for number in range(2000):
        put(films, f"{number}.mp4")
    async with _catalogue(films, tmp_path / "cache") as (catalogue, _):
        folder = Folder(films)
        movies = await Library(folder).movies()
        assert len(movies) == 2000
        comparing, turns = asyncio.create_task(catalogue.examine(movies)), 0
        while not comparing.done():
            await asyncio.sleep(0)
            turns += 1
        folder.close()
    assert turns >= 10


@pytest.mark.gen_test
async def test_the_index_of_a_film_whose_own_is_long_is_made_ahead(tmp_path, film):
    films, cache = tmp_path / "films", tmp_path / "cache"
    for name in ("a.mp4", "b.mp4"):
        put(films, name, film.read_bytes())
    put(films, "no film.mp4")
    async with _catalogue(films, cache, long_index_bytes=1000) as (_, look):
        await look()
        while len(list(cache.rglob(INDEX))) < 2:
            await asyncio.sleep(0.01)
        assert len(list(cache.rglob("poster.jpg"))) == 2  # which come first


@pytest.mark.gen_test
async def test_other_indexes_are_left_until_somebody_watches(tmp_path, film):
    films, cache = tmp_path / "films", tmp_path / "cache"
    put(films, "a.mp4", film.read_bytes())
    async with _catalogue(films, cache) as (catalogue, look):
        await look()
        while catalogue._work is not None:
            await asyncio.sleep(0.01)
        assert list(cache.rglob("poster.jpg"))
        assert not list(cache.rglob(INDEX))
