"""Fixtures for tests of stores."""

import ssl

import pytest

from services.http_client.client import KEEP_S, HttpClient
from services.http_client.timeouts import Patience
from services.storage.remote.connection_limit import BUSY_S, Parking
from tests.faulty_place import CONTENT, Place
from tests.faulty_store import FaultyStore

_PATIENT = Patience(connect_s=60.0, answer_s=60.0, chunk_s=60.0)


@pytest.fixture
def place(io_loop, request):
    """Makes a store and a source that reads it. Both end with the test."""
    opened = []

    async def make(
        recovery_s: float = 60.0,
        patience: Patience = _PATIENT,
        most: float = 1000,
        park_after_s: float = 60.0,
        busy_s: float = BUSY_S,
        keep_s: float = KEEP_S,
        tls: bool = False,
        trusts: bool = True,
    ) -> Place:
        context = authorities = None
        if tls:
            certificate = request.getfixturevalue("certificate")
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
            authorities = str(certificate[0]) if trusts else None
        store = await FaultyStore(CONTENT, context).__aenter__()
        http = HttpClient(patience, authorities, keep_s=keep_s)
        opened.append(Place(store, http, Parking(most, park_after_s, busy_s), recovery_s))
        return opened[-1]

    yield make
    for each in opened:
        each.close()
        io_loop.run_sync(each.store.__aexit__)
