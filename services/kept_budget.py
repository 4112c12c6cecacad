"""Keeps over restarts what was sent of the budget: a number in the cache, which is written every minute.

Without a disk that lasts, as on Render's free plan, each start counts anew.

Tested by tests/process/test_budget.py.
"""

import asyncio
from contextlib import suppress

from services.admission.budget import Budget
from services.cache import Cache

KEEP_S = 60.0

_NAME = "egress-budget"
_FILE = "spent.json"
_PATIENCE_S = 2.0  # for a disk that hangs: it must hold up neither start nor end


class KeptBudget:
    def __init__(self, budget: Budget, cache: Cache) -> None:
        self.budget = budget
        self._cache = cache

    async def recall(self) -> None:
        """Adds what was kept. Before the first viewer comes."""
        with suppress(TimeoutError, TypeError, KeyError, ValueError):  # there is nothing, or it is of another release
            kept = await self._cache.threads.ask(self._cache.load, _NAME, _FILE, patience_s=_PATIENCE_S)
            self.budget.recall(str(kept["period"]), int(kept["bytes"]))

    async def stay_kept(self) -> None:
        """Keeps what is sent, until it is cancelled."""
        while True:
            await asyncio.sleep(KEEP_S)
            self.budget.begin_period()
            await self._keep()

    async def close(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await self._keep()

    async def _keep(self) -> None:
        spent = {"period": self.budget.period, "bytes": self.budget.spent_bytes}
        await self._cache.threads.ask(self._cache.store, _NAME, _FILE, spent)
