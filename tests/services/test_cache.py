import os
import time

import pytest

from services import cache as cache_module
from services.cache import Cache
from services.errors import FileVanished
from services.http.representation import EntityTag

A, B, C = EntityTag("a"), EntityTag("b"), EntityTag("../../c", weak=True)
DAY_S = 86_400


@pytest.fixture
def root(tmp_path):
    return tmp_path / "deep" / "cache"


@pytest.fixture
def cache(root):
    cache = Cache(root)
    yield cache
    cache.close()


def _age(cache, film, days):
    then_s = time.time() - days * DAY_S
    os.utime(cache.path(film, "x").parent, (then_s, then_s))


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


def test_films_whose_tags_are_odd_stay_within_the_folder(root, cache):
    cache.store(C, "details.json", 1)
    assert cache.load(C, "details.json") == 1
    assert cache.path(C, "x").parent.parent == root / "films"


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
    cache.path(A, "details.json").mkdir()
    assert cache.load(A, "details.json") is None
    cache.store(A, "details.json", 1)
    cache.store(A, "details.json", 1)
    assert len(caplog.records) == 1


def test_a_picture_without_content_is_none(cache):
    cache.path(A, "poster.jpg").write_bytes(b"")
    assert not cache.has(A, "poster.jpg")
    cache.path(A, "poster.jpg").write_bytes(b"JPEG")
    assert cache.has(A, "poster.jpg")


@pytest.mark.gen_test
async def test_a_picture_is_a_source_of_bytes(cache):
    cache.path(A, "poster.jpg").write_bytes(b"JPEG")
    async with cache.open(A, "poster.jpg", "image/jpeg") as source:
        assert source.representation.media_type == "image/jpeg"
        assert await source.read(0, 4) == b"JPEG"
    with pytest.raises(FileVanished):
        async with cache.open(B, "poster.jpg", "image/jpeg"):
            pass


def test_where_nothing_can_be_written_it_is_kept_until_the_end_and_said_once(tmp_path, caplog):
    (tmp_path / "file").write_text("not a folder")
    cache = Cache(tmp_path / "file" / "cache")
    cache.store(A, "details.json", 1)
    assert cache.load(A, "details.json") == 1
    folder = cache.path(A, "poster.jpg").parent
    cache.close()
    assert not folder.exists()
    assert [record.message for record in caplog.records] == [
        f"what is found out about films is not kept: Not a directory: '{tmp_path}/file/cache/films'"
    ]


def test_where_nothing_at_all_can_be_written_nothing_is_kept(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setattr(cache_module.tempfile, "tempdir", str(tmp_path / "file"))
    cache = Cache(tmp_path / "file" / "cache")
    cache.store(A, "details.json", 1)
    assert cache.load(A, "details.json") is None
    assert not cache.has(A, "poster.jpg")
    cache.sweep([A], "storyboard.jpg")
    cache.close()
    assert len(caplog.records) == 1


def test_backups_are_told_to_leave_it_out(root, cache):
    assert (root / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_films_that_are_in_no_library_are_forgotten_after_two_months(cache):
    for film, days in ((A, 59), (B, 61)):
        cache.store(film, "details.json", 1)
        _age(cache, film, days)
    cache.sweep([], "storyboard.jpg")
    assert cache.load(A, "details.json") == 1
    assert cache.load(B, "details.json") is None


def test_films_of_the_library_are_kept_however_old(cache):
    cache.store(A, "details.json", 1)
    _age(cache, A, 1000)
    cache.sweep([A], "storyboard.jpg")
    assert cache.load(A, "details.json") == 1


def test_what_is_loaded_counts_as_used(cache):
    cache.store(A, "details.json", 1)
    _age(cache, A, 61)
    cache.load(A, "details.json")
    cache.sweep([], "storyboard.jpg")
    assert cache.load(A, "details.json") == 1


def test_where_there_is_too_much_the_oldest_of_other_libraries_go_first(cache, monkeypatch):
    monkeypatch.setattr(cache_module, "MAX_BYTES", 250)
    for film, days in ((A, 3), (B, 2), (C, 1)):
        cache.path(film, "poster.jpg").write_bytes(bytes(100))
        _age(cache, film, days)
    cache.sweep([A], "storyboard.jpg")
    assert [cache.has(film, "poster.jpg") for film in (A, B, C)] == [True, False, True]


def test_where_there_is_still_too_much_storyboards_go_and_posters_stay(cache, monkeypatch):
    monkeypatch.setattr(cache_module, "MAX_BYTES", 350)
    for film, days in ((A, 2), (B, 1)):
        for name in ("poster.jpg", "storyboard.jpg"):
            cache.path(film, name).write_bytes(bytes(100))
            then_s = time.time() - days * DAY_S
            os.utime(cache.path(film, name), (then_s, then_s))
    cache.sweep([A, B], "storyboard.jpg")
    assert [cache.has(film, "storyboard.jpg") for film in (A, B)] == [False, True]
    assert cache.has(A, "poster.jpg")


def test_what_is_not_its_own_is_never_swept(root, cache):
    (root / "letter.txt").write_text("dear")
    cache.sweep([], "storyboard.jpg")
    assert (root / "letter.txt").read_text() == "dear"


def test_nothing_that_was_begun_is_left(cache):
    cache.store(A, "details.json", 1)
    assert [file.name for file in cache.path(A, "x").parent.iterdir()] == ["details.json"]
