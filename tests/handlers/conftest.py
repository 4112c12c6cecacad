"""What the tests of handlers share."""

import pytest

from services import library
from services.storage.remote import bucket


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A list is waited for as long as it takes on a busy machine. Tests of who does not wait set this themselves."""
    monkeypatch.setattr(bucket, "FIRST_PATIENCE_S", 60.0)
    monkeypatch.setattr(library, "_PATIENCE_S", 60.0)
