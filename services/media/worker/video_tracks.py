"""Which video track is the film, and which is only its cover: pictures are tracks to a container, and many are not
flagged as covers. For the worker alone."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from services.media.worker.demuxer import packets

# Codecs of single pictures, by FFmpeg's names. A track of many is a film all the same: old cameras' Motion JPEG.
_PICTURE_CODECS = frozenset({"apng", "bmp", "gif", "jpegls", "jpegxl", "mjpeg", "png", "tiff", "webp"})
# What is read in search of a second frame.
_PATIENCE = 1000  # packets
_PATIENCE_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class VideoTracks:
    film: VideoStream | None
    cover: VideoStream | None


def video_tracks(container: InputContainer) -> VideoTracks:
    """The film is the first track of several frames, those of single pictures (JPEG, PNG …) coming last. A cover is
    flagged as one, or is the picture of what else is only sound. Moves the container's position to its beginning,
    where the tracks leave a doubt.
    """
    decodable = [each for each in container.streams.video if each.codec_context]  # None: FFmpeg has no decoder for it
    others = [each for each in decodable if not each.disposition & Disposition.attached_pic]
    film = _film(container, others)
    cover = min(filter(_is_cover, decodable), key=_is_no_front, default=None)
    if film is None and cover is None:
        cover = next(iter(others), None)
    return VideoTracks(film, cover)


def _film(container: InputContainer, candidates: list[VideoStream]) -> VideoStream | None:
    if len(candidates) <= 1 and not any(map(_is_of_pictures, candidates)):
        return next(iter(candidates), None)
    ordered = sorted(candidates, key=_is_of_pictures)
    moving = _moving(container, ordered)
    still = ordered[0]
    if not moving and _is_of_pictures(still) and container.streams.audio:
        return None
    return moving[0] if moving else still


def _moving(container: InputContainer, candidates: list[VideoStream]) -> list[VideoStream]:
    """Those of more than one frame, by the index of the container, or by its first packets. How many frames a track
    says that it has is not asked: AVI says two for one."""
    _rewind(container, candidates[0])  # Matroska's index is read when it is first needed
    frames = Counter({each.index: len(each.index_entries) for each in candidates})
    if min(frames.values()) < 2:
        frames |= _first_frames(container, candidates)
        _rewind(container, candidates[0])
    return [each for each in candidates if frames[each.index] > 1]


def _first_frames(container: InputContainer, candidates: list[VideoStream]) -> Counter[int]:
    """How many packets are met of each, until there are two of each."""
    met: Counter[int] = Counter({each.index: 0 for each in candidates})
    read_bytes = 0
    with suppress(av.FFmpegError):  # a film may be damaged, and its beginning tell enough
        for packet in islice(packets(container), _PATIENCE):
            read_bytes += packet.size
            if packet.size and packet.stream.index in met:
                met[packet.stream.index] += 1
            if read_bytes > _PATIENCE_BYTES or min(met.values()) > 1:
                break
    return met


def _rewind(container: InputContainer, stream: VideoStream) -> None:
    with suppress(av.FFmpegError):
        container.seek(0, stream=stream)


def _is_of_pictures(stream: VideoStream) -> bool:
    return stream.codec_context.codec.canonical_name in _PICTURE_CODECS


def _is_cover(stream: VideoStream) -> bool:
    """Whether it is flagged as one; the pictures of a film's chapters are flagged twice."""
    flags = stream.disposition
    return bool(flags & Disposition.attached_pic) and not flags & Disposition.timed_thumbnails


def _is_no_front(cover: VideoStream) -> bool:
    """Whether it is not called the front cover: by RFC 9559 §21.1 (beside "small_cover.jpg", "cover_land.jpg"), or as
    ID3v2, FLAC and ASF have it (beside "Cover (back)", "Artist")."""
    is_named = cover.metadata.get("filename", "").lower().startswith("cover.")
    return not is_named and cover.metadata.get("comment") != "Cover (front)"
