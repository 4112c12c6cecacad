"""Players find in a segment the samples of the film, at their times, in short fragments."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.http.ranges import ByteRange
from services.packaging.film_index import NotPackaged, Samples, Track
from services.packaging.fmp4.fragments import segment_parts
from tests.boxes import boxes
from tests.films import telling_bytes
from tests.fragments import PlayedSample, joined, played, sequence_numbers

FILM = telling_bytes(100_000)
PICTURE = Track(0, "video", "avc1.640028", 1_000, b"", width=1920, height=800)
SOUND = Track(1, "audio", "mp4a.40.2", 1_000, b"")


def _segment(track, samples, number=0):
    return joined(segment_parts(track, samples, number), FILM)


def test_each_sample_has_its_bytes_its_time_and_its_flags():
    samples = Samples(5_000, ((80, 3),), [8, 16, 24], ((2, 40), (1, 41)), ((1, 80), (2, 0)), (0,))
    assert played(_segment(PICTURE, samples)) == [
        [PlayedSample(5_000, 40, 80, True, b"0000080\n")],
        [
            PlayedSample(5_040, 40, 0, False, b"0000088\n0000096\n"),
            PlayedSample(5_080, 41, 0, False, b"0000104\n0000112\n0000120\n"),
        ],
    ]


def test_a_head_says_once_what_all_samples_have_in_common():
    parts = segment_parts(SOUND, Samples(0, ((0, 12),), [8] * 12, ((12, 40),)), 0)
    assert [len(part) for part in parts] == [100 + 8, 96]
    assert played(joined(parts, FILM)) == [
        [PlayedSample(40 * place, 40, 0, True, b"%07d\n" % (8 * place)) for place in range(12)]
    ]


@pytest.mark.parametrize("first", [0, 2])
def test_only_the_first_key_frame_is_told(first):
    samples = Samples(0, ((0, 5),), [8] * 5, ((5, 40),), (), (first, 3, 4))
    found = [sample.is_sync for fragment in played(_segment(PICTURE, samples)) for sample in fragment]
    assert [number for number, is_sync in enumerate(found) if is_sync] == [first]


def test_a_segment_may_have_no_key_frame():
    samples = Samples(0, ((0, 2),), [8, 8], ((2, 40),), (), ())
    assert [[sample.is_sync for sample in fragment] for fragment in played(_segment(PICTURE, samples))] == [
        [False, False]
    ]


@pytest.mark.parametrize(
    ("track", "keys", "count", "lengths"),
    [
        (PICTURE, (0,), 100, [1, 12, 12, 13, 12, 13, 12, 13, 12]),
        (PICTURE, None, 100, [13, 12, 13, 12, 13, 12, 13, 12]),
        (SOUND, None, 100, [50, 50]),
        (SOUND, None, 70, [70]),
        (SOUND, None, 1, [1]),
        (PICTURE, (0,), 1, [1]),
    ],
    ids=["its key frame first", "all are keys", "sound", "little more", "one sample", "one picture"],
)
def test_a_fragment_is_half_a_second_of_pictures_or_two_of_sound(track, keys, count, lengths):
    samples = Samples(0, ((0, count),), [8] * count, ((count, 40),), (), keys)
    assert [len(fragment) for fragment in played(_segment(track, samples))] == lengths


def test_the_first_fragment_has_the_key_frame_alone():
    samples = Samples(0, ((0, 2), (808, 98)), [8] * 100, ((100, 40),), (), (0,))
    assert segment_parts(PICTURE, samples, 0)[1] == ByteRange(0, 7)


def test_samples_that_are_longer_than_a_fragment_have_one_each():
    samples = Samples(0, ((0, 3),), [8, 8, 8], ((3, 4_000),))
    assert [len(fragment) for fragment in played(_segment(SOUND, samples))] == [1, 1, 1]


def test_samples_without_duration_are_one_fragment():
    assert [len(fragment) for fragment in played(_segment(SOUND, Samples(0, ((0, 3),), [8, 8, 8], ((3, 0),))))] == [3]


def test_no_two_fragments_of_a_film_have_one_number_and_they_ascend():
    samples = Samples(0, ((0, 100),), [8] * 100, ((100, 40),))
    numbers = [number for segment in (0, 1, 2) for number in sequence_numbers(_segment(PICTURE, samples, segment))]
    assert len(numbers) == 24
    assert numbers == sorted(set(numbers))
    assert numbers[0] > 0


def test_samples_may_lie_apart_and_in_any_order():
    samples = Samples(0, ((800, 2), (80, 0), (400, 1), (816, 1)), [8, 8, 8, 8], ((4, 40),))
    parts = segment_parts(SOUND, samples, 0)
    assert parts[1:] == (ByteRange(400, 407), ByteRange(800, 823))
    assert [sample.data for sample in played(joined(parts, FILM))[0]] == [
        b"0000800\n",
        b"0000808\n",
        b"0000400\n",
        b"0000816\n",
    ]


def test_what_lies_one_after_another_in_the_fragment_is_one_run():
    segment = _segment(SOUND, Samples(0, ((80, 1), (400, 1), (800, 1)), [8, 8, 8], ((3, 40),)))
    assert len(boxes(segment, "moof/traf/trun")) == 1


def test_a_small_hole_is_sent_but_belongs_to_no_sample():
    parts = segment_parts(SOUND, Samples(0, ((0, 1), (808, 1)), [800, 800], ((2, 40),)), 0)
    assert parts[1:] == (ByteRange(0, 1607),)
    assert [sample.data[:8] for sample in played(joined(parts, FILM))[0]] == [b"0000000\n", b"0000808\n"]


def test_a_run_of_bytes_that_all_samples_share_is_sent_once():
    """A hostile film could otherwise make a segment of any length."""
    parts = segment_parts(SOUND, Samples(0, ((0, 1),) * 10, [80_000] * 10, ((10, 40),)), 0)
    assert parts[1:] == (ByteRange(0, 79_999),)


def test_a_fragment_of_two_gigabytes_is_not_packaged():
    with pytest.raises(NotPackaged, match="2 GiB"):
        segment_parts(SOUND, Samples(0, ((0, 2),), [2**30, 2**30], ((2, 40),)), 0)


def test_times_of_more_than_32_bits_are_told():
    samples = Samples(2**40, ((0, 1),), [8], ((1, 40),))
    assert played(_segment(SOUND, samples))[0][0].decode_time == 2**40


@given(
    st.lists(st.tuples(st.integers(0, 90_000), st.integers(0, 400), st.integers(1, 600)), min_size=1, max_size=60),
    st.data(),
)
def test_whatever_the_samples_they_are_all_found_in_order(each, data):
    keys = data.draw(st.none() | st.sets(st.integers(0, len(each) - 1)).map(lambda found: tuple(sorted(found))))
    samples = Samples(
        7,
        tuple((position, 1) for position, _, _ in each),
        [size for _, size, _ in each],
        tuple((1, duration) for _, _, duration in each),
        tuple((1, place) for place in range(len(each))),
        keys,
    )
    for track in (PICTURE, replace(SOUND, timescale=90_000)):
        found = [sample for fragment in played(_segment(track, samples)) for sample in fragment]
        assert [sample.data for sample in found] == [FILM[position : position + size] for position, size, _ in each]
        assert [sample.duration for sample in found] == [duration for _, _, duration in each]
        assert [sample.offset for sample in found] == list(range(len(each)))
        assert [place for place, sample in enumerate(found) if sample.is_sync] == (
            list(range(len(each))) if keys is None else list(keys[:1])
        )
