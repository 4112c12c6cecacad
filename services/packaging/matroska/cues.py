"""The cues of a Matroska film: where its key frames are (RFC 9559 §5.1.5, §22).

Tested by tests/services/packaging/matroska/test_index.py.
"""

from services.packaging.matroska.ebml import children, fields, unsigned
from services.packaging.matroska.film import Entry

_CUE_POINT, _CUE_TIME, _CUE_TRACK_POSITIONS = 0xBB, 0xB3, 0xB7
_CUE_TRACK, _CUE_CLUSTER_POSITION, _CUE_RELATIVE_POSITION = 0xF7, 0xF1, 0xF0
_MOST_CUES = 200_000
_MOST_PARTS = 100  # of a cue


def cue_entries(cues: bytes, track: int, segment: int, stop: int) -> list[Entry]:
    """The entries of the track with this number, by ascending times. ``cues`` is the content of the element; positions
    in it count from ``segment``. Those that are not before ``stop`` are left out."""
    entries = []
    for point in children(cues, 0, len(cues), _MOST_CUES):
        if point.id != _CUE_POINT:
            continue
        parts = list(children(cues, point.start, point.stop or 0, _MOST_PARTS))
        ticks = next((unsigned(cues[part.start : part.stop]) for part in parts if part.id == _CUE_TIME), None)
        for part in parts:
            if part.id != _CUE_TRACK_POSITIONS or ticks is None:
                continue
            place = fields(cues, part.start, part.stop or 0)
            if unsigned(place.get(_CUE_TRACK)) == track and _CUE_CLUSTER_POSITION in place:
                cluster = segment + unsigned(place[_CUE_CLUSTER_POSITION])
                relative = unsigned(place.get(_CUE_RELATIVE_POSITION))
                if cluster + relative < stop:
                    entries.append(Entry(cluster, relative, ticks))
    entries.sort(key=lambda entry: entry.ticks)
    return entries
