"""Each function of tornado_internals does what its name says, with the Tornado that is installed."""

import ast
import asyncio
import socket
from pathlib import Path

import pytest
import tornado
from tornado import http1connection, httpserver, iostream, tcpserver, web
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from handlers import tornado_internals
from handlers.tornado_internals import (
    close_after_answer,
    closes_after_answer,
    head_is_sent,
    note_head_sent,
    unread,
    wait_without_timer,
)
from tests.raw_http import RawConnection

HANDLERS = Path(tornado_internals.__file__).parent
BUILT_ON = (http1connection, httpserver, iostream, tcpserver, web)


def _changed(function):
    """What a test that fails says."""
    return f"Tornado {tornado.version} has changed what {function.__name__} in handlers/tornado_internals.py relies on"


class _Closing(RequestHandler):
    def get(self):
        close_after_answer(self.request.connection)


class _Telling(RequestHandler):
    def get(self):
        self.write(str(closes_after_answer(self.request.connection)))


class _SendingItself(RequestHandler):
    async def get(self):
        before = head_is_sent(self)
        note_head_sent(self)
        await self.request.connection.stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nour")
        assert (before, head_is_sent(self)) == (False, True), _changed(head_is_sent)


class _Flushing(RequestHandler):
    async def get(self):
        self.set_header("Content-Length", "4")
        await self.flush()
        self.write(str(head_is_sent(self)))


@pytest.fixture
def server(io_loop):
    """Tornado's own server, and its port."""
    listening, port = bind_unused_port()
    handlers = {"/closing": _Closing, "/telling": _Telling, "/itself": _SendingItself, "/flushing": _Flushing}
    started = HTTPServer(Application(list(handlers.items())))
    started.add_socket(listening)
    started.port = port
    yield started
    started.stop()
    io_loop.run_sync(started.close_all_connections)


@pytest.mark.gen_test
async def test_an_answer_is_made_the_last_of_its_connection(server):
    async with await RawConnection.open(server.port) as connection:
        answer = await connection.request("GET", "/closing")
        assert answer.fields.get("connection") == "close", _changed(close_after_answer)
        assert await connection.reader.read() == b"", _changed(close_after_answer)


@pytest.mark.gen_test
@pytest.mark.parametrize(("fields", "told"), [(["Connection: close"], b"True"), ([], b"False")], ids=["last", "not"])
async def test_whether_an_answer_is_the_last_of_its_connection_is_told(server, fields, told):
    async with await RawConnection.open(server.port) as connection:
        answer = await connection.request("GET", "/telling", *fields)
        assert answer.content == told, _changed(closes_after_answer)


@pytest.mark.gen_test
async def test_where_the_head_is_sent_without_it_tornado_sends_none_and_takes_the_next_request(server):
    async with await RawConnection.open(server.port) as connection:
        answers = [await connection.request("GET", "/itself") for _ in range(2)]
    assert [(answer.status, answer.content) for answer in answers] == [(200, b"our")] * 2, _changed(note_head_sent)


@pytest.mark.gen_test
async def test_a_head_that_tornado_has_sent_is_told(server):
    async with await RawConnection.open(server.port) as connection:
        assert (await connection.request("GET", "/flushing")).content == b"True", _changed(head_is_sent)


@pytest.mark.gen_test
async def test_what_has_come_and_was_not_read_is_there():
    ours, theirs = socket.socketpair()
    with theirs:
        stream = IOStream(ours)
        theirs.sendall(b"line\nrest")
        await stream.read_until(b"\n")
        assert unread(stream) == b"rest", _changed(unread)
        stream.close()


@pytest.mark.gen_test
@pytest.mark.parametrize("without", [True, False], ids=["without a timer", "as Tornado does"])
async def test_a_request_is_waited_for(server, monkeypatch, without):
    timers = []
    real = asyncio.SelectorEventLoop.call_at

    def counted(loop, when, callback, *arguments, **options):
        timers.append(callback)
        return real(loop, when, callback, *arguments, **options)

    if without:
        wait_without_timer(server)
    async with await RawConnection.open(server.port) as connection:
        monkeypatch.setattr(asyncio.SelectorEventLoop, "call_at", counted)
        await connection.request("GET", "/telling")
        await connection.request("GET", "/telling")
    assert bool(timers) is not without, _changed(wait_without_timer)


def _private_names(source):
    """Of all attributes that are used, and of all functions that are defined."""
    for node in ast.walk(ast.parse(source)):
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "name", None)
        if isinstance(name, str) and name.startswith("_") and not name.startswith("__"):
            yield name


def test_no_other_module_uses_or_hides_a_private_name_of_tornado():
    of_tornado = {name for module in BUILT_ON for name in _private_names(Path(module.__file__).read_text("utf-8"))}
    for file in HANDLERS.glob("*.py"):
        if file.name != "tornado_internals.py":
            used = of_tornado.intersection(_private_names(file.read_text("utf-8")))
            assert not used, f"{file.name} has {used}: move it to tornado_internals.py, or call it otherwise"
