"""Which connections are kept or closed, and pipelining (RFC 9112 §9)."""

import asyncio

import pytest

from tests.films import put, telling_bytes
from tests.raw_http import request_head

CONTENT = telling_bytes(1000)
LONG_CONTENT = telling_bytes(1_000_000)


@pytest.fixture(autouse=True)
def film(films):
    put(films, "long.mp4", LONG_CONTENT)
    return put(films, "m.mp4", CONTENT)


@pytest.mark.gen_test
async def test_a_connection_is_kept_alive_after_every_status(connect):
    requests = [
        (200, "GET", "/videos/m.mp4"),
        (206, "GET", "/videos/m.mp4", "Range: bytes=0-1"),
        (206, "GET", "/videos/m.mp4", "Range: bytes=0-1,10-11"),
        (200, "HEAD", "/videos/m.mp4"),
        (304, "GET", "/videos/m.mp4", "If-None-Match: *"),
        (304, "HEAD", "/videos/m.mp4", "If-None-Match: *"),
        (412, "GET", "/videos/m.mp4", 'If-Match: "other"'),
        (416, "GET", "/videos/m.mp4", "Range: bytes=5000-"),
        (404, "GET", "/videos/gone.mp4"),
        (404, "HEAD", "/videos/gone.mp4"),
        (405, "POST", "/videos/m.mp4", "Content-Length: 0"),
        (204, "OPTIONS", "/videos/m.mp4"),
        (501, "BREW", "/videos/m.mp4"),
        (200, "GET", "/"),
        (200, "GET", "/api/movies"),
    ]
    async with await connect() as connection:
        for status, method, target, *fields in requests:
            response = await connection.request(method, target, *fields)
            assert (response.status, method, target) == (status, method, target)
            assert "connection" not in response.fields
        assert (await connection.request("GET", "/videos/m.mp4")).content == CONTENT


@pytest.mark.gen_test
async def test_the_content_of_a_refused_request_is_not_taken_for_the_next_one(connect):
    async with await connect() as connection:
        await connection.send(request_head("POST", "/videos/m.mp4", "Content-Length: 18") + b"GET / HTTP/1.1\r\n\r\n")
        assert (await connection.response()).status == 405
        assert (await connection.request("GET", "/videos/m.mp4")).content == CONTENT


@pytest.mark.gen_test
async def test_pipelined_requests_are_answered_in_order(connect):
    ranges = [(0, 9), (500, 999), (7, 7), (0, 999), (990, 999)]
    async with await connect() as connection:
        await connection.send(
            b"".join(request_head("GET", "/videos/m.mp4", f"Range: bytes={first}-{last}") for first, last in ranges)
        )
        for first, last in ranges:
            assert (await connection.response()).content == CONTENT[first : last + 1]


@pytest.mark.gen_test
async def test_requests_pipelined_behind_a_long_film_wait_for_its_end(connect):
    async with await connect() as connection:
        await connection.send(
            request_head("GET", "/videos/long.mp4")
            + request_head("HEAD", "/videos/m.mp4")
            + request_head("GET", "/videos/long.mp4", "Range: bytes=-8")
        )
        assert (await connection.response()).content == LONG_CONTENT
        assert (await connection.response("HEAD")).fields["content-length"] == "1000"
        assert (await connection.response()).content == LONG_CONTENT[-8:]


@pytest.mark.gen_test
@pytest.mark.parametrize("options", ["close", "Close", "close, TE", "keep-alive, close", "TE,close"])
async def test_a_client_that_wants_to_close_is_closed_after_the_answer(connect, options):
    async with await connect() as connection:
        response = await connection.request("GET", "/videos/m.mp4", f"Connection: {options}")
        assert response.content == CONTENT
        assert response.fields["connection"] == "close"
        assert await connection.is_closed()


@pytest.mark.gen_test
async def test_http_1_0_is_closed_after_the_answer(connect):
    async with await connect() as connection:
        await connection.send(b"GET /videos/m.mp4 HTTP/1.0\r\n\r\n")
        response = await connection.response()
        assert response.content == CONTENT
        assert await connection.is_closed()


@pytest.mark.gen_test
async def test_http_1_0_is_kept_alive_where_it_asks_for_that(connect):
    async with await connect() as connection:
        for _ in range(2):
            await connection.send(b"GET /videos/m.mp4 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            response = await connection.response()
            assert response.content == CONTENT
            assert response.fields["connection"].lower() == "keep-alive"


@pytest.mark.gen_test
async def test_a_client_that_sends_slowly_is_answered_when_it_is_done(connect):
    async with await connect() as connection:
        for byte in request_head("GET", "/videos/m.mp4"):
            await connection.send(bytes([byte]))
            await asyncio.sleep(0)
        assert (await connection.response()).content == CONTENT
