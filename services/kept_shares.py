"""The file of shares: which there are, and when each was last used and by how many. What is not in it is not open.

Several servers may have the same file. Each change is made to what is in it then, under a lock, and is there whole or
not at all. Each server looks for the changes of others every few seconds.

Tested by tests/services/test_kept_shares.py.
"""

import asyncio
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from services.errors import InvalidSetting, SharesNotKept
from services.threads import Threads

_log = logging.getLogger(__name__)

MOST_SHARES = 1000
MOST_VIEWERS = 100  # of a share that are told apart
_BY_ITSELF = ("movie-streaming", "shares.json")
_PATIENCE_S = 2.0  # for a disk that hangs: it must not hold up the end
_LOOK_S = 2.0  # between looks for changes by others
_LOOKS_UNTIL_KEPT = 15  # uses are kept every half a minute
_MOST_BYTES = 8 * 1024 * 1024  # of the file: 1,000 shares with their viewers take 2

_Shares = dict[str, "KeptShare"]  # by id
_Stamp = tuple[int, int, int] | None  # of a version of the file


@dataclass(slots=True)
class KeptShare:
    """A share, as its owner sees it. ``form`` is that of its subject, ``viewers`` are what tells apart who used it."""

    link: str
    title: str
    form: str
    made_s: int
    used_s: int = 0
    viewers: set[str] = field(default_factory=set)


class KeptShares:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._shares: _Shares = {}
        self._used: dict[str, tuple[int, set[str]]] = {}  # by id: since the file was written last
        self._stamp: _Stamp = None
        self._threads = Threads("kept-shares", most=1)
        self._warned = False

    @property
    def shares(self) -> Mapping[str, KeptShare]:
        return self._shares

    async def load(self) -> None:
        """Raises InvalidSetting where there is a file that is none of shares, or where none can be written."""
        try:
            self._shares, self._stamp = await self._threads.ask(self._loaded)
        except (OSError, ValueError) as error:
            raise InvalidSetting(f"--shares: {self._file} cannot be read as a file of shares: {error}") from error
        if not await self._threads.ask(_is_writable, self._file):
            raise InvalidSetting(f"--shares: {self._file} cannot be written; name another file, or say none")

    async def add(self, id_: str, share: KeptShare, instead_of: Sequence[str] = ()) -> None:
        """Raises SharesNotKept."""
        if len(self._shares) - len(instead_of) >= MOST_SHARES:
            raise SharesNotKept(f"There are {MOST_SHARES} shares already. Take some back first.")

        def added(shares: _Shares) -> None:
            for ended in instead_of:
                shares.pop(ended, None)
            shares[id_] = share

        await self._change(added)

    async def remove(self, id_: str) -> bool:
        """Whether there was such a share. It is open to nobody from now on. Raises SharesNotKept."""
        was_there = self._shares.pop(id_, None) is not None
        await self._change(lambda shares: shares.pop(id_, None))
        return was_there

    def use(self, id_: str, viewer: str, now_s: int) -> None:
        share = self._shares.get(id_)
        if share is None:
            return
        share.used_s = now_s
        if viewer not in share.viewers and len(share.viewers) < MOST_VIEWERS:
            share.viewers.add(viewer)
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
            if self._used:
                with suppress(SharesNotKept):
                    await self._change(_nothing)

    async def look(self) -> None:
        """Reads the file again if somebody has changed it. Raises SharesNotKept."""
        if await self._threads.ask(_stamp, self._file) != self._stamp:
            await self._change(None)

    async def close(self) -> None:
        if self._used:
            with suppress(SharesNotKept, TimeoutError):
                async with asyncio.timeout(_PATIENCE_S):
                    await self._change(_nothing)
        self._threads.close()

    async def _change(self, change: Callable[[_Shares], object] | None) -> None:
        """Makes the change to what is in the file now (None: only reads it), and adds what was used meanwhile."""
        used, self._used = self._used, {}
        try:
            shares, self._stamp = await self._threads.ask(self._changed, change, used)
        except (OSError, ValueError) as error:
            for id_, (used_s, viewers) in used.items():
                self._used.setdefault(id_, (used_s, viewers))
            if not self._warned:
                self._warned = True
                _log.warning("the file of shares cannot be written: %s", error)
            raise SharesNotKept("The server cannot write its file of shares. Its log says why.") from error
        _add_uses(shares, self._used)
        self._shares, self._warned = shares, False

    def _changed(
        self, change: Callable[[_Shares], object] | None, used: Mapping[str, tuple[int, set[str]]]
    ) -> tuple[_Shares, _Stamp]:
        if change is None:
            shares, stamp = self._loaded()
            _add_uses(shares, used)
            return shares, stamp
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(self._file):
            shares, _ = self._loaded()
            change(shares)
            _add_uses(shares, used)
            _write(self._file, {"shares": [_value(share) for share in shares.values()]})
            return shares, _stamp(self._file)

    def _loaded(self) -> tuple[_Shares, _Stamp]:
        """Raises OSError and ValueError."""
        stamp = _stamp(self._file)
        if stamp is None:
            return {}, None
        with self._file.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise ValueError("it is too long")
        return _shares_in(json.loads(content)), stamp


