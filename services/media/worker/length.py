"""The length of a film: from its header where that can be right, otherwise from its end. For the worker alone.

Recorders that were killed, or that write to a pipe, leave no length in the header, or a wrong one. So a Matroska film's
header counts only if the index (Cues) agrees with it. Otherwise the length is taken from the last cluster, the last
fragments (MP4) or the last packets (ASF).
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

import av
from av.container import InputContainer
from av.stream import Stream

from services.media.details import LATE_S
from services.media.worker.demuxer import packets
from services.media.worker.film_tail import film_length
from services.media.worker.last_cluster import last_cluster_end_s

_INDEXED = 0.5  # the least share of the film's bytes before the last key frame of a usable index
_INDEX_GAP_S = 10.0  # the most time from that key frame to the end,
_INDEX_GAP = 0.05  # or the most as a share of the film, if that is longer
_MOST_READ_BYTES = 64 * 2**20  # a longer film without an index has no storyboard: seeking means reading it
_LEAST_BYTES_PER_S = 512  # of a real AVI; without a length in the header FFmpeg makes one up from the size
_LAST_BYTES = 2**20  # enough for a packet of each track


@dataclass(frozen=True, slots=True)
class Length:
    """A film's length in seconds; None: not known. ``takes_reading``: the film has no index and is large, so seeking
    means reading it up to that point; only viewers should do that."""

    seconds: float | None
    takes_reading: bool = False


def length(film: BinaryIO, container: InputContainer, fragments_end_s: float | None) -> Length:
    """The time from the first picture or sound to the end of the last. ``fragments_end_s``: where the fragments end, if
    the film has any.

    Moves the position of ``film``, so ``container`` cannot be read after this. Raises StorageError.
    """
    start_s = max(container.start_time or 0, 0) / av.time_base
    header_s = container.duration / av.time_base if container.duration and container.duration > 0 else None
    kind, film_bytes = container.format.name, film_length(film)
    if fragments_end_s is not None:
        return Length(fragments_end_s - start_s)
    if kind == "matroska,webm":
        if header_s and _is_indexed(container, header_s, film_bytes):
            return Length(header_s - start_s if start_s >= LATE_S else header_s)  # the header has the end of the film
        end_s = last_cluster_end_s(film)
        return Length(header_s if end_s is None else end_s - start_s, film_bytes > _MOST_READ_BYTES)
    if kind == "avi":
        return Length(header_s if header_s and film_bytes / header_s > _LEAST_BYTES_PER_S else None)
    if kind == "asf" and header_s is None:
        end_s = _last_packet_end_s(container, film_bytes)
        return Length(None if end_s is None else end_s - start_s)
    return Length(header_s)


def _is_indexed(container: InputContainer, header_s: float, film_bytes: int) -> bool:
    """Whether the film has an index (Cues) that agrees with the length in the header."""
    streams = [stream for stream in container.streams if stream.type in ("video", "audio")]
    return any(_agrees(container, stream, header_s, film_bytes) for stream in streams)


def _agrees(container: InputContainer, stream: Stream, header_s: float, film_bytes: int) -> bool:
    """Whether the track's index agrees with the header. Without Cues FFmpeg makes an index of what it has read, which
    is only the film's beginning."""
    with suppress(av.FFmpegError):
        container.seek(0, stream=stream)  # makes FFmpeg read the index
    index = stream.index_entries
    if not len(index) or stream.time_base is None or index[-1].pos < film_bytes * _INDEXED:
        return False
    last_s = float(index[-1].timestamp * stream.time_base)
    return last_s <= header_s <= last_s + max(_INDEX_GAP_S, header_s * _INDEX_GAP)


def _last_packet_end_s(container: InputContainer, film_bytes: int) -> float | None:
    """The end of the last packets of an ASF film, in seconds. ASF can be read from any byte on."""
    ends_s = []
    with suppress(av.FFmpegError):
        container.seek(max(film_bytes - _LAST_BYTES, 0), unsupported_byte_offset=True)
        for packet in packets(container, *container.streams):
            time = packet.dts if packet.pts is None else packet.pts
            if packet.size and time is not None and packet.time_base is not None:
                ends_s.append(float((time + (packet.duration or 0)) * packet.time_base))
    return max(ends_s, default=None)
