"""The first and last bytes of a film are fetched from the store once for all readers, wherever they begin."""

import asyncio
import gc
import random
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import RepresentationChanged, StoreRefused
from services.http.representation import EntityTag
from services.storage.remote.edge_cache import Edges, edge_blocks, middle
from tests.faulty_place import CHUNK, CONTENT, IMPATIENT, STATUS, Place, read_range
from tests.faulty_store import FINE, Fault

BLOCK = 65536


async def _watch(here: Place, first: int, last: int) -> None:
    source = here.source()
    assert await read_range(source, first, last) == CONTENT[first : last + 1]
    source.close()


@given(st.integers(1, 5_000_000))
def test_each_byte_is_in_the_middle_or_in_a_block_at_an_edge(size):
    blocks = list(edge_blocks(size))
    parts = [range(first, min(first + BLOCK, size)) for first in blocks] + [middle(size)]
    parts = sorted(filter(None, parts), key=lambda part: part.start)
    assert (parts[0].start, parts[-1].stop) == (0, size)
    assert all(before.stop == after.start for before, after in pairwise(parts))
    assert all(first % BLOCK == 0 for first in blocks)
    assert len(blocks) <= 33


@pytest.mark.gen_test
@pytest.mark.parametrize("size", [1, 65_536, 65_537, 1_048_576, 1_048_577, 2_097_153, 2_200_000, 3_000_000])
async def test_whatever_is_in_memory_every_range_has_its_bytes(place, size):
    here = await place()
    here.store.content = CONTENT[:size]
    chance = random.Random(size)

    async def watch() -> None:
        first = chance.randrange(size)
        last = chance.randrange(first, size)
        source = here.source(replace(STATUS, size=size))
        assert await read_range(source, first, last) == CONTENT[first : last + 1]
        source.close()

    for _ in range(10):
        await asyncio.gather(*(watch() for _ in range(3)))
    assert here.parking.open == 0


@pytest.mark.gen_test
async def test_the_first_and_last_bytes_are_asked_of_the_store_once(place):
    here = await place()
    for _ in range(2):
        await _watch(here, 0, 99_999)
        await _watch(here, 2_900_000, 2_999_999)
    assert here.store.ranges == ["bytes=0-131071", "bytes=2883584-2999999"]


@pytest.mark.gen_test
async def test_who_begins_elsewhere_is_sent_what_another_has_read(place):
    here = await place()
    await _watch(here, 0, 500_000)
    for number in range(1, 17):
        await _watch(here, number * 1000, 500_000)
    assert here.store.ranges == ["bytes=0-524287"]


@pytest.mark.gen_test
async def test_single_bytes_cost_a_get_for_each_block_and_no_more(place):
    here = await place()
    for position in range(0, 1_048_576, 4099):
        await _watch(here, position, position)
    assert here.store.ranges == [f"bytes={first}-{first + 65535}" for first in range(0, 1_048_576, 65536)]


@pytest.mark.gen_test
async def test_who_begins_within_a_block_reads_from_its_beginning_to_what_was_asked_for_by_one_get(place):
    here = await place()
    await _watch(here, 100_000, 1_500_000)
    assert here.store.ranges == ["bytes=65536-1500000"]


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("had", "asked", "got"),
    [
        ((1_000_000, 1_040_000), (1_000_000, 1_500_000), ["bytes=1048576-1500000"]),
        ((2_990_000, 2_999_999), (1_500_000, 2_999_999), ["bytes=1500000-2949119"]),
        ((300_000, 400_000), (0, 500_000), ["bytes=0-262143", "bytes=458752-524287"]),
    ],
    ids=["before", "after", "between"],
)
async def test_of_the_store_is_asked_what_is_not_in_memory(place, had, asked, got):
    here = await place()
    await _watch(here, *had)
    here.store.ranges.clear()
    await _watch(here, *asked)
    assert here.store.ranges == got
    assert here.store.open == 1  # each GET was read to its end, and its connection used again