def _nothing(_: _Shares) -> None:
    pass


def shares_file(setting: str, environment: Mapping[str, str]) -> Path | None:
    """Where shares are kept, by the setting: "none", the path of a file, or "auto": where programs of this user keep
    such files (XDG Base Directory Specification). None: nowhere, as on Render by itself, where no disk lasts."""
    if setting.lower() == "none":
        return None
    if setting.lower() != "auto":
        return Path(os.path.expanduser(setting))
    states = environment.get("XDG_STATE_HOME", "")
    file = Path(states if states.startswith("/") else os.path.expanduser("~/.local/state"), *_BY_ITSELF)
    return file if file.is_absolute() and not environment.get("RENDER") and _is_writable(file) else None


def _is_writable(file: Path) -> bool:
    """Whether the file can be written, or made."""
    folder = next((each for each in file.parents if each.exists()), None)
    return folder is not None and folder.is_dir() and os.access(folder, os.W_OK) and not file.is_dir()


def _add_uses(shares: _Shares, used: Mapping[str, tuple[int, set[str]]]) -> None:
    for id_, (used_s, viewers) in used.items():
        if (share := shares.get(id_)) is not None:
            share.used_s = max(share.used_s, used_s)
            share.viewers = set(sorted(share.viewers | viewers)[:MOST_VIEWERS])


def _stamp(file: Path) -> _Stamp:
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """While nobody else changes the file. The lock is a file beside it, since the file itself is replaced."""
    with open(f"{file}.lock", "a") as lock:
        flock(lock, LOCK_EX)
        yield


def _write(file: Path, value: object) -> None:
    """The file is readable by its owner alone: it has links."""
    with NamedTemporaryFile("w", dir=file.parent, prefix=f".{file.name}.", encoding="utf-8", delete=False) as draft:
        try:
            json.dump(value, draft, indent=1)
            draft.flush()
            os.fsync(draft.fileno())
            os.replace(draft.name, file)
        except BaseException:
            os.unlink(draft.name)
            raise


def _value(share: KeptShare) -> dict[str, Any]:
    return {
        "link": share.link,
        "title": share.title,
        "form": share.form,
        "made": share.made_s,
        "used": share.used_s,
        "viewers": sorted(share.viewers),
    }


def _shares_in(value: Any) -> _Shares:
    """Raises ValueError."""
    try:
        return {
            str(each["link"]).split(".")[1]: KeptShare(
                str(each["link"]),
                str(each["title"]),
                str(each["form"]),
                int(each["made"]),
                int(each["used"]),
                {str(viewer) for viewer in each["viewers"][:MOST_VIEWERS]},
            )
            for each in value["shares"][:MOST_SHARES]
        }
    except (TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError("it has no list of shares") from error
