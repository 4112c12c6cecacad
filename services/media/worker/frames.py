"""Single pictures of a film, from key frames alone. For the worker alone.

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

_PATIENCE = 1000  # packets that are read in search of a key frame


def spare(stream: VideoStream | None) -> VideoStream | None:
    """Has the stream give key frames alone, for little memory."""
    if stream is not None:
        stream.codec_context.thread_count = 1  # each thread has pictures of its own in memory
        stream.codec_context.skip_frame = "NONKEY"
    return stream


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
