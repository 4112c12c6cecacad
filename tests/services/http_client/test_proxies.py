"""Stores that are reached only through a proxy."""

import asyncio
import base64
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from services.errors import InvalidSetting, StoreFault, StoreTimeout, StoreUnavailable
from services.http.representation import EntityTag
from services.http_client.client import HttpClient
from services.http_client.proxies import Proxies
from services.http_client.timeouts import Patience
from services.storage.locations import parse_locations
from services.storage.open_store import open_stores
from services.storage.remote.object_client import ObjectStatus
from services.storage.remote.ranged_get import get_range
from tests.faulty_store import KEY, TAG, FaultyStore
from tests.films import telling_bytes
from tests.hand_server import HandServer

CONTENT = telling_bytes(3_000_000)
STATUS = ObjectStatus(KEY, len(CONTENT), EntityTag(TAG.strip('"')), datetime(2024, 1, 1, tzinfo=UTC))
USER = "me:p@ss"


class Proxy(HandServer):
    """A proxy that leads to ``store``, whatever host is asked for, but only for USER. All others get ``refusal``."""

    def __init__(self, store: FaultyStore) -> None:
        super().__init__()
        self.heads: list[str] = []
        self.refusal = b""
        self._store = urlsplit(store.url)

    async def __aenter__(self) -> "Proxy":
        await super().__aenter__()
        self.url = f"http://{USER.replace('@', '%40')}@127.0.0.1:{self.port}"
        return self

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onwards = None
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            secret = f"Basic {base64.b64encode(USER.encode()).decode()}"
            if self.refusal or secret not in [line.partition(": ")[2] for line in head.split("\r\n")]:
                writer.write(self.refusal or b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
                await reader.read()
                return
            answers, onwards = await asyncio.open_connection(self._store.hostname, self._store.port)
            if head.startswith("CONNECT "):
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                method, target, rest = head.split(" ", 2)
                onwards.write(f"{method} {urlsplit(target).path} {rest}".encode())
            async with asyncio.TaskGroup() as both:
                both.create_task(_pipe(reader, onwards))
                both.create_task(_pipe(answers, writer))
        finally:
            writer.transport.abort()
            if onwards is not None:
                onwards.transport.abort()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()


@pytest.fixture
def place(io_loop, certificate):
    """Makes a store, and a proxy that leads to it."""
    opened = []

    async def make(tls: bool = False) -> tuple[FaultyStore, Proxy]:
        context = None
        if tls:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
        store = await FaultyStore(CONTENT, context).__aenter__()
        opened.append(store)
        proxy = await Proxy(store).__aenter__()
        opened.append(proxy)
        return store, proxy

    yield make
    for each in reversed(opened):
        io_loop.run_sync(each.__aexit__)


def _client(proxy: Proxy, certificate=None, patience_s: float = 20.0) -> HttpClient:
    authorities = str(certificate[0]) if certificate else None
    return HttpClient(Patience(patience_s), authorities, Proxies({"ALL_PROXY": proxy.url}))


async def _range(client: HttpClient, url: str) -> bytes:
    body = await get_range(client, url, STATUS, 1_500_000, 1_500_099)
    try:
        return await body.read(100)
    finally:
        body.close()


@pytest.mark.gen_test
async def test_a_store_with_tls_is_reached_through_a_tunnel_that_is_used_again(place, certificate):
    store, proxy = await place(tls=True)
    client = _client(proxy, certificate)
    for _ in range(2):
        assert await _range(client, f"https://127.0.0.1:9/films/{KEY}") == CONTENT[1_500_000:1_500_100]
    client.close()
    assert [head.split("\r\n")[:2] for head in proxy.heads] == [["CONNECT 127.0.0.1:9 HTTP/1.1", "Host: 127.0.0.1:9"]]
    assert not any("Proxy" in head for head in store.heads)
    assert store.heads[0].startswith(f"GET /films/{KEY} HTTP/1.1\r\n")


@pytest.mark.gen_test
async def test_the_other_end_of_a_tunnel_must_be_the_store(place, certificate):
    _, proxy = await place(tls=True)
    client = _client(proxy, certificate)
    with pytest.raises(StoreFault, match="certificate is not trusted"):
        await _range(client, f"https://films.test/{KEY}")


@pytest.mark.gen_test
async def test_a_plain_store_is_asked_for_by_its_whole_address(place):
    _, proxy = await place()
    client = _client(proxy)
    assert await _range(client, f"http://films.test:8080/films/{KEY}?token=1") == CONTENT[1_500_000:1_500_100]
    client.close()
    assert proxy.heads[0].startswith(f"GET http://films.test:8080/films/{KEY}?token=1 HTTP/1.1\r\n")
    assert "\r\nHost: films.test:8080\r\n" in proxy.heads[0]


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", StoreFault),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", StoreUnavailable),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", StoreFault),
        (b"HTTP/1.1 200 OK", StoreTimeout),
    ],
)
async def test_a_proxy_that_opens_no_tunnel_is_an_error(place, refusal, error):
    store, proxy = await place()
    proxy.refusal = refusal
    with pytest.raises(error) as raised:
        await _range(_client(proxy, patience_s=0.5), "https://films.test/films")
    assert type(raised.value) is error
    assert store.heads == []


