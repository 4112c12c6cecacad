"""The tracks of a film that is put together anew, as its packets are read: where its key frames and its sound are. For
the worker alone.

Tested by tests/services/media/worker/test_remux_jobs.py.
"""

import io
from array import array
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import av
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from services.packaging.codecs.description import Description
from services.packaging.mp4.boxes import required
from services.packaging.mp4.movie import movie_tracks
from services.packaging.remux.film import TICKS_PER_S, Framing
from services.packaging.remux.framing import framed
from services.packaging.remux.shown import is_random_access
from services.packaging.remux.timeline import SteadyTimeline, Timeline

BEGINNING = 100  # pictures of which the order is looked at
_OF_ANY_LENGTH = ("pcm_", "wma")  # packets of these sounds
_START_CODES = frozenset({"h264", "hevc"})  # codecs that have them, unless there is a configuration of MP4


class Key(NamedTuple):
    """``position`` is in the film; the times are when it is decoded and shown. ``is_open``: pictures that are decoded
    behind it and shown before it need others before it."""

    position: int
    decoded: int
    shown: int
    is_open: bool = False


@dataclass(slots=True)
class Pictures:
    """``keys`` are the key frames at which a decoder may begin. Of a film that does not tell when pictures are shown,
    ``beginning`` are the first, and ``last`` is when the last is decoded; of others ``end`` is when the last ends."""

    stream: VideoStream
    description: Description | None = None
    framing: Framing = Framing.AS_THEY_ARE
    keys: list[Key] = field(default_factory=list)
    beginning: list[bytes] = field(default_factory=list)
    count: int = 0
    end: int = 0
    last: int = 0
    last_position: int = 0

    @property
    def frame(self) -> int:
        """About how long a picture is shown, where the film does not tell."""
        return max(round((self.last - self.keys[0].shown) / max(self.count - 1, 1)), 1)

    @property
    def codec(self) -> str:
        """FFmpeg's name."""
        return self.stream.codec_context.codec.canonical_name

    def add(self, packet: Any, timeline: Timeline) -> None:
        """Adds a picture of which both times are told."""
        if not self.keys and not packet.is_keyframe:
            return  # it needs pictures that are not there
        decoded = timeline.time(ticks(packet, packet.dts))
        shown = decoded + ticks(packet, packet.pts) - ticks(packet, packet.dts)
        if self.codec == "h264" and len(self.keys) > 1 and shown < self.keys[-1].shown:
            self.keys[-1] = self.keys[-1]._replace(is_open=True)
        self.count += 1
        self.end = max(self.end, shown + ticks(packet, packet.duration or 0))
        if packet.pos is None:
            return
        self.last_position = max(self.last_position, packet.pos)
        if packet.is_keyframe:
            self.keys.append(Key(packet.pos, decoded, shown))
        self._describe(packet)

    def add_in_order(self, packet: Any) -> None:
        """Adds a picture of which is told only when it is decoded. Keys have that for both times."""
        if packet.is_keyframe:
            self._describe(packet)
        if self.description is None:
            return
        sample = framed(bytes(packet), self.framing)
        is_key = packet.is_keyframe and is_random_access(self.description.sample_entry, sample)
        if not self.keys and not is_key:
            return
        if self.count < BEGINNING:
            self.beginning.append(sample)
        time = ticks(packet, packet.dts)
        self.count += 1
        self.last = time
        self.last_position = packet.pos
        if is_key:
            self.keys.append(Key(packet.pos, time, time))

    def _describe(self, packet: Any) -> None:
        if self.description is None:
            self.framing = _framing(self.stream)
            self.description = described(self.stream, bytes(packet))


@dataclass(slots=True)
class Sound:
    """The sound of the film: where its packets are, and when they are heard."""

    stream: AudioStream
    first: bytes = b""
    positions: "array[int]" = field(default_factory=lambda: array("q"))
    times: "array[int]" = field(default_factory=lambda: array("q"))
    length: int = 0
    end: int = 0
    frame: int = 0

    def add(self, packet: Any, timeline: Timeline | SteadyTimeline) -> None:
        time = timeline.time(ticks(packet, packet.dts))
        if not self.first:
            self.first = bytes(packet)
            rate = self.stream.codec_context.sample_rate
            by_duration = round(ticks(packet, packet.duration or 0) * rate / TICKS_PER_S)
            self.frame = (
                self.stream.codec_context.frame_size or by_duration or _decoded_samples(self.stream, self.first)
            )
        before = self.positions[-1] if self.positions else 0
        self.positions.append(before if packet.pos is None else packet.pos)
        self.times.append(time)
        self.length += packet.size
        self.end = max(self.end, time + ticks(packet, packet.duration or 0))


def ticks(packet: Any, time: int) -> int:
    """A time of the packet in TICKS_PER_S."""
    base = packet.time_base
    return int(time * base.numerator * TICKS_PER_S // base.denominator)


def described(stream: Any, packet: bytes) -> Description | None:
    """How FFmpeg describes the stream in MP4, by its first packet. None: as no browser plays it."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as target:
        copy = target.add_stream_from_template(stream, opaque=True)
        first = av.Packet(packet)
        first.stream, first.time_base = copy, stream.time_base
        first.pts = first.dts = 0
        first.is_keyframe = True
        target.mux(first)
    moov = required(memoryview(file.getbuffer()), b"moov")
    tracks = movie_tracks(moov)
    return tracks[0].description(1) if tracks else None


def _decoded_samples(stream: AudioStream, packet: bytes) -> int:
    """How many samples of each channel a packet has. 0: it differs, or is not known."""
    if stream.codec_context.codec.canonical_name.startswith(_OF_ANY_LENGTH):
        return 0
    with suppress(av.FFmpegError):
        return sum(frame.samples for frame in stream.codec_context.decode(av.Packet(packet)))
    return 0


def _framing(stream: VideoStream) -> Framing:
    context = stream.codec_context
    codec = context.codec.canonical_name
    has_lengths = (context.extradata or b"")[:1] == b"\x01"
    if codec == "av1":
        return Framing.OBUS
    return Framing.START_CODES if codec in _START_CODES and not has_lengths else Framing.AS_THEY_ARE
