"""The last bytes of a film, read backwards from its end as far as needed. For the worker alone.

Tested by tests/services/media/worker/test_length.py.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO

from services.media.worker.demuxer import storage_error

_FIRST_BYTES = 256 * 1024
_MORE_EACH_TIME = 4
MOST_BYTES = 32 * 2**20  # more than 4K video has between two key frames


def tails(film: BinaryIO) -> Iterator[bytes]:
    """The last 256 KiB of the film, then the last MiB, 4 MiB and so on, up to 32 MiB. Each ends where the film ends.
    Moves the film's position. Raises StorageError."""
    length = film_length(film)
    tail, wanted = b"", _FIRST_BYTES
    while len(tail) < min(length, MOST_BYTES):
        wanted = min(wanted, length, MOST_BYTES)
        tail = read_at(film, length - wanted, wanted - len(tail)) + tail
        yield tail
        wanted *= _MORE_EACH_TIME


def film_length(film: BinaryIO) -> int:
    """The film's length in bytes. Moves its position. Raises StorageError."""
    try:
        return film.seek(0, os.SEEK_END)
    except Exception as error:
        raise storage_error(error) from error


def read_at(film: BinaryIO, position: int, count: int) -> bytes:
    """``count`` bytes from ``position`` on, or fewer if the film ends before. Raises StorageError."""
    try:
        film.seek(position)
        return film.read(count)
    except Exception as error:
        raise storage_error(error) from error
