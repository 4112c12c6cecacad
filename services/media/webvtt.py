"""WebVTT (https://www.w3.org/TR/webvtt1/) out of cues whose text is marked up as in Advanced SubStation Alpha."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Cue:
    """Times are in milliseconds. ``alignment`` is the place on a number pad: 2 is below in the middle."""

    start_ms: int
    end_ms: int
    text: str
    alignment: int = 2


def webvtt(cues: Iterable[Cue]) -> str:
    """The file of these cues, in the order of time, each once. Those without a word or a while are left out."""
    return "\n".join(["WEBVTT\n", *filter(None, map(_written, sorted(set(cues))))])


def shifted(vtt: str, offset_ms: int) -> str:
    """The same file, with each cue later by ``offset_ms``. What would end before the start has no time left."""

    def later(match: re.Match[str]) -> str:
        return _SEPARATOR.join(_timestamp(_milliseconds(time) + offset_ms) for time in match.group(1, 2))

    return _TIMES.sub(later, vtt)


_TIME = r"(?:\d{2,6}:)?[0-5]\d:[0-5]\d\.\d{3}"
_SEPARATOR = " --> "
_TIMES = re.compile(rf"^[ \t]*({_TIME})[ \t]+-->[ \t]+({_TIME})(?!\d)", re.MULTILINE)
_STYLES = "biu"  # in this order around a text, so that what is open is closed in order
_OVERRIDES = re.compile(r"\{([^{}]*)\}")
_STYLE = re.compile(r"\\([biu])(\d+)(?!\w)|\\(r)(?=\\|\w*$)|\\(p)(\d+)")
_ALIGNMENT = re.compile(r"\\an([1-9])")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\0": "\ufffd", "\r": "\n"})


def _written(cue: Cue) -> str:
    text = _cue_text(cue.text)
    start_ms = max(cue.start_ms, 0)
    if not text or cue.end_ms <= start_ms:
        return ""
    override = _ALIGNMENT.search(cue.text)
    settings = _settings(int(override[1]) if override else cue.alignment)
    return f"{_timestamp(start_ms)}{_SEPARATOR}{_timestamp(cue.end_ms)}{settings}\n{text}\n"


def _settings(alignment: int) -> str:
    line = {3: "", 6: " line:50%", 9: " line:0"}[3 * ((alignment + 2) // 3)]
    return line + {1: " align:left", 2: "", 0: " align:right"}[alignment % 3]


def _cue_text(marked_up: str) -> str:
    """Lines of escaped text with tags; none is empty, since that would end the cue. Drawings are left out."""
    parts = _OVERRIDES.split(marked_up)  # every other one is what stood in braces
    on: set[str] = set()
    text = ""
    for index, part in enumerate(parts):
        if index % 2:
            _switch(on, part)
        elif "p" not in on:
            text += _styled(part, on)
    return "\n".join(line for line in map(str.strip, text.split("\n")) if line)


def _switch(on: set[str], overrides: str) -> None:
    """Turns on and off what the overrides do: styles, and "p" for drawings."""
    for style, value, reset, drawing, scale in _STYLE.findall(overrides):
        if reset:
            on.clear()
        elif int(value or scale):
            on.add(style or drawing)
        else:
            on.discard(style or drawing)


def _styled(part: str, on: set[str]) -> str:
    """Each line with tags of its own: a tag that no text follows would hold an empty line open."""
    lines = part.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", "\u00a0").translate(_ESCAPES).split("\n")
    return "\n".join(_tagged(line, on) for line in lines)


def _tagged(line: str, on: set[str]) -> str:
    styles = [style for style in _STYLES if style in on] if line.strip() else []
    return "".join(f"<{style}>" for style in styles) + line + "".join(f"</{style}>" for style in reversed(styles))


def _timestamp(time_ms: int) -> str:
    seconds, milliseconds = divmod(max(time_ms, 0), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{milliseconds:03}"


def _milliseconds(timestamp: str) -> int:
    *hours, minutes, seconds = timestamp.split(":")
    return (int(hours[0]) if hours else 0) * 3_600_000 + int(minutes) * 60_000 + int(seconds.replace(".", ""))
