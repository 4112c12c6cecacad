import pytest

from services.media.storyboard import MOST_PICTURES, Cues, Storyboard, closer, storyboard


def _details(duration=60.0, width=1920, height=1080):
    video = {"codec": "vp8", "name": "VP8", "width": width, "height": height}
    return {"state": "known", "duration": duration, "video": video}


@pytest.mark.parametrize(
    ("duration", "count", "interval_s"),
    [(0.5, 1, 0.5), (9.9, 1, 9.9), (10.0, 2, 5.0), (60.0, 12, 5.0), (720.0, 144, 5.0), (7200.0, 144, 50.0)],
)
def test_there_is_a_picture_for_every_five_seconds_of_a_short_film_and_no_more_than_can_be_made(
    duration, count, interval_s
):
    layout = storyboard(_details(duration))
    assert (layout.count, layout.interval_s) == (count, pytest.approx(interval_s))
    assert layout.count <= MOST_PICTURES


@pytest.mark.parametrize(
    ("width", "height", "shown"),
    [(1920, 1080, (240, 135)), (720, 576, (240, 192)), (1080, 1920, (135, 240)), (4000, 2, (240, 16))],
)
def test_pictures_have_the_shape_of_the_film(width, height, shown):
    layout = storyboard(_details(width=width, height=height))
    assert (layout.width, layout.height) == shown


@pytest.mark.parametrize("missing", ["video", "duration"])
def test_without_a_picture_or_a_known_length_there_is_none(missing):
    details = _details()
    del details[missing]
    assert storyboard(details) is None
    assert storyboard({"state": "pending"}) is None


def test_a_picture_that_has_no_width_is_none():
    assert storyboard(_details(width=0)) is None


def test_the_pictures_stand_in_rows_of_twelve():
    layout = Storyboard(count=14, interval_s=5.0, width=240, height=135)
    assert (layout.columns, layout.rows) == (12, 2)
    assert [layout.position(index) for index in (0, 11, 12, 13)] == [(0, 0), (2640, 0), (0, 135), (240, 135)]


def test_a_sheet_is_no_wider_than_its_pictures():
    layout = Storyboard(count=3, interval_s=5.0, width=240, height=135)
    assert (layout.columns, layout.rows) == (3, 1)


def test_a_closer_row_has_a_picture_for_every_five_seconds_or_twelve():
    layout = Storyboard(count=144, interval_s=50.0, width=240, height=135)
    assert closer(layout, 0) == Storyboard(10, 5.0, 240, 135, start_s=0.0)
    assert closer(layout, 143) == Storyboard(10, 5.0, 240, 135, start_s=7150.0)
    ten_hours = Storyboard(count=144, interval_s=250.0, width=240, height=135)
    assert closer(ten_hours, 1) == Storyboard(12, pytest.approx(20.833, abs=0.001), 240, 135, start_s=250.0)


@pytest.mark.parametrize("index", [-1, 144])
def test_there_is_nothing_closer_beyond_the_film(index):
    assert closer(Storyboard(count=144, interval_s=50.0, width=240, height=135), index) is None


def test_pictures_of_a_short_film_are_as_close_as_they_can_be():
    assert closer(Storyboard(count=144, interval_s=9.9, width=240, height=135), 3) is None


def test_the_cues_tell_of_each_part_of_the_film_where_its_picture_is():
    layout = Storyboard(count=2, interval_s=3600.5, width=240, height=135)
    assert "".join("Film.mp4.jpg?v=1".join(map(bytes.decode, cue)) for cue in Cues(layout)) == (
        "\n00:00:00.000 --> 01:00:00.500\nFilm.mp4.jpg?v=1#xywh=0,0,240,135\n"
        "\n01:00:00.500 --> 02:00:01.000\nFilm.mp4.jpg?v=1#xywh=240,0,240,135\n"
    )
