"""Limits how often new versions of a growing file are listed.

Each write to a recording makes a new version, and each listed version costs work: details, a poster, a folder in the
cache. So a file that grows is listed at its first growth, and then after pauses of 5 s to 15 minutes, each twice as
long as the one before. It is listed earlier if it has not changed for the length of the pause, or for 30 s. In between,
the list shows the version listed last. This is for folders only: in a bucket or on a web server, each write makes
another object, so a recording there is a film that is replaced all the time.
"""

from collections.abc import Collection
from dataclasses import dataclass

from services.storage.stored_file import StoredFile

FIRST_PAUSE_S = 5.0  # the first pause; each is twice as long as the one before, up to:
LONGEST_PAUSE_S = 900.0
REST_S = 30.0  # after so long without a change, a recording has ended: recorders write more often


@dataclass(slots=True)
class _Growth:
    """``newest`` is the last version seen, since ``changed_s``. At ``due_s`` a new version may be listed."""

    newest: StoredFile
    changed_s: float
    due_s: float
    pause_s: float


class Growing:
    """The files that grow. Times are in seconds of a monotonic clock."""

    def __init__(self, first_pause_s: float = FIRST_PAUSE_S) -> None:
        self._first_pause_s = first_pause_s
        self._by_path: dict[str, _Growth] = {}

    def listed(self, before: StoredFile | None, now: StoredFile, now_s: float) -> StoredFile:
        """The version to list: ``now``, which the scan found, or ``before``, which was listed last."""
        growth = self._by_path.get(now.path)
        if growth is None and now == before:
            return before
        if before is None or not (now == before or _has_grown(before, now)):
            self._by_path.pop(now.path, None)
            return now
        if growth is None:
            self._by_path[now.path] = _Growth(now, now_s, now_s + self._first_pause_s, self._first_pause_s)
            return now
        return now if self._is_due(growth, before, now, now_s) else before

    def has(self, path: str) -> bool:
        """Whether the file grew lately. May be called from any thread."""
        return path in self._by_path

    def keep_only(self, files: Collection[StoredFile]) -> None:
        """Forgets all files that are not among ``files``."""
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
