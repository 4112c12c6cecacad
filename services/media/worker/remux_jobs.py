"""The worker's job for films whose bytes cannot be sent as they are: a segment of all tracks, put together anew."""

from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from math import ceil
from time import monotonic
from typing import Any, BinaryIO, NamedTuple

import av
from av.container import InputContainer

from services.errors import FilmUnreadable
from services.media.worker.demuxer import opened, packets
from services.media.worker.film_tail import read_at
from services.media.worker.picture_windows import DecodedWindow, Decoder
from services.media.worker.remux_index import AS_TOLD
from services.media.worker.remux_tracks import ticks
from services.media.worker.sound_jobs import converted_segment
from services.media.worker.video_jobs import Wanted, decoder_of, last_window, write_pictures
from services.packaging.conversion import ConvertedTrack, converted, window
from services.packaging.film_index import Samples, Track
from services.packaging.fmp4.made_segment import made_segment
from services.packaging.kept.stored_remux import remuxed_of
from services.packaging.remux.film import TICKS_PER_S, RemuxedFilm, RemuxTrack
from services.packaging.remux.framing import framed
from services.packaging.remux.samples import Packet, picture_samples, sound_samples
from services.packaging.remux.shown import with_shown_times
from services.packaging.remux.signatures import FIRST_BYTES, Container, remuxed_container
from services.packaging.remux.timeline import SteadyTimeline, Timeline

