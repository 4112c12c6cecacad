"""Fixtures for tests of handlers."""

import pytest

from services.access.access import Access
from services.access.passwords import Password
from services.access.signing import Signer
from services.composition import Timing
from tests.timing import PATIENT

SIGNER = Signer(bytes(32))  # of the server under a lock


@pytest.fixture
def service_timing() -> Timing:
    """Lists are waited for as long as a busy machine takes. Tests of a shorter patience set their own."""
    return PATIENT


@pytest.fixture
def now_s() -> list[float]:
    """The time of the lock, which a test may change."""
    return [1_800_000_000.0]


@pytest.fixture
def locked(now_s: list[float]) -> Access:
    """What a server with a password has, for tests whose ``access`` it is."""
    return Access(Password("open sesame"), SIGNER, lambda: now_s[0])
