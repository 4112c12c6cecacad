import asyncio

import pytest

from services.cache import Cache
from services.catalogue import Catalogue
from services.errors import FilmUnreadable, WorkerFailed
from services.jobs.film_jobs import FilmJobs
from services.jobs.worker_process import Worker
from services.library import Library
from services.pictures import Pictures
from services.storage.local.folder import Folder
from services.subtitles import MOST_AT_A_TIME, SMALL_BYTES, Subtitles
from tests.films import put
from tests.real_films import make_film

SRT = b"1\n00:00:01,000 --> 00:00:02,500\nHello\n"


class CountingWorker(Worker):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.jobs = []

    async def run(self, job, *, timeout_s, **arguments):
        self.jobs.append(job)
        return await super().run(job, timeout_s=timeout_s, **arguments)


@pytest.fixture
def converter():
    return CountingWorker()


@pytest.fixture
def examines():
    return False


@pytest.fixture
def small_bytes():
    return SMALL_BYTES


@pytest.fixture
def subtitles(io_loop, tmp_path, converter, examines, small_bytes):
    """The subtitles of the films in "films"."""
    films = tmp_path / "films"
    films.mkdir()
    folder, cache = Folder(films), Cache(tmp_path / "cache")
    library = Library(folder)
    jobs = FilmJobs(Worker(), library)
    pictures = Pictures(jobs, cache)
    catalogue = Catalogue(jobs, cache, pictures, examines)
    subtitles = Subtitles(library, catalogue, cache, converter, jobs, jobs, small_bytes)
    subtitles.library, subtitles.catalogue = library, catalogue
    yield subtitles
    for each in (catalogue, subtitles, pictures, jobs):
        io_loop.run_sync(each.close)
    cache.close()
    folder.close()


async def _content(subtitles, path, key, offset_ms=0):
    async with subtitles.open(path, key, offset_ms) as (source, _):
        content = b""
        while len(content) < source.representation.complete_length:
            content += await source.read(len(content), source.representation.complete_length - len(content))
        return content


async def _keys(subtitles, path):
    return [each.told.key for each in (await subtitles.library.find(path)).subtitles]


@pytest.mark.gen_test
async def test_subtitles_are_converted_once_for_all_who_ask(subtitles, converter, tmp_path):
    put(tmp_path, "films/Film.mkv")
    put(tmp_path, "films/Film.srt", SRT)
    (key,) = await _keys(subtitles, "Film.mkv")
    answers = await asyncio.gather(*(_content(subtitles, "Film.mkv", key) for _ in range(50)))
    assert set(answers) == {b"WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nHello\n"}
    assert await _content(subtitles, "Film.mkv", key) == answers[0]
    assert converter.jobs == ["convert_subtitles"]


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("content", "is_versioned"), [(SRT, True), (b"{24}{48}Hello\n", False)], ids=["times", "frames"]
)
async def test_only_subtitles_that_depend_on_nothing_else_are_a_version_of_their_file(
    subtitles, tmp_path, content, is_versioned
):
    """No film is looked into here, so no frame rate is known."""
    put(tmp_path, "films/Film.mkv")
    put(tmp_path, "films/Film.srt", content)
    (told,) = (await subtitles.library.find("Film.mkv")).subtitles
    for _ in range(2):  # when they are made, and when they were kept
        async with subtitles.open("Film.mkv", told.told.key) as (_, version):
            assert version == (told.file.entity_tag if is_versioned else None)


@pytest.mark.gen_test
async def test_two_films_may_have_the_same_subtitles(subtitles, converter, tmp_path):
    put(tmp_path, "films/Film.mkv")
    put(tmp_path, "films/Film.mp4")
    put(tmp_path, "films/Film.srt", SRT)
    keys = {path: (await _keys(subtitles, path))[0] for path in ("Film.mkv", "Film.mp4")}
    first, second = await asyncio.gather(*(_content(subtitles, path, key) for path, key in keys.items()))
    assert first == second
    assert converter.jobs == ["convert_subtitles"]


@pytest.mark.gen_test
async def test_who_leaves_does_not_end_the_conversion_for_others(subtitles, converter, tmp_path):
    put(tmp_path, "films/Film.mkv")
    put(tmp_path, "films/Film.srt", SRT)
    (key,) = await _keys(subtitles, "Film.mkv")
    leaving = asyncio.create_task(_content(subtitles, "Film.mkv", key))
    staying = asyncio.create_task(_content(subtitles, "Film.mkv", key))
    while not converter.jobs:
        await asyncio.sleep(0)
    leaving.cancel()
    assert (await staying).endswith(b"Hello\n")


