"""SubRip, as people write it, since there is no standard. Its text is converted to SubStation's markup."""

import re
from collections.abc import Iterator

from services.media.text import substation
from services.media.text.webvtt import Cue, CueTimes, cue_times


def read_subrip(text: str) -> Iterator[Cue]:
    """The cues of a file whose lines end in "\\n". A cue's text goes on to the next times, without the next number."""
    times: CueTimes | None = None
    lines: list[str] = []
    for line in text.split("\n"):
        if (found := cue_times(line)) is None:
            lines.append(line.strip())
            continue
        if times:
            yield _cue(times, _without_number(lines))
        times, lines = found, []
    if times:
        yield _cue(times, lines)


_STYLE_TAG = re.compile(r"< ?(/?) ?([bius]) ?>", re.IGNORECASE)
_BREAKS = re.compile(r"< ?br ?/? ?>", re.IGNORECASE)
_OTHER_TAG = re.compile(r"< ?/? ?[a-z][^<>]{0,200}>", re.IGNORECASE)  # as "<font color=…>", which is not shown
_BRACE = re.compile(r"\{(?![\\/]|[a-z]:|[bius]\})", re.IGNORECASE)  # of words: not "{\\an8}", "{y:i}" or "{i}"


def _without_number(lines: list[str]) -> list[str]:
    """The text without the number of the next cue. A number alone, right behind the times, is the text itself."""
    while lines and not lines[-1]:
        lines.pop()
    return lines[:-1] if len(lines) > 1 and lines[-1].isdecimal() else lines


def _cue(times: CueTimes, lines: list[str]) -> Cue:
    text = _BRACE.sub(r"\\{", "\\N".join(lines))
    text = _STYLE_TAG.sub(lambda tag: f"{{\\{tag[2].lower()}{0 if tag[1] else 1}}}", text)
    text = _OTHER_TAG.sub("", _BREAKS.sub(r"\\N", text))
    return substation.cue(times.start_ms, times.end_ms, text)
