"""Films are looked into by an open descriptor, never by a path, which may lead elsewhere by then."""

import asyncio
import os
import shutil
from contextlib import asynccontextmanager

import pytest

from services.errors import FileVanished, FilmUnreadable, RepresentationChanged
from services.jobs.film_jobs import FilmJobs
from services.jobs.worker_process import Worker
from services.library import Library
from services.storage.local.folder import Folder
from tests.films import append, put
from tests.real_films import make_film

JOBS = {
    "probe": {},
    "poster": {"target": "poster.jpg"},
    "sheet": {"target": "sheet.jpg", "storyboard": {"count": 1, "interval_s": 2.0, "width": 240, "height": 135}},
    "extract_subtitles": {"streams": [0], "destination": "."},
}
every_job = pytest.mark.parametrize("job", JOBS)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    options = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", *options, duration_s=2)


@asynccontextmanager
async def _film_jobs(films, module="services.media.worker.main"):
    folder = Folder(films)
    library = Library(folder)
    jobs = FilmJobs(Worker(module), library)
    try:
        yield jobs, library
    finally:
        await jobs.close()
        folder.close()


def _arguments(job, folder):
    return {name: str(folder / value) if isinstance(value, str) else value for name, value in JOBS[job].items()}


@every_job
@pytest.mark.gen_test
async def test_a_folder_that_was_swapped_for_a_link_since_the_scan_leads_no_job_out_of_the_library(
    films, tmp_path, film, job
):
    put(films, "season/a.mp4", film.read_bytes())
    put(tmp_path, "elsewhere/a.mp4", film.read_bytes())
    target = put(tmp_path, "target/.keep").parent
    async with _film_jobs(films) as (jobs, library):
        movie = await library.find("season/a.mp4")
        os.rename(films / "season", tmp_path / "season")
        os.symlink(tmp_path / "elsewhere", films / "season")
        with pytest.raises(FileVanished):
            await jobs.run(job, movie, timeout_s=60.0, **_arguments(job, target))
    assert os.listdir(target) == [".keep"]


@every_job
@pytest.mark.gen_test
async def test_a_folder_that_is_swapped_once_the_film_is_open_changes_nothing(films, tmp_path, film, job):
    put(films, "season/a.mp4", film.read_bytes())
    put(tmp_path, "elsewhere/a.mp4", b"no film")
    target = put(tmp_path, "target/.keep").parent
    async with _film_jobs(films) as (jobs, library):
        movie = await library.find("season/a.mp4")
        async with library.open_file(movie.file, movie.media_type):
            os.rename(films / "season", tmp_path / "season")
            os.symlink(tmp_path / "elsewhere", films / "season")
            await jobs.run(job, movie, timeout_s=60.0, **_arguments(job, target))


@pytest.mark.gen_test
async def test_a_film_that_grew_since_the_scan_is_still_the_one_that_was_listed(films, film):
    put(films, "a.mp4", film.read_bytes())
    async with _film_jobs(films) as (jobs, library):
        movie = await library.find("a.mp4")
        append(films / "a.mp4", bytes(1000))
        assert (await jobs.run("probe", movie, timeout_s=30))["state"] == "known"


@pytest.mark.gen_test
async def test_a_film_that_was_replaced_since_the_scan_is_not_taken_for_the_one_that_was_listed(films, film):
    put(films, "a.mp4", b"no film")
    async with _film_jobs(films) as (jobs, library):
        movie = await library.find("a.mp4")
        shutil.copy(film, films / "new")
        os.replace(films / "new", films / "a.mp4")
        with pytest.raises(RepresentationChanged):
            await jobs.run("probe", movie, timeout_s=60.0)


@pytest.mark.gen_test
async def test_a_film_that_cannot_be_opened_needs_no_worker_to_find_out(films):
    put(films, "a.mp4")
    async with _film_jobs(films, module="no.such.module") as (jobs, library):
        movie = await library.find("a.mp4")
        (films / "a.mp4").unlink()
        with pytest.raises(FileVanished):
            await jobs.run("probe", movie, timeout_s=60.0)


@pytest.mark.gen_test
async def test_many_jobs_over_a_film_leave_nothing_open(films, film):
    shutil.copy(film, films / "a.mp4")
    put(films, "b.mp4", b"no film")
    async with _film_jobs(films) as (jobs, library):
        a, b = [await library.find(name) for name in ("a.mp4", "b.mp4")]
        before = await jobs.run("probe", a, timeout_s=60.0)
        opened = len(os.listdir("/proc/self/fd"))
        for _ in range(50):
            assert await jobs.run("probe", a, timeout_s=60.0) == before
            with pytest.raises(FilmUnreadable):
                await jobs.run("probe", b, timeout_s=60.0)
        while len(os.listdir("/proc/self/fd")) > opened + 1:  # b is kept open for a little while
            await asyncio.sleep(0.01)


@pytest.mark.gen_test
async def test_what_a_film_is_called_tells_what_its_content_does_not(films):
    make_film(films / "a.mpg", "-c:v", "mpeg2video", "-f", "mpeg2video", sound=False, duration_s=1)
    async with _film_jobs(films) as (jobs, library):
        details = await jobs.run("probe", await library.find("a.mpg"), timeout_s=60.0)
    assert details["container"] in ("mpegvideo", "mpeg")
