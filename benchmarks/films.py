"""Films to measure with, in a temporary folder that is deleted when the benchmark ends."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.effort import MIB

FILM = "film.mp4"
SPARE_BYTES = 1024 * MIB  # of the disk that stay free


class NoSpace(Exception):
    """The temporary folder has no room for the film; TMPDIR chooses another."""


@contextmanager
def film_folder(film_bytes: int) -> Iterator[Path]:
    """A folder with ``FILM``, which is on the disk and in the page cache. It is deleted with what was put beside it.

    It is in TMPDIR, which should be on a disk: for tmpfs (such as /dev/shm) the kernel does not tell what is in memory.
    """
    with tempfile.TemporaryDirectory(prefix="movie-streaming-bench-") as name:
        free_bytes = shutil.disk_usage(name).free
        if free_bytes < film_bytes + SPARE_BYTES:
            raise NoSpace(
                f"{tempfile.gettempdir()} has {free_bytes // MIB} MiB free; choose another folder with TMPDIR"
            )
        folder = Path(name, "films")
        folder.mkdir()
        _write(folder / FILM, film_bytes)
        yield folder


def warm(folder: Path) -> None:
    """Reads the film into the page cache again, in case the kernel has dropped it."""
    buffer = bytearray(8 * MIB)
    with (folder / FILM).open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def sparse_film(folder: Path, name: str, film_bytes: int) -> None:
    """Puts a film into the folder by renaming it, as downloads do. It takes no room on the disk."""
    unfinished = folder / f"{name}.part"
    with unfinished.open("wb") as file:
        file.truncate(film_bytes)
    unfinished.rename(folder / name)


def _write(film: Path, film_bytes: int) -> None:
    block = os.urandom(MIB)
    with film.open("wb") as file:
        for _ in range(film_bytes // MIB):
            file.write(block)
        os.fsync(file.fileno())  # otherwise the kernel writes it back during the first measurement
