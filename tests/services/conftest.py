"""What the tests of stores share."""

import ssl

import pytest

from services.http_client.timeouts import Patience
from services.storage.remote import connection_limit as parking
from services.storage.remote import object_source
from services.storage.remote.connection_limit import Parking
from tests.faulty_place import CONTENT, Place
from tests.faulty_store import FaultyStore

_PATIENT = Patience(connect_s=60.0, answer_s=60.0, chunk_s=60.0)


@pytest.fixture
def place(io_loop, monkeypatch, request):
    """Makes the store and what reads it; both end with the test."""
    opened = []

    async def make(
        recovery_s: float = 60.0,
        patience: Patience = _PATIENT,
        most: float = 1000,
        park_after_s: float = 60.0,
        tls: bool = False,
        trusts: bool = True,
    ) -> Place:
        monkeypatch.setattr(object_source, "RECOVERY_S", recovery_s)
        monkeypatch.setattr(parking, "PARK_AFTER_S", park_after_s)
        context = authorities = None
        if tls:
            certificate = request.getfixturevalue("certificate")
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
            authorities = str(certificate[0]) if trusts else None
        store = await FaultyStore(CONTENT, context).__aenter__()
        opened.append(Place(store, patience, Parking(most), authorities))
        return opened[-1]

    yield make
    for each in opened:
        each.close()
        io_loop.run_sync(each.store.__aexit__)
