"""Finds where the segments of a film begin whose bytes cannot be sent as they are: MPEG-TS and Flash Video. All of the
film is read, once, since these have no index.

Tested by tests/services/media/worker/test_remux_jobs.py.
"""

import io
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from typing import Any, BinaryIO, NamedTuple

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from services.media.codecs import audio_codec
from services.media.details import MAX_TEXT
from services.media.languages import language_tag
from services.media.worker.demuxer import opened, packets
from services.media.worker.video_tracks import video_tracks
from services.packaging.codecs.description import Description
from services.packaging.conversion import is_converted
from services.packaging.cuts import LONGEST_S, cuts
from services.packaging.film_index import FilmIndex, NotPackaged, Track
from services.packaging.mp4.boxes import required
from services.packaging.mp4.movie import movie_tracks
from services.packaging.remux.film import TICKS_PER_S, Framing, RemuxedFilm, RemuxEntry, RemuxTrack
from services.packaging.remux.timeline import Timeline

FORMATS = frozenset({"flv", "mpegts"})  # that can be entered at any byte

_PICTURES = frozenset({"h264", "hevc"})
_MOST_SOUNDS = 16
_MOST_PACKETS = 4_000_000
_MOST_BYTES_PER_S = 2**40
_BEFORE = TICKS_PER_S // 2  # of sound is needed in front of a segment, to convert it
_MOST_LEAD = TICKS_PER_S // 2  # of sound in front of the first picture
_WHOLE = 90  # ticks: a millisecond


@dataclass(slots=True)
class _Sound:
    """The sound of the film as it is read: where its packets are, and when they are heard."""

    stream: AudioStream
    first: bytes = b""
    positions: "array[int]" = field(default_factory=lambda: array("q"))
    times: "array[int]" = field(default_factory=lambda: array("q"))
    length: int = 0
    end: int = 0
    frame: int = 0


class _Key(NamedTuple):
    """``position`` is in the film; the times are when it is decoded and shown. ``is_open``: pictures that are decoded
    behind it and shown before it need others before it."""

    position: int
    decoded: int
    shown: int
    is_open: bool = False


@dataclass(slots=True)
class _Pictures:
    """``keys`` are the key frames at which a decoder may begin."""

    stream: VideoStream
    description: Description | None = None
    framing: Framing = Framing.AS_THEY_ARE
    keys: list[_Key] = field(default_factory=list)
    count: int = 0
    end: int = 0
    last_position: int = 0


def remuxed_film(film: BinaryIO) -> RemuxedFilm:
    """Raises NotPackaged, and as ``opened`` does."""
    with opened(film) as (container, _):
        if container.format.name not in FORMATS:
            raise NotPackaged(f"films of the kind {container.format.name} are not put together anew")
        pictures, sounds = _read(container)
        return _film(pictures, [sound for sound in sounds if sound.times])


def _read(container: InputContainer) -> tuple[_Pictures, list[_Sound]]:
    stream = video_tracks(container).film
    if stream is None or stream.codec_context.codec.canonical_name not in _PICTURES:
        raise NotPackaged("no picture that browsers play")
    pictures = _Pictures(stream)
    audio = [each for each in container.streams.audio if each.codec_context][:_MOST_SOUNDS]
    sounds = {each.index: _Sound(each) for each in audio}
    timeline = Timeline()
    count = 0
    for packet in packets(container, stream, *audio):
        if packet.dts is None or packet.pts is None or not packet.size:
            continue
        count += 1
        if count > _MOST_PACKETS:
            raise NotPackaged("more samples than a film has")
        if packet.stream.index == stream.index:
            _add_picture(pictures, packet, timeline)
        else:
            _add_sound(sounds[packet.stream.index], packet, timeline)
    return pictures, list(sounds.values())


