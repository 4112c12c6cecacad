"""Malformed, oversized and unusual requests (RFC 9110 §10.1.1, RFC 9112 §2, §3, §6)."""

import asyncio
import re
import socket

import pytest

from tests.films import put
from tests.raw_http import request_head

REFUSED = {
    "no request at all": (b"hello\r\n\r\n", 400),
    "TLS where there is none": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "no version": (b"GET /\r\nHost: test\r\n\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "two blanks": (b"GET  / HTTP/1.1\r\nHost: test\r\n\r\n", 400),
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two Hosts": (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "an empty Host": (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
    "an empty Host of HTTP/1.0": (b"GET / HTTP/1.0\r\nHost: \r\n\r\n", 400),
    "a Host that is none": (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    "a target that is neither path nor URL": (b"GET videos HTTP/1.1\r\nHost: test\r\n\r\n", 400),
    "a target of another scheme": (b"GET ftp://test/ HTTP/1.1\r\nHost: test\r\n\r\n", 400),
    "a control character in the target": (b"GET /\x01 HTTP/1.1\r\nHost: test\r\n\r\n", 400),
    "a field without colon": (b"GET / HTTP/1.1\r\nHost: test\r\nRange\r\n\r\n", 400),
    "a blank before the colon": (b"GET / HTTP/1.1\r\nHost: test\r\nRange : bytes=0-1\r\n\r\n", 400),
    "a folded field": (b"GET / HTTP/1.1\r\nHost: test\r\nRange: bytes=0-1,\r\n 4-5\r\n\r\n", 400),
    "a NUL in a field": (b"GET / HTTP/1.1\r\nHost: test\r\nRange: \0\r\n\r\n", 400),
    "length and coding": (
        b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        400,
    ),
    "two lengths": (b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
    "a negative length": (b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: -5\r\n\r\n", 400),
    "a length with a plus sign": (b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: +5\r\n\r\n", 400),
    "a chunk without length": (b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
    "a chunk with an endless length": (
        b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 1000,
        400,
    ),
    "unknown coding": (b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
    "unknown expectation": (b"GET / HTTP/1.1\r\nHost: test\r\nExpect: the-unexpected\r\n\r\n", 417),
    "much content": (b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000000\r\n\r\n", 413),
    "more content than numbers go": (
        b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        413,
    ),
    "a URL without Host": (b"GET http://test/healthz HTTP/1.1\r\n\r\n", 400),
    "a URL with a bad Host": (b"GET http://test/healthz HTTP/1.1\r\nHost: a b/c\r\n\r\n", 400),
    "a URL with two Hosts": (b"GET http://test/healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "a URL of no host": (b"GET http://:80/healthz HTTP/1.1\r\nHost: test\r\n\r\n", 400),
    "a URL with a port of letters": (b"GET http://test:abc/healthz HTTP/1.1\r\nHost: test\r\n\r\n", 400),
    "a URL with half an IPv6 address": (b"GET http://[::1/healthz HTTP/1.1\r\nHost: test\r\n\r\n", 400),
    "a URL with a user": (b"GET http://me@test/healthz HTTP/1.1\r\nHost: test\r\n\r\n", 400),
    "a fragment": (b"GET /healthz#x HTTP/1.1\r\nHost: test\r\n\r\n", 400),
    "a long target": (request_head("GET", "/" + "a" * 20_000), 414),
    "a longer target": (request_head("GET", "/" + "a" * 200_000), 414),
    "a long field": (request_head("GET", "/", "Cookie: " + "a" * 20_000), 431),
    "a longer field": (request_head("GET", "/", "Cookie: " + "a" * 200_000), 431),
    "many fields": (request_head("GET", "/", *(f"X-{number}: x" for number in range(5000))), 431),
    "many short fields": (request_head("GET", "/", *(f"{number}:" for number in range(100))), 431),
    "a short field, many times": (request_head("GET", "/", *(["a:"] * 3000)), 431),
    "many parameters": (request_head("GET", "/healthz?" + "&" * 32), 400),
    "fields without end": (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000, 431),
}


@pytest.mark.gen_test
@pytest.mark.parametrize(("request_bytes", "status"), REFUSED.values(), ids=REFUSED)
async def test_a_request_that_cannot_be_served_gets_a_clean_answer_and_the_connection_ends(
    connect, caplog, request_bytes, status
):
    async with await connect() as connection:
        await connection.send(request_bytes)
        response = await connection.response()
        assert response.status == status
        assert response.content.startswith(b"%d " % status)
        assert response.fields["connection"] == "close"
        assert response.fields["cross-origin-resource-policy"] == "same-origin"
        assert response.fields["cache-control"] == "no-store"
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", response.fields["date"])
        assert await connection.is_closed()
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


@pytest.mark.gen_test
async def test_a_refusal_has_the_fields_of_other_errors(connect):
    async with await connect() as connection:
        error = (await connection.request("GET", "/nope", "Connection: close")).fields
    async with await connect() as connection:
        refusal = (await connection.request("GET", "/" + "a" * 20_000)).fields
    told_apart = {"date": "", "content-length": ""}
    assert refusal | told_apart == error | told_apart


@pytest.mark.gen_test
async def test_a_refusal_is_seen_by_a_client_that_sends_on(connect):
    async with await connect() as connection:
        await connection.send(request_head("POST", "/", "Content-Length: 8000000"))
        for _ in range(80):
            await connection.send(b"x" * 100_000)
        assert (await connection.response()).status == 413


@pytest.mark.gen_test
async def test_others_are_served_while_one_is_refused(connect):
    async with await connect() as refused, await connect() as other:
        await refused.send(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000)
        assert (await other.request("GET", "/healthz")).status == 200
        assert (await refused.response()).status == 431


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "target",
    [
        "http://elsewhere/healthz",
        "HTTP://elsewhere:80/healthz",
        "https://elsewhere/healthz?x=http://elsewhere/",
        "http://h/healthz",
        "http://tt/healthz",
        "http://[::1]:8000/healthz",
        "http://test:/healthz",
    ],
)
async def test_a_target_may_be_a_whole_url(connect, target):
    async with await connect() as connection:
        assert (await connection.request("GET", target)).content == b"ok\n"


@pytest.mark.gen_test
async def test_a_url_without_path_is_the_root(connect):
    async with await connect() as connection:
        response = await connection.request("GET", "http://elsewhere")
        assert response.fields["content-type"] == "text/html; charset=utf-8"


@pytest.mark.gen_test
@pytest.mark.parametrize("field", ["100-continue", "100-Continue"])
async def test_a_client_that_waits_to_send_its_content_is_told_to_go_on(connect, field):
    async with await connect() as connection:
        await connection.send(request_head("POST", "/", "Content-Length: 5", f"Expect: {field}"))
        status, _ = await connection.response_head()
        assert status == 100
        await connection.send(b"12345")
        assert (await connection.response()).status == 405


@pytest.mark.gen_test
async def test_http_1_0_is_not_told_to_go_on_as_it_would_not_understand(connect):
    async with await connect() as connection:
        await connection.send(b"POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n12345")
        assert (await connection.response()).status == 405


@pytest.mark.gen_test
async def test_chunked_content_of_http_1_0_ends_the_connection(connect):
    async with await connect() as connection:
        await connection.send(
            b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        )
        assert (await connection.response()).status == 200
        assert await connection.is_closed()


@pytest.mark.gen_test
async def test_a_target_may_hold_bytes_that_should_have_been_encoded(connect, films):
    put(films, "Amélie.mp4")
    async with await connect() as connection:
        await connection.send("GET /videos/Amélie.mp4 HTTP/1.1\r\nHost: test\r\n\r\n".encode())
        assert (await connection.response()).content == b"film"


@pytest.mark.gen_test
@pytest.mark.parametrize(
    "media_type", ["multipart/form-data", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
async def test_content_is_not_looked_at_whatever_it_calls_itself(connect, media_type):
    async with await connect() as connection:
        await connection.send(
            request_head("POST", "/", f"Content-Type: {media_type}", "Content-Encoding: gzip", "Content-Length: 5")
            + b"x&y&z"
        )
        assert (await connection.response()).status == 405


@pytest.mark.gen_test
async def test_content_of_a_get_is_dropped(connect, films):
    put(films, "m.mp4")
    async with await connect() as connection:
        await connection.send(request_head("GET", "/videos/m.mp4", "Content-Length: 5") + b"12345")
        assert (await connection.response()).content == b"film"
        await connection.send(
            request_head("GET", "/videos/m.mp4", "Transfer-Encoding: chunked") + b"5\r\n12345\r\n0\r\n\r\n"
        )
        assert (await connection.response()).content == b"film"


@pytest.mark.gen_test
async def test_an_empty_line_before_a_request_is_overlooked(connect):
    async with await connect() as connection:
        await connection.send(b"\r\n" + request_head("GET", "/healthz"))
        assert (await connection.response()).status == 200


@pytest.mark.gen_test
async def test_a_request_may_have_a_hundred_fields(connect):
    async with await connect() as connection:
        for _ in range(2):
            assert (await connection.request("GET", "/healthz", *(["a:"] * 99))).status == 200


@pytest.mark.gen_test
async def test_field_names_are_of_any_case(connect, films):
    put(films, "m.mp4")
    async with await connect() as connection:
        assert (await connection.request("GET", "/videos/m.mp4", "rAnGe: bytes=0-1")).content == b"fi"


@pytest.mark.gen_test
async def test_the_answer_to_a_refused_request_leaves_no_task_behind(connect):
    async with await connect() as connection:
        await connection.send(request_head("GET", "/" + "a" * 20_000))
        await connection.response()
    while any("_linger" in repr(task) for task in asyncio.all_tasks()):
        await asyncio.sleep(0)


@pytest.mark.gen_test
async def test_a_long_request_makes_a_short_line_in_the_log_with_all_that_it_has(connect, caplog):
    caplog.set_level("INFO", "access")
    async with await connect() as connection:
        await connection.send(
            b"GET /videos/"
            + b"\xe9" * 8000
            + b" HTTP/1.1\r\nHost: test\r\nRange: bytes="
            + b"\xe9" * 7000
            + b"\r\n\r\n"
        )
        assert (await connection.response()).status == 404
    (line,) = [record.getMessage() for record in caplog.records if record.name == "access"]
    assert line.startswith("127.0.0.1 GET /videos/%E9%E9")
    assert " 404 bytes=" in line
    assert line.endswith(" complete")
    assert len(line) < 1500


@pytest.mark.gen_test
async def test_a_request_that_is_refused_after_its_client_reset_the_connection_leaves_no_traceback(connect, caplog):
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", connect.port)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.sendall(3 * request_head("GET", "/nope") + request_head("GET", "/", "Expect: the-unexpected"))
    async with await connect() as connection:
        assert (await connection.request("GET", "/healthz")).status == 200
    while len(asyncio.all_tasks()) > 1:
        await asyncio.sleep(0.01)
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []
