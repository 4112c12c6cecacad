"""The worker's job for sound that many browsers do not play: a window of it as AAC, in a segment.

Which bytes of the film those are, the server has found already (services/packaging/conversion.py), so no demuxer runs.
A packet that cannot be decoded becomes silence, as it would in a player.

Tested by tests/services/segments/test_sounds.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any, BinaryIO

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.filter import Graph
from av.packet import Packet

from services.errors import StorageError
from services.packaging.codecs.aac import FRAME
from services.packaging.codecs.pcm import is_pcm
from services.packaging.conversion import AFTER, BEFORE, BITS_PER_S, SURROUND
from services.packaging.film_index import Samples, Track
from services.packaging.fmp4.fragments import NO_SAMPLES
from services.packaging.fmp4.made_segment import made_segment

_MOST_PACKET_BYTES = 2**20  # those of DTS-HD have 16 KB
_SAMPLE_BYTES = 4  # a float
_TOLERATED_S = 0.002  # by which rounded times may be wrong
_LAYOUTS = {1: "mono", 2: "stereo", SURROUND: "5.1"}  # FFmpeg's encoder puts them into the order of AAC
_USUAL_LAYOUTS = ("mono", "stereo", "2.1", "4.0", "5.0", "5.1", "6.1", "7.1")  # by channels, where nothing tells
# Channels that the result lacks are added to others: the centre and those at the back with 0.7 of their amplitude, so
# that speech is as loud as it was. What goes beyond full scale then is rounded off; "quintic" changes nothing audible
# below.
_MIXED = "rematrix_maxval=1000"
_ROUNDED_OFF = "type=quintic"

Planes = Sequence[bytes]  # the samples of each channel in turn


def prepare_sound() -> None:
    """Does nothing: this module is imported by then, which takes as long as three seconds of sound."""


def convert_sound(
    film: BinaryIO,
    decoder: str,
    configuration: str,
    source_rate: int,
    source_channels: int,
    rate: int,
    channels: int,
    first: int,
    end: int,
    packets: list[tuple[int, int, int]],
    number: int,
    target: str,
) -> None:
    """Writes segment ``number``, the frames from sample ``first`` on and before ``end``, to the file ``target``.

    ``packets`` are those of Window. ``rate`` in Hz and ``channels`` are those of the result. ``configuration``, in
    hexadecimal, and those of the source are for the ``decoder``, as in Track. Raises StorageError.
    """
    codec = new_decoder(decoder, bytes.fromhex(configuration), source_rate, source_channels)
    with open(target, "wb") as file:
        file.writelines(converted_segment(_read(film, packets), codec, rate, channels, first, end, number))


def converted_segment(
    packets: Iterable[tuple[int, bytes]], codec: Any, rate: int, channels: int, first: int, end: int, number: int
) -> list[bytes | memoryview]:
    """The same of packets that were read. Each is the sample with which it begins, and its content."""
    decoded = _decoded(packets, codec, rate, channels)
    start = max(first - BEFORE, 0)
    blocks = _blocks(decoded, start, end + AFTER, channels, round(_TOLERATED_S * rate))
    frames = [content for time, content in _encoded(blocks, start, rate, channels) if first <= time < end]
    return _segment(frames, rate, first, end, number)


def _read(film: BinaryIO, packets: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, bytes]]:
    for begin, position, size in packets:
        try:
            film.seek(position)
            yield begin, film.read(min(size, _MOST_PACKET_BYTES))
        except OSError as error:
            raise StorageError(str(error)) from error


def new_decoder(decoder: str, configuration: bytes, rate: int, channels: int) -> Any:
    """Other decoders find rate and channels in the packets. PCM has none there."""
    codec: Any = av.CodecContext.create(decoder, "r")
    if configuration:
        codec.extradata = configuration
    if is_pcm(decoder) and rate and 0 < channels <= len(_USUAL_LAYOUTS):
        codec.sample_rate, codec.layout = rate, _USUAL_LAYOUTS[channels - 1]
    return codec


def _decoded(
    packets: Iterable[tuple[int, bytes]], codec: Any, rate: int, channels: int
) -> Iterator[tuple[int | None, Planes]]:
    """The sound of each packet at the ``rate``: where it begins, and its samples. None: where what was before ends."""
    mixer = _Mixer(rate, channels)
    place: int | None = None
    for begin, content in packets:
        with suppress(av.FFmpegError):
            for number, frame in enumerate(codec.decode(Packet(content))):
                place = begin if number == 0 and place is None else place
                for planes in mixer.mixed(frame):
                    yield place, planes
                    place = None


class _Mixer:
    """Brings frames of any rate, format and layout to the ``rate`` and to one channel, two or six."""

    def __init__(self, rate: int, channels: int) -> None:
        self._channels = channels
        self._options = f"out_sample_fmt=fltp:out_chlayout={_LAYOUTS[channels]}:out_sample_rate={rate}:{_MIXED}"
        self._takes: tuple[object, ...] = ()
        self._graph = Graph()

    def mixed(self, frame: AudioFrame) -> Iterator[Planes]:
        kind = frame.sample_rate, frame.format.name, frame.layout.name
        if kind != self._takes:
            self._graph, self._takes = self._new_graph(frame), kind
        frame.pts = None
        self._graph.push(frame)
        with suppress(av.BlockingIOError, av.EOFError):
            while True:
                mixed = self._graph.pull()
                assert isinstance(mixed, AudioFrame)
                yield [bytes(plane)[: mixed.samples * _SAMPLE_BYTES] for plane in mixed.planes]

    def _new_graph(self, frame: AudioFrame) -> Graph:
        graph = Graph()
        source = graph.add_abuffer(
            sample_rate=frame.sample_rate,
            format=frame.format.name,
            layout=frame.layout.name,
            time_base=Fraction(1, frame.sample_rate),
        )
        filters = [source, graph.add("aresample", self._options)]
        if frame.layout.nb_channels > max(self._channels, 2):
            filters.append(graph.add("asoftclip", _ROUNDED_OFF))
        graph.link_nodes(*filters, graph.add("abuffersink")).configure()
        return graph


def _blocks(
    decoded: Iterable[tuple[int | None, Planes]], start: int, stop: int, channels: int, tolerance: int
) -> Iterator[Planes]:
    """The samples from ``start`` on and before ``stop`` as blocks of a frame's length, with silence in all gaps."""
    waiting = [bytearray() for _ in range(channels)]
    at = start  # where ``waiting`` begins
    ends: int | None = None
    for place, planes in decoded:
        begin = place
        if begin is None or (ends is not None and abs(begin - ends) <= tolerance):
            begin = start if ends is None else ends
        ends = begin + len(planes[0]) // _SAMPLE_BYTES
        here = at + len(waiting[0]) // _SAMPLE_BYTES
        for block in _put(waiting, planes, begin - here):
            at += FRAME
            yield block
    missing = max(stop - at, 0)
    for plane in waiting:
        plane.extend(bytes(max(missing * _SAMPLE_BYTES - len(plane), 0)))
    yield from _taken(waiting)


