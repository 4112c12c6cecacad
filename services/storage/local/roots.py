"""The real paths of the library's folders. Links may lead from one folder into another, and nowhere else."""

import os
from collections.abc import Iterable
from pathlib import Path

from services.threads import answer_in_time

_PATIENCE_S = 1.0  # for a disk; if it hangs, its folder's path counts as the real one until the folder is scanned


class Roots:
    """The real path of each of ``folders``, as its last scan found it.

    Each scan notes the path of its own folder only. So no scan asks another folder's disk, which may hang. The methods
    may be called from any thread.
    """

    def __init__(self, folders: Iterable[Path] = ()) -> None:
        self._by_folder = {folder: _real_path(folder) for folder in folders}

    def note(self, folder: Path) -> str:
        """Finds out, stores and returns the folder's real path. Waits for its disk."""
        self._by_folder[folder] = os.path.realpath(folder)
        return self._by_folder[folder]

    def hold(self, location: str) -> bool:
        """Whether ``location``, an absolute path free of links, is in one of the folders."""
        return any(os.path.commonpath((root, location)) == root for root in list(self._by_folder.values()))


def _real_path(folder: Path) -> str:
    return answer_in_time(os.path.realpath, folder, patience_s=_PATIENCE_S) or os.path.abspath(folder)
