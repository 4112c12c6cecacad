import asyncio
import logging
import os
from contextlib import contextmanager

import pytest

from services.storage.local.folder import Folder
from services.storage.local.growing import Growing
from tests.films import append, put


def _is_film(name, siblings):
    return name.endswith(".mp4")


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "root"
    root.mkdir(mode=0o755)
    return root


@pytest.fixture
def folder(root):
    folder = Folder(root)
    yield folder
    folder.close()


def _paths(folder):
    return sorted(file.path for file in asyncio.run(folder.files(_is_film)))


def _warnings(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


@contextmanager
def somebody_else(root):
    """Runs as another user, since root may read everything. The user must be able to enter ``root``."""
    if os.geteuid() != 0:
        yield
        return
    modes = {parent: parent.stat().st_mode for parent in root.parents}
    try:
        for parent, mode in modes.items():
            parent.chmod(mode | 0o011)
        os.seteuid(65534)
        yield
    finally:
        os.seteuid(0)
        for parent, mode in modes.items():
            parent.chmod(mode)


def test_wanted_files_are_found_at_any_depth(root, folder):
    put(root, "a.mp4")
    put(root, "b/c/d/e.mp4")
    put(root, "b/notes.txt")
    assert _paths(folder) == ["a.mp4", "b/c/d/e.mp4"]


def test_what_stands_beside_a_file_may_make_it_wanted(root, folder):
    put(root, "a/film.mp4")
    put(root, "a/film.jpg")
    put(root, "b/film.jpg")
    assert [
        file.path
        for file in asyncio.run(folder.files(lambda name, siblings: name.endswith(".jpg") and "film.mp4" in siblings))
    ] == ["a/film.jpg"]


def test_a_file_has_its_place_size_and_date(root, folder):
    file = put(root, "a b/c.mp4", b"12345")
    os.utime(file, (0, 784111777))
    (found,) = asyncio.run(folder.files(_is_film))
    assert found.path == "a b/c.mp4"
    assert found.location == str(file)
    assert found.size == 5
    assert found.modified_s == 784111777


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.mp4",
        "._film.mp4",
        ".hidden/film.mp4",
        "a/.hidden/film.mp4",
        "$RECYCLE.BIN/film.mp4",
        "#recycle/film.mp4",
        "film.mp4.part",
        "film.mp4.crdownload",
        "film.mp4.download",
    ],
)
def test_hidden_discarded_and_partly_downloaded_files_are_left_out(root, folder, name):
    put(root, name)
    assert _paths(folder) == []


@pytest.mark.parametrize("marker", ["film.mp4.aria2", "film.mp4.part"])
def test_a_film_whose_download_goes_on_beside_it_is_left_out(root, folder, marker):
    put(root, "film.mp4")
    put(root, "other.mp4")
    put(root, marker)
    assert _paths(folder) == ["other.mp4"]


def test_empty_files_are_left_out(root, folder):
    put(root, "empty.mp4", b"")
    assert _paths(folder) == []


def test_a_name_that_leaves_a_doubt_is_settled_by_the_first_bytes_once_for_each_version(root, folder):
    asked = []

    def is_film(head):
        asked.append(head)
        return head.startswith(b"G")

    def paths():
        files = asyncio.run(folder.files(lambda name, siblings: is_film if name.endswith(".ts") else False))
        return sorted(file.path for file in files)

    put(root, "film.ts", b"G" * 3000)
    put(root, "text.ts", b"export {}")
    assert paths() == ["film.ts"]
    assert paths() == ["film.ts"]
    assert sorted(asked) == [b"G" * 1024, b"export {}"]
    put(root, "text.ts", b"Got another version")
    assert paths() == ["film.ts", "text.ts"]
    assert asked[2:] == [b"Got another version"]


def test_what_is_too_long_to_be_text_is_not_opened_by_the_scan(root, folder):
    with open(root / "long.ts", "wb") as file:
        file.truncate(16 * 1024 * 1024 + 1)
    (found,) = asyncio.run(folder.files(lambda name, siblings: lambda head: False))
    assert found.path == "long.ts"


def test_a_folder_named_like_a_film_is_a_folder(root, folder):
    put(root, "film.mp4/part.mp4")
    assert _paths(folder) == ["film.mp4/part.mp4"]


def test_what_is_no_file_is_left_out(root, folder):
    os.mkfifo(root / "fifo.mp4")
    assert _paths(folder) == []


