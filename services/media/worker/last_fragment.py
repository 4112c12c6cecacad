"""The end of a fragmented MP4 film, found in its last fragments (ISO/IEC 14496-12 §8.8). For the worker alone.

FFmpeg would go from fragment to fragment to find it. A film of two hours may have thousands, and in a bucket each is a
request. So FFmpeg gets only the first 2 MiB of such a film, and the length is found here.
"""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from services.media.worker.film_tail import film_length, read_at, tails
from services.media.worker.movie_box import movie_box

_MOST_MOVIE_BYTES = 256 * 1024  # of "moov", which has no tables of samples in a fragmented film
_FIRST_BYTES = 2 * 2**20  # enough fragments to know what all of them hold
_MOST_BOXES = 10_000  # in a box
_MOST_FRAGMENTS = 16  # looked at from the end; each may be of one track only
_MOST_NAMES = 1000  # occurrences of "moof" looked at; not each is a fragment
_MOST_FRAGMENT_BYTES = 8 * 2**20  # of those fragments together: the tables of half a million samples
_MOOF = b"moof"

# Flags of "tfhd" and "trun".
_BASE_DATA_OFFSET, _SAMPLE_DESCRIPTION, _DEFAULT_DURATION, _DEFAULT_SIZE = 0x1, 0x2, 0x8, 0x10
_DATA_OFFSET, _FIRST_SAMPLE_FLAGS = 0x1, 0x4
_SAMPLE_FIELDS = (_SAMPLE_DURATION := 0x100, _SAMPLE_SIZE := 0x200, 0x400, 0x800)


class _Box(NamedTuple):
    """A box. Its content is from ``start`` up to, not including, ``stop``."""

    kind: bytes
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class _Track:
    """A track. ``duration`` (in ticks) and ``size`` (in bytes) are those of samples for which nothing else is said."""

    timescale: int
    duration: int
    size: int


def last_fragment_end_s(film: BinaryIO) -> float | None:
    """The end of the last complete sample, in seconds on the film's own clock. None: the film is not in fragments, or
    no fragment in its last 32 MiB has a time ("tfdt"). Moves the film's position. Raises StorageError."""
    tracks = _tracks(_movie_box(film))
    if tracks is None:
        return None
    length = film_length(film)
    for tail in tails(film):
        ends_s = [end_s for box in _last_fragments(tail) for end_s in _ends_s(tail, box, tracks, length - len(tail))]
        if ends_s:
            return max(ends_s)
    return None


def first_fragments(film: BinaryIO) -> BinaryIO:
    """The first 2 MiB of the film, in memory. Moves the film's position. Raises StorageError."""
    fragments = io.BytesIO(read_at(film, 0, _FIRST_BYTES))
    fragments.name = film.name
    return fragments


def _movie_box(film: BinaryIO) -> bytes:
    """The content of "moov". Empty: there is none, or it is too long for a film in fragments."""
    box = movie_box(film)
    return read_at(film, *box) if box is not None and box.length <= _MOST_MOVIE_BYTES else b""


def _tracks(movie: bytes) -> dict[int, _Track] | None:
    """The tracks by their numbers. None: the film is not in fragments."""
    boxes = list(_boxes(movie, 0, len(movie)))
    extends = next((box for box in boxes if box.kind == b"mvex"), None)
    if extends is None:
        return None
    defaults = {}
    for box in _boxes(movie, extends.start, extends.stop):
        if box.kind == b"trex" and box.stop - box.start >= 24:
            number, _, duration, size = struct.unpack_from(">4I", movie, box.start + 4)
            defaults[number] = duration, size
    tracks = {}
    for box in boxes:
        if box.kind == b"trak" and (track := _number_and_timescale(movie, box)):
            number, timescale = track
            tracks[number] = _Track(timescale, *defaults.get(number, (0, 0)))
    return tracks


def _number_and_timescale(movie: bytes, track: _Box) -> tuple[int, int] | None:
    header, media = _child(movie, track, b"tkhd"), _child(movie, track, b"mdia")
    media_header = media and _child(movie, media, b"mdhd")
    number = header and _after_dates(movie, header)
    timescale = media_header and _after_dates(movie, media_header)
    return (number, timescale) if number and timescale else None


def _after_dates(data: bytes, box: _Box) -> int | None:
    """The 32 bits behind the two dates with which a header begins. The dates have 64 bits each in version 1, else
    32."""
    position = box.start + (20 if data[box.start : box.start + 1] == b"\x01" else 12)
    return int.from_bytes(data[position : position + 4]) if position + 4 <= box.stop else None