@pytest.mark.gen_test
async def test_films_of_a_bucket_are_listed_and_read_by_the_proxy(place, monkeypatch):
    _, proxy = await place()
    monkeypatch.setenv("HTTP_PROXY", proxy.url)  # for obstore, which looks there itself
    location = "s3://films?endpoint=http://store.test:9000&region=us-east-1&anonymous=yes"
    stores = open_stores(parse_locations(location), {"HTTP_PROXY": proxy.url}, "http://unused.test/")
    (film,) = await stores.files(lambda name, beside: True)
    async with stores.open(film, "video/mp4") as source:
        assert await source.read(1_500_000, 100) == CONTENT[1_500_000:1_500_100]
    stores.close()
    targets = [head.split(" ")[1].partition("?")[0] for head in proxy.heads]
    assert targets == ["http://store.test:9000/films", f"http://store.test:9000/films/{KEY}"]


ENVIRONMENTS = [
    ({}, "https://a.test", None),
    ({"https_proxy": "http://p.test:3128"}, "https://a.test", ("p.test", 3128)),
    ({"HTTPS_PROXY": "p.test:3128"}, "https://a.test", ("p.test", 3128)),
    ({"https_proxy": "http://p.test"}, "https://a.test", ("p.test", 80)),
    ({"https_proxy": "http://p.test", "HTTPS_PROXY": "http://q.test"}, "https://a.test", ("p.test", 80)),
    ({"https_proxy": "http://p.test"}, "http://a.test", None),
    ({"ALL_PROXY": "http://p.test"}, "http://a.test", ("p.test", 80)),
    ({"ALL_PROXY": "http://p.test", "https_proxy": "http://q.test"}, "https://a.test", ("q.test", 80)),
]
EXCEPTIONS = [
    ("a.test", "https://a.test:9000", None),
    ("other.test, .test", "https://a.test", None),
    ("A.Test", "https://a.test", None),
    ("test", "https://a.test", None),
    ("a.test", "https://aa.test", ("p.test", 80)),
    ("*", "https://a.test", None),
    ("127.0.0.1", "https://127.0.0.1:9000", None),
    ("10.0.0.0/8", "https://10.1.2.3:9000", None),
    ("10.0.0.0/8", "https://11.1.2.3:9000", ("p.test", 80)),
    ("10.0.0.0/8", "https://a.test", ("p.test", 80)),
    ("::1", "https://[::1]:9000", None),
    (" , ", "https://a.test", ("p.test", 80)),
]


@pytest.mark.parametrize(
    ("environment", "origin", "reached"),
    [*ENVIRONMENTS, *(({"https_proxy": "http://p.test", "NO_PROXY": no}, *told) for no, *told in EXCEPTIONS)],
)
def test_which_proxy_leads_to_a_store_is_told_by_the_environment(environment, origin, reached):
    proxy = Proxies(environment).of(urlsplit(origin))
    assert (proxy and (proxy.host, proxy.port)) == reached


@pytest.mark.parametrize(
    "url", ["https://p.test", "socks5://me:secret@p.test", "http://", "http://[x", "http://p:99999"]
)
def test_a_proxy_that_films_cannot_come_by_is_told(url):
    with pytest.raises(InvalidSetting) as error:
        Proxies({"HTTPS_PROXY": url})
    assert str(error.value) == "HTTPS_PROXY: films come by a proxy that is given like http://proxy.example:3128"
