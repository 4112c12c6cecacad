"""Tables of a track answer where and when each of its samples is."""

from array import array
from itertools import accumulate, chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.packaging.film_index import NotPackaged, Samples
from services.packaging.mp4.samples.sample_table import Chunks, DecodeTimes, Runs, SampleTable

RUNS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=8)


def runs(*pairs: tuple[int, int]) -> Runs:
    return Runs([count for count, _ in pairs], [value for _, value in pairs])


def test_neighbours_with_the_same_value_are_told_at_once():
    assert runs((3, 10), (2, 20)).between(1, 4) == ((2, 10), (1, 20))


def test_runs_of_no_sample_are_passed_over():
    assert runs((0, 7), (2, 10), (0, 8), (1, 20)).between(0, 3) == ((2, 10), (1, 20))


@pytest.mark.parametrize("counts", [[4_000_001], [2**32 - 1, 2**32 - 1]])
def test_more_samples_than_a_film_has_are_refused(counts):
    with pytest.raises(NotPackaged, match="more samples"):
        Runs(counts, [1] * len(counts))


@given(RUNS)
def test_runs_are_the_values_of_their_samples(pairs):
    values = list(chain.from_iterable(repeat(value, count) for count, value in pairs))
    found = runs(*pairs)
    assert len(found) == len(values)
    assert [found.at(sample) for sample in range(len(values))] == values
    for first in range(len(values)):
        between = found.between(first, len(values))
        assert list(chain.from_iterable(repeat(value, count) for count, value in between)) == values[first:]


@given(RUNS)
def test_decode_times_add_up_durations(pairs):
    durations = list(chain.from_iterable(repeat(value, count) for count, value in pairs)) or [1]
    expected = list(accumulate(durations, initial=0))
    times = DecodeTimes(runs(*pairs) if sum(count for count, _ in pairs) else runs((1, 1)))
    assert [times.at(sample) for sample in range(len(expected))] == expected
    for time in range(-1, expected[-1] + 2):
        first = next((sample for sample, begins in enumerate(expected[:-1]) if begins >= time), len(durations))
        assert times.first_from(time) == first


# Three chunks: the samples 0 to 2 from byte 100 on, 3 and 4 right behind them, 5 elsewhere.
TABLE = SampleTable(
    sizes=array("I", (1, 2, 3, 4, 5, 6)),
    times=DecodeTimes(runs((6, 10))),
    chunks=Chunks([3, 5, 6], [100, 106, 50], 3),
    offsets=runs((1, 20), (5, -10)),
    keys=[0, 3],
)


def test_samples_are_told_with_their_places_and_times():
    assert TABLE.samples(0, 6, least_offset=-10) == Samples(
        decode_time=-10,
        runs=((100, 5), (50, 1)),
        sizes=array("I", (1, 2, 3, 4, 5, 6)),
        durations=((6, 10),),
        offsets=((1, 30), (5, 0)),
        keys=(0, 3),
    )


def test_samples_may_begin_and_end_within_a_chunk():
    assert TABLE.samples(1, 4, least_offset=-10) == Samples(
        decode_time=0,
        runs=((101, 3),),
        sizes=array("I", (2, 3, 4)),
        durations=((3, 10),),
        offsets=(),
        keys=(2,),
    )


def test_composition_times_are_decode_times_and_offsets():
    assert list(TABLE.composition_times(0, 3)) == [20, 0, 10]


@given(st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=1, max_size=8), st.data())
def test_each_sample_lies_where_its_chunk_and_the_sizes_before_it_tell(chunks, data):
    """Each chunk has some samples, and may lie right behind the one before."""
    sizes, ends, positions, places = [], [], [], []
    position = 1000
    for samples, is_next in chunks:
        position += 0 if is_next else 500
        positions.append(position)
        for _ in range(samples):
            places.append(position)
            sizes.append(len(sizes) % 7)
            position += sizes[-1]
        ends.append(len(sizes))
    table = SampleTable(array("I", sizes), DecodeTimes(runs((len(sizes), 1))), Chunks(ends, positions, 4))
    first = data.draw(st.integers(0, len(sizes) - 1))
    stop = data.draw(st.integers(first + 1, len(sizes)))
    found, rest = [], iter(table.samples(first, stop, least_offset=0).sizes)
    for begins, count in table.samples(first, stop, least_offset=0).runs:
        found += list(accumulate((next(rest) for _ in range(count)), initial=begins))[:-1]
    assert found == places[first:stop]
