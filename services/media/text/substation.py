"""(Advanced) SubStation Alpha: its files, and its markup, into which FFmpeg and our readers convert other formats."""

import re
from collections.abc import Iterator
from dataclasses import replace

from services.media.text.webvtt import Cue

BELOW = 2  # alignments are places on a number pad: 2 is bottom centre, 7 is top left


def read_substation(text: str) -> Iterator[Cue]:
    """The cues of a file whose lines end in "\\n". The file itself says which column has what."""
    alignments = style_alignments(text)
    for fields in _rows(text, "events", "dialogue"):
        start_ms, end_ms = (_milliseconds(fields.get(column, "")) for column in ("start", "end"))
        if start_ms is not None and end_ms is not None:
            alignment = alignments.get(fields.get("style", "").lstrip("*"), BELOW)
            yield cue(start_ms, end_ms, fields.get("text", ""), alignment)


def style_alignments(text: str) -> dict[str, int]:
    """The alignment of each style of a file, by the style's name."""
    old, new = (_rows(text, section, "style") for section in ("v4 styles", "v4+ styles"))
    alignments = {style.get("name", ""): _VERSION_4.get(style.get("alignment", ""), BELOW) for style in old}
    return alignments | {style.get("name", ""): _place(style.get("alignment", "")) for style in new}


def cue(start_ms: int, end_ms: int, marked_up: str, alignment: int = BELOW) -> Cue:
    """The cue of a text with SubStation's markup. The markup's own alignment goes before ``alignment``."""
    return Cue(start_ms, end_ms, _cue_text(marked_up), _settings(_own_alignment(marked_up) or alignment))


def without_overrides(cue: Cue) -> Cue:
    """A WebVTT cue without overrides of SubStation, which careless converters leave in the text. The place that they
    name becomes the cue's."""
    if "{\\" not in cue.text:
        return cue
    settings = cue.settings or _settings(_own_alignment(cue.text) or BELOW)
    return replace(cue, text=_LEFT_OVERS.sub("", cue.text), settings=settings)


_SECTION = re.compile(r"\[(.+)\]")
_COLUMNS = {  # for a section that does not name its columns
    "events": "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    "v4 styles": "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, TertiaryColour, BackColour, Bold, Italic, "
    "BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, AlphaLevel, Encoding",
    "v4+ styles": "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
    "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, "
    "MarginV, Encoding",
}
_MOST_COLUMNS = 100
# Alignments as SubStation Alpha 4 counts them: 1 to 3 from left to right, 4 more at the top, 8 more in the middle.
_VERSION_4 = {"1": 1, "2": 2, "3": 3, "5": 7, "6": 8, "7": 9, "9": 4, "10": 5, "11": 6}
_TIME = re.compile(r"(-?)(\d{1,5}):(\d{1,3}):(\d{1,2})(?:[.,:](\d{1,9}))?")
_STYLES = "biu"  # tags are opened in this order and closed in reverse
_OVERRIDES = re.compile(r"(?<!\\)\{([^{}]*)\}")  # but a brace behind a backslash is text
_LEFT_OVERS = re.compile(r"\{\\[^{}]*\}")
_STYLE = re.compile(r"\\([biu])(\d{1,9})(?!\w)|\\(r)(?=\\|\w*$)|\\(p)(\d{1,9})")
_ALIGNMENT = re.compile(r"\\(?:an(?P<pad>[1-9])|a(?P<version_4>1?\d))(?!\d)")
_MARKS = {"\\N": "\n", "\\n": "\n", "\\h": "\u00a0", "\\{": "{", "\\}": "}"}
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\0": "\ufffd", "\r": "\n"})


def _rows(text: str, wanted_section: str, wanted_kind: str) -> Iterator[dict[str, str]]:
    """The rows of a kind in a section: values by column, whose names are in lower case. A file may begin in the middle
    of the section."""
    section = wanted_section
    columns = _names(_COLUMNS[wanted_section])
    for line in text.split("\n"):
        if head := _SECTION.fullmatch(line.strip()):
            section = head[1].strip().casefold()
        elif section == wanted_section:
            kind, _, row = line.partition(":")
            if kind.strip().casefold() == "format" and row.strip():
                columns = _names(row)
            elif kind.strip().casefold() == wanted_kind:
                yield dict(zip(columns, map(str.strip, _fields(row, columns)), strict=False))


def _names(columns: str) -> list[str]:
    return [name.strip().casefold() for name in columns.split(",")[:_MOST_COLUMNS]]


def _fields(row: str, columns: list[str]) -> list[str]:
    """Commas in the text part no columns, wherever it stands."""
    text = columns.index("text") if "text" in columns else len(columns) - 1
    *before, rest = row.split(",", text)
    return [*before, *rest.rsplit(",", len(columns) - 1 - text)]


def _milliseconds(time: str) -> int | None:
    match = _TIME.fullmatch(time)
    if match is None:
        return None
    hours, minutes, seconds = map(int, match.group(2, 3, 4))
    time_ms = (hours * 3600 + minutes * 60 + seconds) * 1000 + int((match[5] or "").ljust(3, "0")[:3])
    return -time_ms if match[1] else time_ms


def _place(alignment: str) -> int:
    return int(alignment) if alignment in {*"123456789"} else BELOW


def _own_alignment(marked_up: str) -> int | None:
    override = next(filter(None, map(_ALIGNMENT.search, _OVERRIDES.findall(marked_up))), None)
    if override is None:
        return None
    return _place(override["pad"]) if override["pad"] else _VERSION_4.get(override["version_4"], BELOW)


def _settings(alignment: int) -> str:
    line = {3: "", 6: "line:50%", 9: "line:0"}[3 * ((alignment + 2) // 3)]
    return " ".join(filter(None, [line, {1: "align:left", 2: "", 0: "align:right"}[alignment % 3]]))


def _cue_text(marked_up: str) -> str:
    """The text of a WebVTT cue: escaped lines with tags. Empty lines are left out, since one would end the cue; so are
    drawings."""
    parts = _OVERRIDES.split(marked_up)  # every other part stood in braces
    on: set[str] = set()
    text = ""
    for index, part in enumerate(parts):
        if index % 2:
            _switch(on, part)
        elif "p" not in on:
            text += _styled(part, on)
    return "\n".join(line for line in map(str.strip, text.split("\n")) if line)


def _switch(on: set[str], overrides: str) -> None:
    """Applies overrides to the set of what is on: styles, and "p" for drawing."""
    for style, value, reset, drawing, scale in _STYLE.findall(overrides):
        if reset:
            on.clear()
        elif int(value or scale):
            on.add(style or drawing)
        else:
            on.discard(style or drawing)


def _styled(part: str, on: set[str]) -> str:
    """The text with tags around each line, and not across lines: so an empty line stays empty and can be left out."""
    for marked, plain in _MARKS.items():
        part = part.replace(marked, plain)
    return "\n".join(_tagged(line, on) for line in part.translate(_ESCAPES).split("\n"))


def _tagged(line: str, on: set[str]) -> str:
    styles = [style for style in _STYLES if style in on] if line.strip() else []
    return "".join(f"<{style}>" for style in styles) + line + "".join(f"</{style}>" for style in reversed(styles))
