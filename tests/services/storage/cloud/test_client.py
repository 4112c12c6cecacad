"""Objects whose names are odd as paths: they play, or are left out with one warning. All others are listed."""

import logging
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from services.errors import StoreFault
from services.http_client.client import HttpClient
from services.http_client.timeouts import Patience
from services.storage.cloud.client import CloudClient
from services.storage.cloud.s3 import S3
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from tests.films import telling_bytes
from tests.key_store import KeyStore, Stored
from tests.timing import remote_timing

NO_URL = "http://unused.test/"
LISTED_EACH_TIME = remote_timing(list_every_s=0, listing_share=0, trouble_s=0)
FILM = Stored(telling_bytes(100_000))
PLAYED = [
    "a//b.mp4",
    "a///b.mp4",
    "/b.mp4",
    "//a/b.mp4",
    "a\tb.mp4",
    "a\nb.mp4",
    "a\r\nb.mp4",
    "a\x01\x1f\x7fb.mp4",
    "a\u2028b.mp4",
    "a b+c%41%2F.mp4",
    "Фильм//é.mp4",
    "a;b=c&d?e#f.mp4",
    "a\\b.mp4",
    "a/%2e%2e/b.mp4",
]
LEFT_OUT = {
    "a/./b.mp4": 'browsers ask for no "." and ".."',
    "a/../b.mp4": 'browsers ask for no "." and ".."',
    "../b.mp4": 'browsers ask for no "." and ".."',
    "b.mp4/": "its name is that of a folder",
    "b.mp4//": "its name is that of a folder",
    "a\0b.mp4": "its name is no text",
}


@asynccontextmanager
async def _opened(objects, options="", page_size=1000, prefix="", timing=None):
    objects = {key if isinstance(key, bytes) else key.encode(): stored for key, stored in objects.items()}
    async with KeyStore(objects, page_size) as server:
        stores = open_stores(parse_locations(f"s3://films{prefix}{options}"), server.environment, NO_URL, timing=timing)
        yield server, stores
        stores.close()


@asynccontextmanager
async def _client(objects, page_size=1000, **limits):
    """A client of a public bucket."""
    async with KeyStore({key.encode(): stored for key, stored in objects.items()}, page_size) as server:
        bucket = S3(f"{server.environment['AWS_ENDPOINT_URL']}/films", "", "us-east-1", None)
        client = CloudClient("s3://films", HttpClient(Patience()), bucket, **limits)
        yield server, client
        client.close()


async def _keys(client):
    return [status.key async for status in client.objects(lambda key: True)]


async def _paths(stores):
    return sorted([file.path for file in await stores.files(lambda name, beside: name.endswith(".mp4"))])


async def _content(stores, path):
    (file,) = [file for file in await stores.files(lambda name, beside: True) if file.path == path]
    async with stores.open(file, "video/mp4") as source:
        return await source.read(0, 65536)


def _told(caplog):
    """The lines of the storage in the log."""
    return [record.getMessage() for record in caplog.records if record.name.startswith("services.storage.")]


@pytest.mark.gen_test
@pytest.mark.parametrize("options", ["", "?anonymous=yes"])
@pytest.mark.parametrize("key", PLAYED, ids=ascii)
async def test_an_odd_key_is_listed_and_its_bytes_are_read(key, options, caplog):
    async with _opened({key: FILM, "ok.mp4": FILM}, options) as (_, stores):
        assert await _paths(stores) == sorted([key, "ok.mp4"])
        assert await _content(stores, key) == FILM.content[:65536]
    assert _told(caplog) == []


@pytest.mark.gen_test
@pytest.mark.parametrize("key", ["x//b.mp4", "x//a\t/b.mp4", "x/ü/b.mp4"], ids=ascii)
async def test_below_a_prefix_keys_are_what_follows_it(key):
    async with _opened({key: FILM, "x.mp4": FILM, "x": FILM, "x/": Stored(b"")}, prefix="/x") as (_, stores):
        assert await _paths(stores) == [key.removeprefix("x/")]
        assert await _content(stores, key.removeprefix("x/")) == FILM.content[:65536]


