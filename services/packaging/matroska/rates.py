"""How many bytes a second the tracks of a Matroska film have. These are estimates, since its samples are not known:
what its first seconds show of sound, and for pictures what is left between the beginnings of segments.

Tested by tests/services/packaging/matroska/test_index.py.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from math import ceil

from services.packaging.matroska.film import MatroskaFilm

_MOST_BYTES_PER_S = 2**40


def rated(film: MatroskaFilm, first_bytes_per_s: Mapping[int, int]) -> MatroskaFilm:
    """The film with rates. ``first_bytes_per_s`` are those of its first seconds, by the number of the track."""
    positions = (*(entry.cluster + entry.relative for entry in film.entries), film.stop)
    lengths_s = [max(end - start, 1.0) for start, end in pairwise((*film.index.cuts, film.index.duration_s))]
    sizes = [max(end - start, 0) for start, end in pairwise(positions)]
    peak = max(size / length_s for size, length_s in zip(sizes, lengths_s, strict=True))
    average = sum(sizes) / sum(lengths_s)
    rates = [first_bytes_per_s.get(track.number, 0) for track in film.tracks]
    sound = sum(rate for rate, track in zip(rates, film.index.tracks, strict=True) if track.kind == "audio")
    tracks = (
        replace(track, bytes_per_s=_rate(peak - sound), average_bytes_per_s=_rate(average - sound))
        if track.kind == "video"
        else replace(track, bytes_per_s=_rate(rate), average_bytes_per_s=_rate(rate))
        for track, rate in zip(film.index.tracks, rates, strict=True)
    )
    return replace(film, index=replace(film.index, tracks=tuple(tracks)))


def _rate(bytes_per_s: float) -> int:
    return min(max(ceil(bytes_per_s), 1), _MOST_BYTES_PER_S)
