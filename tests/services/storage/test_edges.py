"""The first and last bytes of films are asked of a store once."""

import pytest

from tests.faulty_place import CONTENT, read_range


@pytest.mark.gen_test
async def test_the_first_and_last_bytes_are_asked_of_the_store_once(place):
    here = await place()
    for _ in range(2):
        source = here.source()
        assert await read_range(source, 0, 99_999) == CONTENT[:100_000]
        assert await read_range(source, 2_900_000, 2_999_999) == CONTENT[2_900_000:]
        source.close()
    assert here.store.ranges == ["bytes=0-99999", "bytes=2900000-2999999"]
