"""The worker's job for pictures that some browsers do not decode: some of them as H.264, in a segment.

Which bytes of the film those are, the server has found already (services/packaging/picture_conversion.py), so no
demuxer runs.

Tested by tests/services/segments/test_converted_pictures.py.
"""

import os
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import groupby, pairwise
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, NamedTuple

from av.codec.context import Flags
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from services.errors import StorageError
from services.media.worker.picture_windows import DecodedWindow, Decoder
from services.media.worker.video_filters import Filters, colour_of
from services.packaging.codecs.avc1_entry import avc1_entry
from services.packaging.film_index import Samples, Track
from services.packaging.fmp4.fragments import segment_parts
from services.packaging.picture_conversion import NO_PICTURE
from services.packaging.remux.film import Framing
from services.packaging.remux.framing import framed

_MOST_PACKET_BYTES = 32 * 2**20  # a picture of ProRes in 4K has 4 MB
_THREADED_PIXELS = 1920 * 1200  # each thread holds more pictures: too many of 4K
_MOST_THREADS = 3  # of the decoder, and of the encoder; what is more takes memory
_USUAL_FRAME_RATE = 25
_FRAME_RATES = (1, 240)
# No picture is decoded before one that is shown earlier ("bf"), and few are held in memory ("rc-lookahead").
_ENCODING = {"preset": "veryfast", "profile": "high", "level": "4.2", "crf": "23", "bf": "0", "rc-lookahead": "0"}

_last: deque[DecodedWindow] = deque(maxlen=1)  # in which a segment was made: the next mostly lies in it, too


@dataclass(frozen=True, slots=True)
class Wanted:
    """What segment ``number`` is to be: what is shown from ``begin`` on and before ``end``, in units of ``timescale``
    (None: from the beginning of its window on, or up to its end), in ``width`` × ``height`` and at most
    ``bits_per_s``."""

    number: int
    timescale: int
    begin: int | None
    end: int | None
    width: int
    height: int
    frame_rate: float
    bits_per_s: int


def convert_pictures(
    film: BinaryIO,
    window: str,
    decoder: dict[str, Any],
    packets: list[tuple[int, int, int]],
    span: tuple[int, int],
    wanted: dict[str, Any],
    target: str,
) -> float:
    """Writes a segment to the file ``target``, behind the sample entry of its pictures, and answers how many seconds
    that took. Where nothing can be decoded the picture is black, and NO_PICTURE stands in front of the segment.

    ``packets`` are those of PictureWindow, and ``span`` is when that begins and ends. ``window`` names it: no other has
    the same name. ``decoder`` and ``wanted`` have the fields of Decoder (all but one) and Wanted. Raises StorageError.
    """
    begun_s = monotonic()
    segment = Wanted(**wanted)
    read = partial(_read, film, packets)
    found = last_window(window, segment)
    if found is None:
        times = [shown for _, _, shown in packets]
        found = DecodedWindow(window, decoder_of(decoder), read, times, *span, segment.timescale)
    found.read = read  # the film has been opened anew
    return write_pictures(found, segment, target, begun_s)


def decoder_of(fields: Mapping[str, Any]) -> Decoder:
    """With as many threads as are good for it."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    is_threaded = fields["width"] * fields["height"] <= _THREADED_PIXELS
    return Decoder(**fields, threads=min(processors, _MOST_THREADS) if is_threaded else 1)


def last_window(name: str, wanted: Wanted) -> DecodedWindow | None:
    """The window of this name, if a segment in front of the one that is wanted was the last that was made."""
    found = _last.pop() if _last else None
    if found is None or found.name != name or wanted.begin is None or not found.goes_on_at(wanted.begin):
        return None
    return found


def write_pictures(window: DecodedWindow, wanted: Wanted, target: str, begun_s: float) -> float:
    """The same of a window. The answer counts from ``begun_s`` on, but not how long it took to get to the segment from
    somewhere else: that tells nothing of how long the next one will take."""
    if wanted.begin is not None and window.reached < wanted.begin:
        window.pass_by(wanted.begin)
        begun_s = monotonic()
    begin = window.reached
    encoder = _Encoder(wanted, window.threads, Path(target).parent)
    frames = window.pictures(window.end if wanted.end is None else wanted.end)
    made = [_sample(packet) for frame in frames for packet in encoder.encoded(frame)]
    made += map(_sample, encoder.rest())
    is_missing = not made
    if is_missing:
        made = [_sample(packet) for packet in (*encoder.encoded(_black(wanted, begin)), *encoder.rest())]
    with open(target, "wb") as file:
        file.write(avc1_entry(encoder.parameter_sets(), wanted.width, wanted.height))
        file.write(NO_PICTURE * is_missing)
        file.writelines(_segment(made, window.reached, wanted))
    _last.append(window)
    return monotonic() - begun_s


def _black(wanted: Wanted, time: int) -> VideoFrame:
    frame = VideoFrame(wanted.width, wanted.height, "yuv420p")
    for plane, level in zip(frame.planes, (16, 128, 128), strict=True):
        plane.update(bytes([level]) * plane.buffer_size)
    frame.pts = time
    return frame


def _read(film: BinaryIO, packets: Sequence[tuple[int, int, int]], number: int) -> bytes:
    position, size, _ = packets[number]
    try:
        film.seek(position)
        return film.read(min(size, _MOST_PACKET_BYTES))
    except OSError as error:
        raise StorageError(str(error)) from error


class _Encoder:
    """Makes H.264 of frames of any kind. ``folder`` is for temporary files."""

    def __init__(self, wanted: Wanted, threads: int, folder: Path) -> None:
        self._wanted = wanted
        self._threads = threads
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
        """Those of what was encoded."""
        return bytes(self._codec.extradata)

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
        codec.thread_count = self._threads
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


def _segment(made: Sequence[_Sample], end: int, wanted: Wanted) -> list[bytes]:
    """A media segment."""
    times = [sample.time for sample in made]
    lengths = [later - sooner for sooner, later in pairwise((*times, end))]
    samples = Samples(
        decode_time=times[0],
        runs=((0, len(made)),),
        sizes=[len(sample.content) for sample in made],
        durations=tuple((len(list(same)), length) for length, same in groupby(lengths)),
        keys=tuple(place for place, sample in enumerate(made) if sample.is_key),
    )
    content = b"".join(sample.content for sample in made)
    parts = segment_parts(Track(0, "video", "", wanted.timescale, b""), samples, wanted.number)
    return [part if isinstance(part, bytes) else content[part.first : part.last + 1] for part in parts]
