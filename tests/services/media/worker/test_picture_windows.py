from fractions import Fraction

import av
import pytest

from services.media.worker.picture_windows import DecodedWindow, Decoder

SIDE = 16


def _coded(count):
    """Pictures of MPEG-4, the first a key frame."""
    codec = av.CodecContext.create("mpeg4", "w")
    codec.width = codec.height = SIDE
    codec.pix_fmt = "yuv420p"
    codec.time_base = Fraction(1, 25)
    codec.gop_size = 100
    packets = []
    for number in range(count):
        frame = av.VideoFrame(SIDE, SIDE, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([10 * number]) * plane.buffer_size)
        frame.pts = number
        packets += codec.encode(frame)
    return [bytes(packet) for packet in (*packets, *codec.encode(None))]


@pytest.fixture
def opens():
    """Opens a window of pictures that are shown at ``times``, in hundredths of a second; and a list of the samples that
    it has read."""

    def open_(times, begin, end, lost=()):
        coded = _coded(len(times))
        taken = []

        def read(number):
            taken.append(number)
            return b"\0" * 20 if number in lost else coded[number]

        # One processor, so that no picture is decoded before it is asked for.
        decoder = Decoder("mpeg4", "", SIDE, SIDE, threads=1)
        return DecodedWindow("a", decoder, read, times, begin, end, 100), taken

    return open_


def _seen(window, end):
    """When the pictures are shown, with how bright they are, in tens; and when the last one ends."""
    seen = [(frame.pts, round(frame.to_ndarray()[0, 0] / 10)) for frame in window.pictures(end)]
    return seen, window.reached


def test_a_segment_goes_on_where_the_one_before_ended_and_nothing_is_decoded_twice(opens):
    window, taken = opens(list(range(0, 80, 10)), 0, 80)
    assert _seen(window, 40) == ([(0, 0), (10, 1), (20, 2), (30, 3)], 40)
    assert max(taken) < 7
    assert _seen(window, 80) == ([(40, 4), (50, 5), (60, 6), (70, 7)], 80)
    assert taken == [0, 1, 2, 3, 4, 5, 6, 7]


def test_a_segment_begins_with_the_next_picture_if_that_comes_at_once(opens):
    window, _ = opens([0, 4, 8, 12], 0, 16)
    assert _seen(window, 6) == ([(0, 0), (4, 1)], 8)
    assert _seen(window, 16) == ([(8, 2), (12, 3)], 16)


def test_a_picture_that_is_shown_for_long_is_in_all_segments_of_its_time(opens):
    window, _ = opens([0, 250], 0, 300)
    assert _seen(window, 100) == ([(0, 0)], 100)
    assert _seen(window, 200) == ([(100, 0)], 200)
    assert _seen(window, 300) == ([(200, 0), (250, 1)], 300)


def test_pictures_in_front_of_a_segment_are_passed_by(opens):
    window, _ = opens([0, 50, 100, 150], 0, 200)
    window.pass_by(120)
    assert _seen(window, 200) == ([(120, 2), (150, 3)], 200)


def test_the_picture_before_stays_where_the_next_ones_cannot_be_decoded(opens):
    window, _ = opens([0, 50, 100, 150, 200], 0, 250, lost=(2, 3))
    assert _seen(window, 100) == ([(0, 0), (50, 1)], 100)
    assert _seen(window, 200)[0][0] == (100, 1)


def test_nothing_is_seen_where_nothing_can_be_decoded(opens):
    window, _ = opens([0, 50], 0, 100, lost=(0, 1))
    assert _seen(window, 50) == ([], 50)
    assert _seen(window, 100) == ([], 100)
