"""The worker's jobs for films that start early: the index of a film for segments, and the head of an MP4 film with
"moov" in front; each as a file of the cache.

A viewer waits for the process to start. So for most films nothing of FFmpeg is needed, and each reader is imported
where it is used: to import all takes as long as to read the index of a film.

Tested by tests/services/segments/test_segments.py.
"""

import io
import os
from collections.abc import Callable, Iterable
from functools import partial
from typing import BinaryIO

from services.errors import StorageError
from services.media.worker.shared_film import SharedFilm
from services.packaging.film_index import NotPackaged
from services.packaging.kept.not_packaged import refusal
from services.packaging.reading import read_with
from services.packaging.remux.signatures import FIRST_BYTES, remuxed_container

# A film without cues, as live recordings are, is read for its key frames up to this length: half a minute from a disk.
# In a store it is not, since that would be thousands of requests.
_SEARCHED_BYTES = 4 * 2**30
_MATROSKA = b"\x1a\x45\xdf\xa3"  # the ID of the EBML header, RFC 8794 §11.2.1


def index_film(film: BinaryIO, target: str) -> None:
    """Writes the index of the film to the file ``target``, or why it cannot be packaged. Raises StorageError."""
    _write(target, lambda: index_pieces(film))


def head_film(film: BinaryIO, target: str, sound: int | None) -> None:
    """Writes the new head of the film to the file ``target``, or why the film is best as it is. ``sound``: the only one
    that it has then, counted from 0; None: it has all. Raises StorageError."""
    from services.packaging.faststart.head import film_head
    from services.packaging.kept.head_file import head_file

    length = film.seek(0, os.SEEK_END)
    _write(target, lambda: head_file(*read_with(film_head(length, sound), partial(read_film, film))))


def _write(target: str, pieces: Callable[[], Iterable[bytes | bytearray | memoryview]]) -> None:
    with open(target, "wb") as file:
        try:
            for piece in pieces():
                file.write(piece)
        except NotPackaged as reason:
            file.seek(0)
            file.truncate()
            file.write(refusal(str(reason)))


def index_pieces(film: BinaryIO) -> Iterable[bytes]:
    """The index of the film. Raises NotPackaged, also while the pieces are made, and StorageError."""
    read = partial(read_film, film)
    length = film.seek(0, os.SEEK_END)
    if read(0, len(_MATROSKA)) == _MATROSKA:
        from services.packaging.kept.stored_matroska import matroska_bytes
        from services.packaging.matroska.index import read_matroska

        searched_bytes = 0 if is_remote(film) else _SEARCHED_BYTES
        return [matroska_bytes(read_with(read_matroska(length, searched_bytes), read))]
    if kind := remuxed_container(read(0, FIRST_BYTES)):
        from services.media.worker.remux_index import remuxed_film
        from services.packaging.kept.stored_remux import remuxed_bytes

        return [remuxed_bytes(remuxed_film(film, kind))]
    from services.packaging.kept.index_file import index_file
    from services.packaging.mp4.index import read_mp4

    return index_file(read_with(read_mp4(length), read))


def is_remote(film: BinaryIO) -> bool:
    """Whether the film is in a store: it is no file."""
    return isinstance(film, io.BufferedReader) and not isinstance(film.raw, SharedFilm | io.FileIO)


def read_film(film: BinaryIO, first: int, length: int) -> bytes:
    """Raises StorageError."""
    try:
        film.seek(first)
        return film.read(length)
    except OSError as error:
        raise StorageError(str(error)) from error
