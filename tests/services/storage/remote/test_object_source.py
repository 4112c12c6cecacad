"""An object of a store that fails in every way: a reader gets exact bytes or an error, never wrong bytes."""

import asyncio
import random
from dataclasses import asdict, replace

import pytest

from services.errors import (
    FileVanished,
    RepresentationChanged,
    StorageError,
    StoreFault,
    StoreTimeout,
    StoreUnavailable,
)
from services.http_client.timeouts import Patience
from tests.faulty_place import CHUNK, CONTENT, IMPATIENT, MIDDLE, STATUS, read_range
from tests.faulty_store import FINE, Fault
from tests.films import telling_bytes


def told(value: object) -> str | None:
    """The test's name for this fault."""
    if not isinstance(value, Fault):
        return None
    return ",".join(f"{name}={given}" for name, given in asdict(value).items() if given != getattr(FINE, name))


TRANSPORTS = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


@pytest.mark.gen_test
@TRANSPORTS
async def test_a_range_is_read_by_one_get_and_its_connection_used_again(place, tls):
    here = await place(tls=tls)
    source = here.source()
    for first in (MIDDLE, 1_200_000):
        assert await read_range(source, first, first + 299_999) == CONTENT[first : first + 300_000]
    assert here.store.ranges == ["bytes=1500000-1799999", "bytes=1200000-1499999"]
    assert here.store.open == 1
    assert here.parking.open == 0


@pytest.mark.gen_test
@TRANSPORTS
async def test_a_short_hole_is_read_along_and_a_long_one_is_not(place, tls):
    content = telling_bytes(5_000_000)
    here = await place(tls=tls)
    here.store.content = content
    source = here.source(replace(STATUS, size=len(content)))
    last = 3_900_000
    for first in (1_100_000, 1_200_000, 1_265_537, 2_400_000, 3_400_000):
        assert await source.read(first, 1000, last) == content[first : first + 1000]
    assert await source.read(last, 1, last) == content[last : last + 1]
    assert here.store.ranges == ["bytes=1100000-3900000", "bytes=2400000-3900000"]
    source.close()


@pytest.mark.gen_test
async def test_a_hole_in_which_the_store_fails_is_passed_by_a_new_get(place):
    here = await place()
    source = here.source()
    here.store.fault = iter([Fault(cut_after=100_000), Fault()]).__next__
    assert await source.read(MIDDLE, 1000, MIDDLE + 400_000) == CONTENT[MIDDLE : MIDDLE + 1000]
    first = MIDDLE + 300_000
    assert await source.read(first, 1000, MIDDLE + 400_000) == CONTENT[first : first + 1000]
    assert here.store.ranges == ["bytes=1500000-1900000", "bytes=1800000-1900000"]
    source.close()


@pytest.mark.gen_test
async def test_nothing_is_read_from_the_store_before_somebody_reads(place):
    here = await place()
    here.source().close()
    assert here.store.ranges == []


@pytest.mark.gen_test
@TRANSPORTS
async def test_a_connection_that_the_store_closed_meanwhile_is_not_used_again(place, tls):
    here = await place(tls=tls)
    await read_range(here.source(), MIDDLE, MIDDLE + 99_999)
    here.store.hang_up()
    while here.store.open:
        await asyncio.sleep(0.01)
    assert await read_range(here.source(), MIDDLE, MIDDLE + 99_999) == CONTENT[MIDDLE : MIDDLE + 100_000]
    assert len(here.store.ranges) == 2


@pytest.mark.gen_test
async def test_a_connection_that_is_kept_is_closed_when_nobody_needs_it(place):
    here = await place(keep_s=0.05)
    await read_range(here.source(), MIDDLE, MIDDLE + 99_999)
    while here.store.open:
        await asyncio.sleep(0.01)


@pytest.mark.gen_test
async def test_over_tls_no_record_waits_in_memory_to_be_read_on(place):
    here = await place(tls=True)
    source = here.source()
    position = MIDDLE
    for _ in range(5):
        chunk = await source.read(position, CHUNK, len(CONTENT) - 1)
        assert CHUNK - 16 * 1024 < len(chunk) <= CHUNK
        assert chunk == CONTENT[position : position + len(chunk)]
        position += len(chunk)
        assert source._open_get._connection._socket.pending() == 0
    source.close()


@pytest.mark.gen_test
async def test_a_store_that_is_not_who_it_says_is_a_fault(place):
    here = await place(tls=True, trusts=False)
    with pytest.raises(StoreFault, match="certificate is not trusted"):
        await here.source().read(MIDDLE, CHUNK)
    assert here.store.ranges == []


