"""Work that is done once for all who wait for it, given up when nobody does, and not repeated when it fails."""

import asyncio

import pytest

from services.errors import CacheFailed, FilmUnreadable, StoreUnavailable, WorkerFailed
from services.jobs import errands as errands_module
from services.jobs.errands import Errands


class Work:
    """Work that goes on until ``finish`` or ``fails`` is called."""

    def __init__(self):
        self.begun, self.ended = 0, 0
        self.outcome = asyncio.get_running_loop().create_future()

    async def __call__(self):
        self.begun += 1
        try:
            await asyncio.shield(self.outcome)
        finally:
            self.ended += 1

    def fails(self, error):
        self.outcome.set_exception(error)
        self.outcome.exception()

    def finish(self):
        self.outcome.set_result(None)


def _errands(most=2, pause_s=lambda failures: 60.0 * failures, yields=True, **limits):
    return Errands(most, pause_s, yields, **limits)


async def _waiting(errands, name, work):
    """A task that waits for this work, which is under way."""
    waiting = asyncio.create_task(errands.wait(name, work))
    while not work.begun:
        await asyncio.sleep(0)
    return waiting


async def _leave(waiting):
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def _outcome(errands, name, work):
    return (await asyncio.gather(errands.wait(name, work), return_exceptions=True))[0]


@pytest.mark.gen_test
async def test_work_is_done_once_for_all_who_wait_and_anew_for_who_comes_later():
    errands, work = _errands(), Work()
    waiting = [asyncio.create_task(errands.wait("a", work)) for _ in range(5)]
    await asyncio.sleep(0)
    work.finish()
    await asyncio.gather(*waiting)
    assert work.begun == 1
    await errands.wait("a", work)
    assert work.begun == 2


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "error", [FilmUnreadable("no film"), WorkerFailed("it crashed"), StoreUnavailable("down")], ids=str
)
async def test_what_failed_is_not_begun_again_and_fails_in_the_same_way(error):
    errands, work = _errands(), Work()
    work.fails(error)
    outcomes = [await _outcome(errands, "a", work) for _ in range(10)]
    assert {(type(outcome), str(outcome)) for outcome in outcomes} == {(type(error), str(error))}
    assert work.begun == 1


@pytest.mark.gen_test
async def test_what_failed_is_begun_again_after_pauses_that_grow_and_what_is_damaged_never(monkeypatch):
    now_s = 1000.0
    monkeypatch.setattr(errands_module, "monotonic", lambda: now_s)
    errands, work, damaged = _errands(), Work(), Work()
    work.fails(WorkerFailed("it crashed"))
    damaged.fails(FilmUnreadable("no film"))
    begun = []
    for _ in range(13):
        await _outcome(errands, "a", work)
        await _outcome(errands, "b", damaged)
        begun.append(work.begun)
        now_s += 30.0
    assert begun == [1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4]
    assert damaged.begun == 1


@pytest.mark.gen_test
async def test_what_the_cache_could_not_keep_is_begun_again_soon_however_often_it_could_not(monkeypatch):
    now_s = 1000.0
    monkeypatch.setattr(errands_module, "monotonic", lambda: now_s)
    errands, work = _errands(), Work()
    work.fails(CacheFailed("no room"))
    for count in range(1, 10):
        assert isinstance(await _outcome(errands, "a", work), CacheFailed)
        assert isinstance(await _outcome(errands, "a", work), CacheFailed)
        assert work.begun == count
        now_s += 5.0


@pytest.mark.gen_test
async def test_only_so_many_failures_are_remembered():
    errands, work = _errands(most_failures=3), Work()
    work.fails(FilmUnreadable("no film"))
    for name in ("a", "b", "c", "a", "d"):
        await _outcome(errands, name, work)
    assert work.begun == 4
    await _outcome(errands, "a", work)
    assert work.begun == 4
    await _outcome(errands, "b", work)
    assert work.begun == 5


@pytest.mark.gen_test
async def test_more_than_may_be_under_way_is_refused_while_somebody_waits_for_each():
    errands, works = _errands(), [Work(), Work(), Work()]
    waiting = [await _waiting(errands, number, works[number]) for number in range(2)]
    assert isinstance(await _outcome(errands, 2, works[2]), WorkerFailed)
    works[0].finish()
    await waiting[0]
    works[2].finish()
    await errands.wait(2, works[2])
    await _leave(waiting[1])
    await errands.close()


@pytest.mark.gen_test
async def test_who_comes_takes_the_place_of_work_that_nobody_waits_for():
    errands, works = _errands(yields=False), [Work(), Work(), Work(), Work()]
    waiting = [await _waiting(errands, number, works[number]) for number in range(2)]
    await _leave(waiting[1])
    await _leave(waiting[0])
    third = await _waiting(errands, 2, works[2])
    assert [work.ended for work in works[:2]] == [0, 1]
    fourth = await _waiting(errands, 3, works[3])
    assert [work.ended for work in works[:2]] == [1, 1]
    await _leave(third)
    await _leave(fourth)
    await errands.close()


@pytest.mark.gen_test
async def test_work_that_nobody_waits_for_goes_on_until_somebody_waits_for_other_work():
    errands, abandoned, other = _errands(most=16, linger_s=0.0), Work(), Work()
    await _leave(await _waiting(errands, "a", abandoned))
    await asyncio.sleep(0.01)
    assert not abandoned.ended
    waiting = await _waiting(errands, "b", other)
    while not abandoned.ended:
        await asyncio.sleep(0)
    other.finish()
    await waiting


@pytest.mark.gen_test
async def test_work_that_is_left_while_somebody_waits_for_other_work_ends_a_little_later():
    errands, left, other = _errands(most=16, linger_s=0.5), Work(), Work()
    leaving, waiting = await _waiting(errands, "a", left), await _waiting(errands, "b", other)
    await _leave(leaving)
    assert not left.ended
    while not left.ended:
        await asyncio.sleep(0.01)
    assert not other.ended
    other.finish()
    await waiting


@pytest.mark.gen_test
async def test_who_comes_back_in_time_finds_the_work_where_it_was():
    errands, work, other = _errands(most=16, linger_s=0.0), Work(), Work()
    await _leave(await _waiting(errands, "a", work))
    waiting = [await _waiting(errands, "a", work), await _waiting(errands, "b", other)]
    await _leave(await _waiting(errands, "c", Work()))
    work.finish()
    other.finish()
    await asyncio.gather(*waiting)
    assert (work.begun, other.begun) == (1, 1)
    await errands.close()


@pytest.mark.gen_test
async def test_work_that_was_begun_for_nobody_goes_on():
    errands, work = _errands(yields=False), Work()
    errands.begin("a", work)
    waiting = await _waiting(errands, "a", work)
    work.finish()
    await waiting
    assert work.begun == 1


@pytest.mark.gen_test
async def test_the_end_tells_who_waits():
    errands, work = _errands(), Work()
    waiting = await _waiting(errands, "a", work)
    await errands.close()
    with pytest.raises(WorkerFailed):
        await waiting


@pytest.mark.gen_test
async def test_the_end_waits_also_for_work_that_was_cancelled_before():
    errands, ended = _errands(most=1), asyncio.Event()

    async def ends_slowly():
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            ended.set()

    errands.begin("a", ends_slowly)
    await asyncio.sleep(0)
    errands.begin("b", Work())
    await errands.close()
    assert ended.is_set()
