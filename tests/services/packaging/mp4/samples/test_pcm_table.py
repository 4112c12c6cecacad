"""A fiftieth of a second of PCM is one sample, within the chunk in which it lies."""

import struct

import pytest

from services.packaging.film_index import NotPackaged
from services.packaging.fmp4.new_box import new_full_box
from services.packaging.mp4.samples.pcm_table import read_pcm_table


def rows(kind, *numbers, columns=1):
    return new_full_box(kind, 0, 0, struct.pack(f">I{len(numbers)}I", len(numbers) // columns, *numbers))


def stbl(chunks, per_chunk, durations=(1_000_000, 1)):
    """ "stsz" is not there: it is not asked."""
    spans = [number for place, count in enumerate(per_chunk, 1) for number in (place, count, 1)]
    return memoryview(rows(b"stts", *durations, columns=2) + rows(b"stsc", *spans, columns=3) + rows(b"stco", *chunks))


def samples(content, film_bytes=10**9, moment_bytes=4):
    table = read_pcm_table(content, film_bytes, moment_bytes)
    return table.samples(0, len(table), least_offset=0)


def test_a_chunk_is_samples_of_1024_moments_and_a_rest():
    found = samples(stbl([100, 50_000], [2500, 1024]))
    assert list(found.sizes) == [4096, 4096, 1808, 4096]
    assert found.durations == ((2, 1024), (1, 452), (1, 1024))
    assert found.runs == ((100, 3), (50_000, 1))


def test_moments_may_last_several_ticks():
    assert samples(stbl([100], [2048], (2048, 3))).durations == ((2, 3072),)


def test_samples_behind_the_end_of_the_film_are_left_out():
    assert list(samples(stbl([100], [3000]), film_bytes=9000).sizes) == [4096, 4096]


@pytest.mark.parametrize(
    "content", [stbl([100], [2048], (1000, 1, 1048, 2)), stbl([100], [2**31])], ids=["several speeds", "endless"]
)
def test_tables_that_no_film_has_are_refused(content):
    with pytest.raises(NotPackaged):
        samples(content)