def _put(waiting: list[bytearray], planes: Planes, gap: int) -> Iterator[Planes]:
    """Adds samples after ``gap`` samples of silence; less than 0: without so many of the first of them. Yields the
    blocks that are complete then."""
    while gap >= FRAME:
        for plane in waiting:
            plane.extend(bytes(FRAME * _SAMPLE_BYTES))
        gap -= FRAME
        yield from _taken(waiting)
    for plane, samples in zip(waiting, planes, strict=True):
        plane.extend(bytes(max(gap, 0) * _SAMPLE_BYTES))
        plane.extend(samples[max(-gap, 0) * _SAMPLE_BYTES :])
    yield from _taken(waiting)


def _taken(waiting: list[bytearray]) -> Iterator[Planes]:
    """Whole blocks, which are taken away."""
    size = FRAME * _SAMPLE_BYTES
    while len(waiting[0]) >= size:
        yield [bytes(plane[:size]) for plane in waiting]
        for plane in waiting:
            del plane[:size]


def _encoded(blocks: Iterable[Planes], start: int, rate: int, channels: int) -> Iterator[tuple[int, bytes]]:
    """Frames of AAC, each with the sample at which it is heard. The first block begins at ``start``."""
    encoder: Any = AudioCodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = rate, _LAYOUTS[channels], "fltp"
    encoder.bit_rate, encoder.time_base = BITS_PER_S[channels], Fraction(1, rate)
    encoder.options = {"aac_coder": "fast"}  # takes half the time; a sine has less noise than by the default
    packets: list[Any] = []
    for number, planes in enumerate(blocks):
        frame = AudioFrame(format="fltp", layout=_LAYOUTS[channels], samples=FRAME)
        for plane, samples in zip(frame.planes, planes, strict=True):
            plane.update(samples)
        frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), start + number * FRAME
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    return ((packet.pts, bytes(packet)) for packet in packets)


def _segment(frames: Sequence[bytes], rate: int, first: int, end: int, number: int) -> list[bytes | memoryview]:
    """A media segment."""
    if not frames:
        return [NO_SAMPLES]
    last = end - first - (len(frames) - 1) * FRAME
    durations = ((len(frames) - 1, FRAME), (1, last)) if len(frames) > 1 else ((1, last),)
    samples = Samples(first, ((0, len(frames)),), [len(frame) for frame in frames], durations)
    track = Track(0, "audio", "", rate, b"")
    return made_segment(track, samples, frames, number)