@pytest.mark.gen_test
@TRANSPORTS
@pytest.mark.parametrize(
    "fault",
    [
        Fault(cut_after=-1),
        Fault(cut_after=0),
        Fault(cut_after=100_000),
        Fault(hang_after=-1),
        Fault(hang_after=100_000),
        *(Fault(status=status) for status in (408, 429, 500, 502, 503, 504)),
    ],
    ids=told,
)
async def test_what_may_pass_is_resumed_at_the_byte(place, fault, tls):
    here = await place(tls=tls, patience=IMPATIENT)
    faults = iter([fault, fault])
    here.store.fault = lambda: next(faults, FINE)
    assert await read_range(here.source(), MIDDLE, MIDDLE + 299_999) == CONTENT[MIDDLE : MIDDLE + 300_000]
    assert len(here.store.ranges) == 3


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=403), StoreFault),
        (Fault(status=400), StoreFault),
        (Fault(status=301), StoreFault),
        (Fault(whole=True), StoreFault),
        (Fault(shift=8), StoreFault),
        (Fault(head=b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), StoreFault),
        (Fault(status=404), FileVanished),
        (Fault(status=416), RepresentationChanged),
        (Fault(tag='"another"'), RepresentationChanged),
        (Fault(tag='"another"', ignores_if_match=True), RepresentationChanged),
        (Fault(tag=""), RepresentationChanged),
    ],
    ids=told,
)
async def test_what_will_not_pass_is_an_error_at_once(place, fault, error):
    here = await place()
    here.store.fault = lambda: fault
    with pytest.raises(error):
        await here.source().read(MIDDLE, CHUNK)
    assert len(here.store.ranges) == 1
    assert here.parking.open == 0


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=503), StoreUnavailable),
        (Fault(cut_after=-1), StoreUnavailable),
        (Fault(hang_after=-1), StoreTimeout),
    ],
    ids=told,
)
async def test_a_store_that_does_not_recover_is_given_up(place, fault, error):
    here = await place(recovery_s=0.7, patience=IMPATIENT)
    here.store.fault = lambda: fault
    with pytest.raises(error):
        await here.source().read(MIDDLE, CHUNK)
    assert len(here.store.ranges) >= 2
    assert here.parking.open == 0


@pytest.mark.gen_test
async def test_silence_that_is_noticed_later_than_a_store_may_take_to_recover_is_resumed(place):
    here = await place(recovery_s=0.5, patience=Patience(connect_s=60.0, answer_s=60.0, chunk_s=1.0))
    faults = iter([Fault(hang_after=65_536)])
    here.store.fault = lambda: next(faults, FINE)
    assert await read_range(here.source(), MIDDLE, MIDDLE + 299_999) == CONTENT[MIDDLE : MIDDLE + 300_000]
    assert here.store.ranges == ["bytes=1500000-1799999", "bytes=1565536-1799999"]


@pytest.mark.gen_test
async def test_a_store_that_is_not_there_is_unavailable(place):
    here = await place(recovery_s=0.2)
    await here.store.__aexit__()
    with pytest.raises(StoreUnavailable):
        await here.source().read(MIDDLE, CHUNK)


@pytest.mark.gen_test
@TRANSPORTS
@pytest.mark.parametrize("seed", range(3))
async def test_hundreds_of_films_over_a_store_that_fails_all_the_time(place, seed, tls):
    chance = random.Random(seed)
    here = await place(tls=tls)
    replaced = Fault(tag='"another"', ignores_if_match=True)

    def fault() -> Fault:
        if chance.random() < 0.4:
            return FINE
        kinds = [Fault(cut_after=chance.randrange(-1, 200_000)), Fault(status=503), Fault(status=500), replaced]
        kinds += [Fault(whole=True), Fault(shift=8)]
        return chance.choices(kinds, [20, 3, 3, 1, 1, 1])[0]

    async def watch() -> bool:
        """Watches the film, and returns whether it came to the end."""
        first = chance.randrange(1_050_000, 1_600_000)
        last = first + chance.randrange(1, 300_000)
        source = here.source()
        content = bytearray()
        try:
            while first + len(content) <= last:
                position = first + len(content)
                content += await source.read(position, min(CHUNK, last + 1 - position), last)
        except StorageError:
            return False
        finally:
            source.close()
            assert content == CONTENT[first : first + len(content)]
        return len(content) == last - first + 1

    here.store.fault = fault
    seen = await asyncio.gather(*(watch() for _ in range(100)))
    assert sum(seen) > 50  # the others met an answer that does not pass
    assert not all(seen)
    assert here.parking.open == 0
