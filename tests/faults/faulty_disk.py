"""A disk with faults, mounted by FUSE: python faulty_disk.py MOUNT_POINT GATE [ENTRANCE]

``gated.mp4`` can be read while the file GATE exists, and until then every read of it hangs.
``failing.mp4`` can be read up to FAILS_AT, and beyond it there are input/output errors.
Where an ENTRANCE is named, nothing at all is answered while that file is missing.
"""

import errno
import random
import stat
import sys
import time
from pathlib import Path

import mfusepy

LENGTH = 4 * 1024 * 1024
FAILS_AT = 2 * 1024 * 1024
CONTENT = random.Random(7).randbytes(LENGTH)
FILMS = ("gated.mp4", "failing.mp4")


class FaultyDisk(mfusepy.Operations):
    def __init__(self, gate: Path, entrance: Path | None) -> None:
        self._gate = gate
        self._entrance = entrance

    def _come_in(self) -> None:
        while self._entrance and not self._entrance.exists():
            time.sleep(0.01)

    def getattr(self, path: str, fh: int | None = None) -> dict[str, int]:
        self._come_in()
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2}
        if path[1:] in FILMS:
            return {"st_mode": stat.S_IFREG | 0o644, "st_nlink": 1, "st_size": LENGTH, "st_mtime": 1_600_000_000}
        raise mfusepy.FuseOSError(errno.ENOENT)

    def readdir(self, path: str, fh: int) -> list[str]:
        self._come_in()
        return [".", "..", *FILMS]

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        self._come_in()
        if path == "/failing.mp4" and offset + size > FAILS_AT:
            raise mfusepy.FuseOSError(errno.EIO)
        while path == "/gated.mp4" and not self._gate.exists():
            time.sleep(0.01)
        return CONTENT[offset : offset + size]


if __name__ == "__main__":
    gate, *entrance = map(Path, sys.argv[2:])
    disk = FaultyDisk(gate, entrance[0] if entrance else None)
    # The kernel keeps nothing, so every read reaches the disk.
    mfusepy.FUSE(disk, sys.argv[1], foreground=True, nothreads=False, attr_timeout=0, entry_timeout=0)
