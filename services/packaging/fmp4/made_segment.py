"""A media segment of samples that are in memory.

Tested by tests/services/media/worker/test_remux_jobs.py.
"""

from collections.abc import Sequence

from services.packaging.film_index import Samples, Track
from services.packaging.fmp4.fragments import NO_SAMPLES, segment_parts


def made_segment(
    track: Track, samples: Samples | None, contents: Sequence[bytes], number: int
) -> list[bytes | memoryview]:
    """Segment ``number`` of the track. ``contents`` are those of the ``samples``, which lie one after another from the
    position 0 on; None: the track has none there."""
    if samples is None:
        return [NO_SAMPLES]
    content = memoryview(b"".join(contents))
    parts = segment_parts(track, samples, number)
    return [part if isinstance(part, bytes) else content[part.first : part.last + 1] for part in parts]
