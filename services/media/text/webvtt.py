"""WebVTT (https://www.w3.org/TR/webvtt1/): read with the mistakes that people make, written as browsers read it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Cue:
    """A cue. ``text`` and ``settings`` ("line:0 align:left") are in WebVTT's syntax."""

    start_ms: int
    end_ms: int
    text: str
    settings: str = ""


@dataclass(frozen=True, slots=True)
class CueTimes:
    """The times in a line of times, and the ``rest`` of the line."""

    start_ms: int
    end_ms: int
    rest: str


def webvtt(cues: Iterable[Cue], head: str = "") -> str:
    """The WebVTT file of these cues, by time, each cue once. ``head``: blocks that stand before the cues.

    Cues without text or duration are left out.
    """
    return "\n".join(["WEBVTT\n", *([f"{head}\n"] if head else []), *filter(None, map(_written, sorted(set(cues))))])


def read_webvtt(text: str) -> Iterator[Cue]:
    """The cues of a file whose lines end in "\\n". Everything else in it is skipped. Text behind a blank line still
    belongs to the times before it, unless other times follow at once: then it is the name of the next cue."""
    times: CueTimes | None = None
    words: list[str] = []
    are_apart = False  # the words from the times before
    for line in [*text.split("\n"), ""]:
        found = cue_times(line)
        if found is None and line.strip():
            words.append(line.strip())
        elif found is None and not words:
            are_apart = True
        else:
            if times and not (are_apart and (found or _NO_CUE.match(words[0]))):
                words = _without_number(words) if found else words
                yield Cue(times.start_ms, times.end_ms, _in_full("\n".join(words)), _settings(times.rest))
            times, words, are_apart = found, [], False


def style_blocks(text: str) -> str:
    """The STYLE and REGION blocks of a file. A block with an arrow ("-->") is left out: browsers would end it there."""
    blocks = re.split(r"\n[ \t]*\n", text)
    return "\n\n".join(block.strip() for block in blocks if _STYLE.match(block) and "-->" not in block)


def cue_times(line: str) -> CueTimes | None:
    """The times of a line in WebVTT or SubRip, also carelessly written: with comma or point, with a short fraction or
    none, with or without hours, with other dashes and spaces. None: it is no line of times."""
    match = _TIMING.fullmatch(line)
    if match is None:
        return None
    *times, rest = match.groups()
    return CueTimes(_signed_milliseconds(*times[:5]), _signed_milliseconds(*times[5:]), rest)


def timestamp(time_ms: int) -> str:
    """The time in WebVTT, always with hours: "01:02:03.456". Negative times become 0."""
    seconds, milliseconds = divmod(max(time_ms, 0), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{milliseconds:03}"


def shifted_part(part: bytes, offset_ms: int) -> bytes:
    """A part of a file that ``webvtt`` wrote, with each cue later by ``offset_ms``. The length stays the same, so times
    stay between 0 and the largest time that fits into their digits.

    Only times that are complete in ``part`` are shifted, with the line end before them: read ``TIMES_BYTES`` more on
    both sides.
    """
    return _WRITTEN_TIMES.sub(lambda times: _STAMP.sub(lambda stamp: _later(stamp[0], offset_ms), times[0]), part)


_SEPARATOR = " --> "
_TIME = r"(?:(\d{1,5}):)?(\d{1,3}):(\d{1,2})(?:[.,:](\d{1,9}))?"  # within a cue
_SPACE = r"\s{0,9}"  # bounded, as a line may be of spaces alone
_COLON = rf"{_SPACE}[:\uff1a]{_SPACE}"  # the full-width one, too
_POINT = rf"{_SPACE}[.,:;\uff0c\u060c]{_SPACE}"  # the full-width comma, and the Arabic one
_CARELESS_TIME = rf"(-?)(?:(\d{{1,5}}){_COLON})?(\d{{1,3}}){_COLON}(\d{{1,2}})(?:{_POINT}(\d{{1,9}}))?"
_ARROW = r"(?:[-=\u2013\u2014]{1,3} ?(?:>|&gt;)|\u2192)"  # dashes that a word processor has made longer
_BEFORE = r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069]{0,99}(?:\d{1,9}\.?\s{1,9})?"  # unseen marks; a cue's number
_TIMING = re.compile(rf"{_BEFORE}{_CARELESS_TIME}{_SPACE}{_ARROW}{_SPACE}{_CARELESS_TIME}(?![\d:.,])(.*)")
_STAMP = re.compile(rb"\d{2,6}:[0-5]\d:[0-5]\d\.\d{3}")  # as timestamp() writes it
_WRITTEN_TIMES = re.compile(rb"(?<=\n)%b --> %b(?!\d)|<%b>" % ((_STAMP.pattern,) * 3))
TIMES_BYTES = 64  # more than both times of a cue take, with the line ends around them
_WITHIN_CUE = re.compile(rf"<{_TIME}>")  # karaoke: the time of the words behind it
_BREAKS = re.compile(r"\n?(?:<br ?/?>\n?)+", re.IGNORECASE)
_SETTING = re.compile(r"(?:vertical|line|position|size|align|region):\S+")
_STYLE = re.compile(r"\s*(?:STYLE|REGION)[ \t]*\n")
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_LATEST_MS = 1_000_000 * 3_600_000  # that has room in a time as it is written here


def _written(cue: Cue) -> str:
    start_ms = max(cue.start_ms, 0)
    if not cue.text or not start_ms < cue.end_ms < _LATEST_MS:
        return ""
    settings = f" {cue.settings}" if cue.settings else ""
    return f"{timestamp(start_ms)}{_SEPARATOR}{timestamp(cue.end_ms)}{settings}\n{cue.text}\n"


def _without_number(words: list[str]) -> list[str]:
    """Without that of the next cue, where only its times begin it."""
    return words[:-1] if len(words) > 1 and words[-1].isdecimal() else words


def _settings(words: str) -> str:
    """The settings of WebVTT among the words behind the times. SubRip has other words there."""
    return " ".join(word for word in words.split() if _SETTING.fullmatch(word))


def _in_full(text: str) -> str:
    """The text of a cue with its inner times in full, with HTML's line breaks as line ends, and with arrows escaped,
    since an arrow would end the cue."""
    text = _BREAKS.sub("\n", text.replace("-->", "--&gt;"))
    return _WITHIN_CUE.sub(lambda match: f"<{timestamp(_milliseconds(*match.groups()))}>", text)


def _later(stamp: bytes, offset_ms: int) -> bytes:
    hours, minutes, seconds = stamp[:-10], stamp[-9:-7], stamp[-6:-4]
    time_ms = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(stamp[-3:]) + offset_ms
    whole_s, milliseconds = divmod(min(max(time_ms, 0), 10 ** len(hours) * 3_600_000 - 1), 1000)
    whole_minutes, rest_s = divmod(whole_s, 60)
    return b"%0*d:%02d:%02d.%03d" % (len(hours), whole_minutes // 60, whole_minutes % 60, rest_s, milliseconds)


def _milliseconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    milliseconds = int((fraction or "").ljust(3, "0")[:3])
    return (int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) * 1000 + milliseconds


def _signed_milliseconds(sign: str, hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    time_ms = _milliseconds(hours, minutes, seconds, fraction)
    return -time_ms if sign else time_ms
