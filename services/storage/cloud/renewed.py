"""What serves for a while only, such as keys: asked for anew when it is needed and old."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Renewed(Generic[_T]):
    """``fetch`` tells what it is now, and for how many seconds it serves."""

    def __init__(self, fetch: Callable[[], Awaitable[tuple[_T, float]]]) -> None:
        self._fetch = fetch
        self._known: tuple[_T, float] | None = None  # and until when
        self._lock = asyncio.Lock()

    async def __call__(self) -> _T:
        """Fetched once for all who ask at the same time. Raises what ``fetch`` does."""
        async with self._lock:
            if self._known is None or monotonic() >= self._known[1]:
                value, serves_s = await self._fetch()
                self._known = value, monotonic() + serves_s
            return self._known[0]
