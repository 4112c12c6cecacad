import asyncio
import json
import shutil

import pytest

from services.cache import Cache
from services.catalogue import Catalogue
from services.errors import FilmNotPackaged, RepresentationChanged, SegmentNotFound, WorkerFailed
from services.http.ranges import ByteRange
from services.jobs.film_jobs import FilmJobs
from services.jobs.worker_process import WORKER
from services.library import Library
from services.packaging.offered import NO_CONVERSIONS
from services.pictures import Pictures
from services.segments.packaged_films import INDEX
from services.segments.segments import Segments
from services.storage.local.folder import Folder
from tests.counting_worker import CountingWorker
from tests.films import put
from tests.real_films import ffmpeg, make_film
from tests.sources import whole

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "24", "-c:a", "aac")


@pytest.fixture
def worker_module():
    return WORKER


@pytest.fixture
def worker(worker_module):
    return CountingWorker(worker_module)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """4 s in two segments."""
    return make_film(tmp_path_factory.mktemp("film") / "film.mp4", *H264).read_bytes()


@pytest.fixture
def films(tmp_path, film):
    return put(tmp_path, "films/film.mp4", film).parent


@pytest.fixture
def library(films):
    folder = Folder(films)
    yield Library(folder)
    folder.close()


@pytest.fixture
def cache_folder(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def make_segments(io_loop, cache_folder, library, worker):
    """Makes what answers, as a server does that begins."""
    made = []

    def make():
        cache = Cache(cache_folder)
        jobs = FilmJobs(worker, library)
        catalogue = Catalogue(jobs, cache, Pictures(jobs, cache), examines=False)
        made.append((Segments(library, catalogue, cache, jobs, jobs, jobs, True, NO_CONVERSIONS), cache))
        return made[-1][0]

    yield make
    for segments, cache in made:
        io_loop.run_sync(segments.close)
        cache.close()


@pytest.fixture
def segments(make_segments):
    return make_segments()


async def _segment(segments, name="v0", number=1, version=None):
    """The entity tag of the segment, and what it is made of."""
    async with segments.open("film.mp4", name, number, version, init=False) as (_, segment, _):
        return segment.representation.entity_tag.opaque, tuple(segment.parts)


async def _json(segments):
    document, _ = await segments.index("film.mp4", None)
    return await whole(document.selected(None))


@pytest.mark.gen_test
async def test_the_clusters_of_a_matroska_film_are_walked_once_for_all_who_ask(
    segments, library, films, film, tmp_path
):
    ffmpeg("-i", str(put(tmp_path, "film.mp4", film)), "-c", "copy", "-f", "matroska", str(films / "film.mp4"))
    await _json(segments)
    opened = []

    def open_file(file, media_type):
        opened.append(file.path)
        return Library.open_file(library, file, media_type)

    library.open_file = open_file
    answers = await asyncio.gather(*(_segment(segments, name) for name in ("v0", "a1") * 10))
    assert len(set(answers)) == 2
    assert len(opened) == 1 + len(answers)


@pytest.mark.gen_test
async def test_a_matroska_film_without_cues_is_searched_for_its_key_frames(segments, films, film, tmp_path):
    source = put(tmp_path, "film.mp4", film)
    piped = tmp_path / "piped.mkv"
    to_pipe = ("-write_crc32", "0", "-live", "1", "-f", "matroska")
    ffmpeg("-i", str(source), "-c", "copy", *to_pipe, str(piped))  # no cues and no length, as if for a pipe
    put(films, "film.mp4", piped.read_bytes())
    assert json.loads(await _json(segments))["cuts"] == [0, 2.021]  # the sound begins 21 ms before the picture


@pytest.mark.gen_test
async def test_an_index_is_made_once_for_all_who_ask(segments, make_segments, worker):
    asked = [_segment(segments, name, number) for name in ("v0", "a1") for number in (0, 1)] * 5
    answers = await asyncio.gather(*asked, *(_json(segments) for _ in range(5)))
    assert len(set(answers)) == 5
    assert worker.jobs == ["index_film"]
    await _json(make_segments())  # a server that begins finds it in the cache
    assert worker.jobs == ["index_film"]


@pytest.mark.gen_test
async def test_a_segment_is_put_together_once_while_it_is_asked_for(segments):
    tag, parts = await _segment(segments)
    again_tag, again = await _segment(segments)
    assert (tag, all(one is other for one, other in zip(parts, again, strict=True))) == (again_tag, True)


@pytest.mark.gen_test
async def test_what_is_lost_from_the_cache_is_made_again(segments, cache_folder, worker):
    before = await _segment(segments, number=0)
    shutil.rmtree(cache_folder)
    assert len(await _segment(segments, number=1)) == 2
    assert await _segment(segments, number=0) == before
    assert worker.jobs == ["index_film"] * 2


@pytest.mark.gen_test
async def test_an_index_that_is_damaged_is_made_again(segments, make_segments, cache_folder, worker):
    before = await _segment(segments)
    (index,) = cache_folder.rglob(INDEX)
    content = bytearray(index.read_bytes())
    content[len(content) // 2] ^= 1
    index.write_bytes(content)
    assert await _segment(make_segments()) == before
    assert worker.jobs == ["index_film"] * 2


@pytest.mark.gen_test
async def test_that_a_film_cannot_be_packaged_is_remembered(segments, make_segments, films, library, worker, caplog):
    caplog.set_level("INFO")
    put(films, "film.mp4", b"film")
    for asked in (segments, segments, make_segments()):
        with pytest.raises(FilmNotPackaged, match="moov"):
            await _json(asked)
    assert worker.jobs == ["index_film"]
    assert "no segments of 'film.mp4': " in caplog.text


@pytest.mark.gen_test
async def test_of_a_film_that_was_cut_off_there_is_no_range_beyond_its_end(segments, films, tmp_path):
    options = (*H264, "-movflags", "+faststart")
    faststart = make_film(tmp_path / "fast.mp4", *options, duration_s=10).read_bytes()
    length = len(faststart) * 2 // 3
    put(films, "film.mp4", faststart[:length])
    cuts = json.loads(await _json(segments))["cuts"]
    assert len(cuts) > 1
    for name in ("v0", "a1"):
        for number in range(len(cuts)):
            _, parts = await _segment(segments, name, number)
            assert all(part.last < length for part in parts if isinstance(part, ByteRange))


@pytest.mark.gen_test
async def test_only_the_version_that_is_listed_has_segments(segments, films, library, film):
    (movie,) = await library.movies()
    version = movie.file.entity_tag.opaque
    tag, _ = await _segment(segments, version=version)
    assert tag.startswith(version)
    with pytest.raises(SegmentNotFound):
        await _segment(segments, version="another")
    with (films / "film.mp4").open("ab") as file:
        file.write(b"more")
    with pytest.raises(RepresentationChanged):
        await _segment(segments, version=version)


@pytest.mark.gen_test
@pytest.mark.parametrize("worker_module", ["tests.services.rogue_worker"])
async def test_a_worker_that_crashes_over_a_film_is_not_asked_again_and_again(segments, worker):
    for _ in range(4):
        with pytest.raises(WorkerFailed):
            await _json(segments)
    assert worker.jobs == ["index_film"] * 2


@pytest.mark.gen_test
@pytest.mark.parametrize("worker_module", ["tests.services.lying_worker"])
async def test_what_a_worker_that_a_film_took_over_says_is_held_against_the_film(segments, films):
    put(films, "nonsense.mp4", b"nonsense")
    assert (await _segment(segments, number=0))[1][-1] == ByteRange(10, 19)
    for number in (1, 2):
        with pytest.raises(FilmNotPackaged):
            await _segment(segments, number=number)
    with pytest.raises(FilmNotPackaged):
        await segments.index("nonsense.mp4", None)


@pytest.mark.gen_test
async def test_a_worker_that_was_killed_makes_no_half_an_index(segments, worker, cache_folder):
    asking = asyncio.create_task(_json(segments))
    while worker._process is None:
        await asyncio.sleep(0.001)
    worker._process.kill()
    try:
        await asking
    except WorkerFailed:
        assert not list(cache_folder.rglob(INDEX))
    assert len(await _segment(segments)) == 2


@pytest.mark.gen_test
async def test_a_track_without_samples_in_a_segment_has_an_empty_one(segments, films, tmp_path):
    short_sound = ("-filter_complex", "[1:a]atrim=duration=1[a]", "-map", "0:v", "-map", "[a]", *H264)
    put(films, "film.mp4", make_film(tmp_path / "short.mp4", *short_sound, duration_s=6).read_bytes())
    _, parts = await _segment(segments, "a1", 2)
    assert parts == (b"\0\0\0\x08free",)
