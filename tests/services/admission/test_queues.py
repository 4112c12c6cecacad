"""How much the kernel may queue for each viewer."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.admission.queues import LEAST_BYTES, MOST_BYTES, Queues, queue_budget

KIB, MIB = 1024, 1024 * 1024
PROCESS_BYTES = 21 * KIB  # of one who pauses: benchmarks/results.md
LONG_WATCHED = 1024 * MIB
RATE = 1_000_000  # a film of 8 Mbit/s


@pytest.mark.parametrize(
    ("memory", "budget"), [(0, 0), (256 * MIB, 32 * MIB), (512 * MIB, 64 * MIB), (65536 * MIB, 144 * MIB)]
)
def test_an_eighth_of_the_memory_is_for_queues_and_144_mib_at_most(memory, budget):
    assert queue_budget(memory) == budget


@pytest.mark.parametrize(
    ("left", "limit", "taken", "renewed"),
    [
        pytest.param(128 * MIB, 16 * KIB, LONG_WATCHED, 32 * KIB, id="doubled while much is left"),
        pytest.param(128 * MIB, 1024 * KIB, LONG_WATCHED, 1024 * KIB, id="no longer than 1 MiB"),
        pytest.param(128 * MIB, 16 * KIB, 0, 16 * KIB, id="not before the viewer took something"),
        pytest.param(128 * MIB, 16 * KIB, 120 * KIB - 1, 16 * KIB, id="nor less than five times as much"),
        pytest.param(128 * MIB, 16 * KIB, 120 * KIB, 24 * KIB, id="the viewer took five times as much"),
        pytest.param(128 * MIB, 16 * KIB, 160 * KIB, 32 * KIB, id="and of twice the length"),
        pytest.param(496 * KIB, 16 * KIB, LONG_WATCHED, 32 * KIB, id="twice the limit is a 16th of what is left"),
        pytest.param(495 * KIB, 16 * KIB, LONG_WATCHED, 24 * KIB, id="a little less is left"),
        pytest.param(720 * KIB, 48 * KIB, LONG_WATCHED, 48 * KIB, id="a third more than the limit is not"),
        pytest.param(976 * KIB, 48 * KIB, LONG_WATCHED, 64 * KIB, id="a third more than the limit is"),
        pytest.param(1024 * KIB, 256 * KIB, LONG_WATCHED, 128 * KIB, id="halved while little is left"),
        pytest.param(0, 24 * KIB, LONG_WATCHED, 16 * KIB, id="halved to 16 KiB at the shortest"),
        pytest.param(4 * MIB, 256 * KIB, LONG_WATCHED, 256 * KIB, id="kept while it is a fair share"),
        pytest.param(0, 16 * KIB, LONG_WATCHED, 16 * KIB, id="never shorter than 16 KiB"),
    ],
)
def test_a_queue_is_renewed_by_its_share_of_what_is_left(left, limit, taken, renewed):
    queues = Queues(left)
    assert queues.renewed(limit, taken, RATE) == renewed
    assert queues.left_bytes == left + limit - renewed


@pytest.mark.parametrize(
    ("limit", "rate", "renewed"),
    [
        pytest.param(64 * KIB, 16_000_000, 128 * KIB, id="a film of 128 Mbit/s is watched"),
        pytest.param(64 * KIB, 16_000_001, 64 * KIB, id="more is not"),
        pytest.param(64 * KIB, 64_000_001, 32 * KIB, id="who takes all that comes needs none"),
        pytest.param(16 * KIB, 64_000_001, 16 * KIB, id="never shorter than 16 KiB"),
    ],
)
def test_who_takes_a_film_faster_than_it_plays_has_a_short_queue(limit, rate, renewed):
    queues = Queues(64 * MIB)
    assert queues.renewed(limit, LONG_WATCHED, rate) == renewed
    assert queues.left_bytes == 64 * MIB + limit - renewed


@settings(max_examples=100)
@given(
    st.integers(0, 128 * MIB),
    st.lists(st.tuples(st.integers(0, 30), st.booleans(), st.integers(0, 64 * MIB), st.floats(0, 1e9)), max_size=400),
)
def test_the_budget_is_never_overdrawn_and_all_of_it_comes_back(budget, wakings):
    queues, limits = Queues(budget), {}
    for viewer, leaves, taken, rate in wakings:
        if leaves:
            queues.give_back(limits.pop(viewer, LEAST_BYTES))
        else:
            limits[viewer] = queues.renewed(limits.get(viewer, LEAST_BYTES), taken, rate)
        assert all(LEAST_BYTES <= limit <= MOST_BYTES for limit in limits.values())
        assert queues.left_bytes == budget - sum(limit - LEAST_BYTES for limit in limits.values())
        assert queues.left_bytes >= 0
    for limit in limits.values():
        queues.give_back(limit)
    assert queues.left_bytes == budget


@settings(max_examples=10)
@given(st.integers(), st.sampled_from([1, 2, 8, 40]), st.integers(1, 10_000))
def test_ten_thousand_viewers_who_pause_at_once_stay_under_512_mib_in_any_order_of_arrival(seed, wakings, together):
    """They come so many ``together``, and each group wakes the server a number of times, in another order each time."""
    dice = random.Random(seed)
    queues = Queues(queue_budget(65536 * MIB))
    limits = [LEAST_BYTES] * 10_000
    for first in range(0, 10_000, together):
        present = range(first, min(first + together, 10_000))
        for _ in range(wakings):
            for viewer in dice.sample(present, len(present)):
                limits[viewer] = queues.renewed(limits[viewer], LONG_WATCHED, RATE)
    assert sum(limits) + 10_000 * PROCESS_BYTES < 512 * MIB


def test_few_viewers_have_long_queues_and_many_have_short_ones():
    def mean_limit(viewers):
        queues, limits = Queues(144 * MIB), [LEAST_BYTES] * viewers
        for _ in range(40):
            limits = [queues.renewed(limit, LONG_WATCHED, RATE) for limit in limits]
        return sum(limits) / viewers

    assert mean_limit(8) == 1024 * KIB
    assert 256 * KIB <= mean_limit(400) < 512 * KIB
    assert 64 * KIB <= mean_limit(2_000) < 128 * KIB
    assert 16 * KIB <= mean_limit(10_000) < 32 * KIB


def test_who_comes_when_all_is_given_away_finds_some_as_soon_as_others_watch_on():
    queues = Queues(16 * MIB)
    limits = [LEAST_BYTES] * 500
    for _ in range(40):
        limits[:400] = [queues.renewed(limit, LONG_WATCHED, RATE) for limit in limits[:400]]
    for _ in range(40):
        limits = [queues.renewed(limit, LONG_WATCHED, RATE) for limit in limits]
    assert min(limits[:400]) <= 2 * max(limits[400:])
