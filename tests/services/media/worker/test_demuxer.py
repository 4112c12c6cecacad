"""What the worker's jobs read: only the film, by descriptor or URL. Films that are cut off give no results."""

import asyncio
import os
from io import BufferedReader, FileIO
from time import monotonic

import pytest

from services.errors import FilmUnreadable, RepresentationChanged, StorageError
from services.media.worker.demuxer import opened
from services.media.worker.main import job_film
from services.media.worker.picture_jobs import poster, sheet
from services.media.worker.probe import probe
from services.media.worker.remote_film import READ_BYTES, RemoteFilm
from services.media.worker.shared_film import SharedFilm
from services.media.worker.text_tracks import extract_subtitles
from tests import film_jobs
from tests.faulty_store import FINE, KEY, TAG, Fault, FaultyStore
from tests.films import put
from tests.real_films import subtitled_film

SRT = b"1\n00:00:01,000 --> 00:00:02,500\nHello\n\n2\n00:00:18,000 --> 00:00:19,000\nBye\n"
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nHello\n\n00:00:18.000 --> 00:00:19.000\nBye\n"
SECRET = b"WEBVTT\n\n00:00.000 --> 00:09.000\nsecret\n"
LISTS = {
    "list of files": b"ffconcat version 1.0\nfile other.vtt\n",
    "play list": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nother.vtt\n#EXT-X-ENDLIST\n",
    "manifest": b'<MPD type="static" profiles="urn:mpeg:dash:profile:isoff-live:2011" mediaPresentationDuration="PT9S">'
    b'<Period><AdaptationSet mimeType="text/vtt"><Representation id="1" bandwidth="1"><BaseURL>other.vtt</BaseURL>'
    b"</Representation></AdaptationSet></Period></MPD>",
}
JOBS = {
    "probe": lambda film, folder: probe(film),
    "poster": lambda film, folder: poster(film, str(folder / "poster.jpg")),
    "sheet": lambda film, folder: sheet(film, str(folder / "sheet.jpg"), _LAYOUT),
    "subtitles": lambda film, folder: extract_subtitles(film, [0, 1], str(folder)),
}
_LAYOUT = {"count": 4, "interval_s": 5.0, "width": 240, "height": 135}


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A film of 5 MB with a picture in stream 0 and subtitles in 1: more than a range, and than a kernel buffers."""
    return subtitled_film(tmp_path_factory.mktemp("film"), SRT).read_bytes()


@pytest.fixture
def server(io_loop, film):
    server = FaultyStore(film)
    io_loop.run_sync(server.__aenter__)
    server.film_url = f"{server.url}/videos/{KEY}"
    yield server
    io_loop.run_sync(server.__aexit__)


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


@pytest.fixture(params=JOBS)
def job(request, target):
    """Runs a job over a URL."""
    return lambda url, open_film=job_film: asyncio.to_thread(_do, JOBS[request.param], url, target, open_film)


def _do(job, url, folder, open_film=job_film):
    with open_film("film.mkv", url, TAG) as film:
        return job(film, folder)


def _film_for_haste(name, url, version):
    return BufferedReader(RemoteFilm(url, version, name, timeout_s=4.0), READ_BYTES)


@pytest.mark.gen_test
async def test_over_a_url_is_found_out_what_is_found_out_of_a_file(server, film, tmp_path, target):
    file = put(tmp_path, "film.mkv", film)
    assert await asyncio.to_thread(_do, JOBS["probe"], server.film_url, target) == film_jobs.probe(file)
    await asyncio.to_thread(_do, JOBS["subtitles"], server.film_url, target)
    assert (target / "t1.vtt").read_text("utf-8") == VTT


@pytest.mark.parametrize("content", LISTS.values(), ids=LISTS)
def test_a_list_of_files_leads_to_no_file(tmp_path, target, content):
    put(tmp_path, "other.vtt", SECRET)
    for job in JOBS.values():
        with open(put(tmp_path, "film.mkv", content), "rb") as film, pytest.raises(FilmUnreadable):
            job(film, target)
    assert not list(target.iterdir())


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
def test_of_a_file_that_cannot_be_read_nothing_is_said(job, target):
    with BufferedReader(SharedFilm(os.open("/", os.O_RDONLY), "film.mkv")) as film, pytest.raises(StorageError):
        job(film, target)
    assert not list(target.iterdir())


@pytest.mark.gen_test
@pytest.mark.parametrize("content", LISTS.values(), ids=LISTS)
async def test_a_list_of_files_leads_to_no_url(server, job, target, content):
    server.content = content
    with pytest.raises(FilmUnreadable):
        await job(server.film_url)
    assert {head.split()[1] for head in server.heads} == {f"/videos/{KEY}"}
    assert not list(target.iterdir())


FAULTS = {"503": Fault(status=503), "cut": Fault(cut_after=1000), "cut at once": Fault(cut_after=-1)}
READING_ON = pytest.mark.parametrize("job", ["poster", "sheet", "subtitles"], indirect=True)  # after the first range


@pytest.mark.gen_test
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_fault_of_the_server_is_none_of_the_films(server, job, target, fault):
    server.fault = lambda: fault
    with pytest.raises(StorageError):
        await job(server.film_url)
    assert not list(target.iterdir())


@READING_ON
@pytest.mark.gen_test
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_fault_of_the_server_in_the_middle_of_a_film_is_not_its_end(server, job, target, fault):
    answers = iter([FINE])
    server.fault = lambda: next(answers, fault)
    with pytest.raises(StorageError):
        await job(server.film_url)
    assert not list(target.iterdir())


@READING_ON
@pytest.mark.gen_test
async def test_a_film_that_is_replaced_meanwhile_is_not_mixed(server, job, target):
    answers = iter([FINE])
    server.fault = lambda: next(answers, Fault(tag='"another"', ignores_if_match=True))
    with pytest.raises(RepresentationChanged):
        await job(server.film_url)
    assert not list(target.iterdir())


@pytest.mark.gen_test
async def test_a_film_that_was_replaced_before_is_not_taken_for_the_one_that_was_asked_for(server, job, target):
    server.tag = '"another"'
    with pytest.raises(RepresentationChanged):
        await job(server.film_url)
    assert not list(target.iterdir())


@READING_ON
@pytest.mark.gen_test
async def test_a_server_that_falls_silent_is_waited_for_once(server, job, target):
    answers = iter([FINE])
    server.fault = lambda: next(answers, Fault(hang_after=1000))
    began_s = monotonic()
    with pytest.raises(StorageError):
        await job(server.film_url, _film_for_haste)
    assert monotonic() - began_s < 8.0  # two time-outs would take longer
    assert len(server.ranges) == 2
    assert not list(target.iterdir())


WHAT_FILMS_RAISE = [
    IndexError("list index out of range"),
    KeyError("und"),
    ValueError("no number"),
    OverflowError("too large"),
    MemoryError(),
    ZeroDivisionError(),
    AttributeError("'NoneType' object has no attribute 'name'"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no start"),
    OSError("image file is truncated"),
]


@pytest.mark.parametrize("error", WHAT_FILMS_RAISE, ids=lambda error: type(error).__name__)
def test_whatever_a_film_raises_is_its_own_fault(tmp_path, film, error):
    with (
        open(put(tmp_path, "film.mkv", film), "rb") as file,
        pytest.raises(FilmUnreadable, match=rf"^{type(error).__name__}: "),
        opened(file),
    ):
        raise error


@pytest.mark.parametrize("error", WHAT_FILMS_RAISE, ids=lambda error: type(error).__name__)
def test_whatever_is_raised_where_bytes_could_not_be_read_is_not_the_films_fault(tmp_path, film, error):
    with (
        _Failing(put(tmp_path, "film.mkv", film)) as file,
        pytest.raises(StorageError, match=r"^the disk is broken$"),
        opened(file) as (container, _),
    ):
        list(container.demux())
        raise error


class _Failing(FileIO):
    """A file on a disk that fails after a megabyte."""

    def readinto(self, buffer):
        if self.tell() > 1_000_000:
            raise OSError("the disk is broken")
        return super().readinto(buffer)

    def read(self, count=-1):
        if self.tell() > 1_000_000:
            raise OSError("the disk is broken")
        return super().read(count)
