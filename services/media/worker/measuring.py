"""Measures a film besides its details: where its index is, how far its key frames are apart, its bit rate. For the
worker alone.

Nothing is decoded. Where the film has an index, that tells; else a part of the film is read.

Tested by tests/services/media/worker/test_measuring.py.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice, pairwise
from statistics import median
from typing import Any, BinaryIO, NamedTuple

import av
from av.container import InputContainer
from av.packet import Packet

from services.media.details import MAX_TEXT, MAX_TIME_S
from services.media.measures import Measures, Place
from services.media.worker.demuxer import opened, packets
from services.media.worker.film_tail import film_length
from services.media.worker.index_jobs import index_pieces, is_remote, read_film
from services.media.worker.last_fragment import first_fragments, last_fragment_end_s
from services.media.worker.video_tracks import video_tracks
from services.packaging.faststart.layout import film_layout
from services.packaging.film_index import NotPackaged
from services.packaging.matroska.head import read_head
from services.packaging.reading import read_with
from services.packaging.remux.signatures import FIRST_BYTES, remuxed_container

PEAK_S = 10.0  # a player has about as much in advance
READ_BYTES = 64 * 2**20  # of a film without an index; a minute or two
_REMOTE_BYTES = 8 * 2**20  # of one in a store
_MOST_KEYS = 200_000
_WHOLE = 0.5  # an index that ends before this share of the film is only of its beginning
_INDEXED = frozenset({"asf", "avi", "flv", "matroska", "mov", "mxf"})  # of others FFmpeg makes one of what it reads
_PLACES: dict[str, Place] = {"avi": "behind", "asf": "behind", "flv": "front", "mxf": "front"}


class _Key(NamedTuple):
    """A key frame: when it is decoded, and where it lies in the file."""

    time_s: float
    position: int


class _Keys(NamedTuple):
    """The key frames of what was read of a film, and where that ends. ``is_part``: not all of the film was read."""

    found: Sequence[_Key]
    end: _Key
    is_part: bool = False


def measure(film: BinaryIO, read_bytes: int = READ_BYTES) -> Measures:
    """Reads ``read_bytes`` at most of a film without an index. Raises FilmUnreadable and StorageError."""
    is_fragmented = last_fragment_end_s(film) is not None
    with opened(first_fragments(film) if is_fragmented else film) as (container, _):
        kind = container.format.name.split(",")[0]
        index = None if is_fragmented else _index(container)
        keys = None if index is None or kind == "asf" else _indexed_keys(film, container, index)
    if keys is None and not (is_fragmented and is_remote(film)):  # each fragment would be a request
        with opened(film) as (container, _):
            keys = _read_keys(film, container, min(read_bytes, _REMOTE_BYTES) if is_remote(film) else read_bytes)
    measures: Measures = {"index": "none"}
    _add_index(measures, film, kind, is_indexed=index is not None)
    if keys is not None:
        _add_keys(measures, keys)
    if reason := _no_segments(film, read_bytes):
        measures["no_segments"] = reason
    return measures


def _index(container: InputContainer) -> list[_Key] | None:
    """What the film's index has of its picture. None: it has none, or one of its beginning alone, or no picture."""
    stream = video_tracks(container).film
    duration_s = _duration_s(container)
    if stream is None or not stream.time_base or container.format.name.split(",")[0] not in _INDEXED:
        return None
    scale = float(stream.time_base)
    if container.format.name.startswith(("asf", "matroska")):  # whose indexes are read when they are first needed
        with suppress(av.FFmpegError):
            container.seek(round(duration_s / 2 / scale), stream=stream)
    index = stream.index_entries
    if len(index) < 2 or (index[-1].timestamp - index[0].timestamp) * scale < duration_s * _WHOLE:
        return None
    keys = (_Key(entry.timestamp * scale, entry.pos) for entry in index if entry.is_keyframe)
    return list(islice(keys, _MOST_KEYS)) or None


def _indexed_keys(film: BinaryIO, container: InputContainer, keys: list[_Key]) -> _Keys:
    end_s = keys[0].time_s + _duration_s(container)
    return _Keys(keys, _Key(max(end_s, keys[-1].time_s), film_length(film)))


