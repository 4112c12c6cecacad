"""All tracks of a film are on one clock, and its segments begin where decoders may."""

from array import array
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pytest

from services.packaging.codecs.description import Description
from services.packaging.film_index import NotPackaged, PackagedFilm
from services.packaging.mp4.edit_list import WHOLE, Edit
from services.packaging.mp4.samples.sample_table import Chunks, DecodeTimes, Runs, SampleTable
from services.packaging.mp4.timeline.segmentation import packaged_film
from services.packaging.mp4.timeline.source_track import SourceTrack
from services.packaging.mp4.track import Header
from services.packaging.reading import read_with

AUDIO_CLOCK = 48_000
AVCC = bytes.fromhex("01640028ffe10000")  # lengths of NAL units have four bytes
IDR, RECOVERY_POINT = bytes.fromhex("00000002 65ff"), bytes.fromhex("00000002 41ff")


def picture(
    seconds: int = 10,
    *,
    clock: int = 1000,
    fps: int = 10,
    every: int = 10,
    offsets: Sequence[tuple[int, int]] = (),
    durations: Sequence[tuple[int, int]] = (),
    edit: Edit = WHOLE,
    codec: str = "avc1.640028",
    first_key: int = 0,
) -> SourceTrack:
    """A picture of 100 bytes a frame, with a key frame every some frames, and composition offsets as told."""
    count = seconds * fps
    durations = durations or [(count, clock // fps)]
    table = SampleTable(
        sizes=array("I", (100,)) * count,
        times=DecodeTimes(Runs([each for each, _ in durations], [length for _, length in durations])),
        chunks=Chunks([count], [5000], count),
        offsets=Runs([each for each, _ in offsets], [value for _, value in offsets]) if offsets else None,
        keys=array("I", range(first_key, count, every)),
    )
    header = Header(0, 1, "video", clock, "", "", True, 1920, 1080, b"")
    return SourceTrack(header, Description(codec, b"entry", AVCC, 1920, 1080), edit, table)


def sound(seconds: int = 10, *, stream: int = 1, edit: Edit = WHOLE) -> SourceTrack:
    """Sound of 10 bytes for each 1000 ticks of 48 kHz."""
    count = seconds * 48
    table = SampleTable(
        sizes=array("I", (10,)) * count,
        times=DecodeTimes(Runs([count], [1000])),
        chunks=Chunks([count], [900_000], count),
    )
    header = Header(stream, 2, "audio", AUDIO_CLOCK, "de", "", True, 0, 0, b"")
    return SourceTrack(header, Description("mp4a.40.2", b"entry", channels=2), edit, table)


def packaged(tracks: list[SourceTrack], frames: Mapping[int, bytes] = MappingProxyType({})) -> PackagedFilm:
    """The film, in which ``frames`` begin at some bytes, and IDR pictures at all others."""
    return read_with(packaged_film(tracks), lambda first, length: frames.get(first, IDR)[:length])


def counts(film: PackagedFilm) -> list[tuple[int, ...]]:
    """How many samples each track has in each segment."""
    return [tuple(len(each.sizes) if each else 0 for each in segment) for segment in film.segments]


def first_decode_times(film: PackagedFilm) -> list[int]:
    return [samples.decode_time for samples in next(film.segments)]


def test_segments_begin_with_key_frames_two_seconds_apart():
    film = packaged([picture(every=5), sound()])
    assert film.index.cuts == (0.0, 2.0, 4.0, 6.0, 8.0)
    assert counts(film) == [(20, 96)] * 5


def test_a_sound_belongs_to_the_segment_in_which_it_begins():
    film = packaged([picture(seconds=6, every=27), sound(seconds=6)])
    assert film.index.cuts == (0.0, 2.7)
    assert counts(film) == [(27, 130), (33, 158)]  # sample 130 begins at 2.708 s


def test_a_track_may_have_no_sample_in_a_segment():
    film = packaged([picture(), sound(seconds=3)])
    assert counts(film) == [(20, 96), (20, 48), (20, 0), (20, 0), (20, 0)]


def test_what_is_told_of_a_track():
    track, sounds = packaged([picture(), sound()]).index.tracks
    assert (track.frame_rate, track.bytes_per_s, track.average_bytes_per_s) == (10.0, 1000, 1000)
    assert (sounds.language, sounds.channels, sounds.bytes_per_s, sounds.timescale) == ("de", 2, 480, 48_000)


B_FRAMES = [(1, 100), (1, 200), (1, 0)]  # the second picture is shown third


def test_offsets_are_as_small_as_they_can_be_and_not_negative():
    later = [(count, value + 500) for count, value in B_FRAMES]
    negative = [(count, value - 100) for count, value in B_FRAMES]
    for offsets in (B_FRAMES, later, negative):
        segment = next(packaged([picture(1, fps=3, clock=300, every=3, offsets=offsets)]).segments)
        assert segment[0].offsets == ((1, 100), (1, 200), (1, 0))


def test_pictures_that_are_shown_at_0_are_decoded_at_0_or_later():
    """The first picture is decoded 0.1 s before it is shown."""
    offsets = [(1, 100), (1, 200), (1, 0)] * 33 + [(1, 100)]
    film = packaged([picture(offsets=offsets, edit=Edit(0.0, 100, None)), sound()])
    assert film.index.delay_s == 0.1
    assert first_decode_times(film) == [0, 4800]


def test_the_delay_is_whole_in_milliseconds_and_in_ticks():
    """1 / 12288 s is no whole number of milliseconds, 1 / 8 s is."""
    frame = 12_288 // 24
    offsets = [(1, frame), (1, 2 * frame), (1, 0)] * 80
    edit = Edit(0.0, frame, None)
    film = packaged([picture(clock=12_288, fps=24, every=24, offsets=offsets, edit=edit), sound()])
    assert film.index.delay_s == 0.125
    assert film.index.cuts == (0.0, 2.0, 4.0, 6.0, 8.0)
    assert first_decode_times(film) == [12_288 // 8 - frame, 6000]


def test_a_track_that_begins_later_is_decoded_later():
    film = packaged([picture(), sound(edit=Edit(0.5, 0, None))])
    assert (film.index.delay_s, film.index.duration_s) == (0.0, 10.5)
    assert first_decode_times(film) == [0, 24_000]


def test_a_picture_that_begins_later_is_shown_from_0_on():
    """The first is decoded 0.1 s before it is shown, and lasts 0.1 s."""
    offsets = [(1, 100), (1, 200), (1, 0)] * 33 + [(1, 100)]
    film = packaged([picture(offsets=offsets, every=30, edit=Edit(0.6, 100, None)), sound()])
    assert (film.index.delay_s, film.index.cuts) == (0.1, (0.0, 3.6, 6.6, 9.6))
    pictures, sounds = next(film.segments)
    assert (pictures.decode_time, pictures.durations) == (0, ((1, 700), (29, 100)))
    assert sounds.decode_time == 4800


def test_a_picture_that_begins_a_little_later_does_so_in_its_segments():
    film = packaged([picture(edit=Edit(0.1, 0, None)), sound()])
    assert (film.index.delay_s, first_decode_times(film)) == (0.0, [100, 0])


def test_a_film_that_begins_late_begins_at_0():
    film = packaged([picture(edit=Edit(3600.0, 0, None)), sound(edit=Edit(3600.5, 0, None))])
    assert (film.index.delay_s, film.index.duration_s) == (0.0, 10.5)
    assert film.index.cuts == (0.0, 2.0, 4.0, 6.0, 8.0)
    assert first_decode_times(film) == [0, 24_000]


def test_sound_before_0_is_kept_for_decoders_to_begin_with():
    film = packaged([picture(), sound(edit=Edit(0.0, 2000, None))])
    assert film.index.delay_s == 0.042
    assert first_decode_times(film) == [42, 16]


def test_sound_long_before_0_is_left_out():
    film = packaged([picture(), sound(edit=Edit(0.0, 48_000, None))])
    assert film.index.delay_s == 0.063
    assert counts(film)[0] == (20, 99)  # 80 ms before are three samples, and a part of a fourth


def test_pictures_before_0_pass_in_an_instant():
    """Decoding begins with the key frame at 2 s, and what is shown with the picture at 2.5 s."""
    film = packaged([picture(edit=Edit(0.0, 2500, None), every=20), sound(edit=Edit(0.0, 120_000, None))])
    assert film.index.cuts == (0.0, 3.505, 5.505)
    pictures, sounds = next(film.segments)
    assert pictures.durations == ((5, 1), (35, 100))
    # What is shown at 2.5 s is heard with it: sample 120, before which three are kept.
    shown = pictures.decode_time / 1000 + 0.005
    assert shown == pytest.approx((sounds.decode_time + 3 * 1000) / 48_000, abs=0.0001)


def test_what_begins_after_the_end_of_the_edit_is_left_out():
    film = packaged([picture(edit=Edit(0.0, 0, 5000)), sound(edit=Edit(0.0, 0, 240_000))])
    assert (film.index.duration_s, counts(film)) == (5.0, [(20, 96), (20, 96), (10, 48)])


def test_pictures_before_the_first_key_frame_are_left_out():
    film = packaged([picture(first_key=10), sound()])
    assert film.index.duration_s == 10.0
    assert counts(film)[0] == (10, 96)


def test_pictures_of_h264_that_are_shown_before_the_first_key_frame_are_left_out():
    """The second and third, also where they are passed over before the edit begins. Those of HEVC stay."""
    offsets = [(1, 300), (2, 0), (97, 100)]
    segment = next(packaged([picture(offsets=offsets, every=30, edit=Edit(0.0, 300, None))]).segments)[0]
    assert segment.sizes == [100] * 28
    assert segment.runs == ((5000, 1), (5300, 27))
    assert segment.durations == ((1, 300), (27, 100))
    assert segment.offsets == ((1, 300), (27, 100))
    assert segment.keys == (0,)
    durations = [(1, 299), (1, 1), (98, 100)]  # as FFmpeg writes them
    edit = Edit(0.0, 700, None)
    cut = next(packaged([picture(offsets=offsets, durations=durations, every=30, edit=edit)]).segments)[0]
    assert (cut.runs, cut.durations) == (((5000, 1), (5300, 27)), ((1, 4), (3, 1), (24, 100)))
    other = next(packaged([picture(offsets=offsets, every=30, codec="hvc1.1.6.L93.B0")]).segments)[0]
    assert len(other.sizes) == 30


def test_pictures_of_h264_that_need_those_before_the_key_frame_keep_it_from_being_a_cut():
    """The two pictures behind each key frame but the first are shown before it."""
    offsets = [(10, 200), *[(1, 300), (2, 0), (7, 200)] * 9]
    assert packaged([picture(offsets=offsets)]).index.cuts == (0.0,)
    assert packaged([picture(offsets=offsets, codec="hvc1.1.6.L93.90")]).index.cuts == (0.0, 2.3, 4.3, 6.3, 8.3)


def test_they_are_where_there_are_no_others_for_a_minute():
    offsets = [(10, 200), *[(1, 300), (2, 0), (7, 200)] * 69]
    assert packaged([picture(70, offsets=offsets)]).index.cuts[:4] == (0.0, 2.3, 4.3, 6.3)


def test_key_frames_of_h264_at_which_decoders_do_not_begin_are_no_cuts():
    """Pictures of 100 bytes begin at byte 5000, so that of second 4 is 4000 bytes behind."""
    frames = {5000 + 100 * 10 * second: RECOVERY_POINT for second in (4, 6)}
    assert packaged([picture(), sound()], frames).index.cuts == (0.0, 2.0, 8.0)


def test_few_key_frames_are_looked_at():
    asked = []
    film = picture(seconds=200), sound(seconds=200)
    read_with(packaged_film(film), lambda first, length: asked.append((first, length)) or IDR)
    assert asked == [(5000 + 100 * 10 * second, 100) for second in (2, 100, 198)]


def test_sound_alone_is_cut_about_every_two_seconds():
    film = packaged([sound(edit=Edit(0.0, 1024, None))])
    assert film.index.cuts == pytest.approx((0.0, 2.1037, 4.2078, 6.312, 8.4162), abs=0.0001)


@pytest.mark.parametrize(
    "tracks",
    [
        [picture(seconds=70, every=700)],
        [picture(), sound(edit=Edit(0.0, 490_000, None))],
        [picture(edit=Edit(0.0, 0, 0))],
        [picture(), sound(edit=Edit(200_000.0, 0, None))],
        [picture(seconds=3, offsets=[(20, 0), (10, -90_000)], edit=Edit(0.0, 0, None))],
    ],
    ids=[
        "no key frame for a minute",
        "a sound of which nothing is presented",
        "a picture of which nothing is presented",
        "two days",
        "pictures shown long before they are decoded",
    ],
)
def test_films_that_segments_cannot_show_are_refused(tracks):
    with pytest.raises(NotPackaged):
        packaged(tracks)
