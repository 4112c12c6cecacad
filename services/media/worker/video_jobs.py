"""The worker's job for pictures that some browsers do not decode: a window of them as H.264, in a segment.

Which bytes of the film those are, the server has found already (services/packaging/picture_conversion.py), so no
demuxer runs. What cannot be decoded is left out: the picture before stays for as long.

Tested by tests/services/segments/test_converted_pictures.py.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from errno import ENOMEM
from fractions import Fraction
from heapq import heappop, heappush
from itertools import groupby, pairwise
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, NamedTuple

import av
from av.codec.context import Flags
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from services.errors import StorageError
from services.media.worker.video_filters import Filters, colour_of
from services.packaging.codecs.avc1_entry import avc1_entry
from services.packaging.film_index import Samples, Track
from services.packaging.fmp4.fragments import NO_SAMPLES, segment_parts
from services.packaging.picture_conversion import MOST_PIXELS
from services.packaging.remux.film import Framing
from services.packaging.remux.framing import framed

_MOST_PACKET_BYTES = 32 * 2**20  # a picture of ProRes in 4K has 4 MB
_THREADED_PIXELS = 1920 * 1200  # each thread holds more pictures: too many of 4K
_MOST_THREADS = 3  # of the decoder, and of the encoder; what is more takes memory
_USUAL_FRAME_RATE = 25
_FRAME_RATES = (1, 240)
# No picture is decoded before one that is shown earlier ("bf"), and few are held in memory ("rc-lookahead").
_ENCODING = {"preset": "veryfast", "profile": "high", "level": "4.2", "crf": "23", "bf": "0", "rc-lookahead": "0"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the pictures are to be: those that are shown from ``begin`` on and before ``end``, in units of
    ``timescale``; of ``width`` × ``height`` and at most ``bits_per_s``. The film's own are of ``own_width`` ×
    ``own_height``: old codecs of Microsoft tell that nowhere."""

    timescale: int
    begin: int
    end: int
    own_width: int
    own_height: int
    width: int
    height: int
    frame_rate: float
    bits_per_s: int


def convert_pictures(
    film: BinaryIO,
    decoder: str,
    configuration: str,
    packets: list[tuple[int, int, int]],
    wanted: dict[str, Any],
    number: int,
    target: str,
) -> float:
    """Writes segment ``number`` to the file ``target``, behind the sample entry of its pictures, and answers how many
    seconds that took.

    ``packets`` are those of PictureWindow, ``configuration``, in hexadecimal, is for the ``decoder``, and ``wanted``
    has the fields of Wanted. Raises StorageError.
    """
    begun_s = monotonic()
    times = [shown for _, _, shown in packets]
    write_pictures(_read(film, packets), times, decoder, bytes.fromhex(configuration), Wanted(**wanted), number, target)
    return monotonic() - begun_s


def write_pictures(
    contents: Iterable[bytes],
    times: Sequence[int],
    decoder: str,
    configuration: bytes,
    wanted: Wanted,
    number: int,
    target: str,
) -> None:
    """The same of samples that were read, in the order of the film. ``times`` are when they are shown."""
    frames = _within(_decoded(contents, times, decoder, configuration, wanted), wanted)
    encoder = _Encoder(wanted, Path(target).parent)
    made = [_sample(packet) for frame in frames for packet in encoder.encoded(frame)]
    made += map(_sample, encoder.rest())
    with open(target, "wb") as file:
        file.write(avc1_entry(encoder.parameter_sets(), wanted.width, wanted.height))
        file.writelines(_segment(made, wanted, number))


def _read(film: BinaryIO, packets: Iterable[tuple[int, int, int]]) -> Iterator[bytes]:
    for position, size, _ in packets:
        try:
            film.seek(position)
            yield film.read(min(size, _MOST_PACKET_BYTES))
        except OSError as error:
            raise StorageError(str(error)) from error


def _decoded(
    contents: Iterable[bytes], times: Sequence[int], name: str, configuration: bytes, wanted: Wanted
) -> Iterator[VideoFrame]:
    """The pictures, each with its time, in the order in which they are shown."""
    decoder: Any = av.CodecContext.create(name, "r")
    decoder.extradata = configuration or None
    decoder.options = {"max_pixels": str(MOST_PIXELS)}
    decoder.width, decoder.height = wanted.own_width, wanted.own_height
    decoder.thread_count = _threads(wanted)
    # Some files tell when samples are decoded, and call that the time. Then times ascend where pictures do not.
    is_told = any(later < sooner for sooner, later in pairwise(times))
    waiting: list[int] = []
    for content, time in zip((*contents, None), (*times, 0), strict=True):
        packet = None if content is None else Packet(content)
        if packet is not None:
            packet.pts = time
            heappush(waiting, time)
        for frame in _frames(decoder, packet):
            earliest = heappop(waiting) if waiting else frame.pts
            frame.pts = frame.pts if is_told else earliest
            yield frame