def _last_fragments(tail: bytes) -> Iterator[_Box]:
    """The complete fragments in ``tail``, the last one first. "mfhd" is the first box in each."""
    position, count, left = len(tail), 0, _MOST_FRAGMENT_BYTES
    for _ in range(_MOST_NAMES):
        position = tail.rfind(_MOOF, 0, position)
        if position < 4 or count == _MOST_FRAGMENTS:
            return
        size = int.from_bytes(tail[position - 4 : position])
        stop = position - 4 + size
        if tail[position + 4 : position + 12] == b"\0\0\0\x10mfhd" and stop <= len(tail) and size <= left:
            yield _Box(_MOOF, position + 4, stop)
            count += 1
            left -= size


def _ends_s(data: bytes, fragment: _Box, tracks: dict[int, _Track], begins: int) -> Iterator[float]:
    """The end of each track in the fragment, in seconds. ``data`` is the film from byte ``begins`` to its end."""
    for box in _boxes(data, fragment.start, fragment.stop):
        header = _child(data, box, b"tfhd") if box.kind == b"traf" else None
        time = _child(data, box, b"tfdt") if header else None
        if header is None or time is None or header.stop - header.start < 8:
            continue
        track = tracks.get(int.from_bytes(data[header.start + 4 : header.start + 8]))
        if track is None:
            continue
        is_long = data[time.start] == 1
        if time.stop - time.start < (12 if is_long else 8):
            continue
        ticks = int.from_bytes(data[time.start + 4 : time.start + (12 if is_long else 8)])
        offset, track = _header(data, header, track)
        base = fragment.start - 8 if offset is None else offset - begins
        for run in _boxes(data, box.start, box.stop):
            if run.kind == b"trun":
                ticks += _whole_ticks(data, run, base, track)
        yield ticks / track.timescale


def _header(data: bytes, header: _Box, track: _Track) -> tuple[int | None, _Track]:
    """The byte of the film from which data offsets count (None: not given), and the track with the fragment's own
    defaults."""
    flags = int.from_bytes(data[header.start + 1 : header.start + 4])
    position = header.start + 8

    def field(flag: int, size: int) -> int | None:
        nonlocal position
        if not flags & flag or position + size > header.stop:
            return None
        position += size
        return int.from_bytes(data[position - size : position])

    offset = field(_BASE_DATA_OFFSET, 8)
    field(_SAMPLE_DESCRIPTION, 4)
    duration, size = field(_DEFAULT_DURATION, 4), field(_DEFAULT_SIZE, 4)
    return offset, _Track(
        track.timescale,
        track.duration if duration is None else duration,
        track.size if size is None else size,
    )


def _whole_ticks(data: bytes, run: _Box, base: int, track: _Track) -> int:
    """The duration in ticks of those samples of the run whose bytes are all in ``data``."""
    flags = int.from_bytes(data[run.start + 1 : run.start + 4])
    count = int.from_bytes(data[run.start + 4 : run.start + 8])
    position = run.start + 8
    left = len(data)  # bytes from the first sample to the end of the film; without an offset, all samples count
    if flags & _DATA_OFFSET:
        left -= base + int.from_bytes(data[position : position + 4], signed=True)
        position += 4
    position += 4 if flags & _FIRST_SAMPLE_FLAGS else 0
    entry_bytes = 4 * sum(bool(flags & each) for each in _SAMPLE_FIELDS)
    if not entry_bytes:
        return track.duration * (min(count, max(left, 0) // track.size) if track.size else count)
    ticks = 0
    count = min(count, max(run.stop - position, 0) // entry_bytes)
    for entry in struct.iter_unpack(f">{entry_bytes // 4}I", data[position : position + count * entry_bytes]):
        left -= entry[1 if flags & _SAMPLE_DURATION else 0] if flags & _SAMPLE_SIZE else track.size
        if left < 0:
            break
        ticks += entry[0] if flags & _SAMPLE_DURATION else track.duration
    return ticks


def _child(data: bytes, parent: _Box, kind: bytes) -> _Box | None:
    return next((box for box in _boxes(data, parent.start, parent.stop) if box.kind == kind), None)


def _boxes(data: bytes, start: int, stop: int) -> Iterator[_Box]:
    """The complete boxes between ``start`` and ``stop``. Sizes of 64 bits are not read: only media data needs them."""
    for _ in range(_MOST_BOXES):
        if start + 8 > stop:
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        if size < 8 or start + size > stop:
            return
        yield _Box(kind, start + 8, start + size)
        start += size
