"""Which of a host's addresses is connected to."""

import socket

import pytest

from services.http_client.connection import connect
from services.http_client.lookups import Address, Lookups

SILENT = Address(socket.AF_INET, ("192.0.2.1", 9))  # RFC 5737: nobody is there


def _address(listening):
    return Address(listening.family, listening.getsockname())


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def refusing():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return _address(closed)


@pytest.mark.gen_test
async def test_the_next_address_is_tried_after_one_that_refuses_and_beside_one_that_is_silent(listening, refusing):
    connection = await connect([refusing, SILENT, _address(listening)])
    accepted, _ = listening.accept()
    await connection.send(b"hello")
    assert accepted.recv(5, socket.MSG_WAITALL) == b"hello"
    accepted.close()
    connection.close()


@pytest.mark.gen_test
async def test_the_last_failure_is_told_where_no_address_answers(refusing):
    with pytest.raises(ConnectionRefusedError):
        await connect([refusing, refusing])
    with pytest.raises(OSError, match="the host has no address"):
        await connect([])


@pytest.mark.gen_test
async def test_addresses_are_looked_up_and_what_has_none_is_an_error(listening):
    lookups = Lookups()
    port = listening.getsockname()[1]
    assert _address(listening) in await lookups.addresses("localhost", port)
    assert await lookups.addresses("127.0.0.1", port) == [_address(listening)]
    with pytest.raises(OSError, match=r".+"):
        await lookups.addresses("no-such-host.invalid", port)
    with pytest.raises(UnicodeError):
        await lookups.addresses("a..b", port)
    lookups.close()
