"""The pictures of a window, decoded as far as somebody asks for them. A segment that follows another goes on where that
one ended, so nothing is decoded twice. For the worker alone.

What cannot be decoded is left out: the picture before stays for as long.

Tested by tests/services/segments/test_converted_pictures.py.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from errno import ENOMEM
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any, NamedTuple

import av
from av.packet import Packet
from av.video.frame import VideoFrame

from services.packaging.picture_conversion import MOST_PIXELS

_UNSEEN_S = 1 / 12  # players pass by a gap of so much before the first picture of a segment


@dataclass(frozen=True, slots=True)
class Decoder:
    """FFmpeg's, by its ``name``. Pictures are coded in ``width`` × ``height``: old codecs of Microsoft tell that
    nowhere. ``configuration`` is in hexadecimal. ``threads`` are the decoder's, and the encoder's behind it."""

    name: str
    configuration: str
    width: int
    height: int
    threads: int

    def opened(self) -> Any:
        codec: Any = av.CodecContext.create(self.name, "r")
        codec.extradata = bytes.fromhex(self.configuration) or None
        codec.options = {"max_pixels": str(MOST_PIXELS)}
        codec.width, codec.height = self.width, self.height
        codec.thread_count = self.threads
        return codec


class _Picture(NamedTuple):
    """A frame, and when it is first shown."""

    time: int
    frame: VideoFrame


class DecodedWindow:
    """What is shown from ``begin`` on and before ``end``, in units of ``timescale``. ``read`` answers sample n of what
    has to be decoded for that, ``times`` are when the samples are shown."""

    def __init__(
        self,
        name: str,
        decoder: Decoder,
        read: Callable[[int], bytes],
        times: Sequence[int],
        begin: int,
        end: int,
        timescale: int,
    ) -> None:
        self.name = name
        self.threads = decoder.threads
        self.read = read
        self.begin = begin
        self.end = end
        self.reached = begin  # everything before has been answered, or was passed by
        self._unseen = round(_UNSEEN_S * timescale)
        self._pictures = self._within(self._decoded(decoder.opened(), times))
        self._shown: _Picture | None = None  # the last that is shown before ``reached``
        self._following: _Picture | None = None  # the first that is shown then, or later
        self._is_begun = False

    def pass_by(self, time: int) -> None:
        """What is shown before ``time``."""
        if not self._is_begun:
            self._is_begun, self._following = True, next(self._pictures, None)
        while self._following is not None and self._following.time < time:
            self._go_on()
        self.reached = max(self.reached, time)

    def pictures(self, end: int) -> Iterator[VideoFrame]:
        """What is shown from ``reached`` on and before ``end``. Then ``reached`` is when the last of them ends."""
        self.pass_by(self.reached)
        if self._shown is not None and not self._begins_soon(self.reached):
            yield _at(self.reached, self._shown.frame)
        while self._following is not None and self._following.time < end:
            yield _at(*self._following)
            self._go_on()
        # Segments meet at the next picture if that comes soon, else in the midst of one.
        self.reached = self._following.time if self._following is not None and self._begins_soon(end) else end

    def _go_on(self) -> None:
        self._shown, self._following = self._following, next(self._pictures, None)

    def _begins_soon(self, time: int) -> bool:
        """Whether the following picture begins so soon after the time that nobody notices."""
        return self._following is not None and self._following.time - time <= self._unseen

    def goes_on_at(self, time: int) -> bool:
        """Whether a segment that begins at the time has not been answered yet."""
        return self.reached <= time + self._unseen

    def _within(self, frames: Iterator[VideoFrame]) -> Iterator[_Picture]:
        """Those of the window, later and later. The first takes the place of what is missing before it."""
        latest = self.begin - 1
        for frame in frames:
            if frame.pts is None or not latest < frame.pts < self.end:
                continue
            is_first, latest = latest < self.begin, frame.pts
            yield _Picture(self.begin if is_first else latest, frame)

    def _decoded(self, codec: Any, times: Sequence[int]) -> Iterator[VideoFrame]:
        """The pictures, each with its time, in the order in which they are shown."""
        # Some files tell when samples are decoded, and call that the time. Then times ascend where pictures do not.
        is_told = any(later < sooner for sooner, later in pairwise(times))
        waiting: list[int] = []
        for number in range(len(times) + 1):
            packet = None
            if number < len(times):
                packet = Packet(self.read(number))
                if not packet.size:
                    continue  # the film ends before
                packet.pts = times[number]
                heappush(waiting, times[number])
            try:
                for frame in codec.decode(packet):
                    earliest = heappop(waiting) if waiting else frame.pts
                    if codec.has_b_frames and not is_told:
                        frame.pts = earliest
                    yield frame
            except av.FFmpegError as error:
                if error.errno == ENOMEM:
                    raise
                if waiting:
                    heappop(waiting)  # so that those after it keep their times


def _at(time: int, frame: VideoFrame) -> VideoFrame:
    frame.pts = time
    return frame
