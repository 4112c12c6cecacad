import asyncio
import os
import shutil
import time

import pytest

from services import cache as cache_module
from services.cache import Cache
from services.errors import CacheFailed, FileVanished, FilmUnreadable, WorkerFailed
from services.storage.local.folder import Folder

A, B, C = "a", "b", "../../c\udce9"
DAY_S = 86_400


@pytest.fixture
def root(tmp_path):
    return tmp_path / "deep" / "cache"


@pytest.fixture
def own(root):
    """The hidden folder in it, which is only the cache's."""
    return root / ".movie-streaming"


@pytest.fixture
def cache(root):
    cache = Cache(root)
    cache.load(A, "details.json")  # as the server does first of all
    yield cache
    cache.close()


@pytest.fixture
def reopened(root):
    """The cache, opened by another server, which keeps at most so many bytes."""
    opened = []

    def opened_with(most_bytes):
        opened.append(Cache(root, most_bytes=most_bytes))
        opened[-1].load("none", "details.json")
        return opened[-1]

    yield opened_with
    for each in opened:
        each.close()


def _age(cache, film, days):
    """Sets the dates back, as if nothing was used for so long."""
    then_s = time.time() - days * DAY_S
    folder = cache.path(film, "x").parent
    for path in (*folder.iterdir(), folder):
        os.utime(path, (then_s, then_s))


async def _keep(cache, film, name, content):
    async with cache.draft() as draft:
        (draft / name).write_bytes(content)
        await cache.keep(film, draft)


async def _content(cache, film, name, media_type="image/jpeg"):
    async with cache.open(film, name, media_type) as source:
        return await source.read(0, source.representation.complete_length)


def _put(path, content=b"of somebody else"):
    """Puts a file with an old date."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    then_s = time.time() - 1000 * DAY_S
    os.utime(path, (then_s, then_s))
    os.utime(path.parent, (then_s, then_s))
    return path


def _files(root):
    return sorted(file.name for file in root.rglob("*") if file.is_file() and file.name != "CACHEDIR.TAG")


def test_what_was_stored_is_loaded_again_by_another_process(root, cache):
    value = {"title": "日本 caf\udce9", "list": [1, 2.5, None, True]}
    cache.store(A, "details.json", value)
    again = Cache(root)
    assert again.load(A, "details.json") == value
    again.close()


def test_what_was_not_stored_is_none(cache):
    cache.store(A, "details.json", 1)
    assert cache.load(A, "other.json") is None
    assert cache.load(B, "details.json") is None


def test_films_whose_versions_are_odd_stay_within_the_folder(own, cache):
    cache.store(C, "details.json", 1)
    assert cache.load(C, "details.json") == 1
    assert cache.path(C, "x").parent.parent == own / "films"


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content.replace(b"known", b"knowm"),
        lambda content: b"\0" * len(content),
        lambda content: content.split(b"\n")[1],
    ],
    ids=["empty", "cut short", "one bit", "zeros", "without its digest"],
)
def test_what_is_damaged_counts_as_missing_and_can_be_stored_again(cache, damage):
    cache.store(A, "details.json", {"state": "known"})
    path = cache.path(A, "details.json")
    path.write_bytes(damage(path.read_bytes()))
    assert cache.load(A, "details.json") is None
    cache.store(A, "details.json", 2)
    assert cache.load(A, "details.json") == 2


def test_a_folder_in_the_place_of_a_file_is_as_good_as_nothing(cache, caplog):
    cache.path(A, "details.json").mkdir(parents=True)
    assert cache.load(A, "details.json") is None
    cache.store(A, "details.json", 1)
    cache.store(A, "details.json", 1)
    assert len(caplog.records) == 1


def test_a_picture_without_content_is_none(cache):
    cache.path(A, "poster.jpg").parent.mkdir()
    cache.path(A, "poster.jpg").write_bytes(b"")
    assert not cache.has(A, "poster.jpg")
    cache.path(A, "poster.jpg").write_bytes(b"JPEG")
    assert cache.has(A, "poster.jpg")


@pytest.mark.gen_test
async def test_a_picture_is_a_source_of_bytes(cache):
    await _keep(cache, A, "poster.jpg", b"JPEG")
    async with cache.open(A, "poster.jpg", "image/jpeg") as source:
        assert source.representation.media_type == "image/jpeg"
        assert source.representation.complete_length == 4
        assert await source.read(0, 4) == b"JPEG"
    with pytest.raises(FileVanished):
        async with cache.open(B, "poster.jpg", "image/jpeg"):
            pass


@pytest.mark.gen_test
async def test_what_has_the_same_content_has_the_same_tag_in_every_cache(cache, tmp_path):
    other = Cache(tmp_path / "other")
    tags = []
    for each, content in ((cache, b"JPEG"), (other, b"JPEG"), (other, b"another")):
        await _keep(each, A, "poster.jpg", content)
        async with each.open(A, "poster.jpg", "image/jpeg") as source:
            tags.append(source.representation.entity_tag)
    other.close()
    assert tags[0] == tags[1] != tags[2]


@pytest.mark.gen_test
@pytest.mark.parametrize("name", ["poster.jpg", "storyboard.jpg", "t1.vtt", "t1.vtt.gz"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: b"\0" * len(content),
        lambda content: content[:5000] + b"\0" * (len(content) - 5000),
        lambda content: content[:5000] + b"\0" * 4096 + content[9096:],
        lambda content: content[:-25],
        lambda content: content[:10],
        lambda content: content + b"x",
    ],
    ids=["empty", "cut short", "zeros", "zeros at its end", "zeros in a block", "without its digest", "cut", "longer"],
)
async def test_a_file_that_is_damaged_is_gone_and_can_be_kept_again(cache, name, damage):
    content = bytes(range(1, 251)) * 50
    await _keep(cache, A, name, content)
    path = cache.path(A, name)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(FileVanished):
        await _content(cache, A, name)
    assert not path.exists()
    await _keep(cache, A, name, content)
    assert await _content(cache, A, name) == content


@pytest.mark.gen_test
async def test_a_file_that_is_damaged_while_it_is_open_is_gone_for_who_comes_next(cache):
    await _keep(cache, A, "poster.jpg", b"JPEG" * 1000)
    async with cache.open(A, "poster.jpg", "image/jpeg"):
        with cache.path(A, "poster.jpg").open("r+b") as file:
            file.write(bytes(2000))
        with pytest.raises(FileVanished):
            await _content(cache, A, "poster.jpg")


@pytest.mark.gen_test
async def test_a_folder_that_was_deleted_is_made_again(root, own, cache):
    await _keep(cache, A, "poster.jpg", b"JPEG")
    shutil.rmtree(root)
    with pytest.raises(FileVanished):
        await _content(cache, A, "poster.jpg")
    cache.store(A, "details.json", 1)
    await _keep(cache, A, "poster.jpg", b"JPEG again")
    assert cache.load(A, "details.json") == 1
    assert await _content(cache, A, "poster.jpg") == b"JPEG again"
    assert (own / "CACHEDIR.TAG").exists()


@pytest.mark.gen_test
async def test_a_folder_that_is_deleted_while_something_is_made_ends_in_nothing_else(root, cache, caplog):
    with pytest.raises(CacheFailed):
        async with cache.draft() as draft:
            (draft / "poster.jpg").write_bytes(b"JPEG")
            shutil.rmtree(root)
            await cache.keep(A, draft)
    with pytest.raises(CacheFailed):
        async with cache.draft() as draft:
            shutil.rmtree(root)
            raise WorkerFailed("it has no folder to write to")
    await _keep(cache, A, "poster.jpg", b"JPEG")
    assert await _content(cache, A, "poster.jpg") == b"JPEG"


@pytest.mark.gen_test
async def test_a_folder_that_was_moved_and_linked_to_is_used_where_it_is_now(root, cache):
    await _keep(cache, A, "poster.jpg", b"JPEG")
    root.rename(root.with_name("moved"))
    root.symlink_to(root.with_name("moved"))
    assert await _content(cache, A, "poster.jpg") == b"JPEG"
    await _keep(cache, B, "poster.jpg", b"another")
    assert await _content(cache, B, "poster.jpg") == b"another"


@pytest.mark.gen_test
async def test_a_file_in_the_place_of_the_folder_is_said_once_and_got_over(root, cache, caplog):
    shutil.rmtree(root)
    root.write_text("a file")
    for _ in range(3):
        cache.store(A, "details.json", 1)
        with pytest.raises(CacheFailed):
            await _keep(cache, A, "poster.jpg", b"JPEG")
        with pytest.raises(FileVanished):
            await _content(cache, A, "poster.jpg")
        cache.sweep([A], "poster.jpg")
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    root.unlink()
    await _keep(cache, A, "poster.jpg", b"JPEG")
    assert await _content(cache, A, "poster.jpg") == b"JPEG"


@pytest.mark.gen_test
async def test_two_servers_that_make_the_same_at_once_both_have_it(root, cache):
    other = Cache(root)
    async with cache.draft() as first, other.draft() as second:
        (first / "poster.jpg").write_bytes(b"of the first")
        (second / "poster.jpg").write_bytes(b"of the second, which is longer")
        await asyncio.gather(cache.keep(A, first), other.keep(A, second))
    contents = {await _content(each, A, "poster.jpg") for each in (cache, other)}
    other.close()
    assert len(contents) == 1
    assert contents <= {b"of the first", b"of the second, which is longer"}


@pytest.mark.gen_test
async def test_nothing_is_left_of_what_was_not_kept(root, cache):
    with pytest.raises(FilmUnreadable):
        async with cache.draft() as draft:
            (draft / "poster.jpg.part").write_bytes(b"a half")
            raise FilmUnreadable("no picture")
    while _files(root):
        await asyncio.sleep(0.01)


@pytest.mark.gen_test
async def test_what_a_killed_server_left_is_swept_after_a_day(root, own, cache):
    await _keep(cache, A, "poster.jpg", b"JPEG")
    async with cache.draft() as under_way:
        _put(own / "drafts" / "0123456789abcdef" / "poster.jpg")
        _put(own / "drafts" / "fedcba9876543210")
        cache.sweep([A], "poster.jpg")
        assert _files(root) == ["poster.jpg"]
        assert under_way.is_dir()


def test_nothing_is_asked_of_the_disk_before_it_is_needed(tmp_path):
    Cache(tmp_path / "cache").close()
    assert not (tmp_path / "cache").exists()


def test_where_nothing_can_be_written_it_is_kept_until_the_end_and_said_once(tmp_path, caplog):
    (tmp_path / "file").write_text("not a folder")
    cache = Cache(tmp_path / "file" / "cache")
    cache.store(A, "details.json", 1)
    assert cache.load(A, "details.json") == 1
    folder = cache.path(A, "details.json").parent
    assert folder.is_dir()
    cache.close()
    assert not folder.exists()
    assert [record.message for record in caplog.records] == [
        f"what is found out about films is not kept: Not a directory: '{tmp_path}/file/cache'"
    ]


def test_where_nothing_at_all_can_be_written_nothing_is_kept(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setattr(cache_module.tempfile, "tempdir", str(tmp_path / "file"))
    cache = Cache(tmp_path / "file" / "cache")
    cache.store(A, "details.json", 1)
    assert cache.load(A, "details.json") is None
    assert not cache.has(A, "poster.jpg")
    cache.sweep([A], "poster.jpg")
    cache.close()
    assert len(caplog.records) == 1


def test_backups_are_told_to_leave_it_out_and_nothing_beside_it(root, own, cache):
    assert (own / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert list(root.iterdir()) == [own]


def test_films_that_are_in_no_library_are_forgotten_after_two_months(cache):
    for film, days in ((A, 59), (B, 61)):
        cache.store(film, "details.json", 1)
        _age(cache, film, days)
    cache.sweep([], "poster.jpg")
    assert cache.load(A, "details.json") == 1
    assert cache.load(B, "details.json") is None


def test_films_of_the_library_are_kept_however_old(cache):
    cache.store(A, "details.json", 1)
    _age(cache, A, 1000)
    cache.sweep([A], "poster.jpg")
    assert cache.load(A, "details.json") == 1


def test_what_is_loaded_counts_as_used(cache):
    cache.store(A, "details.json", 1)
    _age(cache, A, 61)
    cache.load(A, "details.json")
    cache.sweep([], "poster.jpg")
    assert cache.load(A, "details.json") == 1


@pytest.mark.gen_test
async def test_where_there_is_too_much_the_oldest_of_other_libraries_go_first(cache, reopened):
    for film, days in ((A, 3), (B, 2), (C, 1)):
        await _keep(cache, film, "poster.jpg", bytes(100))
        _age(cache, film, days)
    cache = reopened(300)
    cache.sweep([A], "poster.jpg")
    assert [cache.has(film, "poster.jpg") for film in (A, B, C)] == [True, False, True]


@pytest.mark.gen_test
async def test_where_there_is_still_too_much_storyboards_and_subtitles_go_before_posters(cache, reopened):
    names = ("poster.jpg", "storyboard.jpg", "t1.vtt", "t1.vtt.gz", "subtitles-24.000.vtt")
    for film, days in ((A, 2), (B, 1)):
        for name in names:
            await _keep(cache, film, name, bytes(100))
        cache.store(film, "details.json", 1)
        _age(cache, film, days)
    cache = reopened(700)
    cache.sweep([A, B], "poster.jpg")
    assert [cache.has(A, name) for name in names] == [True, False, False, False, False]
    assert cache.has(B, "poster.jpg")
    cache = reopened(200)
    cache.sweep([A, B], "poster.jpg")
    assert [cache.has(film, name) for film in (A, B) for name in names] == [False] * 5 + [True] + [False] * 4
    assert cache.load(A, "details.json") == cache.load(B, "details.json") == 1


@pytest.mark.gen_test
async def test_there_is_never_much_more_than_there_may_be_whatever_is_written(cache, own, reopened):
    cache = reopened(2000)
    for number in range(50):
        await _keep(cache, A, f"t{number}.vtt", bytes(100))
        os.utime(cache.path(A, f"t{number}.vtt"), (number, number))
        assert sum(file.stat().st_size for file in (own / "films").rglob("*.vtt")) <= 2000
    assert cache.has(A, "t49.vtt")
    assert not cache.has(A, "t0.vtt")


@pytest.mark.gen_test
async def test_what_is_being_read_stays(cache, reopened):
    for name, days in (("t1.vtt", 2), ("t2.vtt", 1)):
        await _keep(cache, A, name, bytes(100))
        then_s = time.time() - days * DAY_S
        os.utime(cache.path(A, name), (then_s, then_s))
    cache = reopened(200)
    async with cache.open(A, "t1.vtt", "text/vtt"):
        cache.sweep([A], "poster.jpg")
        assert [cache.has(A, name) for name in ("t1.vtt", "t2.vtt")] == [True, False]


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "name",
    [
        "letter.txt",
        "films/Holiday/film.mp4",
        "films/film.mp4",
        "films/0123456789abcdef01234567/film.mp4",
        "films/0123456789abcdef01234567/poster.jpg",
        "drafts/letter.txt",
        "drafts/0123456789abcdef/letter.txt",
        "CACHEDIR.TAG",
        ".movie-streaming/letter.txt",
        ".movie-streaming/films/Holiday/poster.jpg",
        ".movie-streaming/films/0123456789abcdef01234567/film.mp4",
        ".movie-streaming/films/0123456789abcdef01234567/Holiday/poster.jpg",
        ".movie-streaming/films/0123456789abcdef012345678/poster.jpg",
        ".movie-streaming/drafts/letter.txt",
        ".movie-streaming/drafts/Holiday/letter.txt",
        ".movie-streaming/drafts/0123456789abcdef.txt",
    ],
)
async def test_what_is_of_others_is_neither_deleted_nor_counted(root, name):
    theirs = _put(root / name, b"x" * 4000)
    cache = Cache(root, most_bytes=2000)
    await _keep(cache, A, "poster.jpg", b"JPEG")
    await _keep(cache, B, "poster.jpg", b"JPEG")
    cache.sweep([A], "poster.jpg")
    assert theirs.read_bytes() == b"x" * 4000
    assert [cache.has(film, "poster.jpg") for film in (A, B)] == [True, True]
    cache.close()


@pytest.mark.gen_test
@pytest.mark.parametrize("place", [".", "films", "drafts"])
async def test_where_a_link_is_in_the_place_of_its_own_folder_nothing_behind_it_is_touched(root, own, tmp_path, place):
    theirs = [
        _put(tmp_path / "theirs" / folder / name / "poster.jpg", b"x" * 4000)
        for folder in (".", "films", "drafts")
        for name in ("0123456789abcdef01234567", "0123456789abcdef")
    ]
    (own / place).parent.mkdir(parents=True)
    (own / place).symlink_to(tmp_path / "theirs")
    before = sorted((tmp_path / "theirs").rglob("*"))
    cache = Cache(root, most_bytes=2000)
    for _ in range(2):  # at the start, and while it runs
        cache.store(A, "details.json", 1)
        await _keep(cache, A, "poster.jpg", b"JPEG")
        cache.sweep([], "poster.jpg")
        assert await _content(cache, A, "poster.jpg") == b"JPEG"
    cache.close()
    assert sorted((tmp_path / "theirs").rglob("*")) == before
    assert {path.read_bytes() for path in theirs} == {b"x" * 4000}


@pytest.mark.gen_test
@pytest.mark.parametrize("place", [".", "films", "drafts"])
async def test_where_a_link_takes_the_place_of_its_own_folder_nothing_behind_it_is_touched(
    own, cache, reopened, tmp_path, place
):
    """Not even where that is a cache, too."""
    await _keep(cache, A, "poster.jpg", b"JPEG")
    cache = reopened(1)
    cache.path(A, "poster.jpg").write_bytes(b"damaged")
    while list((own / "drafts").iterdir()):
        await asyncio.sleep(0.01)
    shutil.move(own / place, tmp_path / "theirs")
    _put(tmp_path / "theirs" / "films" / "0123456789abcdef01234567" / "poster.jpg")
    _put(tmp_path / "theirs" / "0123456789abcdef01234567" / "poster.jpg")
    _put(tmp_path / "theirs" / "0123456789abcdef" / "poster.jpg")
    (own / place).symlink_to(tmp_path / "theirs")
    before = sorted((tmp_path / "theirs").rglob("*"))
    cache.sweep([], "poster.jpg")
    cache.store(A, "details.json", 1)
    with pytest.raises(CacheFailed):
        await _keep(cache, A, "storyboard.jpg", b"JPEG")
    if place != "drafts":
        with pytest.raises(FileVanished):
            await _content(cache, A, "poster.jpg")
    assert sorted((tmp_path / "theirs").rglob("*")) == before


@pytest.mark.gen_test
@pytest.mark.parametrize("content", [b"JPEG" * 1000, b""], ids=["content", "empty"])
async def test_a_file_of_others_that_a_link_in_it_leads_to_stays_as_it_is(own, cache, tmp_path, content):
    theirs = _put(tmp_path / "theirs" / "poster.jpg", content)
    cache.path(A, "poster.jpg").parent.mkdir()
    cache.path(A, "poster.jpg").symlink_to(theirs)
    cache.path(B, "poster.jpg").parent.symlink_to(theirs.parent)
    (own / "drafts" / "0123456789abcdef").symlink_to(theirs.parent)
    (own / "drafts" / "fedcba9876543210").symlink_to(theirs)
    for film in (A, B):
        with pytest.raises(FileVanished):
            await _content(cache, film, "poster.jpg")
    cache.sweep([], "poster.jpg")
    await _keep(cache, A, "poster.jpg", b"JPEG")
    with pytest.raises(CacheFailed):
        await _keep(cache, B, "poster.jpg", b"JPEG")
    cache.store(B, "details.json", 1)
    assert await _content(cache, A, "poster.jpg") == b"JPEG"
    assert list((tmp_path / "theirs").iterdir()) == [theirs]
    assert theirs.read_bytes() == content


@pytest.mark.gen_test
async def test_links_are_not_counted(own, cache, reopened, tmp_path):
    cache = reopened(2000)
    theirs = _put(tmp_path / "theirs" / "poster.jpg", b"x" * 4000)
    await _keep(cache, A, "poster.jpg", b"JPEG")
    await _keep(cache, B, "poster.jpg", b"JPEG")
    cache.path(A, "storyboard.jpg").symlink_to(theirs)
    (own / "films" / "0123456789abcdef01234567").symlink_to(theirs.parent)
    cache.sweep([A], "poster.jpg")
    assert cache.has(B, "poster.jpg")
    assert theirs.exists()


@pytest.mark.gen_test
async def test_a_worker_that_was_taken_over_changes_no_file_of_others_by_what_it_leaves_in_a_draft(cache, tmp_path):
    theirs = _put(tmp_path / "film.mp4")
    with pytest.raises(CacheFailed):
        async with cache.draft() as draft:
            (draft / "room").symlink_to(theirs)
            raise WorkerFailed("it wants more room")
    for link in (os.link, os.symlink):
        with pytest.raises(CacheFailed):
            async with cache.draft() as draft:
                link(theirs, draft / "poster.jpg")
                await cache.keep(A, draft)
    async with cache.draft() as draft:
        (draft / "poster.jpg").write_bytes(b"JPEG")
        (draft / "film.mp4").write_bytes(b"that nobody asked for, and that would stay for ever")
        await cache.keep(A, draft)
    assert theirs.read_bytes() == b"of somebody else"
    assert [file.name for file in cache.path(A, "x").parent.iterdir()] == ["poster.jpg"]


@pytest.mark.gen_test
async def test_a_library_that_the_cache_is_kept_in_shows_nothing_of_it(root, cache):
    await _keep(cache, A, "poster.jpg", b"JPEG")
    _put(root / "film.mp4")
    folder = Folder(root)
    assert [file.path for file in await folder.files(lambda *_: True)] == ["film.mp4"]
    folder.close()


def test_nothing_that_was_begun_is_left(cache):
    cache.store(A, "details.json", 1)
    assert [file.name for file in cache.path(A, "x").parent.iterdir()] == ["details.json"]


@pytest.mark.gen_test
async def test_a_draft_that_nobody_waits_for_any_more_is_deleted_once_it_is_there(cache, own):
    async def make():
        async with cache.draft():
            raise AssertionError("it comes too late")

    threads = cache._disk._threads
    with cache._choosing:  # as a disk that is slow
        making = asyncio.create_task(make())
        while threads._idle == 16 or threads._waiting:
            await asyncio.sleep(0.01)
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)
    while threads._idle < 16:
        await asyncio.sleep(0.01)
    assert list((own / "drafts").iterdir()) == []