@pytest.mark.gen_test
@pytest.mark.parametrize("key", LEFT_OUT, ids=ascii)
async def test_what_cannot_be_asked_for_is_left_out_with_one_warning_and_the_others_are_listed(key, caplog):
    async with _opened({key: FILM, "ok.mp4": FILM}, timing=LISTED_EACH_TIME) as (_, stores):
        assert [await _paths(stores) for _ in range(3)] == [["ok.mp4"]] * 3
    assert _told(caplog) == [f"s3://films: left out {key!a} ({LEFT_OUT[key]})"]


@pytest.mark.gen_test
async def test_a_key_that_is_no_utf_8_is_left_out(caplog):
    async with _opened({b"a\xff.mp4": FILM, "ok.mp4": FILM}) as (_, stores):
        assert await _paths(stores) == ["ok.mp4"]
    assert "left out 'a\\udcff.mp4' (its name is no text)" in caplog.text


@pytest.mark.gen_test
@pytest.mark.parametrize("tag", ["", '""', 'W/"weak"', '"a"b"', '"a&#13;&#10;b"', '"\N{SNOWMAN}"'])
async def test_an_object_without_a_strong_entity_tag_is_left_out_alone(caplog, tag):
    async with _opened({"a.mp4": Stored(b"film", tag=tag), "ok.mp4": FILM}) as (_, stores):
        assert await _paths(stores) == ["ok.mp4"]
    assert "left out 'a.mp4' (it has no strong entity tag)" in caplog.text


@pytest.mark.gen_test
async def test_of_many_that_are_left_out_one_warning_names_some(caplog):
    objects = {f"{number}/../b.mp4": FILM for number in range(8)}
    async with _opened({**objects, "ok.mp4": FILM}) as (_, stores):
        assert await _paths(stores) == ["ok.mp4"]
    (told,) = _told(caplog)
    assert "'0/../b.mp4'" in told
    assert told.endswith(" and 3 more")


@pytest.mark.gen_test
@pytest.mark.parametrize("key", ["Movies/", "Movies//", "/", "a/../", "a/../notes.txt", "b.mp4/notes.txt"])
async def test_what_is_no_film_is_left_out_without_a_word(key, caplog):
    async with _opened({key: Stored(b"" if key.endswith("/") else b"text"), "ok.mp4": FILM}) as (_, stores):
        assert await _paths(stores) == ["ok.mp4"]
    assert _told(caplog) == []


@pytest.mark.gen_test
@pytest.mark.parametrize("page_size", [1, 2, 3, 1000])
async def test_pages_follow_each_other_by_what_the_store_calls_the_next(page_size):
    objects = {f"{name}.mp4": FILM for name in ("1", "2 3", "4//5", "6+7", "8\t9")}
    async with _opened(objects, page_size=page_size) as (server, stores):
        assert await _paths(stores) == sorted(objects)
        assert server.targets == ["GET /films"] * -(-5 // page_size)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("encode", "says"),
    [
        (lambda key: key.decode(), ""),  # a store that does not know encoding-type
        (lambda key: KeyStore({}).encode(key).replace("+", "%20"), ""),  # one that encodes without a word
        (lambda key: KeyStore({}).encode(key).replace("+", "%20"), "<EncodingType>url</EncodingType>"),
    ],
)
async def test_names_are_read_as_the_store_writes_them(encode, says):
    keys = ["1+1.mp4", "a b.mp4", "c//d.mp4", "é.mp4"]
    async with _opened(dict.fromkeys(keys, FILM)) as (server, stores):
        server.encode, server.says = encode, says
        assert await _paths(stores) == keys


