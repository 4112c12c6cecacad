"""Fixtures for tests of handlers."""

import pytest

from services.composition import Timing
from tests.timing import PATIENT


@pytest.fixture
def service_timing() -> Timing:
    """Lists are waited for as long as a busy machine takes. Tests of a shorter patience set their own."""
    return PATIENT
