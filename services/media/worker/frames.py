"""Single pictures of a film, from key frames alone. For the worker alone."""

from itertools import islice

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream
from PIL import Image

from services.media.worker.demuxer import packets

_PATIENCE = 1000  # packets that are read in search of a key frame


def film_stream(container: InputContainer) -> VideoStream | None:
    """The stream that is the film, as against the picture of its cover; set to give key frames."""
    return _sparing(next((each for each in _decodable(container) if not _is_cover(each)), None))


def cover_stream(container: InputContainer) -> VideoStream | None:
    return _sparing(next((each for each in _decodable(container) if _is_cover(each)), None))


def frame_at(container: InputContainer, stream: VideoStream, time_s: float) -> VideoFrame | None:
    """The last key frame before this time of the film; None where none is found or can be decoded."""
    start_s = (container.start_time or 0) / av.time_base
    assert stream.time_base
    try:
        container.seek(int((start_s + time_s) / stream.time_base), stream=stream)
        return first_frame(container, stream)
    except av.FFmpegError:
        return None


def first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame | None:
    """The first key frame from where ``container`` is. Raises av.FFmpegError."""
    context = stream.codec_context
    context.flush_buffers()
    for packet in islice(packets(container, stream), _PATIENCE):
        if packet.is_keyframe and packet.size:
            return next(iter([*context.decode(packet), *context.decode(None)]), None)
    return None


def as_image(frame: VideoFrame, stream: VideoStream, width: int, height: int) -> Image.Image:
    """As large as fits into ``width`` × ``height``, in the shape and position in which it is shown."""
    shape = frame.width * float(stream.sample_aspect_ratio or 1) / frame.height
    if frame.rotation % 180:
        width, height = height, width
    fitted = min(width, round(height * shape)), min(height, round(width / shape))
    small = frame.reformat(max(fitted[0], 1), max(fitted[1], 1), "rgb24", interpolation=Interpolation.AREA)
    image: Image.Image = small.to_image()  # type: ignore[no-untyped-call]
    return image.rotate(frame.rotation, expand=True)


def _sparing(stream: VideoStream | None) -> VideoStream | None:
    if stream is not None:
        stream.codec_context.thread_count = 1  # each thread has pictures of its own in memory
        stream.codec_context.skip_frame = "NONKEY"
    return stream


def _decodable(container: InputContainer) -> list[VideoStream]:
    return [stream for stream in container.streams.video if stream.codec_context]  # None: FFmpeg has no decoder for it


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)
