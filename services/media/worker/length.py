"""How long a film is: as its header says where that can be right, else as its end does. For the worker alone.

Recorders that were killed, or could not go back to the header, leave none there, or one of another film.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

import av
from av.container import InputContainer
from av.stream import Stream

from services.media.worker.demuxer import packets
from services.media.worker.film_tail import film_length
from services.media.worker.last_cluster import last_cluster_end_s

_INDEXED = 0.5  # of the film's bytes at least are before the last key frame of an index
_INDEX_GAP_S = 10.0  # at most from that key frame to the end; or this part of the film
_INDEX_GAP = 0.05
_LATE_S = 1.0  # a film that begins earlier is taken to begin at 0
_MOST_READ_BYTES = 64 * 2**20  # to seek in a film without an index is to read it up to there
_LEAST_BYTES_PER_S = 512  # of an AVI; FFmpeg takes its length from its size where the header has none
_LAST_BYTES = 2**20  # in which there is a packet of each track


@dataclass(frozen=True, slots=True)
class Length:
    """``takes_reading``: it has no index, and is so large that nobody should seek in it but viewers."""

    seconds: float | None
    takes_reading: bool = False


def length(film: BinaryIO, container: InputContainer, fragments_end_s: float | None) -> Length:
    """From the first picture or sound to the last. ``fragments_end_s``: where the film's fragments end, if it has any.

    Moves the position of ``film``, so that ``container`` can read no more. Raises StorageError.
    """
    start_s = max(container.start_time or 0, 0) / av.time_base
    header_s = container.duration / av.time_base if container.duration and container.duration > 0 else None
    kind, film_bytes = container.format.name, film_length(film)
    if fragments_end_s is not None:
        return Length(fragments_end_s - start_s)
    if kind == "matroska,webm":
        if header_s and _is_indexed(container, header_s, film_bytes):
            return Length(header_s - start_s if start_s >= _LATE_S else header_s)  # which is when the film ends
        end_s = last_cluster_end_s(film)
        return Length(header_s if end_s is None else end_s - start_s, film_bytes > _MOST_READ_BYTES)
    if kind == "avi":
        return Length(header_s if header_s and film_bytes / header_s > _LEAST_BYTES_PER_S else None)
    if kind == "asf" and header_s is None:
        end_s = _last_packet_end_s(container, film_bytes)
        return Length(None if end_s is None else end_s - start_s)
    return Length(header_s)


def _is_indexed(container: InputContainer, header_s: float, film_bytes: int) -> bool:
    """Whether the film has an index (Cues), of as long a film as its header says."""
    streams = [stream for stream in container.streams if stream.type in ("video", "audio")]
    return any(_agrees(container, stream, header_s, film_bytes) for stream in streams)


def _agrees(container: InputContainer, stream: Stream, header_s: float, film_bytes: int) -> bool:
    """Where there is no index, FFmpeg makes one of what it has read: that is of the beginning."""
    with suppress(av.FFmpegError):
        container.seek(0, stream=stream)  # the index is read when it is first needed
    index = stream.index_entries
    if not len(index) or stream.time_base is None or index[-1].pos < film_bytes * _INDEXED:
        return False
    last_s = float(index[-1].timestamp * stream.time_base)
    return last_s <= header_s <= last_s + max(_INDEX_GAP_S, header_s * _INDEX_GAP)


def _last_packet_end_s(container: InputContainer, film_bytes: int) -> float | None:
    """By the packets of the last bytes. ASF lets a reader begin anywhere."""
    ends_s = []
    with suppress(av.FFmpegError):
        container.seek(max(film_bytes - _LAST_BYTES, 0), unsupported_byte_offset=True)
        for packet in packets(container, *container.streams):
            time = packet.dts if packet.pts is None else packet.pts
            if packet.size and time is not None and packet.time_base is not None:
                ends_s.append(float((time + (packet.duration or 0)) * packet.time_base))
    return max(ends_s, default=None)
