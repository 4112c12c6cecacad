"""Answers that are not what was asked for: which error follows from their status and document."""

import asyncio

import pytest

from services.errors import FileVanished, FilmArchived, StoreFault, StoreRefused, StoreUnavailable
from services.http_client.client import HttpClient
from services.http_client.timeouts import Patience
from services.storage.remote import objections
from services.storage.remote.objections import objection
from tests.hand_server import HandServer


class Answering(HandServer):
    """Sends ``answer`` to each request, and no more."""

    def __init__(self, answer: bytes) -> None:
        super().__init__()
        self.answer = answer
        self.connections = 0

    async def serve(self, reader, writer):
        self.connections += 1
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(self.answer)
        except asyncio.CancelledError:
            pass
        finally:
            writer.transport.abort()


def _error(code, status=b"403 Forbidden"):
    document = b"<Error><Code>%s</Code></Error>" % code
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(document), document)


async def _objection(answer, method="GET", patience_s=objections.PATIENCE_S):
    async with Answering(answer) as server:
        client = HttpClient(Patience())
        told = await client.request(method, f"{server.url}/a.mp4?secret=1")
        try:
            return await objection(told, f"{server.url}/a.mp4?secret=1", patience_s)
        finally:
            told.body.close()
            client.close()


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (_error(b"InvalidObjectState"), FilmArchived, "403: it must be restored first"),
        (_error(b"BlobArchived", b"409 Conflict"), FilmArchived, "409: it must"),
        (_error(b"BlobBeingRehydrated", b"409 Conflict"), FilmArchived, "409: it must"),
        (_error(b"AccessDenied"), StoreRefused, "AccessDenied: the keys may not do this"),
        (_error(b"NoSuchBucket", b"404 Not Found"), StoreRefused, "NoSuchBucket: there is no bucket of this name"),
        (_error(b"NoSuchKey", b"404 Not Found"), FileVanished, "404"),
        (
            _error(b"PermanentRedirect", b"301 Moved"),
            StoreRefused,
            "PermanentRedirect: the bucket is in another region",
        ),
        (_error(b"SlowDown", b"503 Slow Down"), StoreUnavailable, "503"),
        (_error(b"Unheard", b"409 Conflict"), StoreFault, "409"),
        (_error(b"Unheard"), StoreRefused, "403"),
        (b"HTTP/1.1 403 No\r\n\r\n", StoreRefused, "403"),
        (b"HTTP/1.1 403 No\r\nContent-Length: 99999999\r\n\r\n", StoreRefused, "403"),
        (b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n", StoreRefused, "403"),
        (b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n", StoreRefused, "403"),
        (b"HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\n<Error>", StoreRefused, "403"),
        (b"HTTP/1.1 409 No\r\nx-ms-error-code: BlobArchived\r\nContent-Length: 9\r\n\r\n", FilmArchived, "409"),
    ],
)
async def test_the_document_says_more_than_the_status_and_is_not_waited_for(answer, kind, words):
    error = await _objection(answer, patience_s=0.2)
    assert type(error) is kind
    assert words in str(error)
    assert "secret" not in str(error)


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n", StoreRefused),
        (b"HTTP/1.1 404 No\r\nContent-Length: 200\r\n\r\n", FileVanished),
        (b"HTTP/1.1 409 No\r\nx-ms-error-code: BlobArchived\r\n\r\n", FilmArchived),
    ],
)
async def test_an_answer_to_head_has_no_document(answer, kind):
    assert type(await _objection(answer, "HEAD")) is kind


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("answer", "connections"), [(_error(b"AccessDenied"), 3), (_error(b"No", b"404 Not Found"), 1)]
)
async def test_a_connection_over_which_keys_were_refused_is_not_used_again(answer, connections):
    async with Answering(answer) as server:
        client = HttpClient(Patience())
        for _ in range(3):
            told = await client.request("GET", server.url)
            await objection(told, server.url)
            told.body.close()
        client.close()
        assert server.connections == connections
