import pytest

from services.packaging.film_index import FilmIndex, Samples, Track
from services.packaging.fmp4.new_box import new_box
from services.packaging.picture_conversion import (
    PictureWindow,
    converted_pictures,
    film_segment,
    is_converted_picture,
    picture_configuration,
    picture_cuts,
    picture_decoder,
    picture_window,
    time_span,
)

PICTURE = Track(0, "video", "mpeg2video", 25, b"", width=160, height=90)


def _sizes(width, height, codec="hvc1.1.6.L120.90"):
    track = Track(0, "video", codec, 12_800, b"", width=width, height=height)
    return {each.name: (each.width, each.height) for each in converted_pictures(track, (0.0,))}


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((160, 90), {"x0p360": (160, 90)}),
        ((161, 91), {"x0p360": (160, 92)}),  # an even number that is nearest
        ((854, 480), {"x0p360": (640, 360), "x0p480": (854, 480)}),
        ((768, 576), {"x0p360": (480, 360), "x0p480": (640, 480), "x0p720": (768, 576)}),
        (
            (1920, 800),
            {"x0p360": (640, 266), "x0p480": (854, 356), "x0p720": (1280, 534), "x0p1080": (1920, 800)},
        ),
        (
            (3840, 2160),
            {"x0p360": (640, 360), "x0p480": (854, 480), "x0p720": (1280, 720), "x0p1080": (1920, 1080)},
        ),
        ((360, 640), {"x0p360": (360, 640)}),
        ((0, 0), {}),
        ((16_000, 16_000), {}),  # a decoder would take too much memory
    ],
)
def test_the_sizes_have_the_shape_of_the_film_and_are_not_larger(size, expected):
    assert _sizes(*size) == expected


def test_the_names_of_codecs_tell_which_pictures_are_converted_and_how_they_are_decoded():
    decoders = {
        codec: picture_decoder(Track(0, "video", codec, 25, b"")) if is_converted_picture(codec) else None
        for codec in (
            "avc1.640028",
            "avc1.6E0028",
            "avc3.F40028",
            "hvc1.2.4.L153.B0",
            "hev1.1.6.L93.B0",
            "dvh1.05.06",
            "av01.0.08M.10",
            "vp09.00.30.08",
            "mp4v.20.240",
            "mpeg2video",
            "vc1",
            "wmv3",
            "msmpeg4v3",
            "prores",
            "flv1",
            "rv40",
        )
    }
    assert {codec: decoder for codec, decoder in decoders.items() if decoder} == {
        "avc1.6E0028": "h264",
        "avc3.F40028": "h264",
        "hvc1.2.4.L153.B0": "hevc",
        "hev1.1.6.L93.B0": "hevc",
        "av01.0.08M.10": "libdav1d",
        "mp4v.20.240": "mpeg4",
        "mpeg2video": "mpeg2video",
        "vc1": "vc1",
        "wmv3": "wmv3",
        "msmpeg4v3": "msmpeg4",
        "prores": "prores",
        "flv1": "flv",
    }


def test_a_decoder_is_given_what_the_sample_entry_has_for_it():
    entry = new_box(b"hvc1", bytes(78), new_box(b"pasp", bytes(8)), new_box(b"hvcC", b"configuration"))
    assert picture_configuration(Track(0, "video", "hvc1.1.6.L93.90", 25, entry)) == b"configuration"
    assert picture_configuration(Track(0, "video", "mpeg2video", 25, b"", configuration=b"head")) == b"head"


def _samples(decode_time, offsets, position=1000):
    """A sample lasts 1, and has as many bytes as its number, from 1 on."""
    sizes = list(range(1, len(offsets) + 1))
    return Samples(
        decode_time, ((position, len(offsets)),), sizes, ((len(offsets), 1),), tuple((1, offset) for offset in offsets)
    )


INDEX = FilmIndex(6 / 25, 1 / 25, (0.0, 3 / 25), (PICTURE,))


def test_a_window_ends_with_the_next_key_frame():
    found = picture_window(INDEX, PICTURE, 0, _samples(0, [1, 1, 1]), _samples(3, [1, 1, 1], 5000))
    assert found == PictureWindow(1, 4, ((1000, 1, 1), (1001, 2, 2), (1003, 3, 3)))


def test_a_window_has_the_pictures_that_are_decoded_behind_the_next_key_frame_and_shown_before_it():
    # The next group is decoded in the order 6 4 5 7, so 4 and 5 belong to the window before.
    found = picture_window(INDEX, PICTURE, 0, _samples(0, [1, 1, 1]), _samples(3, [3, 0, 0, 1], 5000))
    assert found == PictureWindow(
        1, 6, ((1000, 1, 1), (1001, 2, 2), (1003, 3, 3), (5000, 1, 6), (5001, 2, 4), (5003, 3, 5))
    )


def test_the_last_window_ends_with_the_last_picture():
    assert picture_window(INDEX, PICTURE, 1, _samples(3, [3, 0, 0]), None).end == 7


def test_a_segment_without_pictures_is_as_long_as_the_cuts_say():
    assert picture_window(INDEX, PICTURE, 0, None, None) == PictureWindow(1, 4, ())


def test_segments_of_the_film_are_cut_into_equal_ones_of_about_a_second():
    cuts = picture_cuts(FilmIndex(9.4, 0.0, (0.0, 2.0, 7.5, 9.0), (PICTURE,)))
    assert cuts == pytest.approx([0, 1, 2, 2 + 11 / 12, 2 + 22 / 12, 4.75, 2 + 44 / 12, 2 + 55 / 12, 7.5, 8.25, 9])


def test_a_film_of_one_picture_has_a_bounded_number_of_segments():
    assert len(picture_cuts(FilmIndex(1e9, 0.0, (0.0,), (PICTURE,)))) == 60


def test_a_segment_tells_which_one_of_the_film_it_is_made_of_and_when_it_begins_and_ends():
    index = FilmIndex(5.0, 0.04, (0.0, 2.0), (PICTURE,))
    track, *_ = converted_pictures(PICTURE, (0.0, 1.0, 2.0, 3.0, 4.0))
    assert [film_segment(index, track, number) for number in range(5)] == [0, 0, 1, 1, 1]
    assert [time_span(index, track, number) for number in range(5)] == [
        (None, 26),
        (26, None),
        (None, 76),
        (76, 101),
        (101, None),
    ]
