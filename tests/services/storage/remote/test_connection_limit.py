"""Viewers of a bucket who pause: their GET is closed after a while, and made again when they go on."""

import asyncio
import sys
import weakref

import pytest

from services.errors import RepresentationChanged, StoreUnavailable
from tests.faulty_place import CHUNK, CONTENT, MIDDLE
from tests.faulty_store import Fault


@pytest.mark.gen_test
async def test_who_does_not_read_is_parked_and_goes_on_at_the_byte(place):
    here = await place(park_after_s=0.05)
    source = here.source()
    before = await source.read(MIDDLE, CHUNK, len(CONTENT) - 1)
    while here.store.open:
        await asyncio.sleep(0.01)
    assert here.parking.open == 0
    after = await source.read(MIDDLE + CHUNK, CHUNK, len(CONTENT) - 1)
    source.close()
    assert before + after == CONTENT[MIDDLE : MIDDLE + 2 * CHUNK]
    assert here.store.ranges == ["bytes=1500000-2999999", "bytes=1565536-2999999"]


@pytest.mark.gen_test
async def test_a_film_that_was_replaced_while_its_viewer_paused_is_not_gone_on_with(place):
    here = await place(park_after_s=0.05)
    source = here.source()
    await source.read(MIDDLE, CHUNK, len(CONTENT) - 1)
    while here.parking.open:
        await asyncio.sleep(0.01)
    here.store.tag = '"another"'
    with pytest.raises(RepresentationChanged):
        await source.read(MIDDLE + CHUNK, CHUNK, len(CONTENT) - 1)


@pytest.mark.gen_test
async def test_who_rests_for_longest_makes_room_for_another(place):
    here = await place(most=1, busy_s=0.0)
    resting, other = here.source(), here.source()
    await resting.read(MIDDLE, CHUNK, len(CONTENT) - 1)
    assert await other.read(MIDDLE, 100, MIDDLE + 99) == CONTENT[MIDDLE : MIDDLE + 100]
    assert here.parking.open == 0
    assert await resting.read(MIDDLE + CHUNK, 100, MIDDLE + CHUNK + 99) == CONTENT[MIDDLE + CHUNK :][:100]


@pytest.mark.gen_test
async def test_who_took_something_just_now_makes_no_room(place):
    here = await place(most=1, busy_s=60.0)
    source = here.source()
    await source.read(MIDDLE, CHUNK, len(CONTENT) - 1)
    with pytest.raises(StoreUnavailable):
        here.parking.enter()
    source.close()


@pytest.mark.gen_test
async def test_what_is_given_back_is_read_again_without_asking_the_store(place):
    here = await place()
    source = here.source()
    chunk = await source.read(MIDDLE, CHUNK, len(CONTENT) - 1)
    assert source.give_back(MIDDLE + 1000, chunk[1000:])
    assert await source.read(MIDDLE + 1000, CHUNK, len(CONTENT) - 1) == CONTENT[MIDDLE + 1000 : MIDDLE + CHUNK]
    assert await source.read(MIDDLE + CHUNK, 100) == CONTENT[MIDDLE + CHUNK :][:100]
    source.close()
    assert here.store.ranges == ["bytes=1500000-2999999"]


@pytest.mark.gen_test
async def test_a_parked_source_keeps_nothing_of_the_film(place):
    here = await place()
    source = here.source()
    chunk = await source.read(MIDDLE, CHUNK, len(CONTENT) - 1)
    source.give_back(MIDDLE + 1000, chunk[1000:])
    source.park()
    assert await source.read(MIDDLE + 1000, 500, MIDDLE + 1499) == CONTENT[MIDDLE + 1000 : MIDDLE + 1500]
    assert here.store.ranges == ["bytes=1500000-2999999", "bytes=1501000-1501499"]


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("first", "last"), [(0, 2_999_999), (MIDDLE, MIDDLE + CHUNK - 1)], ids=["at an edge", "after the last chunk"]
)
async def test_who_pauses_with_no_connection_open_keeps_nothing_of_the_film_for_long(place, first, last):
    here = await place(park_after_s=0.05)
    other = here.source()
    await other.read(0, CHUNK, CHUNK - 1)
    other.close()
    source = here.source()
    rest = (await source.read(first, CHUNK, last))[1000:]
    assert here.parking.open == 0
    alone = sys.getrefcount(rest)
    source.give_back(first + 1000, rest)
    assert sys.getrefcount(rest) == alone + 1
    while sys.getrefcount(rest) > alone:
        await asyncio.sleep(0.01)
    assert await source.read(first + 1000, 500, last) == CONTENT[first + 1000 : first + 1500]
    source.close()


@pytest.mark.gen_test
async def test_who_rests_with_no_connection_open_is_passed_over_where_one_is_needed(place):
    here = await place(most=1, busy_s=0.0)
    ended, resting = here.source(), here.source()
    ended.give_back(MIDDLE + 1000, (await ended.read(MIDDLE, CHUNK, MIDDLE + CHUNK - 1))[1000:])
    await resting.read(MIDDLE, CHUNK, 2_999_999)
    assert here.parking.open == 1
    assert await here.source().read(MIDDLE, 100, MIDDLE + 99) == CONTENT[MIDDLE : MIDDLE + 100]
    assert here.parking.open == 0


@pytest.mark.gen_test
async def test_who_takes_a_part_of_a_chunk_rests_from_then_on(place):
    here = await place(most=2, busy_s=0.0)
    slow, paused = here.source(), here.source()
    chunk = await slow.read(MIDDLE, CHUNK, 2_999_999)
    await paused.read(1_200_000, CHUNK, 2_999_999)
    slow.give_back(MIDDLE + 1000, chunk[1000:])
    await here.source().read(MIDDLE, 100, MIDDLE + 99)
    here.store.ranges.clear()
    await slow.read(MIDDLE + 1000, CHUNK, 2_999_999)
    await slow.read(MIDDLE + CHUNK, CHUNK, 2_999_999)
    assert here.store.ranges == []
    await paused.read(1_200_000 + CHUNK, CHUNK, 2_999_999)
    assert here.store.ranges == ["bytes=1265536-2999999"]
    slow.close()
    paused.close()


@pytest.mark.gen_test
async def test_who_waits_for_the_store_does_not_rest(place):
    here = await place(most=1, busy_s=0.0)
    here.store.fault = lambda: Fault(hang_after=CHUNK)
    source = here.source()
    await source.read(MIDDLE, CHUNK, 2_999_999)
    waiting = asyncio.create_task(source.read(MIDDLE + CHUNK, CHUNK, 2_999_999))
    await asyncio.sleep(0)  # until it waits
    with pytest.raises(StoreUnavailable):
        here.parking.enter()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert here.parking.open == 0


@pytest.mark.gen_test
async def test_who_has_left_is_not_remembered(place):
    here = await place()
    source = here.source()
    source.give_back(MIDDLE + 1000, (await source.read(MIDDLE, CHUNK, 2_999_999))[1000:])
    left = weakref.ref(source)
    source.close()
    del source
    assert left() is None
