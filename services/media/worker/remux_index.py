"""Finds where the segments of a film begin whose bytes cannot be sent as they are: MPEG-TS, Flash Video and AVI.
Films without an index are read to their end, once.

Tested by tests/services/media/worker/test_remux_jobs.py.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil
from typing import BinaryIO

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from services.media.codecs import audio_codec
from services.media.details import MAX_TEXT
from services.media.languages import language_tag
from services.media.worker.demuxer import opened, packets
from services.media.worker.film_tail import film_length
from services.media.worker.remux_entries import Entries, add_entries, are_keys, film_entries
from services.media.worker.remux_tracks import BEGINNING, Key, Pictures, Sound, described, is_only_converted
from services.media.worker.video_tracks import video_tracks
from services.packaging.conversion import is_converted
from services.packaging.cuts import LONGEST_S, cuts
from services.packaging.film_index import FilmIndex, NotPackaged, Track
from services.packaging.remux.film import TICKS_PER_S, Framing, RemuxedFilm, RemuxEntry, RemuxTrack
from services.packaging.remux.shown import reordered_pictures
from services.packaging.remux.signatures import Container
from services.packaging.remux.timeline import SteadyTimeline, Timeline

AS_TOLD = {"fflags": "nofillin"}  # without the times that FFmpeg guesses

_PICTURES = frozenset({"av1", "h264", "hevc", "vp9"})
_MOST_SOUNDS = 16
_MOST_PACKETS = 4_000_000
_BEGINNING_PACKETS = 2000  # in which all tracks are met
_MOST_BYTES_PER_S = 2**40
_BEFORE = TICKS_PER_S // 2  # of sound is needed in front of a segment, to convert it
_MOST_LEAD = TICKS_PER_S // 2  # of sound in front of the first picture
_WHOLE = 90  # ticks: a millisecond


def remuxed_film(film: BinaryIO, kind: Container) -> RemuxedFilm:
    """Raises NotPackaged, and as ``opened`` does."""
    length = film_length(film)
    with opened(film, {} if kind.is_stream else AS_TOLD) as (container, _):
        if container.format.name != kind.name:
            raise NotPackaged(f"films of the kind {container.format.name} are not put together anew")
        stream = video_tracks(container).film
        if stream is None or not (is_only_converted(stream) or stream.codec_context.codec.canonical_name in _PICTURES):
            raise NotPackaged("no picture that browsers play")
        audio = [each for each in container.streams.audio if each.codec_context][:_MOST_SOUNDS]
        entries = film_entries(container, [stream, *audio], length)
        pictures, sounds = _read(container, stream, audio, kind, entries)
        if entries is not None and not are_keys(container, pictures):
            container.seek(0, stream=stream)
            pictures, sounds = _read(container, stream, audio, kind, None)
        return _film(pictures, [sound for sound in sounds if sound.times], kind)


def _read(
    container: InputContainer,
    stream: VideoStream,
    audio: Sequence[AudioStream],
    kind: Container,
    entries: Entries | None,
) -> tuple[Pictures, list[Sound]]:
    """Reads all of the film; with the ``entries`` of its index only its beginning."""
    pictures, sounds = Pictures(stream), {each.index: Sound(each) for each in audio}
    timeline = Timeline() if kind.is_stream else SteadyTimeline(0)
    count = 0
    for packet in packets(container, stream, *audio):
        is_picture = packet.stream.index == stream.index
        is_timed = packet.dts is not None and (packet.pts is not None or not kind.is_stream)
        if not packet.size or not (is_timed or (is_picture and not kind.tells_shown)):
            continue
        count += 1
        if count > _MOST_PACKETS:
            raise NotPackaged("more samples than a film has")
        if not is_picture:
            sounds[packet.stream.index].add(packet, timeline)
        elif kind.tells_shown:
            pictures.add(packet, timeline)
        else:
            pictures.add_in_order(packet, timeline)
        is_met = pictures.count >= BEGINNING and all(sound.times for sound in sounds.values())
        if entries is not None and (is_met or count >= _BEGINNING_PACKETS):
            break
    heard = [sound for sound in sounds.values() if sound.times]
    if entries is not None:
        add_entries(pictures, heard, entries)
    return pictures, heard


def _film(pictures: Pictures, sounds: Sequence[Sound], kind: Container) -> RemuxedFilm:
    if pictures.description is None:
        raise NotPackaged("no picture that browsers play")
    if not pictures.keys:
        raise NotPackaged("no key frames")
    zero = pictures.keys[0].shown
    frame = 0 if kind.tells_shown else pictures.frame
    reorder = reordered_pictures(pictures.description.sample_entry, pictures.beginning) * frame
    leads = [zero - pictures.keys[0].decoded + reorder, *(min(zero - sound.times[0], _MOST_LEAD) for sound in sounds)]
    delay = -(-max(leads) // _WHOLE) * _WHOLE
    pictures_end = pictures.end if kind.tells_shown else pictures.last + frame
    end = max([pictures_end, *(sound.end for sound in sounds)]) - zero
    duration_s = end / TICKS_PER_S
    if duration_s <= 0:
        raise NotPackaged("a film of a length that cannot be")
    by_time_s = {(key.shown - zero) / TICKS_PER_S: key for key in pictures.keys}
    cut_times_s = _cuts(by_time_s, duration_s)
    edges = (*cut_times_s, duration_s)
    keys = [by_time_s[time_s] for time_s in cut_times_s]
    heard = [(sound, track) for sound in sounds if (track := _sound_track(sound, duration_s))]
    return RemuxedFilm(
        index=FilmIndex(
            duration_s=duration_s,
            delay_s=delay / TICKS_PER_S,
            cuts=cut_times_s,
            tracks=(_picture_track(pictures, [key.position for key in keys], edges), *(track for _, track in heard)),
        ),
        tracks=(
            RemuxTrack(pictures.framing, pictures.lead, frame),
            *(_remux_track(sound, track, zero - delay) for sound, track in heard),
        ),
        entries=tuple(
            RemuxEntry(
                begin=_begin(key, sounds) if kind.is_stream else max(key.decoded, 0),
                position=key.position,
                decoded=key.decoded - zero + (delay if kind.tells_shown else 0),
            )
            for key in keys
        ),
    )


def _cuts(keys: Mapping[float, Key], duration_s: float) -> tuple[float, ...]:
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


def _begin(key: Key, sounds: Sequence[Sound]) -> int:
    """The first byte that a segment needs: of its sound, or of its key frame, whichever comes first."""
    wanted = key.decoded - _BEFORE
    places = ((each, bisect_left(each.times, wanted)) for each in sounds)
    return min(
        [key.position, key.before, *(each.positions[place] for each, place in places if place < len(each.times))]
    )


def _picture_track(pictures: Pictures, positions: Sequence[int], edges: Sequence[float]) -> Track:
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
        configuration=b"" if description.sample_entry else description.configuration,
        width=round(description.width * (aspect if 0.1 < aspect < 10 else 1)),
        height=description.height,
        coded_width=description.width,
        coded_height=description.height,
        frame_rate=round(pictures.count / edges[-1], 3),
        bytes_per_s=min(max(ceil(peak), 1), _MOST_BYTES_PER_S),
        average_bytes_per_s=min(max(ceil(sum(sizes) / edges[-1]), 1), _MOST_BYTES_PER_S),
    )


def _sound_track(sound: Sound, duration_s: float) -> Track | None:
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


def _remux_track(sound: Sound, track: Track, clock: int) -> RemuxTrack:
    is_adts = track.codec.startswith("mp4a.40.") and sound.first[:1] == b"\xff"
    origin = round((sound.times[0] - clock) * track.timescale / TICKS_PER_S)
    return RemuxTrack(Framing.ADTS if is_adts else Framing.AS_THEY_ARE, origin, sound.frame)
