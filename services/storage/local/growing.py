"""Which versions of a growing file are listed.

Each write makes a new one, and whatever is listed is looked into anew. So those of a recording are listed with growing
pauses, and the last once it rests.
"""

from collections.abc import Collection
from dataclasses import dataclass

from services.storage.stored_file import StoredFile

FIRST_PAUSE_S = 5.0  # then twice as long each time, up to:
LONGEST_PAUSE_S = 900.0
REST_S = 30.0  # recorders write more often


@dataclass(slots=True)
class _Growth:
    newest: StoredFile
    changed_s: float
    due_s: float
    pause_s: float


class Growing:
    """Times are in seconds, of any clock that does not go back."""

    def __init__(self) -> None:
        self._by_path: dict[str, _Growth] = {}

    def listed(self, before: StoredFile | None, now: StoredFile, now_s: float) -> StoredFile:
        """What is to be listed of a file that is ``now`` so, and was listed ``before``: one of the two."""
        growth = self._by_path.get(now.path)
        if growth is None and now == before:
            return before
        if before is None or not (now == before or _has_grown(before, now)):
            self._by_path.pop(now.path, None)
            return now
        if growth is None:
            self._by_path[now.path] = _Growth(now, now_s, now_s + FIRST_PAUSE_S, FIRST_PAUSE_S)
            return now
        return now if self._is_due(growth, before, now, now_s) else before

    def has(self, path: str) -> bool:
        """Whether the file grew lately. May be asked from any thread."""
        return path in self._by_path

    def keep_only(self, files: Collection[StoredFile]) -> None:
        """Forgets all others."""
        if self._by_path:
            paths = {file.path for file in files}
            self._by_path = {path: growth for path, growth in self._by_path.items() if path in paths}

    def _is_due(self, growth: _Growth, before: StoredFile, now: StoredFile, now_s: float) -> bool:
        if growth.newest != now:
            growth.newest, growth.changed_s = now, now_s
        rested_s = now_s - growth.changed_s
        if now == before:
            if rested_s > growth.pause_s:
                del self._by_path[now.path]
            return False
        if now_s < growth.due_s and rested_s < min(growth.pause_s, REST_S):
            return False
        growth.pause_s = min(2 * growth.pause_s, LONGEST_PAUSE_S)
        growth.due_s = now_s + growth.pause_s
        return True


def _has_grown(before: StoredFile, now: StoredFile) -> bool:
    return now.inode == before.inode and now.device == before.device and now.size > before.size
