"""The samples of a track of PCM. The tables of MP4 tell of each moment, 48,000 a second. Here those of a fiftieth of a
second are one sample.
"""

from services.packaging.film_index import NotPackaged
from services.packaging.mp4.boxes import required, table
from services.packaging.mp4.samples.chunks import chunk_counts
from services.packaging.mp4.samples.growing_track import GrowingTrack
from services.packaging.mp4.samples.sample_table import SampleTable

GROUPED = 1024  # moments that become one sample
_LONGEST_CHUNK = 10**6  # of such samples: six hours


def read_pcm_table(stbl: memoryview, film_bytes: int, moment_bytes: int) -> SampleTable:
    """``moment_bytes`` are those of all channels at a moment. "stsz" is not asked: it says 1 in old films. Raises
    NotPackaged if the tables contradict each other, or moments have several durations."""
    durations = set(table(required(stbl, b"stts"), "I", columns=2)[1::2])
    if len(durations) != 1:
        raise NotPackaged("PCM of several speeds")
    duration = durations.pop()
    track = GrowingTrack()
    for position, count in chunk_counts(stbl):
        whole, rest = divmod(count, GROUPED)
        if whole > _LONGEST_CHUNK:
            raise NotPackaged("more samples than a film has")
        sizes = [GROUPED * moment_bytes] * whole + [rest * moment_bytes] * (rest > 0)
        durations_in_chunk = [GROUPED * duration] * whole + [rest * duration] * (rest > 0)
        track.add(position, sizes, durations_in_chunk, [0] * len(sizes), [True] * len(sizes))
    return track.table(film_bytes)
