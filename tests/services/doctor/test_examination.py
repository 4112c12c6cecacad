"""What the doctor finds in real films, by real workers."""

import pytest

from services.doctor.diagnosis import Cost, Severity
from services.doctor.examination import examine
from services.jobs.film_jobs import FilmJobs
from services.jobs.worker_process import Worker
from services.library import Library
from services.packaging.offered import NO_CONVERSIONS, SOUND_ALONE
from services.storage.local.folder import Folder
from services.ways.ways import Way
from tests.films import put
from tests.real_films import H264, make_film

FRONT = ("-movflags", "+faststart")
FILMS = {  # ffmpeg's options; severity, cost; and the ways in Chrome, Firefox and Safari
    "behind.mp4": ((*H264, "-c:a", "aac"), Severity.IMPROVABLE, Cost.INDEX, (Way.VIRTUAL,) * 3),
    "dolby.mkv": (
        (*H264, "-c:a", "ac3"),
        Severity.IMPROVABLE,
        Cost.SOUND,
        (Way.CONVERTED, Way.CONVERTED, Way.SEGMENTS),
    ),
    "front.mp4": ((*H264, "-c:a", "aac", *FRONT), Severity.FINE, Cost.FILE, (Way.ORIGINAL,) * 3),
    "deep.mp4": (
        ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv422p", "-c:a", "aac", *FRONT),
        Severity.PARTLY,
        Cost.FILE,
        (Way.ORIGINAL, Way.ORIGINAL, Way.DARK),
    ),
    "plain.mkv": (
        (*H264, "-c:a", "aac"),
        Severity.FINE,
        Cost.SEGMENTS,
        (Way.ORIGINAL, Way.SEGMENTS, Way.SEGMENTS),
    ),
    "windows.wmv": (("-c:v", "wmv2", "-c:a", "wmav2"), Severity.NOWHERE, Cost.NOTHING, (Way.NOTHING,) * 3),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    for name, (options, *_) in FILMS.items():
        make_film(folder / name, *options, size="64x36")
    put(folder, "noise.mp4", bytes(range(256)) * 20)
    put(folder, "program.ts", b"const film = 1;\n" * 200)
    put(folder, "text.mp4", b"This is no film.\n" * 200)
    return folder


async def _examined(folder, conversions=SOUND_ALONE, workers=2):
    store = Folder(folder)
    library = Library(store)
    jobs = [FilmJobs(Worker(), library) for _ in range(workers)]
    told = []
    try:
        movies = await library.movies()
        found = {each.path: each for each in await examine(movies, jobs, conversions, told.append)}
        assert told == [*range(1, len(movies) + 1)]
        return found
    finally:
        for each in jobs:
            await each.close()
        store.close()


@pytest.mark.gen_test
async def test_each_film_is_told_by_how_browsers_play_it_and_what_it_costs(folder):
    found = await _examined(folder)
    for name, (_, severity, cost, ways) in FILMS.items():
        diagnosis = found.pop(name)
        assert (diagnosis.severity, diagnosis.cost) == (severity, cost), name
        assert tuple(each.way for _, each in diagnosis.ways) == ways, name
        assert diagnosis.trouble is None
    assert {name: (each.severity, each.trouble, each.ways) for name, each in found.items()} == {
        "noise.mp4": (Severity.NOWHERE, "it is damaged, or no film", ()),
        "text.mp4": (Severity.NOWHERE, "it is damaged, or no film", ()),
    }


@pytest.mark.gen_test
async def test_a_server_that_converts_nothing_has_other_ways(folder):
    dolby = (await _examined(folder, conversions=NO_CONVERSIONS, workers=1))["dolby.mkv"]
    assert tuple(each.way for _, each in dolby.ways) == (Way.SILENT, Way.SILENT, Way.SEGMENTS)
    assert (dolby.severity, dolby.cost) == (Severity.PARTLY, Cost.SEGMENTS)