def _document(contents, attributes=""):
    return f"<ListBucketResult>{contents}</ListBucketResult>".encode()


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><ListBucketResult>&b;</ListBucketResult>'
ENDLESS = _document("<IsTruncated>true</IsTruncated><NextContinuationToken>again</NextContinuationToken>")


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (BOMB, "document type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><ListBucketResult/>', "document type"),
        (b"<html><body>Log in</body></html>", "no ListBucketResult"),
        (b"<ListBucketResult><Contents>", "cannot be read"),
        (b"", "cannot be read"),
        (b"\xff\xfe<", "cannot be read"),
        (b'<?xml version="1.0" encoding="utf-7"?><ListBucketResult/>', "cannot be read"),
        (b'<?xml version="1.0" encoding="no-such"?><ListBucketResult/>', "cannot be read"),
        (ENDLESS, "no end"),
        (b"<ListBucketResult>" + b" " * 4 * 1024 * 1024, "more than"),
    ],
)
async def test_a_list_that_is_none_is_told_once_and_what_was_listed_stays(document, reason, caplog):
    async with _opened({"ok.mp4": FILM}, timing=LISTED_EACH_TIME) as (server, stores):
        assert await _paths(stores) == ["ok.mp4"]
        server.listing = lambda token: (200, document)
        assert [await _paths(stores) for _ in range(2)] == [["ok.mp4"]] * 2
    (told,) = _told(caplog)
    assert told.startswith("s3://films cannot be listed: ")
    assert reason in told


@pytest.mark.gen_test
async def test_pages_without_end_are_given_up():
    numbers = iter(range(1000))
    async with _client({"ok.mp4": FILM}, most_pages=50) as (server, client):
        server.listing = lambda token: (200, ENDLESS.replace(b"again", b"%d" % next(numbers)))
        with pytest.raises(StoreFault, match="its list has no end"):
            await _keys(client)
        assert len(server.targets) == 50


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "contents",
    [
        "<Contents/>",
        "<Contents><Key>a.mp4</Key></Contents>",
        f"<Contents><Key>a.mp4</Key><ETag>x</ETag><Size>{'9' * 5000}</Size></Contents>",
        "<Contents><Key>a.mp4</Key><ETag>x</ETag><Size>-1</Size></Contents>",
        "<Contents><Key>a.mp4</Key><ETag>x</ETag><Size>\N{ARABIC-INDIC DIGIT FOUR}</Size></Contents>",
    ],
)
async def test_an_object_without_a_size_is_left_out(contents):
    more = "<Contents><Key>ok.mp4</Key><ETag>x</ETag><Size>4</Size><LastModified>never</LastModified></Contents>"
    async with _opened({}) as (server, stores):
        server.listing = lambda token: (200, _document(contents + more))
        assert await _paths(stores) == ["ok.mp4"]


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("date", "modified"),
    [
        ("2024-01-02T03:04:05.678Z", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2024-01-02T03:04:05+02:00", datetime(2024, 1, 2, 1, 4, 5, tzinfo=UTC)),
        ("2024-01-02T03:04:05", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", datetime(1970, 1, 1, tzinfo=UTC)),
        ("never", datetime(1970, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999999Z", None),  # the future is now
    ],
)
async def test_a_film_of_any_date_is_read(date, modified):
    contents = f"<Contents><Key>a.mp4</Key><ETag>x</ETag><Size>4</Size><LastModified>{date}</LastModified></Contents>"
    async with _opened({}) as (server, stores):
        server.listing = lambda token: (200, _document(contents))
        (file,) = await stores.files(lambda name, beside: True)
        before = datetime.now(UTC).replace(microsecond=0)
        async with stores.open(file, "video/mp4") as source:
            told = source.representation.last_modified
    assert told == modified if modified else told >= before


@pytest.mark.gen_test
async def test_a_page_that_the_store_has_too_much_to_do_for_is_asked_for_again(caplog):
    caplog.set_level(logging.WARNING)
    async with _client({"1.mp4": FILM, "2.mp4": FILM}, page_size=1, pauses_s=(0.0, 0.0)) as (server, client):
        answers = iter([(200, None), (503, b"<Error><Code>SlowDown</Code></Error>"), (500, b"")])
        server.listing = lambda token: next(((s, d) for s, d in answers if d is not None), server.page(token))
        assert await _keys(client) == ["1.mp4", "2.mp4"]
        assert server.targets == ["GET /films"] * 4
    assert _told(caplog) == []
