"""A place is listed by a task of its own, apart from those who ask."""

import asyncio

import pytest

from services.errors import StorageError, StoreUnavailable
from services.http.representation import EntityTag
from services.storage.listing import Listing
from services.storage.remote.bucket import Bucket
from services.storage.remote.connection_limit import Parking
from services.storage.remote.edge_cache import Edges
from services.storage.stored_file import StoredFile

FILES = [StoredFile("a.mp4", "/a.mp4", 1, 0.0, 0, EntityTag("x"))]


def _listing(pause_s=0.0, first_patience_s=60.0):
    return Listing("the place", first_patience_s, lambda took_s, failed: pause_s)


class Found:
    """Returns each of ``answers`` in turn, or raises it if it is an error."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self):
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_what_was_listed_stays_while_listing_fails_and_the_log_tells_of_it_once(caplog):
    caplog.set_level("INFO")

    async def listed():
        listing = _listing()
        found = Found(FILES, StorageError("away"), ZeroDivisionError("odd"), StoreUnavailable("busy"), [])
        return [await listing.files(found) for _ in range(5)]

    assert asyncio.run(listed()) == [FILES, FILES, FILES, FILES, []]
    assert [record.getMessage() for record in caplog.records] == [
        "the place cannot be listed: away",
        "the place can be listed again",
    ]


@pytest.mark.parametrize("failure", [StorageError("away"), ZeroDivisionError("odd"), RecursionError("deep")])
def test_any_failure_has_its_pause(failure):
    async def asked():
        listing = _listing(pause_s=60.0)
        found = Found(failure)
        for _ in range(3):
            assert await listing.files(found) == []
        return found.asked

    assert asyncio.run(asked()) == 1


def test_one_listing_goes_on_at_a_time_and_nobody_waits_for_one_that_hangs():
    async def asked():
        listing = _listing(first_patience_s=0.0)
        gate = asyncio.Event()
        begun = []

        async def hanging():
            begun.append(1)
            await gate.wait()
            return FILES

        meanwhile = [await listing.files(hanging) for _ in range(100)]
        assert not listing.is_listed
        gate.set()
        while not listing.is_listed:
            await asyncio.sleep(0)
        return meanwhile, len(begun), listing.known

    assert asyncio.run(asked()) == ([[]] * 100, 1, FILES)


class OddClient:
    """A client of a store whose listing fails in an unforeseen way."""

    def __init__(self):
        self.asked = 0

    async def objects(self, wanted):
        self.asked += 1
        raise ValueError("odd")
        yield

    def close(self):
        pass


def test_a_bucket_whose_listing_fails_in_an_unforeseen_way_is_not_listed_for_every_scan(caplog):
    async def asked():
        client = OddClient()
        bucket = Bucket("s3://odd", client, "http://unused.test/", Parking(1), Edges())
        for _ in range(3):
            assert await bucket.files(lambda name, beside: True) == []
        bucket.close()
        return client.asked

    assert asyncio.run(asked()) == 1
    assert [record.getMessage() for record in caplog.records] == ["s3://odd cannot be listed: odd"]
