from dataclasses import replace

import pytest

from services.packaging.codecs.aac import aac_entry
from services.packaging.codecs.sound_box import sound_box
from services.packaging.conversion import Window, converted, is_converted, window
from services.packaging.film_index import FilmIndex, Samples, Track

DOLBY = Track(1, "audio", "ac-3", 48_000, sound_box(b"ac-3", 6, 48_000, b""), "de", "Kino", True, channels=6)
DTS = Track(2, "audio", "dtsc", 48_000, b"", channels=6)
AAC = Track(3, "audio", "mp4a.40.2", 48_000, aac_entry(48_000, 2), channels=2)
PICTURE = Track(0, "video", "avc1.640028", 24_000, b"avc1")


def _index(*cuts, delay_s=0.0):
    return FilmIndex(10.0, delay_s, cuts, (PICTURE, DOLBY, DTS, AAC))


def _samples(decode_time, *sizes, duration=1536, position=100):
    return Samples(decode_time, ((position, len(sizes)),), sizes, ((len(sizes), duration),))


def test_sound_that_browsers_play_is_not_converted():
    assert [is_converted(codec) for codec in ("ac-3", "ec-3", "dtsc", "mp4a.40.2", "opus", "fLaC")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert [*converted(AAC), *converted(PICTURE)] == []


def test_what_a_track_is_converted_to_has_its_language_and_is_mono_stereo_or_5_1():
    track, surround = converted(DOLBY)
    assert (track.name, track.codec, track.timescale, track.channels) == ("c1", "mp4a.40.2", 48_000, 2)
    assert (track.language, track.label, track.is_default) == ("de", "Kino", True)
    assert track.sample_entry == aac_entry(48_000, 2)
    assert (surround.name, surround.channels, surround.language) == ("s1", 6, "de")
    assert surround.sample_entry == aac_entry(48_000, 6)
    assert [(each.name, each.channels) for each in converted(replace(DTS, channels=8))] == [("c2", 2), ("s2", 6)]
    assert [(each.name, each.channels) for each in converted(replace(DTS, channels=5))] == [("c2", 2)]
    commentary = Track(4, "audio", "ac-3", 48_000, sound_box(b"ac-3", 1, 48_000, b""), channels=1)
    assert [each.channels for each in converted(commentary)] == [1]


@pytest.mark.parametrize(("rate", "result"), [(32_000, 32_000), (44_100, 44_100), (48_000, 48_000), (24_000, 48_000)])
def test_the_rate_is_kept_where_aac_has_it_everywhere(rate, result):
    track = Track(1, "audio", "ec-3", 1000, sound_box(b"ec-3", 2, rate, b""), channels=2)
    assert [each.timescale for each in converted(track)] == [result]


def test_a_window_has_the_frames_that_begin_in_the_segment():
    # The cuts are at samples 96,000 and 192,000: 93.75 and 187.5 frames.
    found = window(_index(0.0, 2.0, 4.0), DOLBY, 1, [None, _samples(96_000, 10), None])
    assert (found.first, found.end) == (94 * 1024, 188 * 1024)


def test_windows_count_from_the_beginning_of_the_clock():
    found = window(_index(0.0, 2.0, 4.0, delay_s=0.5), DOLBY, 1, [None, None, None])
    assert found == Window(118 * 1024, 211 * 1024, ())


def test_the_first_window_begins_with_the_sound():
    assert window(_index(0.0, 2.0, delay_s=1.0), DOLBY, 0, [_samples(24_000, 10), None]).first == 23 * 1024
    assert window(_index(0.0, 2.0, delay_s=1.0), DOLBY, 0, [_samples(60_000, 10), None]).first == 47 * 1024


def test_the_last_window_ends_with_the_sound():
    index = _index(0.0, 2.0)
    assert window(index, DOLBY, 1, [None, _samples(96_000, 10, 10)]).end == 96_000 + 2 * 1536
    assert window(index, DOLBY, 1, [None, None]) == Window(94 * 1024, 94 * 1024, ())


def test_packets_around_a_window_are_decoded_for_it_and_no_others():
    before = _samples(0, *[5] * 60, position=1000)  # up to sample 92,160
    found = window(_index(0.0, 2.0, 4.0), DOLBY, 1, [before, None, _samples(192_000, 7, 8, 9)])
    # From 6 frames before sample 96,256 on, and up to 3 frames after sample 192,512.
    assert found.packets == (
        (89_088, 1290, 5),
        (90_624, 1295, 5),
        (192_000, 100, 7),
        (193_536, 107, 8),
        (195_072, 115, 9),
    )


def test_times_of_another_clock_become_samples():
    track = Track(1, "audio", "ac-3", 1000, sound_box(b"ac-3", 2, 48_000, b""), channels=2)
    found = window(_index(0.0), track, 0, [_samples(32, 10, 10, duration=32)])
    assert found.packets == ((1536, 100, 10), (3072, 110, 10))
    assert found.end == 4608
