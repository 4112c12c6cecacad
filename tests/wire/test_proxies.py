"""What the server believes of proxies in front of it: trusted ones alone."""

import logging

import pytest

from handlers.http_server import Server
from services.admission.viewers import Viewers
from services.networks import networks
from tests.films import put, telling_bytes
from tests.raw_http import RawConnection, request_head

FILM = "/videos/film.mp4"
TRUSTED = networks("127.0.0.1")


@pytest.fixture
def viewers():
    """Two places, and nobody counts as stalled."""
    return Viewers(most=2, stalled_s=1000.0)


@pytest.fixture(autouse=True)
def film(films):
    return put(films, "film.mp4", telling_bytes(16 * 1024 * 1024))


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("proxies", "fields", "address"),
    [
        (TRUSTED, ["X-Forwarded-For: 1.2.3.4, 203.0.113.7"], "203.0.113.7"),
        (TRUSTED, ["Forwarded: for=203.0.113.7"], "203.0.113.7"),
        (TRUSTED, ["X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-For: 127.0.0.1"], "203.0.113.7"),
        (TRUSTED, ["X-Forwarded-For: evil"], "127.0.0.1"),
        (TRUSTED, [], "127.0.0.1"),
        ((), ["X-Forwarded-For: 203.0.113.7"], "127.0.0.1"),
        ((), ["Forwarded: for=203.0.113.7"], "127.0.0.1"),
        (networks("10.0.0.0/8"), ["X-Forwarded-For: 203.0.113.7"], "127.0.0.1"),
    ],
)
async def test_the_log_has_the_address_of_the_viewer(connect, caplog, fields, address):
    caplog.set_level(logging.INFO, "access")
    async with await connect() as connection:
        for target, status in ((FILM, 200), ("/none", 404)):
            assert (await connection.request("HEAD", target, *fields)).status == status
    assert [record.getMessage().split(" ")[0] for record in caplog.records if record.name == "access"] == [address] * 2


@pytest.mark.gen_test
@pytest.mark.parametrize("proxies", [TRUSTED])
async def test_what_one_request_tells_is_not_believed_of_the_next(connect, caplog):
    caplog.set_level(logging.INFO, "access")
    async with await connect() as connection:
        await connection.request("HEAD", FILM, "X-Forwarded-For: 203.0.113.7")
        await connection.request("HEAD", FILM)
    assert [record.getMessage().split(" ")[0] for record in caplog.records] == ["203.0.113.7", "127.0.0.1"]


async def _takes_a_place(connect, *fields):
    """Opens a connection that asks for a film and reads its first MiB. Returns the status."""
    connection = await connect()
    await connection.send(request_head("GET", FILM, *fields))
    status, _ = await connection.response_head()
    if status == 200:
        await connection.reader.readexactly(1024 * 1024)
    return status


@pytest.mark.gen_test
@pytest.mark.parametrize(("proxies", "status"), [(TRUSTED, 200), ((), 503)])
async def test_places_are_shared_between_the_viewers_behind_a_proxy(connect, status):
    for _ in range(2):
        assert await _takes_a_place(connect, "X-Forwarded-For: 203.0.113.7") == 200
    assert await _takes_a_place(connect, "X-Forwarded-For: 203.0.113.8") == status


@pytest.mark.gen_test
@pytest.mark.parametrize(("proxies", "statuses"), [(TRUSTED, [200, 200]), ((), [200, 429])])
async def test_a_proxy_may_have_more_connections_than_an_address(app, proxies, statuses, _unused_port):
    server = Server(app, max_per_address=1, proxies=proxies)
    server.add_socket(_unused_port[0])
    port = _unused_port[1]
    async with await RawConnection.open(port) as one, await RawConnection.open(port) as other:
        assert [(await each.request("GET", "/healthz")).status for each in (one, other)] == statuses
    server.stop()
    await server.close_all_connections()
