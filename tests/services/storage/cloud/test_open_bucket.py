"""Films in stores of three kinds, each a real server: the same listing, the same bytes."""

import asyncio
import os
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta

import obstore
import pytest

from services.errors import InvalidSetting, RepresentationChanged, StoreFault
from services.http.representation import EntityTag
from services.storage.cloud.open_bucket import client
from services.storage.locations import parse_bucket, parse_locations
from services.storage.open_store import open_stores
from services.storage.remote.bucket import Bucket, BucketTiming
from services.storage.remote.connection_limit import Parking
from services.storage.remote.edge_cache import Edges
from services.storage.remote.object_client import ObjectStatus
from tests.films import telling_bytes
from tests.needs import need
from tests.object_stores import BUCKET, google_server
from tests.timing import remote_timing

NO_URL = "http://unused.test/"
CONTENT = telling_bytes(3_000_000)


@pytest.fixture
def bucket(s3, tmp_path):
    return s3.bucket(prefix=tmp_path.name)


@pytest.fixture
def timing():
    return remote_timing()


@pytest.fixture
def opened(s3, tmp_path, timing):
    """The store of this test's films in S3."""
    store = open_stores(parse_locations(f"s3://{BUCKET}/{tmp_path.name}"), s3.environment, NO_URL, timing=timing)
    yield store
    store.close()


def _paths(store):
    return sorted(file.path for file in _files(store, lambda name, beside: name.endswith(".mp4")))


def _files(store, wanted=lambda name, beside: True):
    return asyncio.run(store.files(wanted))


async def _read(source, first, last):
    content = bytearray()
    while len(content) < last - first + 1:
        position = first + len(content)
        content += await source.read(position, min(65536, last + 1 - position), last)
    return bytes(content)


def test_all_films_below_the_prefix_are_found_and_nothing_else(s3, bucket, opened, tmp_path):
    for key in (
        "a.mp4",
        "Show/Season 1/b.mp4",
        "Фильм 1+2 (тест).mp4",
        "c#?*%41~.mp4",
        "note.txt",
        ".d.mp4",
        ".e/f.mp4",
    ):
        obstore.put(bucket, key, b"film")
    obstore.put(bucket, "empty.mp4", b"")
    obstore.put(s3.bucket(prefix=f"{tmp_path.name}-other"), "other.mp4", b"film")
    assert _paths(opened) == ["Show/Season 1/b.mp4", "a.mp4", "c#?*%41~.mp4", "Фильм 1+2 (тест).mp4"]


def test_what_is_listed_has_size_date_and_the_tag_of_the_store(bucket, opened):
    obstore.put(bucket, "a.mp4", b"film")
    (file,) = _files(opened)
    assert file.size == 4
    assert file.entity_tag == EntityTag("bdbd6db1d8cc09a957e86180fda9442a")  # the MD5 of it
    assert abs(datetime.fromtimestamp(file.modified_s, UTC) - datetime.now(UTC)) < timedelta(minutes=1)


def test_what_stands_beside_an_object_is_told_to_who_wants_it(s3, bucket, tmp_path):
    for key in ("a/b.mp4", "a/b.srt", "a/c/d.mp4", "e.mp4"):
        obstore.put(bucket, key, b"film")
    for other, paths in {
        "b.srt": ["a/b.mp4", "a/b.srt"],
        "c": ["a/b.mp4", "a/b.srt"],
        "d.mp4": ["a/c/d.mp4"],
        "a": ["e.mp4"],
        "b": [],
    }.items():
        store = open_stores(parse_locations(f"s3://{BUCKET}/{tmp_path.name}"), s3.environment, NO_URL)
        assert sorted(file.path for file in _files(store, lambda name, beside, other=other: other in beside)) == paths
        store.close()


def test_a_listing_of_many_pages_is_whole(bucket, opened):
    async def put_all():
        for first in range(0, 4_500, 50):  # each has a connection: more at once than a process may have by default
            numbers = range(first, first + 50)
            await asyncio.gather(*(obstore.put_async(bucket, f"{number}.mp4", b"x") for number in numbers))

    asyncio.run(put_all())
    assert len(_paths(opened)) == 4_500


