"""The text tracks in a film as WebVTT: a job of the worker."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from av.container import InputContainer
from av.stream import Discard
from av.subtitles.subtitle import AssSubtitle

from services.media import substation
from services.media.demuxer import opened
from services.media.webvtt import Cue, webvtt

_NO_DURATION_MS = 3000  # how long a cue is shown where the film does not say


def extract_subtitles(location: str, streams: list[int], destination: str, version: str = "") -> None:
    """Writes the text tracks of the film at ``location`` that have these indices to the folder ``destination``, each
    as "t2.vtt" by its index. All at once, since all of the film may have to be read. Raises as ``opened`` does."""
    with opened(location, version) as (film, _):
        tracks = _tracks(film, streams)
    for index, cues in tracks.items():
        Path(destination, f"t{index}.vtt").write_text(webvtt(cues), "utf-8")


def _tracks(film: InputContainer, indices: list[int]) -> dict[int, list[Cue]]:
    streams = [stream for stream in film.streams.subtitles if stream.index in indices]
    for stream in film.streams:
        if stream.index not in indices:
            stream.discard = Discard.all
    alignments = {stream.index: _alignments(stream.codec_context.subtitle_header) for stream in streams}
    tracks: dict[int, list[Cue]] = {stream.index: [] for stream in streams}
    for packet in film.demux(*streams) if streams else ():
        if packet.pts is not None and packet.size:
            index = packet.stream.index
            tracks[index] += _cues(packet, packet.pts * packet.time_base, alignments[index])
    return tracks


def _cues(packet: Any, start_s: Fraction, alignments: dict[str, int]) -> Iterator[Cue]:
    """What a packet says: FFmpeg gives any text as Advanced SubStation Alpha."""
    start_ms = round(start_s * 1000)
    duration_ms = round((packet.duration or 0) * packet.time_base * 1000) or _NO_DURATION_MS
    subtitles = packet.stream.codec_context.decode2(packet)
    for rect in subtitles.rects if subtitles else ():
        if isinstance(rect, AssSubtitle):
            # ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text
            _, _, style, *_, text = rect.ass.decode("utf-8", "replace").split(",", 8)
            yield substation.cue(start_ms, start_ms + duration_ms, text, alignments.get(style, substation.BELOW))


def _alignments(header: bytes | None) -> dict[str, int]:
    return substation.style_alignments((header or b"").decode("utf-8", "replace"))
