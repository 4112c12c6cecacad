"""The text tracks in a film as WebVTT, and those with styles as they are, too. For the worker alone.

Tested by tests/services/media/worker/test_demuxer.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

from av.container import InputContainer
from av.stream import Discard, Stream
from av.subtitles.subtitle import AssSubtitle

from services.media.text import substation
from services.media.text.styled import fonts_among, styled_file
from services.media.text.webvtt import Cue, webvtt
from services.media.worker.demuxer import opened, packets

_NO_DURATION_MS = 3000  # how long a cue is shown if the film does not say
_MOST_ROW_BYTES = 16 * 2**20  # of all tracks with styles together


def extract_subtitles(film: BinaryIO, streams: list[int], destination: str) -> None:
    """Writes the text tracks with the indices ``streams`` to the folder ``destination``: track 2 as "t2.vtt", and if it
    is styled, as "t2.ass", too. All in one go, since the whole film may have to be read. Raises as ``opened`` does."""
    with opened(film) as (container, _):
        styled = _Styled(container, streams)
        tracks = _tracks(container, streams, styled)
        files = styled.files()
    for index, text in files.items():
        Path(destination, f"t{index}.ass").write_text(text, "utf-8")
    for index, cues in tracks.items():
        Path(destination, f"t{index}.vtt").write_text(webvtt(cues), "utf-8")


def is_styled(film: InputContainer, stream: Stream) -> bool:
    """Whether the track is SubStation Alpha as it was written, which only Matroska has."""
    return film.format.name.startswith("matroska") and stream.codec_context.codec.canonical_name == "ass"


class _Styled:
    """The rows of tracks with styles, as they are read."""

    def __init__(self, film: InputContainer, indices: list[int]) -> None:
        self._film = film
        self._rows: dict[int, list[tuple[int, int, str]]] = {
            stream.index: [] for stream in film.streams.subtitles if stream.index in indices and is_styled(film, stream)
        }
        self._size = 0

    def note(self, packet: Any, start_s: Fraction) -> None:
        if packet.stream.index in self._rows and self._size <= _MOST_ROW_BYTES:
            self._size += packet.size
            start_ms = round(start_s * 1000)
            end_ms = start_ms + _duration_ms(packet)
            self._rows[packet.stream.index].append((start_ms, end_ms, bytes(packet).decode("utf-8", "replace")))

    def files(self) -> dict[int, str]:
        if not self._rows:
            return {}
        fonts = fonts_among(bytes(each.data) for each in self._film.streams.attachments if each.data)
        heads = {each.index: each.codec_context.extradata or b"" for each in self._film.streams.subtitles}
        return {
            index: styled_file(heads[index].decode("utf-8", "replace"), rows, fonts)
            for index, rows in self._rows.items()
        }


def _tracks(film: InputContainer, indices: list[int], styled: _Styled) -> dict[int, list[Cue]]:
    streams = [stream for stream in film.streams.subtitles if stream.index in indices]
    for stream in film.streams:
        if stream.index not in indices:
            stream.discard = Discard.all
    events: dict[int, list[_Event]] = {stream.index: [] for stream in streams}
    for packet in packets(film, *streams) if streams else ():
        if packet.pts is not None and packet.size:
            start_s = packet.pts * packet.time_base
            events[packet.stream.index] += _events(packet, start_s)
            styled.note(packet, start_s)
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
    duration_ms = _duration_ms(packet)
    subtitles = packet.stream.codec_context.decode2(packet)
    for rect in subtitles.rects if subtitles else ():
        if isinstance(rect, AssSubtitle):
            # ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text
            _, _, style, *_, text = rect.ass.decode("utf-8", "replace").split(",", 8)
            yield _Event(start_ms, start_ms + duration_ms, style, text)


def _duration_ms(packet: Any) -> int:
    return round((packet.duration or 0) * packet.time_base * 1000) or _NO_DURATION_MS


def _cues(events: list[_Event], header: bytes | None) -> list[Cue]:
    """The events as cues. ``header`` has the styles; the decoder knows it once it has decoded something."""
    alignments = substation.style_alignments((header or b"").decode("utf-8", "replace"))
    return [
        substation.cue(each.start_ms, each.end_ms, each.marked_up, alignments.get(each.style, substation.BELOW))
        for each in events
    ]
