import asyncio
import os
import sys
from contextlib import AsyncExitStack, suppress

import pytest

from services.errors import StorageError
from services.storage.local.disks import Disk
from services.storage.local.open_files import OpenFiles
from services.threads import Threads
from tests.films import append, put


@pytest.fixture
def disk():
    disk = Disk()
    yield disk
    disk.close()


def _descriptors(folder):
    """Those of this process that are open on files of the folder, deleted ones too. Threads may close some."""
    targets = []
    for fd in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):
            targets.append(os.readlink(f"/proc/self/fd/{fd}"))
    return [target for target in targets if target.startswith(str(folder))]


def test_all_who_read_a_film_at_once_share_a_descriptor(tmp_path, disk):
    film = put(tmp_path, "film.mp4")

    async def crowd():
        files = OpenFiles()
        async with AsyncExitStack() as stack:
            opened = await asyncio.gather(
                *(stack.enter_async_context(files.open(str(film), "video/mp4", disk)) for _ in range(50))
            )
            while len(_descriptors(tmp_path)) > 1:  # those opened at the same moment are closed again
                await asyncio.sleep(0.01)
        files.close()
        return len(set(map(id, opened))), len(_descriptors(tmp_path))

    assert asyncio.run(crowd()) == (1, 0)


def test_a_film_stays_open_between_two_requests_and_not_for_ever(tmp_path, disk):
    film = put(tmp_path, "film.mp4")

    async def one_after_the_other():
        files = OpenFiles(keep_s=1.0)
        async with files.open(str(film), "video/mp4", disk) as first:
            pass
        async with files.open(str(film), "video/mp4", disk) as second:
            pass
        while _descriptors(tmp_path):
            await asyncio.sleep(0.01)
        return first is second

    assert asyncio.run(one_after_the_other())


@pytest.mark.parametrize("change", ["written", "replaced"])
def test_who_comes_after_a_change_gets_the_new_version_and_who_came_before_keeps_the_old(tmp_path, disk, change):
    film = put(tmp_path, "film.mp4", b"old")

    async def around_a_change():
        files = OpenFiles()
        async with files.open(str(film), "video/mp4", disk) as before:
            if change == "written":
                film.write_bytes(b"newer")
            else:
                put(tmp_path, "new.mp4", b"newer").rename(film)
            async with files.open(str(film), "video/mp4", disk) as after:
                lengths = before.representation.complete_length, after.representation.complete_length
                content = await after.read(0, 5)
        files.close()
        while _descriptors(tmp_path):
            await asyncio.sleep(0.01)
        return lengths, content

    assert asyncio.run(around_a_change()) == ((3, 5), b"newer")


@pytest.mark.parametrize(("change", "grows"), [("appended", True), ("replaced", False), ("shortened", False)])
def test_of_a_file_that_was_open_a_moment_ago_it_is_known_whether_it_grows(tmp_path, disk, change, grows):
    film = put(tmp_path, "film.mp4", b"film")

    async def opened_again():
        files = OpenFiles()
        async with files.open(str(film), "video/mp4", disk) as before:
            assert not before.representation.grows
        if change == "appended":
            append(film, b"more")
        elif change == "replaced":
            put(tmp_path, "new.mp4", b"longer film").rename(film)
        else:
            film.write_bytes(b"f")
        async with files.open(str(film), "video/mp4", disk) as after:
            told = after.representation.grows
        files.close()
        return told

    assert asyncio.run(opened_again()) is grows


def test_no_more_are_open_than_there_are_descriptors_for(tmp_path, disk):
    films = [put(tmp_path, f"{number}.mp4") for number in range(3)]

    async def all_of_them():
        files = OpenFiles(most=2)
        async with AsyncExitStack() as stack:
            for film in films:
                await stack.enter_async_context(files.open(str(film), "video/mp4", disk))

    with pytest.raises(StorageError):
        asyncio.run(all_of_them())


def test_films_that_nobody_reads_make_room_for_others(tmp_path, disk):
    films = [put(tmp_path, f"{number}.mp4") for number in range(3)]

    async def one_after_the_other():
        files = OpenFiles(most=2)
        async with files.open(str(films[0]), "video/mp4", disk) as first:
            for film in films:
                async with files.open(str(film), "video/mp4", disk):
                    pass
            async with files.open(str(films[0]), "video/mp4", disk) as again:
                assert again is first
        files.close()

    asyncio.run(one_after_the_other())


def test_no_more_are_kept_than_is_good(tmp_path, disk):
    films = [put(tmp_path, f"{number}.mp4") for number in range(10)]

    async def all_of_them():
        files = OpenFiles(most_kept=3)
        for film in films:
            async with files.open(str(film), "video/mp4", disk):
                pass
        while (kept := len(_descriptors(tmp_path))) > 3:
            await asyncio.sleep(0.01)
        files.close()
        return kept, len(_descriptors(tmp_path))

    assert asyncio.run(all_of_them()) == (3, 0)


def test_many_films_that_nobody_reads_any_more_are_closed_in_a_few_steps_of_the_event_loop(tmp_path, disk):
    films = [put(tmp_path, f"{number}.mp4") for number in range(200)]
    steps = 0

    def count(frame, event, argument):
        nonlocal steps
        steps += event == "call" and frame.f_code is Threads.tell.__code__

    async def all_of_them():
        files = OpenFiles(keep_s=2.0)

        async def read(film):
            async with files.open(str(film), "video/mp4", disk):
                pass

        await asyncio.gather(*map(read, films))
        while _descriptors(tmp_path):
            await asyncio.sleep(0.01)

    sys.setprofile(count)
    try:
        asyncio.run(all_of_them())
    finally:
        sys.setprofile(None)
    assert 1 <= steps < 50
