"""Decode times are made from presentation times; rounded times of sound are put on the grid of its frames."""

import pytest

from services.packaging.matroska.clusters.times import SoundClock, decode_times, phase, reorders, units

FAR = 1000


@pytest.mark.parametrize(
    ("shown", "end", "decoded"),
    [
        ([0, 1, 2, 3], 4, [0, 1, 2, 3]),
        ([0, 3, 1, 2], 4, [0, 1, 2, 3]),
        ([10, 8, 9, 12, 11], 15, [10, 11, 12, 13, 14]),
        ([10, 12, 11], 15, [10, 11, 12]),
        ([20, 17, 18, 19, 22, 21], 23, [20, 20, 21, 21, 22, 22]),
        ([5], 9, [5]),
        ([5, 6], 5, [5, 5]),
    ],
    ids=["in order", "reordered", "open", "before an open one", "open before a closed one", "a picture", "no time"],
)
def test_pictures_are_decoded_from_key_frame_to_key_frame(shown, end, decoded):
    assert decode_times(shown, end, FAR) == decoded


@pytest.mark.parametrize(
    ("shown", "reorder", "decoded"),
    [
        ([0, 4, 2, 1, 3], 2, [0, 1, 2, 3, 4]),
        ([0, 4, 2, 1, 3], 1, [0, 1, 2, 2, 4]),
        ([0, 4, 2, 1, 3], 0, [0, 1, 1, 1, 3]),
    ],
)
def test_pictures_that_are_reordered_further_than_others_are_decoded_in_time(shown, reorder, decoded):
    assert decode_times(shown, 5, reorder) == decoded
    assert all(time <= each + reorder for time, each in zip(decoded, shown, strict=True))


def test_reordering_is_what_a_picture_is_decoded_too_late():
    assert reorders([0, 4, 2, 1, 3], 5) == [0, -3, 0, 2, 1]
    assert reorders([0, 1, 2], 3) == [0, 0, 0]


def test_units_are_rounded():
    assert (units(10**9, 90_000), units(20_833, 48_000), units(-6_500_000, 48_000)) == (90_000, 1, -312)


CLOCK = SoundClock(origin=100, frame=1024, timescale=48_000, tick_ns=1_000_000)


@pytest.mark.parametrize(
    ("rounded", "following", "times"),
    [
        ([96, 1152, 2160], 3168, [100, 1124, 2148, 3172]),
        ([96, 1152, 2160], None, [100, 1124, 2148, 3172]),
        ([96, 1152, 6000], 7008, [100, 1124, 6000, 7008]),
        ([96, 1152], 50_000, [100, 1124, 2148]),
        ([500, 1520], 2544, [500, 1524, 2544]),
        ([500, 600, 1624], None, [500, 600, 1624, 2648]),
        ([500, 400], None, [500, 500, 1524]),
    ],
    ids=["seamless", "at the end", "a gap", "a gap behind", "off the grid", "an overlap", "backwards"],
)
def test_sound_lies_on_the_grid_of_its_frames_if_its_rounded_times_allow_that(rounded, following, times):
    assert CLOCK.times(rounded, following) == times


def test_frames_of_no_fixed_length_begin_when_they_say():
    clock = SoundClock(origin=0, frame=0, timescale=48_000, tick_ns=1_000_000)
    assert clock.times([0, 480, 960], 1200) == [0, 480, 960, 1200]
    assert clock.times([0, 480, 960], None) == [0, 480, 960, 1440]


def test_frames_shorter_than_a_millisecond_find_their_place_together():
    clock = SoundClock(origin=0, frame=40, timescale=48_000, tick_ns=1_000_000)
    begin = 96_000
    rounded = [round((begin + 40 * number) / 48) * 48 for number in range(100)]
    assert clock.times(rounded, None) == [begin + 40 * number for number in range(101)]


def test_samples_of_several_lengths_lie_on_their_grid():
    clock = SoundClock(origin=16, frame=0, timescale=48_000, tick_ns=1_000_000, grid=64)
    assert clock.times([144, 720, 1728, 2784], None) == [144, 720, 1744, 2768, 3792]


def test_a_phase_is_the_mean_on_a_circle():
    assert phase([60, 124, 4, 68], 64) == 0
    assert phase([20, 84, 12, 76], 64) == 16
