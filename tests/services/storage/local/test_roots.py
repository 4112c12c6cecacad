"""Symbolic links from one folder of a library into another, and out of all of them."""

import asyncio
import logging
import os

import pytest

from services.errors import StorageError
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.films import put


@pytest.fixture
def farm(tmp_path):
    (tmp_path / "farm").mkdir()
    return tmp_path / "farm"


@pytest.fixture
def store(tmp_path):
    (tmp_path / "store").mkdir()
    return tmp_path / "store"


@pytest.fixture
def opened():
    """Opens folders as a library does, and closes them in the end."""
    libraries = []

    def of(*folders):
        libraries.append(open_stores(parse_locations(", ".join(map(str, folders))), {}, ""))
        return libraries[-1]

    yield of
    for library in libraries:
        library.close()


async def _files(library):
    return {file.path: file for file in await library.files(lambda name, beside: name.endswith((".mp4", ".srt")))}


def _paths(library):
    return sorted(asyncio.run(_files(library)))


async def _content(library, file):
    async with library.open(file, "video/mp4") as source:
        return await source.read(0, source.representation.complete_length)


def _warnings(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


@pytest.mark.parametrize("is_first", [True, False], ids=["first", "last"])
def test_a_link_to_a_film_in_another_folder_is_a_film_of_its_name(farm, store, opened, caplog, is_first):
    put(store, "Real.mp4", b"the film")
    put(store, "Real.en.srt", b"its subtitles")
    (farm / "Farm.mp4").symlink_to(store / "Real.mp4")
    (farm / "Farm.en.srt").symlink_to(store / "Real.en.srt")
    library = opened(farm, store) if is_first else opened(store, farm)

    async def contents():
        files = await _files(library)
        return {path: await _content(library, file) for path, file in files.items()}

    assert asyncio.run(contents()) == {
        "Farm.en.srt": b"its subtitles",
        "Farm.mp4": b"the film",
        "Real.en.srt": b"its subtitles",
        "Real.mp4": b"the film",
    }
    assert _warnings(caplog) == []


def test_a_link_to_a_folder_in_another_folder_shows_what_is_in_it(farm, store, opened):
    put(store, "raw/deep/film.mp4")
    (farm / "Shows").symlink_to(store / "raw")
    assert _paths(opened(farm, store)) == ["Shows/deep/film.mp4", "raw/deep/film.mp4"]


def test_a_link_to_the_whole_of_another_folder_is_followed(farm, store, opened):
    put(store, "film.mp4")
    (farm / "All").symlink_to(store)
    assert _paths(opened(farm, store)) == ["All/film.mp4", "film.mp4"]


def test_a_link_of_the_same_path_is_one_film(farm, store, opened):
    put(store, "film.mp4")
    (farm / "film.mp4").symlink_to(store / "film.mp4")
    assert _paths(opened(farm, store)) == ["film.mp4"]


def test_a_link_by_way_of_others_is_followed_to_its_end(farm, store, opened, tmp_path):
    put(store, "film.mp4")
    (tmp_path / "outside.mp4").symlink_to(store / "film.mp4")
    (farm / "Farm.mp4").symlink_to(tmp_path / "outside.mp4")
    assert _paths(opened(farm, store)) == ["Farm.mp4", "film.mp4"]


def test_links_between_folders_in_a_circle_end(farm, store, opened):
    put(farm, "a.mp4")
    put(store, "b.mp4")
    (farm / "store").symlink_to(store)
    (store / "farm").symlink_to(farm)
    (store / "self").symlink_to(store)
    assert _paths(opened(farm, store)) == ["a.mp4", "b.mp4", "farm/a.mp4", "store/b.mp4"]


def test_a_link_to_a_folder_above_is_followed_where_that_is_a_place_too(farm, tmp_path, opened):
    put(farm, "a.mp4")
    put(tmp_path, "b.mp4")
    (farm / "up").symlink_to(tmp_path)
    assert _paths(opened(farm, tmp_path)) == ["a.mp4", "b.mp4", "farm/a.mp4", "up/b.mp4"]


def test_links_out_of_all_folders_are_refused_each_with_a_warning(farm, store, opened, tmp_path, caplog):
    put(tmp_path, "outside/film.mp4")
    put(tmp_path, "store-2/film.mp4")
    (farm / "film.mp4").symlink_to(tmp_path / "outside" / "film.mp4")
    (farm / "neighbour").symlink_to(tmp_path / "store-2")
    (farm / "up").symlink_to(tmp_path)
    (store / "there.mp4").symlink_to("../outside/film.mp4")
    (farm / "back.mp4").symlink_to(store / "there.mp4")
    assert _paths(opened(farm, store)) == []
    assert sorted(_warnings(caplog)) == [
        f"left out '{name}': the link leads out of the folder"
        for name in ("back.mp4", "film.mp4", "neighbour", "there.mp4", "up")
    ]


def test_a_folder_that_is_itself_a_link_may_be_led_into(farm, store, opened, tmp_path):
    put(store, "film.mp4")
    (tmp_path / "link").symlink_to(store)
    (farm / "Farm.mp4").symlink_to(tmp_path / "link" / "film.mp4")
    assert _paths(opened(farm, tmp_path / "link")) == ["Farm.mp4", "film.mp4"]


@pytest.mark.gen_test
async def test_links_into_a_folder_that_has_moved_are_followed_to_where_it_is(farm, tmp_path, opened):
    put(tmp_path, "release-1/film.mp4", b"film")
    put(tmp_path, "release-2/film.mp4", b"newer film")
    (tmp_path / "current").symlink_to("release-1")
    (farm / "Farm.mp4").symlink_to(tmp_path / "current" / "film.mp4")
    library = opened(farm, tmp_path / "current")
    assert {path: file.size for path, file in (await _files(library)).items()} == {"Farm.mp4": 4, "film.mp4": 4}
    (tmp_path / "next").symlink_to("release-2")
    os.replace(tmp_path / "next", tmp_path / "current")
    while {path: file.size for path, file in (await _files(library)).items()} != {"Farm.mp4": 10, "film.mp4": 10}:
        pass  # the folders are scanned side by side, so the link may be met before it is known where it may lead


@pytest.mark.parametrize("swapped", ["raw", "raw/film.mp4"])
def test_what_was_swapped_for_a_link_since_the_scan_leads_out_of_no_folder(farm, store, opened, tmp_path, swapped):
    put(store, "raw/film.mp4")
    put(tmp_path, "outside/film.mp4", b"secret")
    (farm / "Farm.mp4").symlink_to(store / "raw" / "film.mp4")
    library = opened(farm, store)

    async def opened_after_the_swap():
        files = await _files(library)
        os.rename(store / swapped, tmp_path / "gone")
        outside = tmp_path / "outside" / "film.mp4" if swapped.endswith(".mp4") else tmp_path / "outside"
        (store / swapped).symlink_to(outside)
        await _content(library, files["Farm.mp4"])

    with pytest.raises(StorageError):
        asyncio.run(opened_after_the_swap())


def test_a_link_that_is_swapped_after_the_scan_changes_nothing_of_what_was_listed(farm, store, opened, tmp_path):
    put(store, "film.mp4", b"the film")
    put(tmp_path, "outside.mp4", b"secret")
    (farm / "Farm.mp4").symlink_to(store / "film.mp4")
    library = opened(farm, store)

    async def content_after_the_swap():
        files = await _files(library)
        (farm / "Farm.mp4").unlink()
        (farm / "Farm.mp4").symlink_to(tmp_path / "outside.mp4")
        return await _content(library, files["Farm.mp4"])

    assert asyncio.run(content_after_the_swap()) == b"the film"
