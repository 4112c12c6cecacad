"""What the doctor says of all films, as JSON. Unknown fields are absent. docs/doctor.md has the fields.

Tested by tests/services/doctor/test_table.py.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.doctor.command_line import command, line
from services.doctor.diagnosis import Diagnosis, Severity
from services.doctor.subtitles import Subtitles

_VIDEO = ("codec", "name", "width", "height", "frame_rate", "bit_depth", "hdr", "open_gop")
_AUDIO = ("codec", "name", "channels", "language")


def json_lines(diagnoses: Sequence[Diagnosis]) -> Iterator[str]:
    """The document in lines, one a film. It is ASCII."""
    yield '{"films": ['
    for number, each in enumerate(diagnoses, 1):
        yield f"{json.dumps(_fields(each))}{',' if number < len(diagnoses) else ''}"
    yield f'], "severities": {json.dumps(counts(diagnoses))}}}'


def counts(diagnoses: Iterable[Diagnosis]) -> dict[str, int]:
    """How many films are of each severity, by its name."""
    found = Counter(each.severity for each in diagnoses)
    return {severity.name.lower(): found[severity] for severity in Severity}


def _fields(found: Diagnosis) -> dict[str, Any]:
    details: Mapping[str, Any] = found.details or {}
    measures: Mapping[str, Any] = found.measures or {}
    video = details.get("video")
    fields = {
        "path": found.path,
        "severity": found.severity.name.lower(),
        "trouble": found.trouble,
        "container": details.get("container"),
        "duration": details.get("duration"),
        "video": video and {name: video[name] for name in _VIDEO if name in video},
        "audio": [{name: track[name] for name in _AUDIO if name in track} for track in details.get("audio", [])],
        "subtitles": [_subtitles(each) for each in found.subtitles],
        **measures,
        "browsers": {name: _way(each.way.value, each.on_some_devices) for name, each in found.ways},
        "cost": found.cost.name.lower(),
        "improve": _remedy(found),
    }
    return {name: value for name, value in fields.items() if value not in (None, [], {})}


def _subtitles(each: Subtitles) -> dict[str, Any]:
    fields = {
        "kind": each.kind.value,
        "language": each.language,
        "label": each.label,
        "forced": each.is_forced,
        "hearing_impaired": each.is_for_the_deaf,
        "beside": each.is_beside,
    }
    return {name: value for name, value in fields.items() if value}


def _way(way: str, on_some_devices: bool) -> dict[str, Any]:
    return {"way": way, "on_some_devices": True} if on_some_devices else {"way": way}


def _remedy(found: Diagnosis) -> dict[str, Any] | None:
    if found.remedy is None:
        return None
    arguments = command(found.remedy, found.file)
    return {"reasons": list(found.remedy.reasons), "encodes": found.remedy.encodes, "command": line(arguments)}
