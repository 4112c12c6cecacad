"""Our own HTTP client, with stores that send right and wrong answers."""

import asyncio
import socket
import ssl
import subprocess

import pytest

from services.errors import StoreFault, StoreTimeout, StoreUnavailable
from services.http_client.client import HttpClient
from services.http_client.connection import Connection
from services.http_client.reader import Incoming
from services.http_client.timeouts import Patience
from services.storage.remote import object_source
from tests.hand_server import HandServer
from tests.needs import need

FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
UNTIL_CLOSED = b"HTTP/1.1 200 OK\r\n\r\n"
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"


class Store(HandServer):
    """Sends ``answers`` in turn, each to one request; after an empty one, and the last, it closes the connection.

    A number among an answer's parts is how many seconds to wait; None: to wait until the other side has closed.
    """

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        super().__init__(tls)
        self.answers: list[list[bytes | float | None]] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self.open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        try:
            while self.answers:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                answer = self.answers.pop(0)
                for part in answer:
                    if part is None:
                        await reader.read()
                    elif isinstance(part, bytes):
                        writer.write(part)
                        await writer.drain()
                    else:
                        await asyncio.sleep(part)
                if not answer:
                    break
        finally:
            self.open -= 1
            writer.close()


@pytest.fixture
def started(io_loop):
    """Starts stores; they end with the test."""
    stores = []

    async def start(*answers: bytes, tls: ssl.SSLContext | None = None) -> Store:
        stores.append(Store(tls))
        stores[-1].answers = [[answer] if answer else [] for answer in answers]
        await stores[-1].__aenter__()
        return stores[-1]

    yield start
    for each in stores:
        io_loop.run_sync(each.__aexit__)


@pytest.fixture
def client():
    client = HttpClient(Patience(60.0, 60.0, 60.0, 60.0))
    yield client
    client.close()


@pytest.fixture
def impatient():
    client = HttpClient(Patience(60.0, 1.5, 1.5, 1.5))
    yield client
    client.close()


async def _document(client: HttpClient, url: str, most_bytes: int = 10) -> bytes:
    answer = await client.request("GET", url)
    try:
        return await answer.body.whole(most_bytes)
    finally:
        answer.body.close()


def test_a_film_that_comes_to_a_halt_is_noticed_while_it_may_still_be_resumed():
    assert Patience().chunk_s < object_source.RECOVERY_S
    assert Patience().answer_s < object_source.RECOVERY_S


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("answer", "document"),
    [
        (FINE, b"fine"),
        (CHUNKED + b"3\r\nabc\r\n00002;name=value\r\nde\r\n0\r\n\r\n", b"abcde"),
        (CHUNKED + b"A\r\n0123456789\r\n0\r\nChecksum: 1\r\n\r\n", b"0123456789"),
        (CHUNKED + b"0\r\n\r\n", b""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
)
async def test_a_document_is_read_whole_and_its_connection_used_again(started, client, answer, document):
    store = await started(answer, FINE)
    assert await _document(client, store.url) == document
    assert await _document(client, store.url) == b"fine"
    assert store.connections == 1


@pytest.mark.gen_test
async def test_a_document_without_a_length_ends_with_its_connection(started, client):
    store = await started(UNTIL_CLOSED + b"abc")
    assert await _document(client, store.url) == b"abc"


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890", StoreFault),
        (CHUNKED + b"6\r\n012345\r\n5\r\n67890\r\n0\r\n\r\n", StoreFault),
        (CHUNKED + b"FFFFFFFF\r\n", StoreFault),
        (CHUNKED + b"100000000\r\n", StoreFault),
        (CHUNKED + b"-1\r\n", StoreFault),
        (CHUNKED + b"1;" + 2000 * b"x", StoreFault),
        (CHUNKED + b"2\r\nabc\r\n0\r\n\r\n", StoreFault),
        (UNTIL_CLOSED + b"01234567890", StoreFault),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfine", StoreUnavailable),
        (CHUNKED + b"5\r\nfine", StoreUnavailable),
        (CHUNKED + b"4\r\nfine\r\n", StoreUnavailable),
    ],
)
async def test_a_document_that_is_too_long_or_faulty_or_cut_is_an_error(started, client, answer, error):
    store = await started(answer)
    with pytest.raises(error) as raised:
        await _document(client, store.url)
    assert type(raised.value) is error


@pytest.mark.gen_test
@pytest.mark.parametrize("beginning", [b"HTTP/1.1 200 OK\r\nX: ", UNTIL_CLOSED, CHUNKED + b"9\r\n"])
async def test_an_answer_that_dribbles_is_not_waited_for_without_end(started, impatient, beginning):
    store = await started(b"x")
    store.answers = [[beginning, *9 * [0.3, b"a"]]]
    with pytest.raises(StoreTimeout):
        await _document(impatient, store.url)
    while store.open:
        await asyncio.sleep(0.01)


