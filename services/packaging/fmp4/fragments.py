"""Media segments: heads that are made, and ranges of the film (ISO/IEC 14496-12 §8.8).

Only a segment's first key frame is marked as a sync sample. Later ones may begin open GOPs. No player should begin
there, since the next pictures need earlier ones.

A segment consists of short fragments. Browsers show what they have of a fragment; hls.js waits for all of it. The key
frame with which a segment of pictures begins is a fragment of its own, which an I-frame playlist names.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from itertools import accumulate, pairwise

from services.http.ranges import ByteRange
from services.packaging.film_index import NotPackaged, Samples, Track
from services.packaging.fmp4.fragment_head import MDAT_HEAD, Run, fragment_head
from services.packaging.fmp4.layout import lay_out
from services.packaging.fmp4.sample_rows import each, sample_rows

NO_SAMPLES = b"\0\0\0\x08free"  # a segment in which a track has none: an empty box (§8.1.2)

_FRAGMENT_S = {"video": 0.5, "audio": 2.0}  # about; two seconds of sound are fewer bytes
_MOST_BYTES = 2**31 - 2**26  # of a fragment's samples, since a run tells their place in 31 bits


def segment_parts(track: Track, samples: Samples, number: int, track_id: int = 1) -> tuple[bytes | ByteRange, ...]:
    """Segment ``number`` of a track: literal bytes, and ranges of the film, which ascend within each fragment.

    There is at least one sample, and all values of ``samples`` but positions and the decode time are less than 2**32.
    Raises NotPackaged if a fragment has 2 GiB.
    """
    times = list(accumulate(each(samples.durations), initial=samples.decode_time))
    bytes_before = list(accumulate(samples.sizes, initial=0))
    rows = sample_rows(samples)
    parts: list[bytes | ByteRange] = []
    for place, spans in enumerate(_fragments(samples, _starts(track, samples, times), bytes_before)):
        ranges, offsets = lay_out(
            [(position, bytes_before[end] - bytes_before[first]) for first, end, position in spans]
        )
        content_bytes = sum(map(len, ranges))
        if content_bytes > _MOST_BYTES:
            raise NotPackaged("a fragment has 2 GiB")
        runs = _runs(samples, spans, offsets, bytes_before)
        sequence_number = ((number << 16 | place) + 1) % 2**32
        head = fragment_head(sequence_number, track_id, times[spans[0][0]], rows, runs)
        parts += [head + MDAT_HEAD.pack(MDAT_HEAD.size + content_bytes, b"mdat"), *ranges]
    return tuple(parts)


def _starts(track: Track, samples: Samples, times: Sequence[int]) -> Set[int]:
    """The numbers of the samples with which fragments begin."""
    count = len(samples.sizes)
    duration = times[-1] - times[0]
    fragments = min(max(round(duration / track.timescale / _FRAGMENT_S[track.kind]), 1), count)
    starts = {bisect_left(times, times[0] + duration * place // fragments, 0, count - 1) for place in range(fragments)}
    return starts | {1} if track.kind == "video" and samples.keys and count > 1 else starts


def _fragments(samples: Samples, starts: Set[int], bytes_before: Sequence[int]) -> Iterator[list[tuple[int, int, int]]]:
    """For each fragment its spans: (first sample, the one after the last, position of the first in the film).

    The samples of a span lie one after another in the film. The first key begins one.
    """
    first_samples = accumulate((count for _, count in samples.runs), initial=0)
    positions = {first: position for first, (position, _) in zip(first_samples, samples.runs, strict=False)}
    borders = sorted({*starts, *positions, *_first_key(samples), len(samples.sizes)})
    spans: list[tuple[int, int, int]] = []
    position = 0
    for first, end in pairwise(borders):
        position = positions.get(first, position)
        if first in starts and spans:
            yield spans
            spans = []
        spans.append((first, end, position))
        position += bytes_before[end] - bytes_before[first]
    yield spans


def _runs(
    samples: Samples, spans: Sequence[tuple[int, int, int]], offsets: Sequence[int], bytes_before: Sequence[int]
) -> list[Run]:
    """The runs of samples of the spans, which begin at ``offsets``. Spans that adjoin there become one run. The first
    key frame begins a run."""
    keys = _first_key(samples)
    runs: list[Run] = []
    for (first, end, _), offset in zip(spans, offsets, strict=True):
        if runs and first not in keys:
            last = runs[-1]
            if offset == last.offset + bytes_before[first] - bytes_before[last.first]:
                runs[-1] = last._replace(end=end)
                continue
        runs.append(Run(first, end, offset, first in keys))
    return runs


def _first_key(samples: Samples) -> tuple[int, ...]:
    return (samples.keys or ())[:1]
