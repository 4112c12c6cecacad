"""The cost of a request in calls of functions, which does not depend on how busy the machine is."""

import asyncio
import socket
import sys

import pytest
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from services.access.access import Access
from services.access.grants import Scope
from services.access.passwords import Password
from services.access.sessions import Session, cookie_value
from services.access.shares import Form, Subject, Terms, link
from services.access.tickets import ticket
from tests.films import put
from tests.handlers.conftest import SIGNER
from tests.raw_http import request_head

RANGE_BYTES = 64 * 1024
WARM, COUNTED, ROUNDS = 20, 100, 8


class _Empty(RequestHandler):
    """Answers 200 with no content: the least that a request costs with Tornado."""

    def get(self) -> None:
        pass


def _fetch(port, head, count):
    """Sends so many requests over one connection, and reads each answer, in a thread of its own."""
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rb") as answers:
        for _ in range(count):
            connection.sendall(head)
            length = 0
            while (line := answers.readline().strip()) != b"":
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            assert len(answers.read(length)) == length


async def _calls_per_request(port, head):
    """The least of some counts, as timers that are due meanwhile, and waits for a slow reader, are counted too."""
    await asyncio.to_thread(_fetch, port, head, WARM)
    return min([await _counted(port, head) for _ in range(ROUNDS)])


async def _counted(port, head):
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        await asyncio.to_thread(_fetch, port, head, COUNTED)
    finally:
        sys.setprofile(None)
    return calls / COUNTED


@pytest.mark.gen_test
async def test_a_range_of_a_film_takes_little_more_than_an_empty_answer_of_tornado(connect, films):
    put(films, "film.mp4", bytes(4 * RANGE_BYTES))
    listening, empty_port = bind_unused_port()
    empty = HTTPServer(Application([(r"/.*", _Empty)]))
    empty.add_socket(listening)
    try:
        least = await _calls_per_request(empty_port, request_head("GET", "/"))
        head = request_head("GET", "/videos/film.mp4", f"Range: bytes={RANGE_BYTES}-{2 * RANGE_BYTES - 1}")
        ours = await _calls_per_request(connect.port, head)
        assert ours < 1.2 * least
    finally:
        empty.stop()
        await empty.close_all_connections()


LOCKED = Access(Password("open sesame"), SIGNER, lambda: 1_800_000_000.0)
SESSION = f"Cookie: {LOCKED.cookie_name}={cookie_value(SIGNER, Session.begun(1_800_000_000, stays=True))}"
TICKET = f"/t/{ticket(SIGNER, Scope('film.mp4'), 1_800_000_060)}"
SHARE = f"/s/{link(SIGNER, Subject(Form.FILM, 'film.mp4'), Terms())}"


@pytest.mark.gen_test
@pytest.mark.parametrize("access", [LOCKED])
async def test_a_lock_adds_little_to_a_range(connect, films, access, app):
    put(films, "film.mp4", bytes(4 * RANGE_BYTES))
    span = f"Range: bytes={RANGE_BYTES}-{2 * RANGE_BYTES - 1}"
    shown = [request_head("GET", "/videos/film.mp4", span, SESSION)]
    shown += [request_head("GET", f"{prefix}/videos/film.mp4", span) for prefix in (TICKET, SHARE)]
    locked = [await _calls_per_request(connect.port, head) for head in shown]
    app.settings["access"] = Access()
    open_ = await _calls_per_request(connect.port, shown[0])
    assert open_ < min(locked)
    assert max(locked) < 1.08 * open_
