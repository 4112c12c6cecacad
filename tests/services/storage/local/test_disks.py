import asyncio
import threading

import pytest

from services.errors import StorageError
from services.storage.local.disks import Disk, Disks


@pytest.fixture
def two_disks():
    both = Disks()
    yield both.of(1), both.of(2)
    both.close()


@pytest.fixture
def gate():
    """What a hanging call waits for."""
    gate = threading.Event()
    yield gate
    gate.set()


def test_the_same_device_is_the_same_disk(two_disks):
    all_disks = Disks()
    assert all_disks.of(5) is all_disks.of(5)
    assert all_disks.of(5) is not all_disks.of(6)


def test_an_answer_and_an_error_reach_who_asked(two_disks):
    disk, _ = two_disks

    async def asked():
        assert await disk.ask(pow, 2, 10) == 1024
        with pytest.raises(FileNotFoundError):
            await disk.ask(open, "/nowhere/at/all")

    asyncio.run(asked())


def test_a_disk_that_hangs_holds_up_no_other(two_disks, gate):
    hanging, working = two_disks

    async def asked():
        waiting = [asyncio.create_task(hanging.ask(gate.wait)) for _ in range(100)]
        answers = [await working.ask(pow, 2, number) for number in range(100)]
        assert not any(task.done() for task in waiting)
        gate.set()
        await asyncio.gather(*waiting)
        return answers[-1]

    assert asyncio.run(asked()) == 2**99


def test_who_waits_too_long_is_told_so_and_the_late_answer_discarded(gate):
    disk = Disk(patience_s=0.05)
    discarded = threading.Event()

    def open_slowly():
        gate.wait()
        return discarded

    async def asked():
        with pytest.raises(StorageError, match=r"did not answer within 0\.05 s"):
            await disk.ask(open_slowly, discard=threading.Event.set)

    asyncio.run(asked())
    assert not discarded.is_set()
    gate.set()
    assert discarded.wait(120)
    disk.close()
