"""The text tracks in a film as WebVTT. For the worker alone.

Tested by tests/services/media/worker/test_demuxer.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

from av.container import InputContainer
from av.stream import Discard
from av.subtitles.subtitle import AssSubtitle

from services.media.text import substation
from services.media.text.webvtt import Cue, webvtt
from services.media.worker.demuxer import opened, packets

_NO_DURATION_MS = 3000  # how long a cue is shown if the film does not say


def extract_subtitles(film: BinaryIO, streams: list[int], destination: str) -> None:
    """Writes the text tracks with the indices ``streams`` to the folder ``destination``: track 2 as "t2.vtt". All in
    one go, since the whole film may have to be read. Raises as ``opened`` does."""
    with opened(film) as (container, _):
        tracks = _tracks(container, streams)
    for index, cues in tracks.items():
        Path(destination, f"t{index}.vtt").write_text(webvtt(cues), "utf-8")


def _tracks(film: InputContainer, indices: list[int]) -> dict[int, list[Cue]]:
    streams = [stream for stream in film.streams.subtitles if stream.index in indices]
    for stream in film.streams:
        if stream.index not in indices:
            stream.discard = Discard.all
    events: dict[int, list[_Event]] = {stream.index: [] for stream in streams}
    for packet in packets(film, *streams) if streams else ():
        if packet.pts is not None and packet.size:
            events[packet.stream.index] += _events(packet, packet.pts * packet.time_base)
    return {stream.index: _cues(events[stream.index], stream.codec_context.subtitle_header) for stream in streams}


@dataclass(frozen=True, slots=True)
class _Event:
    start_ms: int
    end_ms: int
    style: str
    marked_up: str


def _events(packet: Any, start_s: Fraction) -> Iterator[_Event]:
    """The events in a packet. FFmpeg converts every text format to Advanced SubStation Alpha."""
    start_ms = round(start_s * 1000)
    duration_ms = round((packet.duration or 0) * packet.time_base * 1000) or _NO_DURATION_MS
    subtitles = packet.stream.codec_context.decode2(packet)
    for rect in subtitles.rects if subtitles else ():
        if isinstance(rect, AssSubtitle):
            # ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text
            _, _, style, *_, text = rect.ass.decode("utf-8", "replace").split(",", 8)
            yield _Event(start_ms, start_ms + duration_ms, style, text)


def _cues(events: list[_Event], header: bytes | None) -> list[Cue]:
    """The events as cues. ``header`` has the styles; the decoder knows it once it has decoded something."""
    alignments = substation.style_alignments((header or b"").decode("utf-8", "replace"))
    return [
        substation.cue(each.start_ms, each.end_ms, each.marked_up, alignments.get(each.style, substation.BELOW))
        for each in events
    ]
