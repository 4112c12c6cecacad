"""A disk far away: a file system whose every read that is not in the page cache takes 200 ms, like a network mount.

The content of its films is computed, so it takes no room. Run as a process: python -m benchmarks.slow_disk MOUNT_POINT
"""

import errno
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.effort import MIB, NotMeasurable

COLD_FILMS = tuple(f"cold-{number}.mp4" for number in range(4))
COLD_BYTES = 256 * MIB
DELAY_S = 0.2
WARM_FILM = "warm.mp4"
WARM_BYTES = MIB
_LENGTHS = {WARM_FILM: WARM_BYTES, **dict.fromkeys(COLD_FILMS, COLD_BYTES)}
_LONG_AGO_S = 1_600_000_000  # when the films were last written to, in Unix time
_MOUNT_TIMEOUT_S = 5.0
_NAMES_KEPT_S = 3600  # the kernel does not ask again for names, so only reads are slow


@contextmanager
def slow_disk(mount_point: Path) -> Iterator[Path]:
    """Mounts the disk at a new mount point. None of its films is in the page cache."""
    require_fuse()
    mount_point.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.slow_disk", str(mount_point)],
        cwd=Path(__file__).resolve().parent.parent,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _await_mounted(process, mount_point)
        yield mount_point
    finally:
        subprocess.run(["fusermount", "-u", "-z", str(mount_point)], stderr=subprocess.DEVNULL, check=False)
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stderr:
            process.stderr.close()
        mount_point.rmdir()


def require_fuse() -> None:
    """Raises NotMeasurable if the disk cannot be mounted."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        raise NotMeasurable("/dev/fuse cannot be opened")
    if not shutil.which("fusermount"):
        raise NotMeasurable("the program fusermount is not here (Debian: apt-get install fuse libfuse2)")
    try:
        import mfusepy  # noqa: F401
    except (ImportError, OSError) as error:  # OSError: the module is installed, but libfuse is not
        raise NotMeasurable(
            f"mfusepy cannot be loaded: {error} (it is in the extra bench; Debian: libfuse2)"
        ) from error


def main(mount_point: str) -> None:
    import mfusepy

    class SlowFilms(mfusepy.Operations):  # type: ignore[misc]
        """Only reads are slow. Names and lengths are known at once."""

        def getattr(self, path: str, fh: int | None = None) -> dict[str, int]:
            if path == "/":
                return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2}
            length = _LENGTHS.get(path[1:])
            if length is None:
                raise mfusepy.FuseOSError(errno.ENOENT)
            times = dict.fromkeys(("st_mtime", "st_ctime", "st_atime"), _LONG_AGO_S)
            return {"st_mode": stat.S_IFREG | 0o444, "st_nlink": 1, "st_size": length, **times}

        def readdir(self, path: str, fh: int) -> list[str]:
            return [".", "..", *_LENGTHS]

        def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
            time.sleep(DELAY_S)
            return bytes(max(0, min(size, _LENGTHS[path[1:]] - offset)))

    mfusepy.FUSE(
        SlowFilms(),
        mount_point,
        foreground=True,
        ro=True,
        kernel_cache=True,  # the page cache is kept when a file is opened again
        attr_timeout=_NAMES_KEPT_S,
        entry_timeout=_NAMES_KEPT_S,
    )


def _await_mounted(process: subprocess.Popen[str], mount_point: Path) -> None:
    deadline = time.monotonic() + _MOUNT_TIMEOUT_S
    while not mount_point.is_mount():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise NotMeasurable(f"it cannot be mounted: {process.communicate()[1].strip()[-200:]}")
        time.sleep(0.02)


if __name__ == "__main__":
    main(sys.argv[1])
