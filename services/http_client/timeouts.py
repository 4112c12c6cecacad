"""Time limits of an exchange with a store, and the translation of its failures to our own errors.

Tested by tests/services/http_client/test_client.py.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.errors import StoreFault, StoreTimeout, StoreUnavailable


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for a connection, for the head of a response, for the next bytes, for a whole
    document."""

    connect_s: float = 5.0
    answer_s: float = 10.0
    chunk_s: float = 10.0  # a film that stops has 20 s to go on (object_source.RECOVERY_S)
    document_s: float = 30.0


@asynccontextmanager
async def exchange(part: str, limit_s: float) -> AsyncIterator[None]:
    """Limits its block, which receives ``part`` of a response, to ``limit_s`` seconds in all.

    Raises StoreTimeout; StoreUnavailable in place of OSError; StoreFault in place of ValueError, which the parsers
    raise.
    """
    try:
        async with asyncio.timeout(limit_s):
            yield
    except TimeoutError as error:
        raise StoreTimeout(f"no {part} in time") from error
    except ValueError as error:
        raise StoreFault(f"the {part} is not valid HTTP, or too long") from error
    except OSError as error:
        raise StoreUnavailable(f"closed before the end of the {part}") from error