# The index tells what the streams are, so only their list has to be found anew.
_QUICKLY = {"probesize": str(256 * 1024), "analyzeduration": "0"}
_MOST_BYTES = 60 * 2**20  # of a segment
_LATE_BYTES = 8 * 2**20  # behind a segment: its sound may be late
_LATE = 3 * TICKS_PER_S  # the same where films are entered at a time
_BEFORE = 3 * TICKS_PER_S // 2  # of sound in front of a segment, where films are entered at a time
_ROUNDED_S = 0.00025  # by which the times of chunks may be late: bytes are whole
_AROUND = {True: TICKS_PER_S // 2, False: 13 * TICKS_PER_S // 10}  # of sound is needed to convert it, in streams

_Bytes = Iterable[bytes | memoryview]
_Made = tuple[str, Callable[[], _Bytes]]  # the name of a track, and its segment


def remux_segment(film: BinaryIO, index: str, number: int, targets: dict[str, str]) -> None:
    """Writes segment ``number`` of each track that ``targets`` has, by its name, to the file there. ``index`` is the
    film's RemuxedFilm as bytes in base 64. Raises FilmUnreadable and StorageError."""
    kept = remuxed_of(b64decode(index))
    with _opened(film) as (container, kind):
        found = _collected(container, kept, number, kind)
        for track, how in zip(kept.index.tracks, kept.tracks, strict=True):
            taken = found.get(track.stream, [])
            if track.kind == "video":
                made = _pictures(track, taken, kept, number, kind)
            else:
                codec = container.streams[track.stream].codec_context
                made = _sound(track, how, taken, kept, number, codec)
            for name, pieces in made:
                if name in targets:
                    with open(targets[name], "wb") as file:
                        file.writelines(pieces())


@contextmanager
def _opened(film: BinaryIO) -> Iterator[tuple[InputContainer, Container]]:
    """Raises as ``opened`` does."""
    kind = remuxed_container(read_at(film, 0, FIRST_BYTES))
    if kind is None:
        raise FilmUnreadable("it is another film")
    with opened(film, _QUICKLY if kind.is_stream else _QUICKLY | AS_TOLD) as (container, _):
        yield container, kind


def convert_remuxed_pictures(
    film: BinaryIO,
    window: str,
    decoder: dict[str, Any],
    index: str,
    number: int,
    wanted: dict[str, Any],
    target: str,
) -> float:
    """Writes a segment of converted pictures to the file ``target``, as ``convert_pictures`` does. ``index`` is that of
    ``remux_segment``, ``number`` that of the film's segment which has the pictures. Raises FilmUnreadable and
    StorageError."""
    begun_s = monotonic()
    segment = Wanted(**wanted)
    found = last_window(window, segment) or _opened_window(film, window, decoder_of(decoder), index, number)
    return write_pictures(found, segment, target, begun_s)


def _opened_window(film: BinaryIO, name: str, decoder: Decoder, index: str, number: int) -> DecodedWindow:
    kept = remuxed_of(b64decode(index))
    with _opened(film) as (container, kind):
        taken, end = _window(container, kept, number, kind)
    contents = [packet.content for packet in taken]
    times = [packet.shown for packet in taken]
    return DecodedWindow(name, decoder, contents.__getitem__, times, times[0], end, TICKS_PER_S)


def _window(container: InputContainer, kept: RemuxedFilm, number: int, kind: Container) -> tuple[Sequence[Packet], int]:
    """The pictures that have to be decoded for a window, and when that ends: those of the segment, and behind the next
    key frame those that are shown before it."""
    ends = kept.entries[number + 1].decoded if number + 1 < len(kept.entries) else None
    picture, framing = kept.index.tracks[0], kept.tracks[0].framing
    own: list[Packet] = []
    following: list[Packet] = []
    size = 0
    for stream, packet in _timed(container, kept, number, kind):
        if stream != picture.stream:
            continue
        size += len(packet.content)
        if size > _MOST_BYTES:
            raise FilmUnreadable("a segment is larger than 60 MB")
        if following and packet.shown > following[0].shown:
            break
        is_own = ends is None or packet.decoded < ends
        (own if is_own else following).append(replace(packet, content=framed(packet.content, framing)))
    if not own:
        raise FilmUnreadable("there is no key frame where the index says")
    late = 0 if kind.tells_shown else round(kept.index.delay_s * TICKS_PER_S)
    last = max(round((kept.index.duration_s + kept.index.delay_s) * TICKS_PER_S), own[0].shown + late + 1)
    end = following[0].shown + late if following else last
    if not kind.tells_shown:
        return with_shown_times(own, picture.sample_entry, late), end
    return [*own, *following] if len(following) > 1 else own, end


def _pictures(
    track: Track, taken: Sequence[Packet], kept: RemuxedFilm, number: int, kind: Container
) -> Iterator[_Made]:
    if not taken:
        raise FilmUnreadable("there is no key frame where the index says")
    end = kept.entries[number + 1].decoded if number + 1 < len(kept.entries) else None
    if not kind.tells_shown:
        taken = with_shown_times(taken, track.sample_entry, round(kept.index.delay_s * TICKS_PER_S))
    yield track.name, partial(_written, track, picture_samples(taken, end), taken, number)


def _sound(
    track: Track, how: RemuxTrack, taken: Sequence[Packet], kept: RemuxedFilm, number: int, codec: Any
) -> Iterator[_Made]:
    """``codec`` decodes it, as the container describes it."""
    begin, end = _span(kept, number)
    inside = [packet for packet in taken if begin <= packet.shown < end]
    following = next((packet for packet in taken if packet.shown >= end), None)
    if track.sample_entry:
        samples = sound_samples(inside, track, how, following) if inside else None
        yield track.name, partial(_written, track, samples, inside, number)
    for target in converted(track):
        yield target.name, partial(_converted, track, target, how, taken, kept, number, codec)


def _converted(
    track: Track,
    target: ConvertedTrack,
    how: RemuxTrack,
    taken: Sequence[Packet],
    kept: RemuxedFilm,
    number: int,
    codec: Any,
) -> _Bytes:
    nearby = sound_samples(taken, track, how, None, apart=True) if taken else None
    found = window(kept.index, track, number, [nearby])
    chosen = ((begin, taken[place].content) for begin, place, _ in found.packets)
    return converted_segment(chosen, codec, target.timescale, target.channels, found.first, found.end, number)


def _written(track: Track, samples: Samples | None, taken: Sequence[Packet], number: int) -> _Bytes:
    return made_segment(track, samples, [packet.content for packet in taken], number)


def _span(kept: RemuxedFilm, number: int) -> tuple[float, float]:
    """When the segment's sound begins and ends. The first has what there is in front of the picture."""
    edges = [round((cut_s + kept.index.delay_s) * TICKS_PER_S) for cut_s in kept.index.cuts[number : number + 2]]
    return edges[0] if number else 0, edges[1] if len(edges) > 1 else float("inf")


def _collected(container: InputContainer, kept: RemuxedFilm, number: int, kind: Container) -> dict[int, list[Packet]]:
    """By the number of the stream: the pictures of the segment, and the sound of it and around it."""
    begin, end = _span(kept, number)
    around = _AROUND[kind.is_stream]
    ends = kept.entries[number + 1].decoded if number + 1 < len(kept.entries) else float("inf")
    hows = {track.stream: how for track, how in zip(kept.index.tracks, kept.tracks, strict=True)}
    rates = {track.stream: track.timescale for track in kept.index.tracks}
    picture = kept.index.tracks[0].stream
    found: dict[int, list[Packet]] = {stream: [] for stream in hows}
    incomplete = set(hows)
    size = 0
    for stream, packet in _timed(container, kept, number, kind):
        if packet.decoded >= ends if stream == picture else packet.shown >= end + around:
            incomplete.discard(stream)
            if not incomplete:
                break
            continue
        if stream != picture and packet.shown < max(begin - around, 0):
            continue
        if stream == picture and not number and found[stream] and packet.shown < found[stream][0].shown:
            continue  # it needs pictures that came before the film
        is_cut = kind.cuts_frames and stream != picture
        placed = _at_frame(packet, hows[stream], rates[stream]) if is_cut else packet
        content = framed(packet.content, hows[stream].framing)
        size += len(content)
        if size > _MOST_BYTES:
            raise FilmUnreadable("a segment is larger than 60 MB")
        if content:
            found[stream].append(replace(placed, content=content))
    return found


def _timed(container: InputContainer, kept: RemuxedFilm, number: int, kind: Container) -> Iterator[tuple[int, Packet]]:
    """The packets of the tracks with their streams: sound, and pictures from the segment's first on. Where pictures do
    not tell when they are shown, one of them is at that time, and sound is later by the delay of the film."""
    entry, picture = kept.entries[number], kept.index.tracks[0].stream
    waiting: list[_Read] = []
    waiting_bytes = 0
    timeline: Timeline | SteadyTimeline | None = None
    later = 0
    for each in _read(container, kept, number, kind):
        if timeline is not None:
            yield each.stream, _on(timeline, each.packet, 0 if each.stream == picture else later)
            continue
        waiting.append(each)
        waiting_bytes += len(each.packet.content)
        if waiting_bytes > _MOST_BYTES:
            raise FilmUnreadable("there is no key frame where the index says")
        if (each.stream, each.position, each.packet.is_key) == (picture, entry.position, True):
            shift = entry.decoded - each.packet.decoded
            timeline = Timeline(shift, entry.decoded) if kind.is_stream else SteadyTimeline(shift)
            if not kind.tells_shown:
                later = round(kept.index.delay_s * TICKS_PER_S) - kept.tracks[0].origin
            sounds = [other for other in waiting if other.stream != picture]
            yield from [(other.stream, _on(timeline, other.packet, later)) for other in sounds]
            yield picture, _on(timeline, each.packet, 0)
            waiting.clear()


def _on(timeline: Timeline | SteadyTimeline, packet: Packet, later: int) -> Packet:
    decoded = timeline.time(packet.decoded) + later
    return replace(packet, decoded=decoded, shown=decoded + packet.shown - packet.decoded)


def _at_frame(packet: Packet, how: RemuxTrack, rate: int) -> Packet:
    """A sound with the time at which it begins. Told is that of the chunk in which it does, behind the end of another
    frame."""
    if not how.frame:
        return packet
    told = packet.decoded * rate / TICKS_PER_S - how.origin
    number = ceil((told - _ROUNDED_S * rate) / how.frame)
    time = round((how.origin + number * how.frame) * TICKS_PER_S / rate)
    return replace(packet, decoded=time, shown=time)


class _Read(NamedTuple):
    """A packet with the times that the film tells, and where it is; None: it is one of several that lie together."""

    stream: int
    position: int | None
    packet: Packet


def _read(container: InputContainer, kept: RemuxedFilm, number: int, kind: Container) -> Iterator[_Read]:
    """The packets from the segment's beginning on, up to a while behind its end."""
    lengths = {
        track.stream: how.frame * TICKS_PER_S // track.timescale
        for track, how in zip(kept.index.tracks, kept.tracks, strict=True)
    }
    ends: dict[int, int] = {}
    positions: dict[int, int] = {}
    _enter(container, kept, number, kind)
    chosen = [each for each in container.streams if each.index in lengths]
    for packet in packets(container, *chosen):
        stream = packet.stream.index
        # Of several frames that lie together only the first may have a time, and a place.
        decoded = ends.get(stream) if packet.dts is None else ticks(packet, packet.dts)
        if decoded is None or not packet.size:
            continue
        if lengths[stream]:
            ends[stream] = decoded + lengths[stream]
        if packet.pos is not None:
            positions[stream] = packet.pos
        if _is_behind(kept, number, kind, decoded, packet.pos):
            return
        if not kind.is_stream and decoded < kept.entries[number].begin - _BEFORE:
            continue
        shown = decoded if packet.pts is None else ticks(packet, packet.pts)
        position = packet.pos if kind.tells_shown else positions.get(stream)
        yield _Read(stream, position, Packet(decoded, shown, packet.is_keyframe, bytes(packet)))


def _enter(container: InputContainer, kept: RemuxedFilm, number: int, kind: Container) -> None:
    begin = kept.entries[number].begin
    if kind.is_stream:
        container.seek(begin, unsupported_byte_offset=True)
        return
    picture = container.streams[kept.index.tracks[0].stream]
    wanted = max(begin - _BEFORE, 0) / TICKS_PER_S
    with suppress(av.FFmpegError):  # without an index, what is needed comes when all before it was read
        container.seek(int(wanted / (picture.time_base or 1)), stream=picture, any_frame=True)


def _is_behind(kept: RemuxedFilm, number: int, kind: Container, decoded: int, position: int | None) -> bool:
    """Whether all of the segment lies before this packet."""
    if number + 1 == len(kept.entries):
        return False
    following = kept.entries[number + 1]
    if kind.is_stream:
        return position is not None and position > following.position + _LATE_BYTES
    return decoded > following.begin + _LATE
