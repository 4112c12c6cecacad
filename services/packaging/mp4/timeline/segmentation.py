"""Films whose tables tell of all samples, as segments: which samples of each track are in which."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil
from operator import truediv

from services.packaging.cuts import LONGEST_S, SHORTEST_S, cuts
from services.packaging.film_index import FilmIndex, NotPackaged, PackagedFilm, Samples, Track
from services.packaging.mp4.timeline.cut_frames import random_access_points
from services.packaging.mp4.timeline.placement import REORDERED, Placement, placed
from services.packaging.mp4.timeline.source_track import SourceTrack
from services.packaging.reading import Reading

_LEAST_S = 1.0  # rates of what is shorter tell nothing
_LONGEST_FILM_S = 100_000  # 50,000 segments
_STEP_S = 2.1  # between cuts where each sample is a random access point: a frame may last 0.1 s


def packaged_film(tracks: Sequence[SourceTrack]) -> Reading[PackagedFilm]:
    """``tracks`` as a packaged film; its segments begin at random access points of the first. Looks at some of these.
    Raises NotPackaged if they are too rare, or a track has nothing to present."""
    placements, delay_s = placed(tracks)
    end_s = max(each.end_s for each in placements) - delay_s
    is_h264 = tracks[0].description.codec.startswith("avc")
    if not 0 < end_s <= _LONGEST_FILM_S:
        raise NotPackaged("a film of a length that cannot be")
    first, *later = _segments(placements[0], is_h264, delay_s, end_s)
    if is_h264 and _longest(_edges(later, placements[0], delay_s, end_s)) > LONGEST_S:
        first, *later = _segments(placements[0], False, delay_s, end_s)
    seen = set((yield from random_access_points(tracks[0], [sample for sample, _ in later])))
    later = [each for each in later if each[0] in seen]
    edges = _edges(later, placements[0], delay_s, end_s)
    if _longest(edges) > LONGEST_S:
        raise NotPackaged(f"no random access point in more than {LONGEST_S} s")
    begins = [first, *later]
    borders = [_borders(each, placements[0], begins) for each in placements]
    index = FilmIndex(
        duration_s=float(end_s),
        delay_s=float(delay_s),
        cuts=tuple(edges[:-1]),
        tracks=tuple(map(_track, tracks, placements, borders, [edges] * len(tracks))),
    )
    return PackagedFilm(index, _samples(placements, borders))


def _edges(later: Sequence[tuple[int, int]], leading: Placement, delay_s: Fraction, end_s: Fraction) -> list[float]:
    """The seconds at which segments begin, and the last ends. ``later`` are all segments but the first."""
    return [0.0, *(float(Fraction(time, leading.timescale) - delay_s) for _, time in later), float(end_s)]


def _longest(edges: Sequence[float]) -> float:
    return max(later - earlier for earlier, later in pairwise(edges))


def _segments(leading: Placement, only_closed: bool, delay_s: Fraction, end_s: Fraction) -> list[tuple[int, int]]:
    """The sample with which each segment begins, and its composition time, both of the leading track."""
    times = {
        float(Fraction(time, leading.timescale) - delay_s): (sample, time)
        for sample, time in (_steps(leading, delay_s) if leading.table.keys is None else _keys(leading, only_closed))
    }
    first = leading.first, leading.composition_time(leading.first)
    return [first, *(times[cut] for cut in cuts(times, float(end_s))[1:])]


def _steps(leading: Placement, delay_s: Fraction) -> Iterator[tuple[int, int]]:
    """Some of the samples and their composition times, where each is a random access point."""
    times, step = leading.table.times, max(round(_STEP_S * leading.timescale), 1)
    begins = round(delay_s * leading.timescale) - leading.ticks
    for time in range(begins + step, times.at(leading.stop), step):
        sample = times.first_from(time)
        if leading.first <= sample < leading.stop:
            yield sample, leading.composition_time(sample)


def _keys(leading: Placement, only_closed: bool) -> Iterator[tuple[int, int]]:
    """Sync samples that may be random access points, and their composition times. ``only_closed``: those that begin
    closed groups of pictures.

    Pictures that are decoded after a key frame but shown before it may need pictures before it. Decoders of HEVC know
    which to leave out when they begin there (H.265 §8.1.3). Chromium's decoder of H.264 may give up, so closed groups
    are better unless they are rare, as in broadcasts.
    """
    keys = leading.table.keys or ()
    cut_at = leading.composition_time(leading.first)
    for sample in keys[bisect_left(keys, leading.first) : bisect_left(keys, leading.stop)]:
        time = leading.composition_time(sample)
        if time < cut_at + SHORTEST_S * leading.timescale:
            continue
        if time > cut_at + LONGEST_S * leading.timescale:
            return  # this is too rare
        if not only_closed or _is_closed(leading, sample):
            cut_at = time
            yield sample, time


def _is_closed(leading: Placement, key: int) -> bool:
    """Whether no picture is decoded after ``key`` and shown before it."""
    if leading.table.offsets is None:
        return True
    times = list(leading.table.composition_times(key, min(key + REORDERED, leading.stop)))
    return min(times) == times[0]


def _borders(track: Placement, leading: Placement, begins: Sequence[tuple[int, int]]) -> list[int]:
    """The first sample of ``track`` in each segment, and behind the last the number at which the track stops."""
    if track is leading:
        return [sample for sample, _ in begins] + [track.stop]
    shown_later = track.table.offset(track.first) + track.ticks
    found = [track.first]
    for _, time in begins[1:]:
        there = ceil(Fraction(time * track.timescale, leading.timescale)) - shown_later
        found.append(min(max(track.table.times.first_from(max(there, 0)), track.first), track.stop))
    return [*found, track.stop]


def _track(source: SourceTrack, placement: Placement, borders: Sequence[int], edges: Sequence[float]) -> Track:
    header, described, times = source.header, source.description, placement.table.times
    seconds = (times.at(placement.stop) - times.at(placement.first)) / placement.timescale
    sizes = [sum(placement.table.sizes[first:stop]) for first, stop in pairwise(borders)]
    lengths_s = [max(end - start, _LEAST_S) for start, end in pairwise(edges)]
    is_video = header.kind == "video"
    return Track(
        stream=header.stream,
        kind=header.kind,
        codec=described.codec,
        timescale=placement.timescale,
        sample_entry=described.sample_entry,
        language=header.language,
        label=header.label,
        is_default=header.is_default,
        width=(header.width or described.width) if is_video else 0,
        height=(header.height or described.height) if is_video else 0,
        coded_width=described.width,
        coded_height=described.height,
        matrix=header.matrix if is_video else b"",
        frame_rate=round((placement.stop - placement.first) / seconds, 3) if is_video and seconds else 0.0,
        channels=described.channels,
        configuration=b"" if is_video and described.sample_entry else described.configuration,
        rate=described.rate,
        bytes_per_s=ceil(max(map(truediv, sizes, lengths_s))),
        average_bytes_per_s=ceil(sum(sizes) / max(edges[-1], _LEAST_S)),
    )


def _samples(placements: Sequence[Placement], borders: Sequence[Sequence[int]]) -> Iterator[tuple[Samples | None, ...]]:
    for spans in zip(*map(pairwise, borders), strict=True):
        yield tuple(
            each.samples(first, stop) if first < stop else None
            for each, (first, stop) in zip(placements, spans, strict=True)
        )
