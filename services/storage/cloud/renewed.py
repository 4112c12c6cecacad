"""A value that expires, such as keys or a token. It is fetched again on the first use after that.

Tested by tests/handlers/test_credentials.py.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Renewed(Generic[_T]):
    """``fetch`` returns the value, and for how many seconds to use it."""

    def __init__(self, fetch: Callable[[], Awaitable[tuple[_T, float]]]) -> None:
        self._fetch = fetch
        self._known: tuple[_T, float] | None = None  # and until when, by time.monotonic()
        self._lock = asyncio.Lock()

    async def __call__(self) -> _T:
        """The current value. Concurrent callers share one fetch. Raises what ``fetch`` raises."""
        async with self._lock:
            if self._known is None or monotonic() >= self._known[1]:
                value, serves_s = await self._fetch()
                self._known = value, monotonic() + serves_s
            return self._known[0]
