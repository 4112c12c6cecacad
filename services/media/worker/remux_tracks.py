"""The tracks of a film that is put together anew, as its packets are read: where its key frames and its sound are. For
the worker alone.

Tested by tests/services/media/worker/test_remux_jobs.py.
"""

import io
from array import array
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import av
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from services.media.codecs import video_codec
from services.packaging.codecs.description import Description
from services.packaging.mp4.boxes import required
from services.packaging.mp4.movie import movie_tracks
from services.packaging.picture_conversion import is_converted_picture
from services.packaging.remux.film import TICKS_PER_S, Framing
from services.packaging.remux.framing import framed
from services.packaging.remux.shown import is_random_access
from services.packaging.remux.timeline import SteadyTimeline, Timeline

BEGINNING = 100  # pictures of which the order is looked at
_USUAL_RATE = 25
_PICTURES_BEFORE = 10  # that are read before a key frame of which no time is told
_COUNTED = 10  # packets that are decoded to learn their length: some decoders bring nothing for the first two
_START_CODES = frozenset({"h264", "hevc"})  # codecs that have them, unless there is a configuration of MP4


class Key(NamedTuple):
    """``position`` is in the film; the times are when it is decoded and shown. ``is_open``: pictures that are decoded
    behind it and shown before it need others before it. ``before`` is where a picture some pictures before lies, from
    which on their times can be told, if it has none."""

    position: int
    decoded: int
    shown: int
    is_open: bool = False
    before: int = 2**62


@dataclass(slots=True)
class Pictures:
    """``keys`` are the key frames at which a decoder may begin. Of a film that does not tell when pictures are shown,
    ``beginning`` are the first, ``last`` is when the last is shown, and ``lead`` is how long before the first is
    decoded; of others ``end`` is when the last ends."""

    stream: VideoStream
    description: Description | None = None
    framing: Framing = Framing.AS_THEY_ARE
    keys: list[Key] = field(default_factory=list)
    beginning: list[bytes] = field(default_factory=list)
    count: int = 0
    end: int = 0
    last: int = 0
    lead: int = 0
    last_position: int = 0
    _told: int = 0
    _before: "deque[int]" = field(default_factory=lambda: deque(maxlen=_PICTURES_BEFORE))

    @property
    def frame(self) -> int:
        """About how long a picture is shown, where the film does not tell."""
        return max(round((self.last - self.keys[0].shown) / max(self.count - 1, 1)), 1)

    @property
    def codec(self) -> str:
        """FFmpeg's name."""
        return self.stream.codec_context.codec.canonical_name

    def add(self, packet: Any, timeline: Timeline | SteadyTimeline) -> None:
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

    def add_in_order(self, packet: Any, timeline: Timeline | SteadyTimeline) -> None:
        """Adds a picture of which is told only when it is decoded, if that. Keys have the time when one of the pictures
        is shown for both."""
        if packet.is_keyframe:
            self._describe(packet)
        if self.description is None:
            return
        sample = framed(bytes(packet), self.framing)
        is_key = packet.is_keyframe and is_random_access(self.description.sample_entry, sample)
        if not self.keys and not (is_key and packet.dts is not None):
            return
        if self.count < BEGINNING:
            self.beginning.append(sample)
        if not self.keys and packet.pts is not None:
            self.lead = ticks(packet, packet.pts - packet.dts)
        usual = round(TICKS_PER_S / float(self.stream.average_rate or _USUAL_RATE))
        self._told = self._told + usual if packet.dts is None else ticks(packet, packet.dts)
        self.last = timeline.time(self._told) + self.lead
        self.count += 1
        self.last_position = self.last_position if packet.pos is None else packet.pos
        self._before.append(self.last_position)
        if is_key:
            self.keys.append(Key(self.last_position, self.last, self.last, before=self._before[0]))

    def _describe(self, packet: Any) -> None:
        if self.description is None:
            self.framing = _framing(self.stream)
            is_converted = is_only_converted(self.stream)
            self.description = _undescribed(self.stream) if is_converted else described(self.stream, bytes(packet))


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
    _is_counted: bool = False
    _counts: list[int] = field(default_factory=list)

    def add(self, packet: Any, timeline: Timeline | SteadyTimeline) -> None:
        time = timeline.time(ticks(packet, packet.dts))
        if not self.first:
            self.first = bytes(packet)
            rate = self.stream.codec_context.sample_rate
            by_duration = round(ticks(packet, packet.duration or 0) * rate / TICKS_PER_S)
            self.frame = self.stream.codec_context.frame_size or by_duration
            self._is_counted = not self.frame
        if self._is_counted:
            self._count(packet)
        before = self.positions[-1] if self.positions else 0
        self.positions.append(before if packet.pos is None else packet.pos)
        self.times.append(time)
        self.length += packet.size
        self.end = max(self.end, time + ticks(packet, packet.duration or 0))

    def _count(self, packet: Any) -> None:
        """Decodes the first packets to find whether all have as many samples."""
        self._counts.append(_decoded_samples(self.stream, bytes(packet)))
        if len(self._counts) == _COUNTED:
            self._is_counted = False
            found = {count for count in self._counts if count}
            self.frame = found.pop() if len(found) == 1 else 0


def ticks(packet: Any, time: int) -> int:
    """A time of the packet in TICKS_PER_S."""
    base = packet.time_base
    return int(time * base.numerator * TICKS_PER_S // base.denominator)


def is_only_converted(stream: VideoStream) -> bool:
    """Whether no browser shows the pictures as they are, but the server may convert them."""
    return stream.codec_context.codec.canonical_name not in ("av1", "h264", "hevc") and is_converted_picture(
        _codec(stream)
    )


def _undescribed(stream: VideoStream) -> Description:
    """MP4 has no description that a browser would read, but decoders have theirs."""
    context = stream.codec_context
    return Description(_codec(stream), b"", bytes(context.extradata or b""), context.width, context.height)


def _codec(stream: VideoStream) -> str:
    context = stream.codec_context
    return video_codec(context.codec.canonical_name, bytes(context.extradata or b""), "") or ""


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
    """How many samples of each channel a packet brings."""
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
