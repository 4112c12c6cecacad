import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.errors import FileVanished, RepresentationChanged, StorageError
from services.storage.local.disks import Disk
from services.storage.local.local_file import DiskKind, LocalFile
from services.storage.local.local_file import open_local_file as opened
from tests.films import append, put, telling_bytes
from tests.needs import need_right

CONTENT = telling_bytes(100_000)


@asynccontextmanager
async def open_local_file(path: str, media_type: str, disk: Disk) -> AsyncIterator[LocalFile]:
    file = await opened(path, media_type, disk)
    try:
        yield file
    finally:
        os.close(file.descriptor)


@pytest.fixture
def film(tmp_path):
    return put(tmp_path, "film.mp4", CONTENT)


@pytest.fixture
def disk():
    disk = Disk()
    yield disk
    disk.close()


async def _read_whole(source):
    content = b""
    while len(content) < source.representation.complete_length:
        content += await source.read(len(content), source.representation.complete_length - len(content))
    return content


async def _entity_tag(film, disk):
    async with open_local_file(str(film), "video/mp4", disk) as source:
        return source.representation.entity_tag


def test_a_file_is_read_where_and_as_far_as_asked(film, disk):
    async def read():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            return await source.read(8, 8), await source.read(99_996, 4)

    assert asyncio.run(read()) == (b"0000008\n", b"992\n")


def test_length_type_and_date_are_those_of_the_file(film, disk):
    os.utime(film, (0, 784111777.9))

    async def representation():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            return source.representation

    representation = asyncio.run(representation())
    assert representation.complete_length == 100_000
    assert representation.media_type == "video/mp4"
    assert representation.last_modified == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)
    assert not representation.entity_tag.weak


def test_a_date_in_the_future_is_now(film, disk):
    os.utime(film, (0, time.time() + 86_400))

    async def last_modified():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            return source.representation.last_modified

    assert asyncio.run(last_modified()) <= datetime.now(UTC)


def test_the_entity_tag_stays_while_the_file_does(film, disk):
    assert asyncio.run(_entity_tag(film, disk)) == asyncio.run(_entity_tag(film, disk))


def test_the_entity_tag_changes_with_the_bytes_though_size_and_date_stay(film, disk):
    os.utime(film, (1, 1))
    before = asyncio.run(_entity_tag(film, disk))
    film.write_bytes(CONTENT[::-1])
    os.utime(film, (1, 1))
    assert asyncio.run(_entity_tag(film, disk)) != before


def test_the_entity_tag_tells_writes_within_one_tick_of_the_clock_apart(film, disk):
    async def tags():
        for number in range(50):
            film.write_bytes(b"%05d" % number)
            yield await _entity_tag(film, disk)

    async def collected():
        return [tag async for tag in tags()]

    assert len(set(asyncio.run(collected()))) == 50


def test_a_file_that_is_replaced_is_read_as_it_was(film, disk, tmp_path):
    async def read():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            put(tmp_path, "new.mp4", b"new" * 50_000).rename(film)
            return await _read_whole(source)

    assert asyncio.run(read()) == CONTENT


def test_a_file_that_is_deleted_is_read_as_it_was(film, disk):
    async def read():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            film.unlink()
            return await _read_whole(source)

    assert asyncio.run(read()) == CONTENT


@pytest.mark.parametrize(
    "content", [CONTENT[::-1], CONTENT[::-1] + b"more", CONTENT[:50_000], CONTENT[:50_000] + bytes(60_000), b""]
)
def test_a_file_that_is_written_to_in_place_gives_no_more_bytes(film, disk, content):
    async def read():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            await source.read(0, 10)
            film.write_bytes(content)
            await source.read(10, 10)

    with pytest.raises(RepresentationChanged):
        asyncio.run(read())


@pytest.mark.parametrize("content", [CONTENT[::-1], CONTENT[::-1] + b"more", CONTENT[:50_000]])
def test_so_it_is_where_the_bytes_were_not_in_memory(film, disk, content):
    async def read():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            film.write_bytes(content)
            await disk.ask(source._read, 60_000, 10)

    with pytest.raises(RepresentationChanged):
        asyncio.run(read())


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_file_that_grows_is_read_to_the_length_it_had(film, disk, in_memory):
    async def read():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            content = b""
            while len(content) < 100_000:
                append(film, b"more")
                reading = (
                    source.read(len(content), 10_000) if in_memory else disk.ask(source._read, len(content), 10_000)
                )
                content += await reading
            return content, source.representation.complete_length, source.is_current()

    assert asyncio.run(read()) == (CONTENT, 100_000, False)


def test_a_file_that_was_written_to_stays_ended_though_it_grows_later(film, disk):
    async def read():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            with film.open("r+b") as file:
                file.seek(50_000)
                file.write(b"other")
            for _ in range(2):
                with pytest.raises(RepresentationChanged):
                    await source.read(0, 10)
                append(film, b"more")

    asyncio.run(read())


