"""One object read over a store that fails in every way: exact bytes, or an error; never wrong ones."""

import asyncio
import random
import ssl
from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from services.errors import (
    FileVanished,
    RepresentationChanged,
    StorageError,
    StoreFault,
    StoreTimeout,
    StoreUnavailable,
)
from services.http.representation import EntityTag, Representation
from services.storage import http_client, object_source, parking
from services.storage.edges import Edges
from services.storage.exchange import Patience
from services.storage.http_client import HttpClient
from services.storage.object_client import ObjectStatus
from services.storage.object_source import ObjectSource
from services.storage.parking import Parking
from services.storage.ranged_get import get_range
from tests.faulty_store import FINE, KEY, Fault, FaultyStore
from tests.films import telling_bytes

CONTENT = telling_bytes(3_000_000)
STATUS = ObjectStatus(KEY, len(CONTENT), EntityTag("0123456789abcdef"), datetime(2024, 1, 1, tzinfo=UTC))
MIDDLE = 1_500_000  # what lies at an edge is kept in memory
CHUNK = 65536


def told(value: object) -> str | None:
    """The name of a test of this fault."""
    if not isinstance(value, Fault):
        return None
    return ",".join(f"{name}={given}" for name, given in asdict(value).items() if given != getattr(FINE, name))


class _Links:
    """A client whose links are those of the store under test."""

    def __init__(self, store: FaultyStore, authorities: str | None) -> None:
        self._url = f"{store.url}/films/{KEY}"
        self._http = HttpClient(Patience(connect_s=0.5, answer_s=0.5, chunk_s=0.5), authorities)

    async def get(self, status: ObjectStatus, first: int, last: int):
        return await get_range(self._http, self._url, status, first, last)

    def close(self) -> None:
        self._http.close()


class _Place:
    """A store, and sources of its film."""

    def __init__(self, store: FaultyStore, parking: Parking, authorities: str | None) -> None:
        self.store = store
        self.parking = parking
        self._client = _Links(store, authorities)
        self._edges = Edges()

    def source(self) -> ObjectSource:
        representation = Representation(STATUS.size, "video/mp4", STATUS.entity_tag, STATUS.modified)
        return ObjectSource(self._client, STATUS, representation, self.parking, self._edges)

    def close(self) -> None:
        self._client.close()
        self.parking.close()


@pytest.fixture
def place(io_loop, monkeypatch, request):
    """Makes the store and what reads it; both end with the test."""
    opened = []

    async def make(
        recovery_s: float = 2.0, most: float = 1000, park_after_s: float = 60.0, tls: bool = False, trusts: bool = True
    ) -> _Place:
        monkeypatch.setattr(object_source, "RECOVERY_S", recovery_s)
        monkeypatch.setattr(parking, "PARK_AFTER_S", park_after_s)
        context = authorities = None
        if tls:
            certificate = request.getfixturevalue("certificate")
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
            authorities = str(certificate[0]) if trusts else None
        store = await FaultyStore(CONTENT, context).__aenter__()
        opened.append(_Place(store, Parking(most), authorities))
        return opened[-1]

    yield make
    for each in opened:
        each.close()
        io_loop.run_sync(each.store.__aexit__)


async def _read(source: ObjectSource, first: int, last: int) -> bytes:
    content = bytearray()
    while len(content) < last - first + 1:
        position = first + len(content)
        content += await source.read(position, min(CHUNK, last + 1 - position), last)
    return bytes(content)


TRANSPORTS = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


@pytest.mark.gen_test
@TRANSPORTS
async def test_a_range_is_read_by_one_get_and_its_connection_used_again(place, tls):
    here = await place(tls=tls)
    source = here.source()
    for first in (MIDDLE, 1_200_000):
        assert await _read(source, first, first + 299_999) == CONTENT[first : first + 300_000]
    assert here.store.ranges == ["bytes=1500000-1799999", "bytes=1200000-1499999"]
    assert here.store.open == 1
    assert here.parking.open == 0


@pytest.mark.gen_test
async def test_nothing_is_read_from_the_store_before_somebody_reads(place):
    here = await place()
    here.source().close()
    assert here.store.ranges == []


@pytest.mark.gen_test
@TRANSPORTS
async def test_a_connection_that_the_store_closed_meanwhile_is_not_used_again(place, tls):
    here = await place(tls=tls)
    await _read(here.source(), MIDDLE, MIDDLE + 99_999)
    here.store.hang_up()
    while here.store.open:
        await asyncio.sleep(0.01)
    assert await _read(here.source(), MIDDLE, MIDDLE + 99_999) == CONTENT[MIDDLE : MIDDLE + 100_000]
    assert len(here.store.ranges) == 2


@pytest.mark.gen_test
async def test_a_connection_that_is_kept_is_closed_when_nobody_needs_it(place, monkeypatch):
    monkeypatch.setattr(http_client, "KEEP_S", 0.05)
    here = await place()
    await _read(here.source(), MIDDLE, MIDDLE + 99_999)
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
        assert source._body._connection._socket.pending() == 0
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
    here = await place(tls=tls)
    faults = iter([fault, fault])
    here.store.fault = lambda: next(faults, FINE)
    assert await _read(here.source(), MIDDLE, MIDDLE + 299_999) == CONTENT[MIDDLE : MIDDLE + 300_000]
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
    here = await place(recovery_s=0.7)
    here.store.fault = lambda: fault
    with pytest.raises(error):
        await here.source().read(MIDDLE, CHUNK)
    assert len(here.store.ranges) >= 2
    assert here.parking.open == 0


@pytest.mark.gen_test
async def test_a_store_that_is_not_there_is_unavailable(place):
    here = await place(recovery_s=0.2)
    await here.store.__aexit__()
    with pytest.raises(StoreUnavailable):
        await here.source().read(MIDDLE, CHUNK)


@pytest.mark.gen_test(timeout=60)
@TRANSPORTS
@pytest.mark.parametrize("seed", range(3))
async def test_hundreds_of_films_over_a_store_that_fails_all_the_time(place, seed, tls):
    chance = random.Random(seed)
    here = await place(recovery_s=3.0, tls=tls)
    replaced = Fault(tag='"another"', ignores_if_match=True)

    def fault() -> Fault:
        if chance.random() < 0.4:
            return FINE
        kinds = [Fault(cut_after=chance.randrange(-1, 200_000)), Fault(status=503), Fault(status=500), replaced]
        kinds += [Fault(whole=True), Fault(shift=8)]
        return chance.choices(kinds, [20, 3, 3, 1, 1, 1])[0]

    async def watch() -> bool:
        """Whether it was seen to its end."""
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
async def test_the_first_and_last_bytes_are_asked_of_the_store_once(place):
    here = await place()
    for _ in range(2):
        source = here.source()
        assert await _read(source, 0, 99_999) == CONTENT[:100_000]
        assert await _read(source, 2_900_000, 2_999_999) == CONTENT[2_900_000:]
        source.close()
    assert here.store.ranges == ["bytes=0-99999", "bytes=2900000-2999999"]


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
