"""All shares that there are, with their last use and by how many, as their file has them. No others are open.

Each server looks every few seconds for what other servers have changed.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from services.errors import InvalidSetting, SharesNotKept
from services.shares_file import MOST_SHARES, MOST_VIEWERS, KeptShare, Shares, Stamp, change, is_writable, read, stamp
from services.threads import Threads

_log = logging.getLogger(__name__)

_PATIENCE_S = 2.0  # for a disk that hangs: it must not hold up the end
_LOOK_S = 2.0  # between looks for changes by others
_LOOKS_UNTIL_KEPT = 15  # uses are kept every half a minute


class KeptShares:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._shares: Shares = {}
        self._used: dict[str, tuple[int, set[str]]] = {}  # by id: what is not in the file yet
        self._stamp: Stamp = None
        self._threads = Threads("kept-shares", most=1)
        self._warned = False

    @property
    def shares(self) -> Mapping[str, KeptShare]:
        return self._shares

    async def load(self) -> None:
        """Raises InvalidSetting where there is a file that is none of shares, or where none can be written."""
        try:
            self._shares, self._stamp = await self._threads.ask(read, self._file)
        except (OSError, ValueError) as error:
            raise InvalidSetting(f"--shares: {self._file} cannot be read as a file of shares: {error}") from error
        if not await self._threads.ask(is_writable, self._file):
            raise InvalidSetting(f"--shares: {self._file} cannot be written; name another file, or say none")

    async def add(self, id_: str, share: KeptShare, instead_of: Sequence[str] = ()) -> None:
        """Raises SharesNotKept."""
        if len(self._shares) - len(instead_of) >= MOST_SHARES:
            raise SharesNotKept(f"There are {MOST_SHARES} shares already. Take some back first.")

        def added(shares: Shares) -> None:
            for ended in instead_of:
                shares.pop(ended, None)
            shares[id_] = share

        await self._change(added)

    async def remove(self, id_: str) -> bool:
        """Whether there was such a share. It is open to nobody from now on. Raises SharesNotKept."""
        was_there = self._shares.pop(id_, None) is not None

        def removed(shares: Shares) -> None:
            shares.pop(id_, None)

        await self._change(removed)
        return was_there

    def use(self, id_: str, viewer: str, now_s: int) -> None:
        share = self._shares.get(id_)
        if share is None:
            return
        share.add_use(now_s, {viewer})
        _, viewers = self._used.get(id_, (0, set()))
        if len(viewers) < MOST_VIEWERS:
            viewers.add(viewer)
        self._used[id_] = now_s, viewers

    async def stay_fresh(self) -> None:
        """Keeps what is used and notices the changes of others, until it is cancelled."""
        while True:
            for _ in range(_LOOKS_UNTIL_KEPT):
                await asyncio.sleep(_LOOK_S)
                with suppress(SharesNotKept):
                    await self.look()
            with suppress(SharesNotKept):
                await self._keep_uses()

    async def look(self) -> None:
        """Reads the file again if somebody has changed it. Raises SharesNotKept."""
        if await self._threads.ask(stamp, self._file) != self._stamp:
            await self._ask(read)

    async def close(self) -> None:
        with suppress(SharesNotKept, TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await self._keep_uses()
        self._threads.close()

    async def _keep_uses(self) -> None:
        if self._used:
            await self._change(lambda _: None)

    async def _change(self, act: Callable[[Shares], None]) -> None:
        used, self._used = self._used, {}

        def changed(shares: Shares) -> None:
            act(shares)
            _add_uses(shares, used)

        try:
            await self._ask(change, changed)
        except SharesNotKept:
            self._used = used | self._used
            raise

    async def _ask(self, question: Callable[..., tuple[Shares, Stamp]], *more: object) -> None:
        """Takes what is in the file. One that cannot be read or written is warned of once."""
        try:
            shares, self._stamp = await self._threads.ask(question, self._file, *more)
        except (OSError, ValueError) as error:
            if not self._warned:
                _log.warning("the file of shares cannot be used: %s", error)
            self._warned = True
            raise SharesNotKept("The server cannot write its file of shares. Its log says why.") from error
        _add_uses(shares, self._used)
        self._shares, self._warned = shares, False


def _add_uses(shares: Shares, used: Mapping[str, tuple[int, set[str]]]) -> None:
    for id_, use in used.items():
        if (share := shares.get(id_)) is not None:
            share.add_use(*use)
