"""Viewers of a bucket who pause: what they hold is given up after a while, and got again when they go on."""

import asyncio

import pytest

from services.errors import RepresentationChanged, StoreUnavailable
from tests.faulty_place import CHUNK, CONTENT, MIDDLE


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
    here = await place(most=1)
    resting, other = here.source(), here.source()
    await resting.read(MIDDLE, CHUNK, len(CONTENT) - 1)
    with pytest.raises(StoreUnavailable):  # it took something just now
        here.parking.enter()
    await asyncio.sleep(0.3)
    assert await other.read(MIDDLE, 100, MIDDLE + 99) == CONTENT[MIDDLE : MIDDLE + 100]
    assert here.parking.open == 0
    assert await resting.read(MIDDLE + CHUNK, 100, MIDDLE + CHUNK + 99) == CONTENT[MIDDLE + CHUNK :][:100]


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
