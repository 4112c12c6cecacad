"""The worker's job for segments: the index of a film, as a file of the cache.

Nothing of FFmpeg is needed, so that the process starts in little time: a viewer waits for it.

Tested by tests/services/segments/test_segments.py.
"""

import os
from collections.abc import Iterable
from functools import partial
from typing import BinaryIO

from services.errors import StorageError
from services.packaging.film_index import NotPackaged
from services.packaging.index_file import index_file
from services.packaging.matroska_index import read_matroska
from services.packaging.mp4_index import read_mp4
from services.packaging.reading import read_with
from services.packaging.refusal import refusal
from services.packaging.stored_matroska import matroska_bytes

_MATROSKA = b"\x1a\x45\xdf\xa3"  # the ID of the EBML header, RFC 8794 §11.2.1


def index_film(film: BinaryIO, target: str) -> None:
    """Writes the index of the film to the file ``target``, or why it cannot be packaged. Raises StorageError."""
    with open(target, "wb") as file:
        try:
            for piece in _pieces(film):
                file.write(piece)
        except NotPackaged as reason:
            file.seek(0)
            file.truncate()
            file.write(refusal(str(reason)))


def _pieces(film: BinaryIO) -> Iterable[bytes]:
    read = partial(_read, film)
    length = film.seek(0, os.SEEK_END)
    if read(0, len(_MATROSKA)) == _MATROSKA:
        return [matroska_bytes(read_with(read_matroska(length), read))]
    return index_file(read_with(read_mp4(length), read))


def _read(film: BinaryIO, first: int, length: int) -> bytes:
    try:
        film.seek(first)
        return film.read(length)
    except OSError as error:
        raise StorageError(str(error)) from error