@pytest.mark.gen_test
async def test_head_tells_of_a_length_and_brings_no_content(started, client):
    store = await started(b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n", FINE)
    answer = await client.request("HEAD", store.url)
    assert answer.fields["Content-Length"] == "3000000"
    assert await answer.body.read(1) == b""
    answer.body.close()
    assert await _document(client, store.url) == b"fine"
    assert store.requests[0].startswith(b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1:")
    assert store.connections == 1


@pytest.mark.gen_test
async def test_a_redirect_is_an_answer_like_others(started, client):
    store = await started(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
    answer = await client.request("GET", store.url)
    answer.body.close()
    assert (answer.status, len(store.requests)) == (302, 1)


@pytest.mark.gen_test
async def test_a_request_on_a_connection_that_is_closed_just_then_is_sent_again_on_another(started, client):
    store = await started(FINE, b"", FINE)
    assert await _document(client, store.url) == b"fine"
    assert await _document(client, store.url) == b"fine"
    assert len(store.requests) == 3
    assert store.connections == 2


@pytest.mark.gen_test
async def test_a_store_that_falls_silent_is_asked_once_however_many_connections_are_kept(started, impatient):
    store = await started(FINE, FINE, FINE)
    answers = [await impatient.request("GET", store.url) for _ in range(3)]
    store.answers = [[None], [None], [None]]
    for answer in answers:
        await answer.body.whole(10)
        answer.body.close()
    with pytest.raises(StoreTimeout):
        await impatient.request("GET", store.url)
    assert len(store.requests) == 4


@pytest.mark.gen_test
async def test_a_few_interim_answers_are_passed_over(started, client):
    store = await started(8 * INTERIM + FINE)
    assert await _document(client, store.url) == b"fine"


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "answer",
    [
        9 * INTERIM + FINE,
        b"HTTP/1.1 200 OK\r\nContent-Length: " + 5000 * b"1" + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + 50_000 * b"x",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    ],
    ids=["interim answers", "an absurd length", "a long head", "no HTTP"],
)
async def test_an_absurd_head_is_a_fault_and_ends_the_connection(started, client, answer):
    store = await started(b"x")
    store.answers = [[answer, None]]
    with pytest.raises(StoreFault):
        await client.request("GET", store.url)
    while store.open:
        await asyncio.sleep(0.01)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("version", "fields", "connections"),
    [
        (b"1.1", b"Connection: Keep-Alive, close", 2),
        (b"1.1", b"Connection: close,Keep-Alive", 2),
        (b"1.1", b"connection: Keep-Alive, ,\tCLOSE , X-Trace", 2),
        (b"1.1", b"Connection: Keep-Alive\r\nConnection: close", 2),
        (b"1.1", b"Connection: close\r\nConnection: Keep-Alive", 2),
        (b"1.1", b"Connection: Keep-Alive,\r\n close", 2),
        (b"1.1", b"Connection : close", 2),
        (b"1.1", b"Connection: not-close, closed", 1),
        (b"1.1", b"Connection:", 1),
        (b"1.1", b"X: close", 1),
        (b"1.0", b"X: Keep-Alive", 2),
        (b"1.0", b"Connection: X-Trace, keep-alive", 1),
        (b"1.0", b"Connection: keep-alive, close", 2),
    ],
)
async def test_a_connection_is_used_again_unless_one_of_its_options_is_to_close_it(
    started, client, version, fields, connections
):
    store = await started(b"HTTP/%b 200 OK\r\n%b\r\nContent-Length: 4\r\n\r\nfine" % (version, fields), FINE)
    assert await _document(client, store.url) == b"fine"
    assert await _document(client, store.url) == b"fine"
    assert store.connections == connections


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        (b'ETag: "a\r\n b"', "ETag", '"a b"'),
        (b'ETag:\r\n\t  "a"\t\r\n \r\nX: 1', "etag", '"a"'),
        (b'ETag: "a"\r\nX: 1\r\nETag: "a"', "ETAG", '"a"'),
        (b'ETag: "a"\r\nETag: "b"', "ETag", '"a", "b"'),
        (b'ETag \t: "a"', "ETag", '"a"'),
        (b'ETag:"a"', "ETag", '"a"'),
        (b'X: 1\nETag: "a"', "ETag", '"a"'),
        (b"X: a:b", "X", "a:b"),
        (b"X: \xe9", "X", "é"),
    ],
)
async def test_a_field_has_one_value_on_one_line(started, client, fields, name, value):
    store = await started(b"HTTP/1.1 200 OK\r\n" + fields + b"\r\nContent-Length: 0\r\n\r\n")
    answer = await client.request("GET", store.url)
    answer.body.close()
    assert answer.fields[name] == value


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "lines",
    [
        b" X: 1\r\n",
        b"\tX: 1\r\nX: 2\r\n",
        b"X\r\n",
        b": 1\r\n",
        b"X Y: 1\r\n",
        b"X(1): 1\r\n",
        b"\xe9: 1\r\n",
        b"X: 1\rContent-Length: 9\r\n",
        b"X: 1\r\r\n",
        b"X: 1\0\r\n",
        b"X: 1\n\nY: 2\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: 4, 5\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: -4\r\n",
        b"Content-Length: 4.0\r\n",
        b"Content-Length: 4 4\r\n",
        b"Content-Length: 0x4\r\n",
        b"Content-Length: \xb2\r\n",
        b"Transfer-Encoding: gzip\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Transfer-Encoding:\r\n",
    ],
)
async def test_a_head_that_can_be_read_in_two_ways_is_a_fault_and_ends_the_connection(started, client, lines):
    store = await started(b"x")
    store.answers = [[b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: 4\r\n\r\nfine", None]]
    with pytest.raises(StoreFault):
        await client.request("GET", store.url)
    while store.open:
        await asyncio.sleep(0.01)


@pytest.mark.gen_test
@pytest.mark.parametrize("lengths", [b"Content-Length: 4\r\nContent-Length: 4", b"Content-Length: 4, 4"])
async def test_a_length_may_be_said_twice(started, client, lengths):
    store = await started(b"HTTP/1.1 200 OK\r\n" + lengths + b"\r\n\r\nfine", FINE)
    assert [await _document(client, store.url) for _ in range(2)] == [b"fine", b"fine"]
    assert store.connections == 1


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED ,\r\nContent-Length: 9\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n",
    ],
    ids=["with a length", "by HTTP/1.0"],
)
async def test_chunks_whose_end_others_may_see_elsewhere_end_the_connection(started, client, head):
    store = await started(head + b"4\r\nfine\r\n0\r\n\r\n", FINE)
    assert [await _document(client, store.url) for _ in range(2)] == [b"fine", b"fine"]
    assert store.connections == 2


