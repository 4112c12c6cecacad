"""Where the folders of a library are: links may lead from one into another, and nowhere else."""

import os
from collections.abc import Iterable
from pathlib import Path

from services.threads import answer_in_time

_PATIENCE_S = 1.0  # for a disk that hangs; where its folder is then is taken from its path alone, until it is scanned


class Roots:
    """Each scan notes where its own folder is, so that none has to ask the disk of another, which may hang. For any
    thread."""

    def __init__(self, folders: Iterable[Path] = ()) -> None:
        self._by_folder = {folder: _real_path(folder) for folder in folders}

    def note(self, folder: Path) -> str:
        """Where the folder is now, free of links; waits for its disk."""
        self._by_folder[folder] = os.path.realpath(folder)
        return self._by_folder[folder]

    def hold(self, location: str) -> bool:
        """Whether ``location``, which is absolute and free of links, lies in one of the folders."""
        return any(os.path.commonpath((root, location)) == root for root in list(self._by_folder.values()))


def _real_path(folder: Path) -> str:
    return answer_in_time(os.path.realpath, folder, patience_s=_PATIENCE_S) or os.path.abspath(folder)
