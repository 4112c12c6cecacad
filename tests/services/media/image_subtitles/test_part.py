from services.media.image_subtitles.display import Display, Picture
from services.media.image_subtitles.part import shown

DOT = (Picture(0, 0, 1, 1, bytes(4), lambda: b"\0"),)


def _shown(part, *displays):
    """The beginnings and ends in seconds. Displays are seconds, those that show nothing negative ones."""
    read = [Display(round(abs(at) * 1000), (1920, 1080), DOT if at >= 0 else ()) for at in displays]
    return [(display.start_ms / 1000, end_ms / 1000) for display, end_ms in shown(read, part)]


def test_a_picture_shows_until_the_next_display():
    assert _shown(0, 1, -2, 3, 4, -5) == [(1, 2), (3, 4), (4, 5)]


def test_a_picture_that_shows_in_two_parts_is_in_both():
    assert _shown(0, 58, -62) == [(58, 60)]
    assert _shown(1, 58, -62) == [(58, 62)]


def test_what_shows_at_the_end_of_a_part_ends_there():
    assert _shown(1, 70) == [(70, 120)]


def test_what_has_ended_before_a_part_is_not_in_it():
    assert _shown(1, 50, -55, -60, 119, -130) == [(119, 120)]


def test_a_display_may_say_itself_when_it_ends():
    displays = [Display(1000, (720, 576), DOT, 4000), Display(3000, (720, 576), DOT, 5000)]
    assert [end_ms for _, end_ms in shown(displays, 0)] == [3000, 5000]


def test_a_part_has_a_thousand_cues_at_most():
    displays = (Display(number, (720, 576), DOT) for number in range(2000))
    assert len(list(shown(displays, 0))) == 1000
