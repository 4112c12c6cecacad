"""Discs in a bucket, with a real server: each is one film, and the list tells which files play after the first."""

import json

import pytest

from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.films import telling_bytes
from tests.key_store import KeyStore, Stored
from tests.timing import remote_timing

NO_URL = "http://unused.test/"
LENGTHS = {
    "Ben-Hur (1959)/VIDEO_TS/VIDEO_TS.VOB": 90_000,
    "Ben-Hur (1959)/VIDEO_TS/VTS_01_0.VOB": 90_000,
    "Ben-Hur (1959)/VIDEO_TS/VTS_01_1.VOB": 80_000,
    "Ben-Hur (1959)/VIDEO_TS/VTS_01_2.VOB": 50_000,
    "Ben-Hur (1959)/VIDEO_TS/VTS_02_1.VOB": 10_000,
    "gandhi/bdmv/stream/00001.m2ts": 10_000,
    "gandhi/bdmv/stream/00800.m2ts": 80_000,
}


@pytest.fixture
def store(io_loop):
    objects = {key.encode(): Stored(telling_bytes(length), tag=f'"{key}"') for key, length in LENGTHS.items()}
    server = KeyStore(objects)
    io_loop.run_sync(server.__aenter__)
    yield open_stores(parse_locations("s3://films"), server.environment, NO_URL, timing=remote_timing())
    io_loop.run_sync(server.__aexit__)


@pytest.mark.gen_test
async def test_a_disc_in_a_bucket_is_a_film(connect):
    async with await connect() as connection:
        movies = json.loads((await connection.request("GET", "/api/movies")).content)["movies"]
    told = [{field: movie.get(field) for field in ("title", "year", "part", "of", "path")} for movie in movies]
    first = "Ben-Hur (1959)/VIDEO_TS/VTS_01_1.VOB"
    second = "Ben-Hur (1959)/VIDEO_TS/VTS_01_2.VOB"
    gandhi = "gandhi/bdmv/stream/00800.m2ts"
    assert told == [
        {"title": "Ben-Hur", "year": 1959, "part": None, "of": None, "path": first},
        {"title": "Ben-Hur", "year": 1959, "part": 2, "of": first, "path": second},
        {"title": "gandhi", "year": None, "part": None, "of": None, "path": gandhi},
    ]
