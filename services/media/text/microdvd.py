"""MicroDVD: subtitles whose times count frames."""

import re
from collections.abc import Iterator
from math import inf

from services.media.text import substation
from services.media.text.webvtt import Cue

MICRODVD = re.compile(r"^ *\{ *(\d{1,9}) *\} *\{ *(\d{0,9}) *\}(.*)", re.MULTILINE)
_FILM_RATE = 24000 / 1001  # frames a second, where neither the file nor the film says
_RATE = re.compile(r"\s*(\d{1,3}(?:[.,]\d{1,9})?)\s*")  # as the text of the first frame
_STYLES = re.compile(r"\{y:([^{}]{1,20})\}", re.IGNORECASE)
_NO_END_S = 3.0  # how long a cue is shown, at most, that lasts to the next


def read_microdvd(text: str, film_rate: float | None) -> Iterator[Cue]:
    """The cues of a file whose lines end in "\\n". The frame rate is the file's own, if it gives one, or the film's."""
    rows = [(int(first), int(last) if last else None, words) for first, last, words in MICRODVD.findall(text)]
    rate = (_own_rate(rows[0]) if rows else None) or film_rate or _FILM_RATE
    following = [first for first, _, _ in rows[1:]]
    for (first, last, words), next_first in zip(rows, [*following, inf], strict=False):
        end_s = last / rate if last is not None else min(next_first / rate, first / rate + _NO_END_S)
        yield substation.cue(round(first / rate * 1000), round(end_s * 1000), _marked_up(words))


def _own_rate(row: tuple[int, int | None, str]) -> float | None:
    first, last, words = row
    match = _RATE.fullmatch(words) if first == last else None
    return float(match[1].replace(",", ".")) or None if match and first <= 1 else None


def _marked_up(words: str) -> str:
    styled = _STYLES.sub(lambda styles: "{" + "".join(f"\\{s}1" for s in "bius" if s in styles[1].lower()) + "}", words)
    return styled.replace("|", "\\N")
