"""Which video track is the film, and which is only its cover. For the worker alone.

Containers hold pictures as video tracks, too, and many of those are not flagged as covers. So the film is the first
track of several frames. Tracks with the codec of single pictures (JPEG, PNG) come last; they are not left out, since
old cameras made films of them.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from services.media.worker.demuxer import packets

# Codecs of single pictures, by FFmpeg's names. A track of many such pictures may still be a film: Motion JPEG.
_PICTURE_CODECS = frozenset({"apng", "bmp", "gif", "jpegls", "jpegxl", "mjpeg", "png", "tiff", "webp"})
# How much is read in search of a second frame.
_PATIENCE = 1000  # packets
_PATIENCE_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class VideoTracks:
    """The tracks of the film and of its cover; None: there is none."""

    film: VideoStream | None
    cover: VideoStream | None


def video_tracks(container: InputContainer) -> VideoTracks:
    """The film's track and its cover's. A cover is flagged as one, or is the only picture beside sound.

    May move the container's position to its beginning, after a search for second frames.
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
    """The tracks with more than one frame, by the container's index or by its first packets. The number of frames in
    the header is not used: AVI has 2 there for one."""
    _rewind(container, candidates[0])  # makes FFmpeg read Matroska's index
    frames = Counter({each.index: len(each.index_entries) for each in candidates})
    if min(frames.values()) < 2:
        frames |= _first_frames(container, candidates)
        _rewind(container, candidates[0])
    return [each for each in candidates if frames[each.index] > 1]


def _first_frames(container: InputContainer, candidates: list[VideoStream]) -> Counter[int]:
    """How many packets of each track are found, until there are two of each or enough was read."""
    met: Counter[int] = Counter({each.index: 0 for each in candidates})
    read_bytes = 0
    with suppress(av.FFmpegError):  # the beginning of a damaged film may tell enough
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
    """Whether the track is flagged as a cover. Pictures of chapters have this flag, too, but also a second one."""
    flags = stream.disposition
    return bool(flags & Disposition.attached_pic) and not flags & Disposition.timed_thumbnails


def _is_no_front(cover: VideoStream) -> bool:
    """Whether the track is not named as the front cover. Matroska names it "cover.*" (RFC 9559 §21.1), beside
    "small_cover.*" and "cover_land.*"; ID3v2, FLAC and ASF "Cover (front)", beside "Cover (back)" and "Artist"."""
    is_named = cover.metadata.get("filename", "").lower().startswith("cover.")
    return not is_named and cover.metadata.get("comment") != "Cover (front)"