def ticks(packet: Any, time: int) -> int:
    """A time of the packet in TICKS_PER_S."""
    base = packet.time_base
    return int(time * base.numerator * TICKS_PER_S // base.denominator)


def _add_picture(pictures: _Pictures, packet: Any, timeline: Timeline) -> None:
    if not pictures.keys and not packet.is_keyframe:
        return  # it needs pictures that are not there
    decoded = timeline.time(ticks(packet, packet.dts))
    shown = decoded + ticks(packet, packet.pts) - ticks(packet, packet.dts)
    is_h264 = pictures.stream.codec_context.codec.canonical_name == "h264"
    if is_h264 and len(pictures.keys) > 1 and shown < pictures.keys[-1].shown:
        pictures.keys[-1] = pictures.keys[-1]._replace(is_open=True)
    pictures.count += 1
    pictures.end = max(pictures.end, shown + ticks(packet, packet.duration or 0))
    if packet.pos is None:
        return
    pictures.last_position = max(pictures.last_position, packet.pos)
    if packet.is_keyframe:
        pictures.keys.append(_Key(packet.pos, decoded, shown))
    if pictures.description is None:
        is_annex_b = (pictures.stream.codec_context.extradata or b"")[:1] != b"\x01"
        pictures.framing = Framing.START_CODES if is_annex_b else Framing.AS_THEY_ARE
        pictures.description = described(pictures.stream, bytes(packet))


def _add_sound(sound: _Sound, packet: Any, timeline: Timeline) -> None:
    time = timeline.time(ticks(packet, packet.dts))
    if not sound.first:
        sound.first = bytes(packet)
        rate = sound.stream.codec_context.sample_rate
        by_duration = round(ticks(packet, packet.duration or 0) * rate / TICKS_PER_S)
        sound.frame = sound.stream.codec_context.frame_size or by_duration
    before = sound.positions[-1] if sound.positions else 0
    sound.positions.append(before if packet.pos is None else packet.pos)
    sound.times.append(time)
    sound.length += packet.size
    sound.end = max(sound.end, time + ticks(packet, packet.duration or 0))


def described(stream: Any, packet: bytes) -> Description | None:
    """How FFmpeg describes the stream in MP4, by its first packet. None: as no browser plays it."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as target:
        copy = target.add_stream_from_template(stream)
        first = av.Packet(packet)
        first.stream, first.time_base = copy, stream.time_base
        first.pts = first.dts = 0
        first.is_keyframe = True
        target.mux(first)
    moov = required(memoryview(file.getbuffer()), b"moov")
    tracks = movie_tracks(moov)
    return tracks[0].description(1) if tracks else None


def _film(pictures: _Pictures, sounds: Sequence[_Sound]) -> RemuxedFilm:
    if pictures.description is None:
        raise NotPackaged("no picture that browsers play")
    if not pictures.keys:
        raise NotPackaged("no key frames")
    zero = pictures.keys[0].shown
    leads = [zero - pictures.keys[0].decoded, *(min(zero - sound.times[0], _MOST_LEAD) for sound in sounds)]
    delay = -(-max(leads) // _WHOLE) * _WHOLE
    end = max([pictures.end, *(sound.end for sound in sounds)]) - zero
    duration_s = end / TICKS_PER_S
    if duration_s <= 0:
        raise NotPackaged("a film of a length that cannot be")
    by_time_s = {(key.shown - zero) / TICKS_PER_S: key for key in pictures.keys}
    cut_times_s = _cuts(by_time_s, duration_s)
    edges = (*cut_times_s, duration_s)
    places = [(by_time_s[time_s].position, by_time_s[time_s].decoded) for time_s in cut_times_s]
    heard = [(sound, track) for sound in sounds if (track := _sound_track(sound, duration_s))]
    return RemuxedFilm(
        index=FilmIndex(
            duration_s=duration_s,
            delay_s=delay / TICKS_PER_S,
            cuts=cut_times_s,
            tracks=(_picture_track(pictures, [place for place, _ in places], edges), *(track for _, track in heard)),
        ),
        tracks=(RemuxTrack(pictures.framing), *(_remux_track(sound, track, zero - delay) for sound, track in heard)),
        entries=tuple(
            RemuxEntry(_begin(position, decoded, sounds), position, decoded - zero + delay)
            for position, decoded in places
        ),
    )


def _cuts(keys: Mapping[float, _Key], duration_s: float) -> tuple[float, ...]:
    """At closed groups of pictures, unless these are rare, as in broadcasts. Chromium's decoder of H.264 may give up
    after a seek to an open one; those of HEVC know which pictures to leave out (H.265 §8.1.3). Raises NotPackaged."""
    closed = cuts(sorted(time_s for time_s, key in keys.items() if not key.is_open), duration_s)
    if _longest(closed, duration_s) <= LONGEST_S:
        return closed
    found = cuts(sorted(keys), duration_s)
    if _longest(found, duration_s) > LONGEST_S:
        raise NotPackaged(f"no random access point in more than {LONGEST_S} s")
    return found


def _longest(cut_times_s: Sequence[float], duration_s: float) -> float:
    return max(later - earlier for earlier, later in pairwise((*cut_times_s, duration_s)))


def _begin(position: int, decoded: int, sounds: Sequence[_Sound]) -> int:
    """The first byte that a segment needs: of its sound, or of the picture at ``position``, whichever comes first."""
    wanted = decoded - _BEFORE
    places = ((each, bisect_left(each.times, wanted)) for each in sounds)
    return min([position, *(each.positions[place] for each, place in places if place < len(each.times))])


def _picture_track(pictures: _Pictures, positions: Sequence[int], edges: Sequence[float]) -> Track:
    description, stream = pictures.description, pictures.stream
    assert description is not None
    sizes = [later - sooner for sooner, later in pairwise((*positions, pictures.last_position))]
    lengths_s = [max(later - sooner, 1.0) for sooner, later in pairwise(edges)]
    peak = max(size / length_s for size, length_s in zip(sizes, lengths_s, strict=True))
    aspect = float(stream.sample_aspect_ratio or 1)
    return Track(
        stream=stream.index,
        kind="video",
        codec=description.codec,
        timescale=TICKS_PER_S,
        sample_entry=description.sample_entry,
        width=round(description.width * (aspect if 0.1 < aspect < 10 else 1)),
        height=description.height,
        frame_rate=round(pictures.count / edges[-1], 3),
        bytes_per_s=min(max(ceil(peak), 1), _MOST_BYTES_PER_S),
        average_bytes_per_s=min(max(ceil(sum(sizes) / edges[-1]), 1), _MOST_BYTES_PER_S),
    )


def _sound_track(sound: _Sound, duration_s: float) -> Track | None:
    context = sound.stream.codec_context
    name = context.codec.canonical_name
    found = described(sound.stream, sound.first) if name in ("aac", "ac3", "eac3", "mp3") else None
    codec = found.codec if found else audio_codec(name, b"", None)
    if not context.sample_rate or (found is None and not is_converted(codec)):
        return None
    rate = min(max(ceil(sound.length / duration_s), 1), _MOST_BYTES_PER_S)
    metadata = sound.stream.metadata
    return Track(
        stream=sound.stream.index,
        kind="audio",
        codec=codec,
        timescale=context.sample_rate,
        sample_entry=found.sample_entry if found else b"",
        language=language_tag(metadata.get("language")) or "",
        label=" ".join((metadata.get("title") or "").split())[:MAX_TEXT],
        is_default=bool(sound.stream.disposition & Disposition.default),
        channels=context.channels,
        rate=context.sample_rate,
        bytes_per_s=rate,
        average_bytes_per_s=rate,
    )


def _remux_track(sound: _Sound, track: Track, clock: int) -> RemuxTrack:
    is_adts = track.codec.startswith("mp4a.40.") and sound.first[:1] == b"\xff"
    origin = round((sound.times[0] - clock) * track.timescale / TICKS_PER_S)
    return RemuxTrack(Framing.ADTS if is_adts else Framing.AS_THEY_ARE, origin, sound.frame)
