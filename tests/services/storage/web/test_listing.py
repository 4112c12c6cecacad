"""Films of a web server with right and wrong answers: what it is asked for, and what is kept of its answers."""

import asyncio
import logging
from collections.abc import Callable

import pytest

from services.errors import FileVanished, StorageError, StoreFault, StoreRefused, StoreTimeout, StoreUnavailable
from services.http_client.client import HttpClient
from services.http_client.timeouts import Patience
from services.storage.web.client import WebClient
from services.storage.web.links import linked_keys
from tests.hand_server import HandServer

SIZE = 3_000_000
FILM = b'HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 3000000\r\nETag: "1"\r\n\r\n'


def page(*links: str) -> bytes:
    content = "".join(f'<a href="{link}">film</a>' for link in links).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(content), content)


def status(code: int, location: str = "") -> bytes:
    fields = f"Location: {location}\r\n" if location else ""
    return f"HTTP/1.1 {code} Some\r\n{fields}Content-Length: 0\r\n\r\n".encode()


class Web(HandServer):
    """Answers with ``answer(method, target)``; None: does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.answer: Callable[[str, str], bytes | None] = lambda method, target: FILM
        self.asked: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self.tells = asyncio.Event()  # a HEAD waits for it
        self.tells.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request_line, *_ = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                method, target, _ = request_line.split(" ")
                self.asked.append(f"{method} {target}")
                if method == "HEAD":
                    await self._wait()
                if (answer := self.answer(method, target)) is None:
                    break
                writer.write(answer)
            await reader.read()  # until the other side has left
        finally:
            writer.transport.abort()

    async def _wait(self) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self.tells.wait()
        self.at_once -= 1


@pytest.fixture
def web(io_loop):
    web = Web()
    io_loop.run_sync(web.__aenter__)
    yield web
    io_loop.run_sync(web.__aexit__)


@pytest.fixture
def client(web):
    """A client of the page /films/ of that web server."""
    made = []

    def make(path: str = "/films/", patience_s: float = 20.0) -> WebClient:
        patience = Patience(patience_s, patience_s, patience_s, patience_s)
        made.append(WebClient(web.url + path, HttpClient(patience)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def is_film(key: str) -> bool:
    return key.endswith(".mp4")


async def _keys(client: WebClient) -> list[str]:
    return sorted([each.key async for each in client.objects(is_film)])


def _answers(of_page: bytes, of_films: dict[str, bytes | None]) -> Callable[[str, str], bytes | None]:
    return lambda method, target: of_page if target.endswith("/") else of_films.get(target, FILM)


@pytest.mark.gen_test
async def test_only_links_that_are_wanted_are_asked_for_and_eight_at_once(web, client):
    films = [f"film{number}.mp4" for number in range(20)]
    web.answer = _answers(page("?C=N;O=D", "../", "notes.html", "sub/", "/elsewhere.mp4", *films), {})
    web.tells.clear()
    listing = asyncio.create_task(_keys(client()))
    while web.at_once < 8:
        await asyncio.sleep(0.01)
    web.tells.set()
    assert await listing == sorted(films)
    assert web.most_at_once == 8
    assert sorted(web.asked) == sorted(["GET /films/", *(f"HEAD /films/{film}" for film in films)])


def _patience(for_silence):
    """Little for a web server that falls silent, so that the test is short. Others may take their time."""
    return {"patience_s": 1.0} if for_silence else {}


@pytest.mark.gen_test
@pytest.mark.parametrize("failure", [status(408), status(429), status(500), status(503), None])
async def test_a_film_stays_while_the_web_server_has_too_much_to_do_to_tell_of_it(web, client, failure):
    films = client(**_patience(failure is None))
    web.answer = _answers(page("a.mp4", "b.mp4"), {})
    assert await _keys(films) == ["a.mp4", "b.mp4"]
    web.answer = _answers(page("a.mp4", "b.mp4", "new.mp4"), {"/films/a.mp4": failure, "/films/new.mp4": failure})
    assert await _keys(films) == ["a.mp4", "b.mp4"]
    assert await _keys(films) == ["a.mp4", "b.mp4"]
    web.answer = _answers(page("b.mp4"), {})
    assert await _keys(films) == ["b.mp4"]


@pytest.mark.gen_test
@pytest.mark.parametrize("gone", [status(404), status(410), status(403)])
async def test_a_film_that_is_gone_goes(web, client, gone, caplog):
    films = client()
    web.answer = _answers(page("a.mp4", "b.mp4"), {})
    assert await _keys(films) == ["a.mp4", "b.mp4"]
    web.answer = _answers(page("a.mp4", "b.mp4"), {"/films/a.mp4": gone})
    assert await _keys(films) == ["b.mp4"]
    assert await _keys(films) == ["b.mp4"]
    assert [record.message.partition(":")[0] for record in caplog.records] == ["left out 'a.mp4'"]


@pytest.mark.gen_test
async def test_a_web_server_that_tells_of_no_film_is_not_asked_for_all_of_them(web, client):
    films = [f"film{number:03}.mp4" for number in range(200)]
    web.answer = _answers(page(*films), dict.fromkeys((f"/films/{film}" for film in films), status(503)))
    with pytest.raises(StoreUnavailable, match="the store answers 503"):
        await _keys(client())
    assert len(web.asked) <= 1 + 16 + 8


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (status(404), FileVanished),
        (status(401), StoreRefused),
        (status(418), StoreFault),
        (status(408), StoreUnavailable),
        (status(429), StoreUnavailable),
        (status(503), StoreUnavailable),
        (None, StoreTimeout),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10\r\n\r\n<a href=", StoreTimeout),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000000\r\n\r\n", StoreFault),
    ],
)
async def test_without_its_document_there_is_no_listing(web, client, answer, error):
    web.answer = lambda method, target: answer
    with pytest.raises(StorageError) as raised:
        await _keys(client(**_patience(error is StoreTimeout)))
    assert type(raised.value) is error


@pytest.mark.gen_test
async def test_a_document_that_is_made_as_it_is_sent_is_read(web, client):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
    web.answer = _answers(head + b'9\r\n<a href="\r\n7\r\na.mp4">\r\n0\r\n\r\n', {})
    assert await _keys(client()) == ["a.mp4"]


@pytest.mark.gen_test
async def test_a_redirect_is_not_followed_but_told(web, client):
    web.answer = lambda method, target: status(301, "/other/?token=secret")
    with pytest.raises(StoreFault) as raised:
        await _keys(client("/films"))
    assert str(raised.value) == f"the store answers 301 and leads to '{web.url}/other/': that address is to be given"
    assert web.asked == ["GET /films"]


@pytest.mark.gen_test
@pytest.mark.parametrize("location", ["http://[x", "http://me:secret@x.test/?token=secret#secret"])
async def test_what_a_redirect_leads_to_is_told_without_secrets(web, client, location):
    web.answer = lambda method, target: status(302, location)
    with pytest.raises(StoreFault, match="the store answers 302 and leads to") as raised:
        await _keys(client())
    assert "secret" not in str(raised.value)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Film(1).mp4", "Film(1).mp4"),
        ("a+b.mp4", "a+b.mp4"),
        ("a'b&c@d.mp4", "a'b&c@d.mp4"),
        ("a%2Cb.mp4", "a,b.mp4"),
        ("caf%c3%a9.mp4", "café.mp4"),
        ("caf%E9.mp4", "caf\ufffd.mp4"),
    ],
)
async def test_a_single_film_is_asked_for_as_it_was_given_each_time(web, client, name, key, caplog):
    caplog.set_level(logging.DEBUG)
    single = client(f"/films/{name}?token=secret")
    (film,) = [each async for each in single.objects(is_film)]
    assert (film.key, film.size) == (key, SIZE)
    assert await single.status(key) == film
    with pytest.raises(StoreFault):  # it sends all of it
        await single.get(film, 0, 9)
    assert await single.link(key, 60.0) == f"{web.url}/films/{name}?token=secret"
    web.answer = lambda method, target: status(404)
    with pytest.raises(FileVanished):
        await single.status(key)
    assert web.asked == 4 * [f"GET /films/{name}?token=secret"]
    assert "secret" not in caplog.text


@pytest.mark.gen_test
async def test_a_single_film_without_a_type_is_a_film(web, client):
    web.answer = lambda method, target: b'HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\nETag: "1"\r\n\r\n'
    assert await _keys(client("/films/a.mp4")) == ["a.mp4"]


@pytest.mark.gen_test
async def test_what_has_the_name_of_another_folder_is_no_film(web, client):
    with pytest.raises(StoreFault, match="no name that a film can have"):
        await _keys(client("/films/%2e%2e"))


@pytest.mark.gen_test
@pytest.mark.parametrize("date", ["Mon, 01 Jan 0001 00:00:00 +2359", "yesterday", "Mon, 32 Jan 2024 00:00:00 GMT"])
async def test_a_date_that_is_none_does_not_hide_a_film(web, client, date):
    dated = FILM.replace(b"\r\n\r\n", f"\r\nLast-Modified: {date}\r\n\r\n".encode())
    web.answer = _answers(page("a.mp4"), {"/films/a.mp4": dated})
    (film,) = [each async for each in client().objects(is_film)]
    assert film.modified.year == 1970


@pytest.mark.parametrize(
    ("link", "keys"),
    [
        ("a.mp4", ["a.mp4"]),
        ("a.mp4#t=10", ["a.mp4"]),
        ("./sub/../a.mp4", ["a.mp4"]),
        ("/films/a.mp4", ["a.mp4"]),
        ("https://host.test/films/sub/a.mp4", ["sub/a.mp4"]),
        ("//host.test/films/a.mp4", ["a.mp4"]),
        ("http://host.test/films/a.mp4", []),
        ("https://host.test.evil/films/a.mp4", []),
        ("/a.mp4", []),
        ("../a.mp4", []),
        ("sub/", []),
        ("", []),
        ("%2e%2e/a.mp4", []),
        ("sub/%2e%2e/%2e%2e/a.mp4", []),
        ("..%2fa.mp4", []),
        ("%2fa.mp4", []),
        ("%2e/a.mp4", []),
        ("..a/..b.mp4", ["..a/..b.mp4"]),
        ("http://[x", []),
        ("http://host:99999x/a.mp4", []),
        ("javascript:alert(1)", []),
    ],
)
def test_a_link_is_a_film_if_it_stays_below_the_folder(link, keys):
    url = "https://host.test/films/index.html?page=1"
    assert linked_keys(f'<a href="{link}">'.encode(), "text/html", url) == keys
    assert linked_keys(f"#EXTM3U\n{link}\n".encode(), "audio/x-mpegurl", url) == keys


def test_a_document_of_many_links_has_each_once():
    assert linked_keys(b'<a href=a.mp4><A HREF="b.mp4"><img src=c.mp4><a><a href=a.mp4>', "text/html", "http://x/") == [
        "a.mp4",
        "b.mp4",
    ]


@pytest.mark.gen_test
async def test_a_link_or_an_answer_that_is_absurd_takes_no_other_film_away(web, client, caplog):
    absurd = {
        "/films/digits.mp4": b"HTTP/1.1 200 OK\r\nContent-Length: %s\r\nETag: " % (b"9" * 5000) + b'"1"\r\n\r\n',
        "/films/large.mp4": b'HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\nETag: "1"\r\n\r\n',
        "/films/arabic.mp4": 'HTTP/1.1 200 OK\r\nContent-Length: ٣\r\nETag: "1"\r\n\r\n'.encode(),
        "/films/date.mp4": FILM.replace(b"ETag", b"Last-Modified: Sat, 01 Jan 0000 00:00:00 GMT\r\nETag"),
    }
    digits = f"{'9' * 5000}.mp4"
    endless = f"{'a' * 9000}.mp4"
    names = [name.removeprefix("/films/") for name in absurd]
    web.answer = _answers(page("a.mp4", digits, endless, *names, "http://[x/c.mp4", "b.mp4"), absurd)
    assert await _keys(client()) == [digits, "a.mp4", "b.mp4", "date.mp4"]
    left_out = sorted(record.message.partition("'")[2].partition(".mp4")[0] for record in caplog.records)
    assert [name[:10] for name in left_out] == ["aaaaaaaaaa", "arabic", "digits", "large"]
    assert max(len(record.message) for record in caplog.records) < 500


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "markup", ["<![if IE]>", "<![x[", "<!", "<!DOCTYPE [<!x", "</", "<?", "&#xD800;", "&#99999999999;"]
)
async def test_links_of_a_page_are_found_whatever_else_is_in_it(web, client, markup):
    web.answer = _answers(page('a.mp4">film</a>' + markup + '><a href="b.mp4'), {})
    assert "a.mp4" in await _keys(client())
