import pytest

from services.packaging.film_index import Track
from services.packaging.picture_conversion import converted_pictures
from services.segments.pace import Pace

SIZES = converted_pictures(Track(0, "video", "hvc1.1.6.L120.90", 12_800, b"", width=1920, height=1080), (0.0,))
P360, P480, P720, P1080 = SIZES  # 230,400, 409,920, 921,600 and 2,073,600 pixels


def test_the_first_segment_is_the_smallest():
    assert Pace(SIZES).size is P360


@pytest.mark.parametrize(
    ("work_s", "expected"),
    [(0.25, P1080), (0.3, P720), (0.58, P720), (0.65, P480), (1.3, P480), (1.4, P360)],
)
def test_the_next_one_is_as_large_as_takes_three_fifths_of_the_time(work_s, expected):
    pace = Pace(SIZES)
    pace.took(P360, work_s, 4.0)
    assert pace.size is expected


@pytest.mark.parametrize(("work_s", "expected"), [(3.0, P1080), (3.6, P720), (8.0, P480), (20.0, P360)])
def test_pictures_become_smaller_when_they_fall_behind(work_s, expected):
    pace = Pace(SIZES)
    pace.took(P360, 0.1, 4.0)
    pace.took(P1080, work_s, 4.0)
    assert pace.size is expected


def test_a_server_is_too_slow_if_the_smallest_come_a_quarter_of_a_minute_later_than_they_are_shown():
    pace = Pace(SIZES)
    told = []
    for work_s in (14.0, 2.0, 10.0, 6.0):  # 10, 8, 14 and 16 s late
        pace.took(P360, work_s, 4.0)
        told.append(pace.is_too_slow)
    assert told == [False, False, False, True]