def _chmod(film):
    film.chmod(0o600)


def _chown(film):
    need_right("to give files away", granted=os.geteuid() == 0)
    os.chown(film, 1, 1)


@pytest.mark.parametrize("change", [_chmod, _chown])
def test_a_file_of_which_only_who_may_read_it_changes_is_read_on(film, disk, change):
    async def read():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            change(film)
            return await _read_whole(source)

    assert asyncio.run(read()) == CONTENT


def _set_attribute(film):
    os.setxattr(film, "user.colour", b"red")


@pytest.mark.parametrize("change", [os.utime, _set_attribute])
def test_what_cannot_be_told_from_a_write_ends_the_reading(film, disk, change):
    async def read():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            change(film)
            await source.read(0, 10)

    with pytest.raises(RepresentationChanged):
        asyncio.run(read())


def test_what_is_not_in_memory_is_read_by_a_thread(film, disk):
    async def read():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            fd = os.open(film, os.O_RDONLY)
            os.fsync(fd)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)
            return await _read_whole(source)

    assert asyncio.run(read()) == CONTENT


def test_a_name_that_is_gone_has_vanished(tmp_path, disk):
    with pytest.raises(FileVanished):
        asyncio.run(_entity_tag(tmp_path / "gone.mp4", disk))


def test_a_folder_in_the_place_of_the_film_has_made_it_vanish(tmp_path, disk):
    (tmp_path / "film.mp4").mkdir()
    with pytest.raises(FileVanished):
        asyncio.run(_entity_tag(tmp_path / "film.mp4", disk))


def test_a_fifo_in_the_place_of_the_film_holds_nobody_up(tmp_path, disk):
    os.mkfifo(tmp_path / "film.mp4")
    with pytest.raises(FileVanished):
        asyncio.run(_entity_tag(tmp_path / "film.mp4", disk))


def test_a_link_that_took_the_place_of_a_folder_on_the_way_is_not_followed(tmp_path, disk):
    put(tmp_path, "elsewhere/film.mp4")
    (tmp_path / "folder").symlink_to("elsewhere")
    with pytest.raises(FileVanished):
        asyncio.run(_entity_tag(tmp_path / "folder" / "film.mp4", disk))


def test_a_link_that_took_the_place_of_the_film_is_not_followed(tmp_path, disk, film):
    (tmp_path / "link.mp4").symlink_to(film)
    with pytest.raises(StorageError):
        asyncio.run(_entity_tag(tmp_path / "link.mp4", disk))


def test_no_descriptor_stays_open(film, disk):
    before = os.listdir("/proc/self/fd")
    asyncio.run(_entity_tag(film, disk))
    assert os.listdir("/proc/self/fd") == before


def test_bytes_in_the_page_cache_are_told_from_others(film, disk):
    async def cached():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            film.read_bytes()
            before = await source.bring_in(0, 100_000)
            fd = os.open(film, os.O_RDONLY)
            os.fsync(fd)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)
            return before, await source.bring_in(0, 100_000)

    assert asyncio.run(cached()) == (True, False)


def test_what_follows_a_read_from_the_disk_is_brought_in(tmp_path, disk):
    film = put(tmp_path, "long.mp4", bytes(8 * 1024 * 1024))

    async def read_ahead():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            fd = os.open(film, os.O_RDONLY)
            os.fsync(fd)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)
            await source.read(0, 65536)
            while not await source.bring_in(65536, 1024 * 1024):
                await asyncio.sleep(0.01)
            return await source.bring_in(6 * 1024 * 1024, 65536)

    assert asyncio.run(read_ahead()) is False


@pytest.mark.parametrize("change", ["written", "renamed", "replaced", "deleted", "nothing"])
def test_a_file_is_current_while_its_name_and_bytes_stay(film, disk, tmp_path, change):
    async def is_current():
        async with open_local_file(str(film), "video/mp4", disk) as source:
            if change == "written":
                film.write_bytes(CONTENT)
            elif change == "renamed":
                film.rename(tmp_path / "other.mp4")
            elif change == "replaced":
                put(tmp_path, "new.mp4").rename(film)
            elif change == "deleted":
                film.unlink()
            return source.is_current()

    assert asyncio.run(is_current()) is (change == "nothing")


def test_what_a_disk_does_not_tell_is_brought_in_and_can_be_sent(disk):
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        film = put(Path(folder).resolve(), "film.mp4", CONTENT)

        async def brought_in():
            async with open_local_file(str(film), "video/mp4", disk) as source:
                return source.disk_kind, await source.bring_in(0, 100_000), source.is_current()

        kind, *answers = asyncio.run(brought_in())
    assert kind in (DiskKind.NEAR, DiskKind.TELLS)  # tmpfs tells since some version of Linux or other
    assert answers == [True, True]
