"""The file of shares: JSON, read and written as a whole. Several servers may have the same file.

All but ``shares_file`` block on the disk: call them in a thread.

Tested by tests/services/test_kept_shares.py.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from services.access.shares import Form, Subject

MOST_SHARES = 1000
MOST_VIEWERS = 100  # of a share that are told apart
_MOST_BYTES = 8 * 1024 * 1024  # of the file: 1,000 shares with their viewers take 2
_BY_ITSELF = ("movie-streaming", "shares.json")

Shares = dict[str, "KeptShare"]  # by id
Stamp = tuple[int, int, int] | None  # tells versions of the file apart; None: there is none


@dataclass(slots=True)
class KeptShare:
    """A share, as its owner sees it. In older files the name of the ``subject`` is "". ``viewers`` are what tells apart
    who used it."""

    link: str
    title: str
    subject: Subject
    made_s: int
    used_s: int = 0
    viewers: set[str] = field(default_factory=set)

    def add_use(self, used_s: int, viewers: set[str]) -> None:
        self.used_s = max(self.used_s, used_s)
        self.viewers.update(sorted(viewers - self.viewers)[: MOST_VIEWERS - len(self.viewers)])


def shares_file(setting: str, environment: Mapping[str, str]) -> Path | None:
    """Where shares are kept, by the setting: "none", the path of a file, or "auto": where programs of this user keep
    such files (XDG Base Directory Specification). None: nowhere, as on Render by itself, where no disk lasts."""
    if setting.lower() == "none":
        return None
    if setting.lower() != "auto":
        return Path(os.path.expanduser(setting))
    states = environment.get("XDG_STATE_HOME", "")
    file = Path(states if states.startswith("/") else os.path.expanduser("~/.local/state"), *_BY_ITSELF)
    return file if file.is_absolute() and not environment.get("RENDER") and is_writable(file) else None


def is_writable(file: Path) -> bool:
    """Whether the file can be written, or made."""
    folder = next((each for each in file.parents if each.exists()), None)
    return folder is not None and folder.is_dir() and os.access(folder, os.W_OK) and not file.is_dir()


def stamp(file: Path) -> Stamp:
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def read(file: Path) -> tuple[Shares, Stamp]:
    """The shares, and the version of the file that they are of, or of an earlier one. Raises OSError, and ValueError if
    it is a file of something else."""
    version = stamp(file)
    if version is None:
        return {}, None
    with file.open("rb") as opened:
        content = opened.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise ValueError("it is too long")
    return _shares_in(json.loads(content)), version


def change(file: Path, act: Callable[[Shares], None]) -> tuple[Shares, Stamp]:
    """Reads the file, makes the change, and writes it. The new file replaces the old one at once. Only its owner can
    read it, since it has links. Raises as ``read`` does."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(file):
        shares, _ = read(file)
        act(shares)
        _write(file, {"shares": [_value(share) for share in shares.values()]})
        return shares, stamp(file)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """While nobody else changes the file. The lock is a file beside it, since the file itself is replaced."""
    with open(f"{file}.lock", "a") as lock:
        flock(lock, LOCK_EX)
        yield


def _write(file: Path, value: object) -> None:
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
        "form": share.subject.form.value,
        "name": share.subject.name,
        "made": share.made_s,
        "used": share.used_s,
        "viewers": sorted(share.viewers),
    }


def _shares_in(value: Any) -> Shares:
    """Raises ValueError."""
    try:
        shares = [
            KeptShare(
                str(each["link"]),
                str(each["title"]),
                Subject(Form(each["form"]), str(each.get("name", ""))),
                int(each["made"]),
                int(each["used"]),
                {str(viewer) for viewer in each["viewers"][:MOST_VIEWERS]},
            )
            for each in value["shares"][:MOST_SHARES]
        ]
        return {share.link.split(".")[1]: share for share in shares}
    except (TypeError, KeyError, IndexError) as error:
        raise ValueError("it has no list of shares") from error