def _duration_s(container: InputContainer) -> float:
    """0: not known."""
    return min(max((container.duration or 0) / av.time_base, 0.0), MAX_TIME_S)


def _read_keys(film: BinaryIO, container: InputContainer, most_bytes: int) -> _Keys | None:
    """The key frames of what is read. None: there are none."""
    stream = video_tracks(container).film
    if stream is None:
        return None
    end = None
    found: list[_Key] = []
    for packet in packets(container, stream):
        end = _place(packet) or end  # several pictures of MPEG-PS may share a time
        if end is None or not packet.size:
            continue
        if packet.is_keyframe:
            found.append(end)
        if found and (end.position > most_bytes or len(found) >= _MOST_KEYS):
            return _Keys(found, end, is_part=True)
    return _Keys(found, end._replace(position=film_length(film))) if found and end else None


def _place(packet: "Packet[Any]") -> _Key | None:
    time = packet.pts if packet.dts is None else packet.dts
    if time is None or packet.pos is None or packet.time_base is None:
        return None
    return _Key(float(time * packet.time_base), packet.pos)


def _add_index(measures: Measures, film: BinaryIO, kind: str, *, is_indexed: bool) -> None:
    """Where the index is, and how long. Of containers that we do not read, FFmpeg has found one or not."""
    if kind.startswith("mov"):
        measures["index"], size = _place_in_mp4(film)
    elif kind.startswith("matroska"):
        measures["index"], size = _place_in_matroska(film)
    else:
        measures["index"], size = (_PLACES.get(kind, "none") if is_indexed else "none"), None
    if size is not None:
        measures["index_bytes"] = size


def _place_in_mp4(film: BinaryIO) -> tuple[Place, int | None]:
    try:
        layout = read_with(film_layout(film_length(film)), partial(read_film, film))
    except NotPackaged as reason:
        return ("fragments" if str(reason) == "fragments" else "none"), None
    return ("behind" if layout.is_behind else "front"), layout.stop - layout.content


def _place_in_matroska(film: BinaryIO) -> tuple[Place, int | None]:
    try:
        head = read_with(read_head(film_length(film)), partial(read_film, film))
    except NotPackaged:
        return "none", None
    if not head.cues:
        return "none", None
    return ("front" if head.has_cues_in_front else "behind"), len(head.cues)


def _add_keys(measures: Measures, keys: _Keys) -> None:
    ends = [*keys.found, keys.end]
    gaps_s = [max(later.time_s - earlier.time_s, 0.0) for earlier, later in pairwise(ends)]
    measures["longest_s"] = round(max(gaps_s), 2)
    measures["typical_s"] = round(median(gaps_s[:-1] or gaps_s), 2)
    if peak := max(_rates(ends), default=0.0):
        measures["peak_bytes_per_s"] = round(peak)
    if keys.is_part:
        measures["seen_s"] = round(max(keys.end.time_s - keys.found[0].time_s, 0.0), 1)


def _rates(ends: Sequence[_Key]) -> Iterator[float]:
    """The bytes a second from each key frame to the first one that is PEAK_S later, or to the end."""
    later = 0
    for earlier in ends:
        while later < len(ends) - 1 and ends[later].time_s - earlier.time_s < PEAK_S:
            later += 1
        seconds, size = ends[later].time_s - earlier.time_s, ends[later].position - earlier.position
        if size > 0 and (seconds >= PEAK_S or (earlier is ends[0] and seconds > 0)):
            yield size / seconds


def _no_segments(film: BinaryIO, most_bytes: int) -> str:
    """Why the film cannot be sent as segments. Empty: it can, or that would take to read more than ``most_bytes``."""
    is_long = is_remote(film) or film_length(film) > most_bytes
    if is_long and remuxed_container(read_film(film, 0, FIRST_BYTES)):
        return ""
    try:
        for _ in index_pieces(film):
            pass
    except NotPackaged as reason:
        return "".join(char if char.isprintable() else " " for char in str(reason))[:MAX_TEXT] or "unknown"
    return ""
