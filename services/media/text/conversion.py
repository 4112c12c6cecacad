"""Subtitles of any format as WebVTT: a job of the worker."""

import re
from collections.abc import Iterator
from pathlib import Path

from services.errors import FilmUnreadable
from services.media.text.microdvd import MICRODVD, read_microdvd
from services.media.text.subrip import read_subrip
from services.media.text.substation import read_substation, without_overrides
from services.media.text.text_encoding import decoded
from services.media.text.webvtt import Cue, read_webvtt, style_blocks, timing, webvtt

_FORMATS = {  # by what is in the file, since names lie
    "vtt": re.compile(r"\s*WEBVTT(?:[ \t\n]|$)"),
    "ass": re.compile(
        r"^[ \t]*(?:\[(?:Script Info|Events|V4\+? Styles)\]|Dialogue:.*\d:\d\d:\d\d)", re.MULTILINE | re.IGNORECASE
    ),
    "microdvd": MICRODVD,
}
_HEAD_CHARS = 64 * 1024  # within which a file shows what it is


def convert_subtitles(content: bytes, destination: str, language: str | None, frame_rate: float | None) -> bool:
    """Writes the subtitles that ``content`` holds to the file ``destination``. ``language`` is what the file's name
    says, ``frame_rate`` the film's. Returns whether they count frames, so that their times depend on that rate.

    Raises FilmUnreadable."""
    text = re.sub(r"\n{3,}", "\n\n", decoded(content, language))
    kind = _kind(text[:_HEAD_CHARS])
    if kind is None:
        raise FilmUnreadable("these are no subtitles in any format that is known")
    vtt = webvtt(_cues(text, kind, frame_rate), style_blocks(text) if kind == "vtt" else "")
    if "-->" not in vtt:
        raise FilmUnreadable("these subtitles have no cues")
    Path(destination).write_text(vtt, "utf-8")
    return kind == "microdvd"


def _kind(head: str) -> str | None:
    for kind, pattern in _FORMATS.items():
        if pattern.search(head):
            return kind
    return "srt" if any(map(timing, head.split("\n"))) else None


def _cues(text: str, kind: str, frame_rate: float | None) -> Iterator[Cue]:
    match kind:
        case "vtt":
            return map(without_overrides, read_webvtt(text))
        case "ass":
            return read_substation(text)
        case "microdvd":
            return read_microdvd(text, frame_rate)
        case _:
            return read_subrip(text)