@pytest.mark.gen_test
async def test_a_get_is_read_on_though_another_viewer_has_read_the_same_meanwhile(place):
    here = await place()
    slow = here.source()
    begin = await slow.read(0, CHUNK, 500_000)
    await _watch(here, 65_536, 131_071)
    assert begin + await read_range(slow, 65_536, 500_000) == CONTENT[:500_001]
    assert here.store.ranges == ["bytes=0-524287", "bytes=65536-131071"]
    slow.close()


@pytest.mark.gen_test
async def test_a_version_is_the_same_though_its_date_is_told_by_the_second_or_by_the_millisecond(place):
    here = await place()
    await _watch(here, 0, 99_999)
    listed = here.source(replace(STATUS, modified=STATUS.modified + timedelta(milliseconds=123)))
    assert await read_range(listed, 0, 99_999) == CONTENT[:100_000]
    assert len(here.store.ranges) == 1


@pytest.mark.gen_test
async def test_what_is_kept_of_a_version_is_not_sent_for_another(place):
    here = await place()
    await _watch(here, 0, 99_999)
    with pytest.raises(RepresentationChanged):
        await here.source(replace(STATUS, entity_tag=EntityTag("another"))).read(0, CHUNK)


@pytest.mark.gen_test
async def test_what_is_kept_of_a_film_is_not_sent_for_that_of_another_store(place):
    here, there = await place(), await place()
    there.edges = here.edges
    there.store.content = CONTENT[::-1]
    await _watch(here, 0, 99_999)
    assert await read_range(there.source(), 0, 99_999) == CONTENT[::-1][:100_000]


@pytest.mark.gen_test
async def test_all_who_want_the_same_at_once_are_sent_what_one_of_them_reads(place):
    here = await place()
    await asyncio.gather(*(_watch(here, 0, 500_000) for _ in range(20)))
    assert here.store.ranges == ["bytes=0-524287"]


@pytest.mark.gen_test
async def test_what_goes_wrong_for_the_one_who_reads_is_told_to_all(place):
    here = await place()
    here.store.fault = lambda: Fault(status=403)
    outcomes = await asyncio.gather(*(_watch(here, 0, 500_000) for _ in range(20)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StoreRefused] * 20
    assert len(here.store.ranges) == 1
    here.store.fault = lambda: FINE
    await _watch(here, 0, 500_000)


@pytest.mark.gen_test
async def test_where_the_one_who_reads_is_cancelled_another_does(place):
    here = await place()
    faults = iter([Fault(hang_after=1000)])
    here.store.fault = lambda: next(faults, FINE)
    first, *others = (asyncio.create_task(_watch(here, 0, 99_999)) for _ in range(5))
    while not here.store.ranges:
        await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.gather(*others)
    assert here.store.ranges == ["bytes=0-131071"] * 2


@pytest.mark.gen_test
async def test_who_is_cancelled_while_another_reads_takes_nothing_from_the_rest(place):
    here = await place(patience=IMPATIENT)
    faults = iter([Fault(hang_after=1000)])
    here.store.fault = lambda: next(faults, FINE)
    watching = [asyncio.create_task(_watch(here, 0, 99_999)) for _ in range(5)]
    while not here.store.ranges:
        await asyncio.sleep(0.01)
    watching.pop().cancel()
    await asyncio.gather(*watching)
    assert here.store.ranges == ["bytes=0-131071"] * 2


@pytest.mark.gen_test
async def test_what_goes_wrong_for_one_alone_is_not_told_to_the_log_as_forgotten(place, caplog):
    here = await place()
    here.store.fault = lambda: Fault(status=403)
    with pytest.raises(StoreRefused):
        await here.source().read(0, CHUNK)
    gc.collect()
    assert caplog.text == ""


@pytest.mark.gen_test
async def test_of_256_blocks_the_least_used_makes_room():
    edges = Edges()

    async def never() -> bytes:
        raise AssertionError

    for number in range(256):
        edges.keep("film", number * BLOCK, bytes(BLOCK))
    assert await edges.block("film", 0, never) == bytes(BLOCK)
    edges.keep("film", 256 * BLOCK, bytes(BLOCK))
    assert [edges.has("film", number * BLOCK) for number in (0, 1, 2, 256)] == [True, False, True, True]
