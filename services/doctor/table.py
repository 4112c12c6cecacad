"""What the doctor says of all films, as a table for people, and below it what would improve them.

Nothing of a film reaches the terminal but printable characters.

Tested by tests/services/doctor/test_table.py.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.doctor.command_line import command, line
from services.doctor.diagnosis import BrowserWay, Diagnosis, Severity
from services.doctor.report import counts
from services.media.names.printable import printable
from services.quantities import in_words
from services.ways.browsers import BROWSERS
from services.ways.ways import Way

_UNKNOWN = "?"
_HEAD = (
    *("", "CONTAINER", "PICTURE", "SOUND", "SUBTITLES", "INDEX", "KEYS", "PEAK", "GOP"),
    *(browser.name.upper() for browser in BROWSERS),
    *("COST", "FILM"),
)
_SHORT = {
    Way.VIRTUAL: "virtual",
    Way.CONVERTED: "converted",
    Way.CONVERTED_PICTURE: "new picture",
    Way.NOTHING: "none",
}
_MARKS = {Severity.FINE: "", Severity.IMPROVABLE: "+", Severity.PARTLY: "!", Severity.NOWHERE: "!!"}


def table(diagnoses: Sequence[Diagnosis]) -> Iterator[str]:
    """The lines."""
    rows = [_HEAD, *map(_row, diagnoses)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if any(each.on_some_devices for found in diagnoses for _, each in found.ways):
        yield "* on devices that decode the picture"
    for found in diagnoses:
        yield from _advice(found)
    yield ""
    yield _summary(diagnoses)


def _row(found: Diagnosis) -> tuple[str, ...]:
    details = found.details
    measures: Mapping[str, Any] = found.measures or {}
    path = printable(found.path)
    ways = [_way(each) for _, each in found.ways]
    if details is None:
        return (_MARKS[found.severity], *[_UNKNOWN] * (len(_HEAD) - 2), path)
    video = details.get("video")
    longest_s, peak = measures.get("longest_s"), measures.get("peak_bytes_per_s")
    return (
        _MARKS[found.severity],
        details["container"],
        f"{video['name']} {video['height']}p" if video else "-",
        _first([track["name"] for track in details.get("audio", [])]),
        _subtitles(found),
        _index(found),
        "-" if longest_s is None else f"{longest_s:.1f} s",
        "-" if peak is None else f"{peak * 8 / 1e6:.1f} Mbit/s",
        "open" if video and video.get("open_gop") else "",
        *ways,
        found.cost.name.lower() if found.cost else "-",
        path,
    )


def _index(found: Diagnosis) -> str:
    if found.measures is None:
        return _UNKNOWN
    place, size = found.measures["index"], found.measures.get("index_bytes")
    return place if size is None else f"{place}, {in_words(size)}"


def _subtitles(found: Diagnosis) -> str:
    counts = Counter(each.kind for each in found.subtitles)
    return ", ".join(f"{count} {kind.value}" for kind, count in counts.items()) or "-"


def _first(names: Sequence[str]) -> str:
    """The first, and how many others there are."""
    first, *others = names or ("-",)
    return f"{first} +{len(others)}" if others else first


def _way(each: BrowserWay) -> str:
    return f"{_SHORT.get(each.way, each.way.value)}{'*' if each.on_some_devices and each.way.is_whole else ''}"


def _advice(found: Diagnosis) -> Iterator[str]:
    if not (found.remedy or found.trouble):
        return
    yield ""
    yield printable(found.path)
    if found.trouble:
        yield f"  {printable(found.trouble)}"
    if found.remedy:
        yield from (f"  {printable(reason)}" for reason in found.remedy.reasons)
        yield f"  {line(command(found.remedy, found.file))}"


def _summary(diagnoses: Sequence[Diagnosis]) -> str:
    found = counts(diagnoses)
    films = "1 film" if len(diagnoses) == 1 else f"{len(diagnoses)} films"
    words = {
        "fine": "fine",
        "improvable": "play everywhere and could be better (+)",
        "partly": "not everywhere (!)",
        "nowhere": "in no browser with picture and sound (!!)",
    }
    return f"{films}: {', '.join(f'{found[name]} {text}' for name, text in words.items() if found[name]) or 'none'}"
