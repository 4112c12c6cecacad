"""The index of a film that is put together anew, as bytes for the cache, and back.

These bytes were written by a worker, which a hostile film may have taken over. So they are believed only if each number
is within its limits.

Tested by tests/services/packaging/kept/test_stored_remux.py.
"""

import struct
from dataclasses import astuple
from itertools import pairwise

from services.packaging.film_index import NotPackaged
from services.packaging.kept.stored_index import DamagedIndex, index_bytes, index_of
from services.packaging.remux.film import Framing, RemuxedFilm, RemuxEntry, RemuxTrack

MAGIC = b"remuxed\x02"  # the bytes begin so; the last is the version of the format
MOST_BYTES = 2**24
_HEAD = struct.Struct("=8sII")  # magic, number of tracks and of entries
_TRACK = struct.Struct("=IqI")
_ENTRY = struct.Struct("=QQQ")


def remuxed_bytes(film: RemuxedFilm) -> bytes:
    """``film``, in a few KB an hour. Raises NotPackaged: it would not be believed."""
    try:
        tables = [_TRACK.pack(*astuple(each)) for each in film.tracks]
        tables += [_ENTRY.pack(*astuple(each)) for each in film.entries]
    except struct.error as error:
        raise NotPackaged("a sample has a place or a time that no film has") from error
    return b"".join((_HEAD.pack(MAGIC, len(film.tracks), len(film.entries)), *tables, index_bytes(film.index)))


def remuxed_of(content: bytes) -> RemuxedFilm:
    """The film of which ``content`` was made. Raises DamagedIndex."""
    if len(content) < _HEAD.size or len(content) > MOST_BYTES or not content.startswith(MAGIC):
        raise DamagedIndex("this is no index of a film that is put together anew")
    _, tracks, entries = _HEAD.unpack_from(content)
    entries_start = _HEAD.size + tracks * _TRACK.size
    index_start = entries_start + entries * _ENTRY.size
    if index_start > len(content):
        raise DamagedIndex("the index ends early")
    try:
        film = RemuxedFilm(
            index=index_of(content[index_start:]),
            tracks=tuple(
                RemuxTrack(Framing(framing), origin, frame)
                for framing, origin, frame in _TRACK.iter_unpack(content[_HEAD.size : entries_start])
            ),
            entries=tuple(RemuxEntry(*each) for each in _ENTRY.iter_unpack(content[entries_start:index_start])),
        )
    except ValueError as error:
        raise DamagedIndex("the index has a track of another kind") from error
    if not _is_plausible(film):
        raise DamagedIndex("the index has numbers that no film has")
    return film


def _is_plausible(film: RemuxedFilm) -> bool:
    return (
        len(film.tracks) == len(film.index.tracks)
        and len(film.entries) == len(film.index.cuts)
        and film.index.tracks[0].kind == "video"
        and all(max(entry.begin, entry.position) < 2**63 for entry in film.entries)
        and all(earlier.position < later.position for earlier, later in pairwise(film.entries))
        and all(earlier.decoded < later.decoded < 2**53 for earlier, later in pairwise(film.entries))
    )