def test_of_a_bucket_that_is_too_large_a_part_is_listed_with_one_warning(s3, bucket, tmp_path, caplog):
    location, timing = parse_bucket(f"s3://{BUCKET}/{tmp_path.name}"), BucketTiming(0.0, 0, first_patience_s=60.0)
    opened = Bucket("films", client(location, s3.environment), NO_URL, Parking(1), Edges(), timing, most_objects=2)
    for key in ("a.mp4", "b.jpg", "c.mp4", "d.mp4"):
        obstore.put(bucket, key, b"film")
    assert [_paths(opened) for _ in range(2)] == [["a.mp4", "c.mp4"]] * 2
    assert caplog.text.count("has more than 2 objects: the rest is left out") == 1
    opened.close()


def test_what_was_not_listed_anew_is_the_very_same_list(bucket, opened):
    obstore.put(bucket, "a.mp4", b"film")
    assert _files(opened) is _files(opened)


@pytest.mark.parametrize(
    ("timing", "then"),
    [
        (remote_timing(list_every_s=60.0, listing_share=0), ["a.mp4"]),
        (remote_timing(list_every_s=0.0, listing_share=0), ["a.mp4", "b.mp4"]),
    ],
    ids=["after a minute", "at once"],
)
def test_the_store_is_listed_again_after_a_while_and_not_before(bucket, opened, then):
    obstore.put(bucket, "a.mp4", b"film")
    assert _paths(opened) == ["a.mp4"]
    obstore.put(bucket, "b.mp4", b"film")
    assert _paths(opened) == then


def test_a_store_that_cannot_be_listed_is_told_of_once(bucket, s3, tmp_path, caplog):
    obstore.put(bucket, "a.mp4", b"film")
    wrong = {**s3.environment, "AWS_SECRET_ACCESS_KEY": "the-wrong-one"}
    refused = open_stores(
        parse_locations(f"s3://{BUCKET}/{tmp_path.name}"), wrong, NO_URL, timing=remote_timing(trouble_s=0.0)
    )
    assert [_paths(refused) for _ in range(2)] == [[], []]
    assert caplog.text.count("cannot be listed") == 1
    assert "the-wrong-one" not in caplog.text


def test_of_films_of_the_same_path_the_first_stores_is_shown(s3, bucket, tmp_path):
    folder = tmp_path / "films"
    folder.mkdir()
    (folder / "a.mp4").write_bytes(b"in the folder")
    (folder / "b.mp4").write_bytes(b"in the folder")
    obstore.put(bucket, "a.mp4", b"in the bucket")
    obstore.put(bucket, "c.mp4", b"in the bucket")
    stores = open_stores(parse_locations(f"{folder}, s3://{BUCKET}/{tmp_path.name}"), s3.environment, NO_URL)

    async def contents():
        read = {}
        for file in await stores.files(lambda name, beside: True):
            async with stores.open(file, "video/mp4") as source:
                read[file.path] = await source.read(0, file.size)
        return read

    assert asyncio.run(contents()) == {"a.mp4": b"in the folder", "b.mp4": b"in the folder", "c.mp4": b"in the bucket"}
    stores.close()


def test_wrong_keys_are_a_fault_of_the_store_to_whoever_watches(s3, bucket, tmp_path):
    obstore.put(bucket, "a.mp4", CONTENT)
    wrong = {**s3.environment, "AWS_SECRET_ACCESS_KEY": "wrong"}
    status = ObjectStatus("a.mp4", len(CONTENT), EntityTag("x"), datetime.now(UTC))

    async def ask():
        refused = client(parse_bucket(f"s3://{BUCKET}/{tmp_path.name}"), wrong)
        with pytest.raises(StoreFault):
            await refused.status("a.mp4")
        with pytest.raises(StoreFault):
            await refused.get(status, 0, 9)

    asyncio.run(ask())


def test_a_link_serves_whoever_has_it(opened, bucket):
    obstore.put(bucket, "Фильм 1+2 (тест).mp4", b"film")
    (file,) = _files(opened)
    link = asyncio.run(opened.link(file, 60.0))
    assert (
        obstore.get(obstore.store.HTTPStore.from_url(link, client_options={"allow_http": True}), "").bytes() == b"film"
    )


