"""Converts subtitles of four formats to WebVTT: WebVTT itself, SubRip, (Advanced) SubStation Alpha and MicroDVD.

The content tells the format, since names lie. No other formats are read; XML, for one, may be built to explode.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from services.errors import FilmUnreadable
from services.media.text.microdvd import MICRODVD, read_microdvd
from services.media.text.subrip import read_subrip
from services.media.text.substation import read_substation, without_overrides
from services.media.text.text_encoding import decoded
from services.media.text.webvtt import Cue, cue_times, read_webvtt, style_blocks, webvtt

_FORMATS = {
    "vtt": re.compile(r"\s*WEBVTT(?:[ \t\n]|$)"),
    "ass": re.compile(
        r"^[ \t]*(?:\[(?:Script Info|Events|V4\+? Styles)\]|Dialogue:.*\d:\d\d:\d\d)", re.MULTILINE | re.IGNORECASE
    ),
    "microdvd": MICRODVD,
}
_HEAD_CHARS = 64 * 1024  # the format must show within these


def convert_subtitles(content: bytes, destination: str, language: str | None, frame_rate: float | None) -> bool:
    """Writes the subtitles in ``content`` as WebVTT to the file ``destination``.

    ``language`` is the BCP 47 tag from the file's name, if any: it tells the encoding. ``frame_rate`` is the film's, if
    known. Returns whether the subtitles count frames (MicroDVD), so that their times depend on that rate.

    Raises FilmUnreadable: they are damaged, empty, or of another format.
    """
    text = re.sub(r"\n{3,}", "\n\n", decoded(content, language))
    kind = _kind(text[:_HEAD_CHARS])
    if kind is None:
        raise FilmUnreadable("these are no subtitles in any format that is known")
    vtt = webvtt(_cues(text, kind, frame_rate), style_blocks(text) if kind == "vtt" else "")
    if "-->" not in vtt:
        raise FilmUnreadable("these subtitles have no cues")
    Path(destination).write_text(vtt, "utf-8")
    return kind == "microdvd"


def copy_styled_subtitles(content: bytes, destination: str, language: str | None) -> None:
    """Writes SubStation Alpha in UTF-8, and otherwise as it is. Raises FilmUnreadable: the content is another."""
    text = decoded(content, language)
    if _kind(text[:_HEAD_CHARS]) != "ass":
        raise FilmUnreadable("these subtitles have no styles")
    Path(destination).write_text(text, "utf-8")


def _kind(head: str) -> str | None:
    for kind, pattern in _FORMATS.items():
        if pattern.search(head):
            return kind
    return "srt" if any(map(cue_times, head.split("\n"))) else None


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
