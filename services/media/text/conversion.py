"""Subtitles of any format as WebVTT: a job of the worker."""

import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pysubs2

from services.errors import FilmUnreadable
from services.media.text import substation
from services.media.text.substation import read_substation
from services.media.text.text_encoding import decoded
from services.media.text.webvtt import Cue, read_webvtt, style_blocks, timestamp, timing, webvtt

_FORMATS = {  # by what is in the file: names lie, and the library's own guess takes XML too, bombs and all
    "vtt": re.compile(r"\s*WEBVTT(?:[ \t\n]|$)"),
    "ass": re.compile(r"^\[(?:Script Info|Events|V4\+? Styles)\]", re.MULTILINE | re.IGNORECASE),
    "microdvd": re.compile(r"\s*\{\d+\}\{\d*\}"),
    "srt": re.compile(r"\d:\d\d?(?:[.,:]\d{1,3})?[ \t]*-{1,3}>"),
}
_HEAD_CHARS = 64 * 1024  # within which a file shows what it is
_FILM_RATE = 24000 / 1001  # frames a second, where neither the file nor the film says


def convert_subtitles(content: bytes, destination: str, language: str | None, frame_rate: float | None) -> bool:
    """Writes the subtitles that ``content`` holds to the file ``destination``. ``language`` is what the file's name
    says, ``frame_rate`` the film's. Returns whether they count frames, so that their times depend on that rate.

    Raises FilmUnreadable."""
    text = re.sub(r"\n{3,}", "\n\n", decoded(content, language).lstrip("\ufeff"))
    kind = next((kind for kind, pattern in _FORMATS.items() if pattern.search(text[:_HEAD_CHARS])), None)
    if kind is None:
        raise FilmUnreadable("these are no subtitles in any format that is known")
    vtt = webvtt(_cues(text, kind, frame_rate), style_blocks(text) if kind == "vtt" else "")
    if "-->" not in vtt:
        raise FilmUnreadable("these subtitles have no cues")
    Path(destination).write_text(vtt, "utf-8")
    return kind == "microdvd"


def _cues(text: str, kind: str, frame_rate: float | None) -> Iterator[Cue]:
    match kind:
        case "vtt":
            return read_webvtt(text)
        case "ass":
            return read_substation(text)
        case "srt":
            text = "\n".join(map(_with_whole_times, text.split("\n")))
    return (
        substation.cue(event.start, event.end, event.text)
        for event in _parsed(text, kind, frame_rate)
        if not event.is_comment
    )


def _with_whole_times(line: str) -> str:
    """The line as SubRip has it, where it is one of times."""
    times = timing(line)
    return f"{timestamp(times.start_ms)} --> {timestamp(times.end_ms)}" if times else line


def _parsed(text: str, kind: str, frame_rate: float | None) -> pysubs2.SSAFile:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is damaged, the rest will do
            return _read(text, kind, frame_rate)
    except (pysubs2.exceptions.Pysubs2Error, ValueError, LookupError, ArithmeticError) as error:
        raise FilmUnreadable(f"these subtitles are damaged: {error}") from error


def _read(text: str, kind: str, frame_rate: float | None) -> pysubs2.SSAFile:
    try:
        return pysubs2.SSAFile.from_string(text, format_=kind)
    except pysubs2.exceptions.UnknownFPSError:
        return pysubs2.SSAFile.from_string(text, format_=kind, fps=frame_rate or _FILM_RATE)
