"""What the tests of handlers share."""

import pytest

from services.composition import Timing
from tests.timing import PATIENT


@pytest.fixture
def service_timing() -> Timing:
    """A list is waited for as long as it takes on a busy machine. Tests of who does not wait set this themselves."""
    return PATIENT