def _frames(decoder: Any, packet: "Packet[Any] | None") -> Iterator[VideoFrame]:
    """None that cannot be decoded, unless that is for want of memory."""
    try:
        yield from decoder.decode(packet)
    except av.FFmpegError as error:
        if error.errno == ENOMEM:
            raise


def _threads(wanted: Wanted) -> int:
    """Of the decoder, and of the encoder."""
    pixels = wanted.own_width * wanted.own_height
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return min(processors, _MOST_THREADS) if pixels <= _THREADED_PIXELS else 1


def _within(frames: Iterable[VideoFrame], wanted: Wanted) -> Iterator[VideoFrame]:
    """Those that are wanted, later and later. The first takes the place of what is missing before it."""
    latest = wanted.begin - 1
    for frame in frames:
        if frame.pts is None or not latest < frame.pts < wanted.end:
            continue
        if latest < wanted.begin:
            frame.pts = wanted.begin
        latest = frame.pts
        yield frame


class _Encoder:
    """Makes H.264 of frames of any kind. ``folder`` is for temporary files."""

    def __init__(self, wanted: Wanted, folder: Path) -> None:
        self._wanted = wanted
        self._filters = Filters(wanted.width, wanted.height, wanted.timescale, folder)
        self._codec: Any = None

    def encoded(self, frame: VideoFrame) -> "list[Packet[Any]]":
        if self._codec is None:
            self._codec = self._opened(colour_of(frame))
        return [packet for each in self._filters.filtered(frame) for packet in self._encoded(each)]

    def rest(self) -> "list[Packet[Any]]":
        """What is still in the filters and the encoder."""
        if self._codec is None:
            return []
        packets = [packet for each in self._filters.rest() for packet in self._encoded(each)]
        return [*packets, *self._codec.encode(None)]

    def parameter_sets(self) -> bytes:
        """Those of what was encoded, or would be."""
        return bytes((self._codec or self._opened(1)).extradata)

    def _encoded(self, frame: VideoFrame) -> "list[Packet[Any]]":
        frame.pict_type = 0  # the encoder chooses
        packets: list[Packet[Any]] = self._codec.encode(frame)
        return packets

    def _opened(self, colour: int) -> Any:
        wanted = self._wanted
        codec: Any = VideoCodecContext.create("libx264", "w")
        codec.width, codec.height, codec.pix_fmt = wanted.width, wanted.height, "yuv420p"
        codec.time_base = Fraction(1, wanted.timescale)
        least, most = _FRAME_RATES
        frame_rate = min(max(wanted.frame_rate or _USUAL_FRAME_RATE, least), most)
        codec.framerate = Fraction(frame_rate).limit_denominator(1001)
        codec.thread_count = _threads(wanted)
        codec.flags |= Flags.global_header
        codec.colorspace = codec.color_primaries = codec.color_trc = colour
        codec.color_range = 1
        rate = {"maxrate": str(wanted.bits_per_s), "bufsize": str(wanted.bits_per_s // 2)}
        codec.options = _ENCODING | rate
        codec.open()
        return codec


class _Sample(NamedTuple):
    """A picture of H.264, with the lengths of its units in front of them, and when it is shown."""

    time: int
    is_key: bool
    content: bytes


def _sample(packet: "Packet[Any]") -> _Sample:
    return _Sample(packet.pts or 0, packet.is_keyframe, framed(bytes(packet), Framing.START_CODES))


def _segment(made: Sequence[_Sample], wanted: Wanted, number: int) -> list[bytes]:
    """A media segment."""
    if not made:
        return [NO_SAMPLES]
    times = [sample.time for sample in made]
    lengths = [later - sooner for sooner, later in pairwise((*times, wanted.end))]
    samples = Samples(
        decode_time=times[0],
        runs=((0, len(made)),),
        sizes=[len(sample.content) for sample in made],
        durations=tuple((len(list(same)), length) for length, same in groupby(lengths)),
        keys=tuple(place for place, sample in enumerate(made) if sample.is_key),
    )
    content = b"".join(sample.content for sample in made)
    parts = segment_parts(Track(0, "video", "", wanted.timescale, b""), samples, number)
    return [part if isinstance(part, bytes) else content[part.first : part.last + 1] for part in parts]
