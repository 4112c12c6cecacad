import asyncio
import os

import pytest

from services.cache import Cache
from services.errors import FilmNotPackaged, SegmentNotFound, WorkerFailed
from services.jobs.film_jobs import FilmJobs
from services.jobs.worker_process import WORKER
from services.library import Library, LibraryTiming
from services.packaging.fmp4.new_box import new_box
from services.segments.faststart import Faststart
from services.storage.local.folder import Folder
from tests.counting_worker import CountingWorker
from tests.films import append, put

TYPE, SAMPLES = new_box(b"ftyp", b"isom"), new_box(b"mdat", b"samples of a film")
MOVIE = new_box(b"moov", new_box(b"mvhd", bytes(100)))
FILM, MOVED = TYPE + SAMPLES + MOVIE, TYPE + MOVIE + SAMPLES
WITHOUT_MOVIE = TYPE + SAMPLES


@pytest.fixture
def worker_module():
    return WORKER


@pytest.fixture
def worker(worker_module):
    return CountingWorker(worker_module)


@pytest.fixture
def folder(tmp_path):
    return put(tmp_path, "films/film.mp4", FILM).parent


@pytest.fixture
def library(folder):
    store = Folder(folder)
    yield Library(store, LibraryTiming(0.0, 0.0, patience_s=None))
    store.close()


@pytest.fixture
def make_films(io_loop, tmp_path, library, worker):
    """Makes what answers, as a server does that begins."""
    made = []

    def make(patience_s=60.0):
        cache = Cache(tmp_path / "cache")
        made.append((Faststart(library, cache, FilmJobs(worker, library), patience_s=patience_s), cache))
        return made[-1][0]

    yield make
    for films, cache in made:
        io_loop.run_sync(films.close)
        cache.close()


@pytest.fixture
def films(make_films):
    return make_films()


async def sent(library, films, path="film.mp4", sound=None):
    """All bytes of the film as it is sent."""
    movie = await library.find(path)
    async with library.open_file(movie.file, movie.media_type) as source:
        if sound is None:
            film = await films.film(movie, source)
        else:
            film = await films.with_sound(movie, source, sound)
        if film is None:
            return await source.read(0, source.representation.complete_length)
        content = b""
        async with film.source:
            for part in film.segment.parts:
                content += await film.source.read(part.first, len(part))
        assert len(content) == film.segment.representation.complete_length
        return content


@pytest.mark.gen_test
async def test_a_head_is_made_once_for_all_who_ask(library, films, make_films, worker):
    assert await asyncio.gather(*(sent(library, films) for _ in range(5))) == [MOVED] * 5
    assert await sent(library, make_films()) == MOVED  # a server that begins finds it in the cache
    assert len(worker.jobs) == 1


@pytest.mark.gen_test
@pytest.mark.parametrize("content", [MOVED, WITHOUT_MOVIE, b"text", new_box(b"moof", b"")])
async def test_no_job_is_done_for_a_film_that_gains_nothing(library, films, worker, folder, content):
    put(folder, "film.mp4", content)
    assert await sent(library, films) == content
    assert len(worker.jobs) == 0


@pytest.mark.gen_test
async def test_that_a_film_is_best_as_it_is_is_remembered(library, films, make_films, worker, folder):
    content = TYPE + SAMPLES + new_box(b"moov", new_box(b"cmov"))
    put(folder, "film.mp4", content)
    for asked in (films, films, make_films()):
        assert await sent(library, asked) == content
    assert len(worker.jobs) == 1


@pytest.mark.gen_test
async def test_only_mp4_is_looked_at(library, films, worker, folder):
    put(folder, "film.mkv", FILM)
    assert await sent(library, films, "film.mkv") == FILM
    with pytest.raises(FilmNotPackaged):
        await sent(library, films, "film.mkv", sound=0)
    assert len(worker.jobs) == 0


@pytest.mark.gen_test
async def test_a_film_that_grows_is_sent_as_it_is(library, films, worker, folder):
    movie = await library.find("film.mp4")
    async with library.open_file(movie.file, movie.media_type):
        append(folder / "film.mp4", b"more")
        assert await sent(library, films) == FILM + b"more"
    assert len(worker.jobs) == 0


@pytest.mark.gen_test
async def test_who_was_given_the_original_goes_on_with_it(library, make_films, worker):
    hasty = make_films(patience_s=0.0)
    assert await sent(library, hasty) == FILM
    assert await sent(library, make_films()) == MOVED  # the head is there now
    assert await sent(library, hasty) == FILM


@pytest.mark.gen_test
async def test_a_film_that_was_replaced_since_it_was_listed_is_listed_anew(library, films, folder):
    assert await sent(library, films) == MOVED
    other = new_box(b"mdat", b"of another film")
    os.replace(put(folder, "new", TYPE + other + MOVIE), folder / "film.mp4")
    assert await sent(library, films) == TYPE + MOVIE + other


@pytest.mark.gen_test
async def test_a_head_that_is_damaged_is_made_again(library, films, make_films, worker, tmp_path):
    assert await sent(library, films) == MOVED
    (head,) = (tmp_path / "cache").rglob("head-*.index")
    head.write_bytes(head.read_bytes().replace(b"moov", b"loop"))
    assert await sent(library, make_films()) == MOVED
    assert len(worker.jobs) == 2


@pytest.mark.gen_test
@pytest.mark.parametrize("worker_module", ["tests.services.rogue_worker", "tests.services.lying_worker"])
async def test_a_worker_that_a_film_took_over_makes_the_film_no_worse(library, films):
    for _ in range(3):
        assert await sent(library, films) == FILM
    for _ in range(3):
        with pytest.raises(WorkerFailed):
            await sent(library, films, sound=0)


@pytest.mark.gen_test
async def test_there_is_no_sound_in_a_film_without_any(library, films):
    for _ in range(2):
        with pytest.raises(SegmentNotFound):
            await sent(library, films, sound=0)


@pytest.mark.gen_test
async def test_a_film_of_which_no_track_can_be_left_out_has_none_alone(library, films, folder):
    put(folder, "film.mp4", TYPE + SAMPLES)
    for _ in range(2):
        with pytest.raises(FilmNotPackaged, match="moov"):
            await sent(library, films, sound=0)
