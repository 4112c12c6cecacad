"""The text tracks in a film as WebVTT: a job of the worker."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pysubs2
from av.container import InputContainer
from av.stream import Discard
from av.subtitles.subtitle import AssSubtitle

from services.media.demuxer import opened
from services.media.subtitles import cues, write
from services.media.webvtt import webvtt

_NO_DURATION_MS = 3000  # how long a cue is shown where the film does not say


def extract_subtitles(location: str, streams: list[int], destination: str, version: str = "") -> None:
    """Writes the text tracks of the film at ``location`` that have these indices to the folder ``destination``, each
    as "t2.vtt" by its index. All at once, since all of the film may have to be read. Raises as ``opened`` does."""
    with opened(location, version) as (film, _):
        tracks = _tracks(film, streams)
    for index, subtitles in tracks.items():
        write(Path(destination, f"t{index}.vtt"), webvtt(cues(subtitles)))


def _tracks(film: InputContainer, indices: list[int]) -> dict[int, pysubs2.SSAFile]:
    streams = [stream for stream in film.streams.subtitles if stream.index in indices]
    for stream in film.streams:
        if stream.index not in indices:
            stream.discard = Discard.all
    events: dict[int, list[pysubs2.SSAEvent]] = defaultdict(list)
    for packet in film.demux(*streams) if streams else ():
        if packet.pts is not None and packet.size:
            events[packet.stream.index] += _events(packet, packet.pts * packet.time_base)
    tracks = {}
    for stream in streams:
        tracks[stream.index] = _with_styles(stream.codec_context.subtitle_header or b"")
        tracks[stream.index].events = events[stream.index]
    return tracks


def _events(packet: Any, start_s: Fraction) -> Iterator[pysubs2.SSAEvent]:
    """What a packet says: FFmpeg gives any text as Advanced SubStation Alpha."""
    start_ms = round(start_s * 1000)
    duration_ms = round((packet.duration or 0) * packet.time_base * 1000) or _NO_DURATION_MS
    subtitles = packet.stream.codec_context.decode2(packet)
    for rect in subtitles.rects if subtitles else ():
        if isinstance(rect, AssSubtitle):
            # ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text
            _, _, style, *_, text = rect.ass.decode("utf-8", "replace").split(",", 8)
            yield pysubs2.SSAEvent(start=start_ms, end=start_ms + duration_ms, style=style, text=text)


def _with_styles(header: bytes) -> pysubs2.SSAFile:
    try:
        return pysubs2.SSAFile.from_string(header.decode("utf-8", "replace"), format_="ass")
    except (pysubs2.exceptions.Pysubs2Error, ValueError, LookupError):
        return pysubs2.SSAFile()
