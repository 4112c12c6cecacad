"""Single pictures of a film, decoded from key frames only. For the worker alone.

Tested by tests/services/media/worker/test_picture_jobs.py.
"""

from itertools import islice

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream
from PIL import Image

from services.media.worker.demuxer import packets

_PATIENCE = 1000  # packets that are searched for a key frame


def spare(stream: VideoStream | None) -> VideoStream | None:
    """Sets the stream to decode only key frames, with little memory. Returns it."""
    if stream is not None:
        stream.codec_context.thread_count = 1  # each thread would keep pictures of its own in memory
        stream.codec_context.skip_frame = "NONKEY"
    return stream


def frame_at(container: InputContainer, stream: VideoStream, time_s: float) -> VideoFrame | None:
    """The last key frame before ``time_s`` (seconds from the film's start). None: none is found or can be decoded."""
    start_s = (container.start_time or 0) / av.time_base
    assert stream.time_base
    try:
        container.seek(int((start_s + time_s) / stream.time_base), stream=stream)
        return first_frame(container, stream)
    except av.FFmpegError:
        return None


def first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame | None:
    """The first key frame from the container's position on. None: there is none near. Raises av.FFmpegError."""
    context = stream.codec_context
    context.flush_buffers()
    for packet in islice(packets(container, stream), _PATIENCE):
        if packet.is_keyframe and packet.size:
            return next(iter([*context.decode(packet), *context.decode(None)]), None)
    return None


def as_image(frame: VideoFrame, stream: VideoStream, width: int, height: int) -> Image.Image:
    """The frame as an image in its shown shape, upright, as large as fits into ``width`` × ``height`` pixels."""
    shape = frame.width * float(stream.sample_aspect_ratio or 1) / frame.height
    if frame.rotation % 180:
        width, height = height, width
    fitted = min(width, round(height * shape)), min(height, round(width / shape))
    small = frame.reformat(max(fitted[0], 1), max(fitted[1], 1), "rgb24", interpolation=Interpolation.AREA)
    image: Image.Image = small.to_image()  # type: ignore[no-untyped-call]
    return image.rotate(frame.rotation, expand=True)