def test_links_within_the_folder_are_followed(root, folder):
    put(root, "films/film.mp4")
    (root / "favourite.mp4").symlink_to("films/film.mp4")
    assert _paths(folder) == ["favourite.mp4", "films/film.mp4"]
    assert {file.location for file in asyncio.run(folder.files(_is_film))} == {str(root / "films" / "film.mp4")}


def test_a_link_to_a_hidden_folder_shows_what_is_in_it(root, folder):
    put(root, ".store/film.mp4")
    (root / "films").symlink_to(".store")
    assert _paths(folder) == ["films/film.mp4"]


def test_a_folder_that_is_also_linked_to_is_listed_once(root, folder):
    put(root, "films/film.mp4")
    (root / "again").symlink_to("films")
    assert _paths(folder) == ["films/film.mp4"]


def test_links_in_a_circle_end(root, folder):
    put(root, "a/film.mp4")
    (root / "a" / "back").symlink_to("..")
    (root / "round.mp4").symlink_to("round.mp4")
    assert _paths(folder) == ["a/film.mp4"]


@pytest.mark.parametrize("link", ["film.mp4", "films"])
def test_a_link_that_leads_out_is_refused_with_a_warning(root, folder, tmp_path, caplog, link):
    put(tmp_path, "outside/film.mp4")
    target = tmp_path / "outside" / "film.mp4" if link.endswith(".mp4") else tmp_path / "outside"
    (root / link).symlink_to(target)
    assert _paths(folder) == []
    assert _warnings(caplog) == [f"left out '{link}': the link leads out of the folder"]


def test_a_neighbour_whose_name_begins_alike_is_outside(root, folder, tmp_path):
    put(tmp_path, "root-2/film.mp4")
    (root / "film.mp4").symlink_to(tmp_path / "root-2" / "film.mp4")
    assert _paths(folder) == []


def test_a_link_to_nothing_is_left_out_with_a_warning(root, folder, caplog):
    (root / "film.mp4").symlink_to("gone.mp4")
    assert _paths(folder) == []
    assert _warnings(caplog) == ["left out 'film.mp4': No such file or directory"]


def test_the_folder_itself_may_be_a_link(root, tmp_path):
    put(root, "film.mp4")
    (tmp_path / "link").symlink_to(root)
    folder = Folder(tmp_path / "link")
    assert _paths(folder) == ["film.mp4"]
    folder.close()


def test_unreadable_files_and_folders_are_left_out_with_a_warning_each(root, folder, caplog):
    put(root, "open.mp4")
    put(root, "closed.mp4").chmod(0)
    put(root, "closed/film.mp4").parent.chmod(0)
    with somebody_else(root):
        assert _paths(folder) == ["open.mp4"]
    assert sorted(_warnings(caplog)) == [
        "left out 'closed': cannot read the folder: Permission denied",
        "left out 'closed.mp4': Permission denied",
    ]


def test_a_warning_is_given_once_and_again_only_if_it_was_mended_between(root, folder, caplog):
    link = root / "film.mp4"
    link.symlink_to("gone.mp4")
    _paths(folder)
    _paths(folder)
    assert len(_warnings(caplog)) == 1
    link.unlink()
    _paths(folder)
    link.symlink_to("gone.mp4")
    _paths(folder)
    assert len(_warnings(caplog)) == 2


def test_a_folder_that_is_gone_has_no_films_and_a_warning(tmp_path, caplog):
    folder = Folder(tmp_path / "gone")
    assert _paths(folder) == []
    assert _warnings(caplog) == ["left out '.': cannot read the folder: No such file or directory"]
    folder.close()


def test_a_name_that_is_not_utf_8_is_found(root, folder):
    with open(os.fsencode(root) + b"/caf\xe9.mp4", "wb") as file:
        file.write(b"film")
    assert _paths(folder) == ["caf\udce9.mp4"]


def test_a_recording_is_not_listed_anew_with_every_write(root):
    folder = Folder(root, growing=Growing(first_pause_s=600.0))
    film = put(root, "film.mp4")
    versions = []
    for _ in range(10):
        versions += [file.version for file in asyncio.run(folder.files(_is_film))]
        append(film, b"more")
    assert len(versions) == 10
    assert len(set(versions)) == 2
    folder.close()


def test_a_film_that_was_seen_to_grow_is_opened_as_one_that_grows(folder, root):
    film = put(root, "film.mp4")

    async def grows():
        (file,) = await folder.files(_is_film)
        async with folder.open(file, "video/mp4") as source:
            return source.representation.grows

    before = asyncio.run(grows())
    append(film, b"more")
    assert (before, asyncio.run(grows())) == (False, True)
