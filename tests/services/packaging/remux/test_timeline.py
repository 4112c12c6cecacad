"""The times of a film whose clock jumps."""

from services.packaging.remux.timeline import Timeline

SECOND = 90_000


def test_times_are_the_films_own_where_nothing_jumps():
    timeline = Timeline(shift=-1000, last=0)
    assert [timeline.time(1000 + n * SECOND) for n in range(4)] == [0, SECOND, 2 * SECOND, 3 * SECOND]


def test_a_clock_that_begins_again_goes_on():
    timeline = Timeline()
    assert [timeline.time(told) for told in (2**33 - 6000, 2**33 - 3000, 0, 3000)] == [
        2**33 - 6000,
        2**33 - 3000,
        2**33,
        2**33 + 3000,
    ]


def test_a_track_that_jumps_later_than_another_stays_on_the_clock_of_before():
    timeline = Timeline()
    pictures, sounds = (500 * SECOND, 0, 3000), (500 * SECOND - 900, 500 * SECOND + 900, 2900)
    found = [timeline.time(told) for pair in zip(pictures, sounds, strict=True) for told in pair]
    first = 500 * SECOND
    assert found == [first, first - 900, first + 2100, first + 900, first + 5100, first + 5000]


def test_a_sound_that_is_a_little_early_is_no_jump():
    timeline = Timeline()
    assert [timeline.time(told) for told in (10 * SECOND, 8 * SECOND, 10 * SECOND + 1)] == [
        10 * SECOND,
        8 * SECOND,
        10 * SECOND + 1,
    ]