@pytest.mark.gen_test
async def test_broken_subtitles_are_no_one_elses(subtitles, tmp_path):
    put(tmp_path, "films/Film.mkv")
    put(tmp_path, "films/Film.de.srt", b"no subtitles")
    put(tmp_path, "films/Film.en.srt", SRT)
    german, english = await _keys(subtitles, "Film.mkv")
    outcomes = await asyncio.gather(
        _content(subtitles, "Film.mkv", german), _content(subtitles, "Film.mkv", english), return_exceptions=True
    )
    assert isinstance(outcomes[0], FilmUnreadable)
    assert outcomes[1].endswith(b"Hello\n")


@pytest.mark.gen_test
async def test_more_than_can_be_done_are_refused(subtitles, tmp_path):
    put(tmp_path, "films/Film.mkv")
    for number in range(MOST_AT_A_TIME + 1):
        put(tmp_path, f"films/Film.{number}.srt", SRT)
    keys = await _keys(subtitles, "Film.mkv")
    outcomes = await asyncio.gather(*(_content(subtitles, "Film.mkv", key) for key in keys), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(WorkerFailed) == 1


@pytest.mark.gen_test
async def test_broken_subtitles_are_read_once(subtitles, converter, tmp_path):
    put(tmp_path, "films/Film.mkv")
    file = put(tmp_path, "films/Film.srt", b"no subtitles")
    (key,) = await _keys(subtitles, "Film.mkv")
    for _ in range(5):
        with pytest.raises(FilmUnreadable, match="no subtitles in any format"):
            await _content(subtitles, "Film.mkv", key)
    assert converter.jobs == ["convert_subtitles"]
    file.write_bytes(SRT)
    while (await subtitles.library.find("Film.mkv")).subtitles[0].file.size != len(SRT):
        await subtitles.library.scan()
    assert (await _content(subtitles, "Film.mkv", key)).endswith(b"Hello\n")


@pytest.mark.gen_test
async def test_subtitles_over_which_the_worker_fails_are_tried_twice_and_then_rest(subtitles, tmp_path):
    put(tmp_path, "films/Film.mkv")
    put(tmp_path, "films/Film.srt", SRT)
    (key,) = await _keys(subtitles, "Film.mkv")
    subtitles._converter = failing = CountingWorker("no.such.module")
    for _ in range(5):
        with pytest.raises(WorkerFailed):
            await _content(subtitles, "Film.mkv", key)
    assert failing.jobs == ["convert_subtitles"] * 2
    await failing.close()


@pytest.mark.gen_test
@pytest.mark.parametrize(("examines", "small_bytes"), [(True, 400_000)])
async def test_extractions_that_never_end_hold_up_no_small_one_and_once_left_no_other(subtitles, tmp_path):
    put(tmp_path, "en.srt", SRT)
    inputs = ("-i", str(tmp_path / "en.srt"), "-map", "0:v", "-map", "1:s")
    film = make_film(tmp_path / "film.mkv", *inputs, "-c:v", "mjpeg", "-c:s", "srt", sound=False).read_bytes()
    for number in range(MOST_AT_A_TIME + 1):
        put(tmp_path, f"films/{number:02}.mkv", film.ljust(400_001, b"\0"))
    put(tmp_path, "films/00.srt", SRT)
    small = put(tmp_path, "films/small.mkv", film)
    assert small.stat().st_size <= 400_000
    *movies, small = await subtitles.library.movies()
    await subtitles.catalogue.examine([*movies, small])
    while any(subtitles.catalogue.details(movie)["state"] == "pending" for movie in [*movies, small]):
        await asyncio.sleep(0.02)
    rogue = Worker("tests.services.rogue_worker")
    working, subtitles._extractor = subtitles._extractor, FilmJobs(rogue, subtitles.library)
    hanging = [asyncio.create_task(_content(subtitles, movie.path, "t1")) for movie in movies[:-1]]
    while rogue._process is None:
        await asyncio.sleep(0.01)
    assert (await _content(subtitles, "00.mkv", (await _keys(subtitles, "00.mkv"))[0])).endswith(b"Hello\n")
    assert (await _content(subtitles, small.path, "t1")).endswith(b"Hello\n")
    with pytest.raises(WorkerFailed):
        await _content(subtitles, movies[-1].path, "t1")
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)
    hung, subtitles._extractor = subtitles._extractor, working
    assert (await _content(subtitles, movies[-1].path, "t1")).endswith(b"Hello\n")
    await subtitles.close()  # before the worker, which the jobs in its queue would start again
    await hung.close()


@pytest.mark.gen_test
async def test_a_converter_that_is_killed_is_replaced(subtitles, converter, tmp_path):
    put(tmp_path, "films/Film.mkv")
    put(tmp_path, "films/Film.srt", SRT)
    (key,) = await _keys(subtitles, "Film.mkv")
    asking = asyncio.create_task(_content(subtitles, "Film.mkv", key))
    while converter._process is None:
        await asyncio.sleep(0)
    converter._process.kill()
    with pytest.raises(WorkerFailed):
        await asking
    assert (await _content(subtitles, "Film.mkv", key)).endswith(b"Hello\n")
