"""Several stores as one, of which some fail or hang."""

import asyncio

import pytest

from services.errors import FileVanished
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.faulty_store import FaultyStore
from tests.films import put
from tests.timing import remote_timing

NO_URL = "http://unused.test/"
KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}


def _wanted(name, beside):
    return name.endswith((".mp4", ".mkv"))


async def _paths(stores):
    return sorted(file.path for file in await stores.files(_wanted))


@pytest.mark.gen_test
async def test_a_store_that_hangs_holds_up_no_other(films):
    put(films, "a.mp4", b"film")
    async with FaultyStore(b"film") as faulty:
        faulty.tells.clear()
        environment = KEYS | {"AWS_ENDPOINT_URL": faulty.url}
        timing = remote_timing(first_patience_s=0.1)
        stores = open_stores(parse_locations(f"{films}, s3://bucket"), environment, NO_URL, timing=timing)
        assert await _paths(stores) == ["a.mp4"]
        put(films, "b.mp4", b"film")
        assert await _paths(stores) == ["a.mp4", "b.mp4"]
        faulty.tells.set()
        while "film.mkv" not in await _paths(stores):
            await asyncio.sleep(0.01)
        stores.close()


def test_who_was_told_of_a_file_before_it_changed_can_open_it(films):
    put(films, "a.mp4", b"film")
    stores = open_stores(parse_locations(str(films)), {}, NO_URL)

    async def read():
        (file,) = await stores.files(_wanted)
        put(films, "a.mp4", b"another film")
        await stores.files(_wanted)
        async with stores.open(file, "video/mp4") as source:
            return await source.read(0, 100)

    assert asyncio.run(read()) == b"another film"
    stores.close()


def test_what_is_in_no_store_any_more_has_vanished(films):
    put(films, "a.mp4", b"film")
    stores = open_stores(parse_locations(str(films)), {}, NO_URL)

    async def ask():
        (file,) = await stores.files(_wanted)
        (films / "a.mp4").unlink()
        for name in ("b.mp4", "c.mp4"):
            put(films, name, b"film")
            await stores.files(_wanted)
        with pytest.raises(FileVanished):
            stores.open(file, "video/mp4")

    asyncio.run(ask())
    stores.close()