@pytest.mark.gen_test
async def test_what_has_no_content_is_not_held_to_its_length(started, client):
    store = await started(b"HTTP/1.1 204 No Content\r\nContent-Length: 4, 5\r\n\r\n", FINE)
    assert [await _document(client, store.url) for _ in range(2)] == [b"", b"fine"]
    assert store.connections == 1


class _Turns:
    """Counts how often the event loop runs other tasks."""

    def __init__(self) -> None:
        self.count = 0
        self._task = asyncio.create_task(self._go_on())

    async def _go_on(self) -> None:
        while True:
            self.count += 1
            await asyncio.sleep(0)

    def end(self) -> None:
        self._task.cancel()


@pytest.mark.gen_test
async def test_others_have_their_turn_while_a_head_comes_without_a_pause():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.send(60_000 * b"x")
        turns = _Turns()
        with pytest.raises(ValueError, match="more than 50000 bytes"):
            await Incoming(Connection(ours)).until(b"\n", 50_000)
        turns.end()
    assert turns.count >= 3


@pytest.mark.gen_test
async def test_others_have_their_turn_while_content_comes_without_a_pause(started, client):
    store = await started(b"HTTP/1.1 200 OK\r\nContent-Length: 36000\r\n\r\n" + 36_000 * b"x")
    answer = await client.request("GET", store.url)
    turns = _Turns()
    while answer.body.remaining:  # each takes some microseconds
        await answer.body.read(1)
    turns.end()
    answer.body.close()
    assert turns.count >= 2


@pytest.fixture
def lax(tmp_path):
    """An authority that does not say what its key is for, as homemade ones do not; a certificate of it, and its key."""
    authority, authority_key = tmp_path / "ca.pem", tmp_path / "ca.key"
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = [need("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    ca = ["-subj", "/CN=authority", "-keyout", authority_key, "-out", authority]
    leaf = ["-subj", "/CN=store", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run([*command, *ca], check=True, capture_output=True)
    subprocess.run([*command, *leaf, "-CA", authority, "-CAkey", authority_key], check=True, capture_output=True)
    return str(authority), certificate, key


@pytest.mark.gen_test
async def test_an_authority_of_the_operators_own_need_not_be_strict(started, lax, monkeypatch):
    default = ssl.create_default_context

    def as_of_python_3_13(*args, **options):
        context = default(*args, **options)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    authority, *certificate = lax
    tls = default(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*certificate)
    store = await started(FINE, tls=tls)
    monkeypatch.setattr(ssl, "create_default_context", as_of_python_3_13)
    client = HttpClient(Patience(), authority)
    assert await _document(client, store.url) == b"fine"
    client.close()


@pytest.mark.gen_test
async def test_a_host_that_no_name_can_be_is_a_fault(client):
    with pytest.raises(StoreFault, match="its host"):
        await client.request("GET", "http://a..b/")