def test_links_of_a_public_bucket_carry_no_signature(s3):
    public = client(parse_bucket(f"s3://{BUCKET}?anonymous=yes"), s3.environment)
    assert asyncio.run(public.link("a b.mp4", 60.0)) == f"{s3.endpoint}/{BUCKET}/a%20b.mp4"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("s3://films/x", "https://films.s3.eu-west-1.amazonaws.com/x/a.mp4"),
        ("s3://my.films?region=us-east-2", "https://s3.us-east-2.amazonaws.com/my.films/a.mp4"),
        ("s3://films?endpoint=https://s3.example.com", "https://s3.example.com/films/a.mp4"),
        ("s3://films?endpoint=https://s3.example.com&addressing=virtual", "https://films.s3.example.com/a.mp4"),
    ],
)
def test_a_bucket_is_looked_for_where_its_store_has_it(url, link):
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-west-1"}
    found = asyncio.run(client(parse_bucket(url), keys).link("a.mp4", 60.0))
    assert found.partition("?")[0] == link


def test_certificates_that_cannot_be_read_are_a_wrong_setting(s3):
    with pytest.raises(InvalidSetting, match="AWS_CA_BUNDLE"):
        client(parse_bucket("s3://films"), {**s3.environment, "AWS_CA_BUNDLE": "/no/such/file"})


def _private_key():
    command = [need("openssl"), "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def google():
    with google_server() as server:
        yield server


class TestGoogle:
    @pytest.fixture(params=["with a key", "without"])
    def films(self, google, monkeypatch, request):
        """Films that are read by signed links if there is a key to sign with, otherwise by obstore."""
        account = google.service_account(_private_key() if request.param == "with a key" else "")
        monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT_KEY", account)  # where obstore looks for it
        store = open_stores(parse_locations(f"gs://{BUCKET}/sub"), os.environ, NO_URL)
        yield store
        store.close()

    def test_films_are_listed_and_read_at_the_pace_of_who_reads(self, google, films):
        google.put("sub/Фильм 1.mp4", CONTENT)
        file = next(file for file in _files(films) if file.path == "Фильм 1.mp4")

        async def read():
            async with films.open(file, "video/mp4") as source:
                return await _read(source, 1_500_000, 2_199_999)

        assert file.path == "Фильм 1.mp4"
        assert asyncio.run(read()) == CONTENT[1_500_000:2_200_000]

    @pytest.mark.parametrize("films", ["with a key"], indirect=True)
    def test_a_link_serves_whoever_has_it(self, google, films):
        google.put("sub/Фильм 2.mp4", b"film")
        file = next(file for file in _files(films) if file.path == "Фильм 2.mp4")
        link = asyncio.run(films.link(file, 60.0))
        assert "X-Goog-Signature=" in link
        with urllib.request.urlopen(link) as response:
            assert response.read() == b"film"

    def test_a_public_bucket_elsewhere_is_read_without_keys_and_by_plain_links(self, google):
        google.put("public/a.mp4", b"film")
        store = open_stores(
            parse_locations(f"gs://{BUCKET}/public?endpoint={google.endpoint}&anonymous=yes"), {}, NO_URL
        )
        (file,) = _files(store)

        async def read():
            async with store.open(file, "video/mp4") as source:
                return await source.read(0, 4)

        assert asyncio.run(read()) == b"film"
        assert asyncio.run(store.link(file, 60.0)) == f"{google.endpoint}/{BUCKET}/public/a.mp4"
        store.close()

    def test_a_film_that_was_replaced_is_not_gone_on_with_though_the_store_ignores_if_match(self, google, films):
        google.put("sub/Фильм 1.mp4", CONTENT)
        file, *_ = _files(films)

        async def read():
            async with films.open(file, "video/mp4") as source:
                await source.read(1_500_000, 65536, 2_999_999)
                google.put("sub/Фильм 1.mp4", CONTENT[::-1])
                source.park()
                with pytest.raises(RepresentationChanged):
                    await source.read(1_565_536, 65536, 2_999_999)

        asyncio.run(read())
