"""An exchange with a store: how long it may take, and what can go wrong, told as our own errors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.errors import StoreFault, StoreTimeout, StoreUnavailable


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for a connection, for the head of an answer, for the next chunk, for a whole
    document."""

    connect_s: float = 5.0
    answer_s: float = 10.0
    chunk_s: float = 10.0  # half of what a film that came to a halt has to go on
    document_s: float = 30.0


@asynccontextmanager
async def exchange(part: str, limit_s: float) -> AsyncIterator[None]:
    """For what takes ``part`` of an answer within ``limit_s`` seconds, however it dribbles.

    Raises StoreTimeout, StoreUnavailable, and StoreFault where it is no HTTP.
    """
    try:
        async with asyncio.timeout(limit_s):
            yield
    except TimeoutError as error:
        raise StoreTimeout(f"no {part} in time") from error
    except ValueError as error:
        raise StoreFault(f"the {part} is no HTTP, or too long") from error
    except OSError as error:
        raise StoreUnavailable(f"closed before the end of the {part}") from error
