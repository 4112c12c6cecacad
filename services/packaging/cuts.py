"""Where the segments of a film begin."""

from collections.abc import Iterable

# Each key from 2 s on begins a segment, so a seek loads little that is not shown. Keys that are meant to be 2 s apart
# are a little less in files that count milliseconds.
SHORTEST_S = 1.99
SHORTEST_AT_THE_END_S = 1.0
LONGEST_S = 60  # a film without more random access points plays better as it is


def cuts(key_times_s: Iterable[float], end_s: float) -> tuple[float, ...]:
    """The seconds of the film at which its segments begin, the first at 0.

    ``key_times_s`` are the presentation times of its random access points, ascending; those that are not are passed
    over. ``end_s`` is where its last sample ends. Keys in the last second, or after the end, begin no segment.
    """
    found = [0.0]
    for time_s in key_times_s:
        if time_s > end_s - SHORTEST_AT_THE_END_S:
            break
        if time_s >= found[-1] + SHORTEST_S:
            found.append(time_s)
    return tuple(found)
