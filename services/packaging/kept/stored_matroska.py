"""A Matroska film's index as bytes for the cache, and back.

These bytes were written by a worker, which a hostile film may have taken over. So they are believed only if each number
is within its limits.
"""

import struct
from dataclasses import astuple

from services.packaging.film_index import FilmIndex
from services.packaging.kept.stored_index import DamagedIndex, index_bytes, index_of
from services.packaging.matroska.compression import MOST_PREFIX_BYTES, Compression
from services.packaging.matroska.film import BlockTrack, Entry, MatroskaFilm

MAGIC = b"matrosk\x03"  # the bytes begin so; the last is the version of the format
MOST_BYTES = 2**24  # an index of a day with a key frame every two seconds has 2 MB
_HEAD = struct.Struct("=8sQQqQII")  # magic, stop, tick, zero, reorder, number of tracks and of entries
_TRACK = struct.Struct(f"=QqIQI?B{MOST_PREFIX_BYTES}s")
_ENTRY = struct.Struct("=QQQ")
_MOST_TICK_NS = 10**9
_MOST_DELAY_NS = 10**10


def matroska_bytes(film: MatroskaFilm) -> bytes:
    """``film``, in a few KB an hour."""
    counts = len(film.tracks), len(film.entries)
    return b"".join(
        (
            _HEAD.pack(MAGIC, film.stop, film.tick_ns, film.zero_ns, film.reorder_ns, *counts),
            *(_track_bytes(track) for track in film.tracks),
            *(_ENTRY.pack(*astuple(entry)) for entry in film.entries),
            index_bytes(film.index),
        )
    )


def matroska_of(content: bytes) -> MatroskaFilm:
    """The film of which ``content`` was made. Raises DamagedIndex."""
    if len(content) < _HEAD.size or len(content) > MOST_BYTES or not content.startswith(MAGIC):
        raise DamagedIndex("this is no index of a Matroska film")
    _, stop, tick_ns, zero_ns, reorder_ns, tracks, entries = _HEAD.unpack_from(content)
    entries_start = _HEAD.size + tracks * _TRACK.size
    index_start = entries_start + entries * _ENTRY.size
    if index_start > len(content):
        raise DamagedIndex("the index ends early")
    film = MatroskaFilm(
        index=index_of(content[index_start:]),
        tracks=tuple(_track_of(*each) for each in _TRACK.iter_unpack(content[_HEAD.size : entries_start])),
        entries=tuple(Entry(*each) for each in _ENTRY.iter_unpack(content[entries_start:index_start])),
        stop=stop,
        tick_ns=tick_ns,
        zero_ns=zero_ns,
        reorder_ns=reorder_ns,
    )
    if not _is_plausible(film, film.index):
        raise DamagedIndex("the index has numbers that no film has")
    return film


def _track_bytes(track: BlockTrack) -> bytes:
    numbers = track.number, track.origin, track.frame, track.early_ns, track.grid
    how = track.compression
    return _TRACK.pack(*numbers, how.is_zlib, len(how.prefix), how.prefix)


def _track_of(
    number: int, origin: int, frame: int, early_ns: int, grid: int, is_zlib: bool, length: int, prefix: bytes
) -> BlockTrack:
    return BlockTrack(number, origin, frame, early_ns, grid, Compression(is_zlib, prefix[:length]))


def _is_plausible(film: MatroskaFilm, index: FilmIndex) -> bool:
    ticks = [entry.ticks for entry in film.entries]
    return (
        len(film.tracks) == len(index.tracks)
        and len(film.entries) == len(index.cuts)
        and 0 < film.tick_ns <= _MOST_TICK_NS
        and film.reorder_ns <= _MOST_DELAY_NS
        and all(track.early_ns <= _MOST_DELAY_NS for track in film.tracks)
        and all(entry.cluster < film.stop < 2**63 and entry.relative < film.stop for entry in film.entries)
        and ticks == sorted(ticks)
    )
