"""The index of Matroska: what the head says, which cues count, and what is not packaged."""

import struct

import pytest

from services.packaging.film_index import NotPackaged
from services.packaging.matroska.index import read_matroska
from services.packaging.reading import read_with
from tests.matroska import AVC, audio_track, cluster, element, film, number, simple, video_track
from tests.real_films import make_film

PICTURES = [cluster(ticks, simple(1, 0, key=True), simple(2, 0)) for ticks in (0, 2500, 5000, 7500)]
CUES = [(0, 1, 0), (2500, 1, 1), (5000, 1, 2), (7500, 1, 3)]


def index_of(content):
    return read_with(read_matroska(len(content)), lambda first, length: content[first : first + length])


def index_of_tracks(*tracks):
    return index_of(film(tracks, PICTURES, CUES)).index


def reason(content):
    with pytest.raises(NotPackaged) as raised:
        index_of(content)
    return str(raised.value)


def test_a_segment_begins_at_each_cue_of_the_pictures():
    found = index_of(film([video_track(), audio_track()], PICTURES, CUES))
    assert found.index.cuts == (0, 2.5, 5, 7.5)
    assert found.index.duration_s == 10
    assert [track.codec for track in found.index.tracks] == ["avc1.64001E", "mp4a.40.2"]


def test_cues_of_other_tracks_begin_no_segment():
    cues = [(0, 1, 0), (2500, 2, 1), (5000, 1, 2), (7500, 2, 3)]
    assert index_of(film([video_track(), audio_track()], PICTURES, cues)).index.cuts == (0, 5)


def test_sound_alone_begins_segments_at_its_own_cues():
    clusters = [cluster(ticks, simple(2, 0), simple(2, 21)) for ticks in (0, 2500, 5000)]
    found = index_of(film([audio_track()], clusters, [(0, 2, 0), (2500, 2, 1), (5000, 2, 2)]))
    assert found.index.cuts == (0, 2.5, 5)
    assert [track.kind for track in found.index.tracks] == ["audio"]


def test_of_tracks_of_one_number_the_first_counts():
    assert [track.kind for track in index_of_tracks(video_track(), audio_track(track=1)).tracks] == ["video"]


def test_a_segment_of_unknown_size_lasts_to_the_end_of_the_film():
    assert index_of(film([video_track()], PICTURES, CUES, sized=False)).index.cuts == (0, 2.5, 5, 7.5)


def test_cues_behind_the_stated_end_begin_no_segment():
    assert index_of(film([video_track()], PICTURES, CUES, duration_ms=6000)).index.cuts == (0, 2.5, 5)


def test_a_film_that_does_not_tell_its_length_ends_with_its_last_picture():
    found = index_of(film([video_track(number("23e383", 40_000_000))], PICTURES, CUES, duration_ms=None))
    assert found.index.duration_s == 7.54


@pytest.mark.parametrize(
    ("fields", "language"),
    [
        (b"", "en"),
        (element("22b59c", b"ger"), "de"),
        (element("22b59c", b"und"), ""),
        (element("22b59c", b"por") + element("22b59d", b"pt-BR"), "pt-BR"),
    ],
    ids=["not told: English", "ISO 639-2", "undetermined", "BCP 47"],
)
def test_a_track_has_a_language(fields, language):
    assert index_of_tracks(video_track(), audio_track(fields)).tracks[1].language == language


def test_a_track_has_a_name_and_may_be_no_default():
    track = index_of_tracks(video_track(), audio_track(element("536e", b"Kommentar"), number("88", 0))).tracks[1]
    assert (track.label, track.is_default, track.channels) == ("Kommentar", False, 2)


def test_tracks_are_numbered_as_the_streams_of_the_file():
    subtitles = element("ae", number("d7", 3), number("83", 17), element("86", b"S_TEXT/UTF8"))
    tracks = index_of_tracks(video_track(), subtitles, audio_track()).tracks
    assert [track.stream for track in tracks] == [0, 2]


@pytest.mark.parametrize(
    "track",
    [
        audio_track(codec=b"A_DTS"),
        audio_track(number("b9", 0)),
        audio_track(element("6d80", element("6240"))),
        audio_track(private=b""),
    ],
    ids=["a codec that no browser plays", "not enabled", "compressed or encrypted", "without its configuration"],
)
def test_sound_that_cannot_be_packaged_is_left_out(track):
    assert [each.kind for each in index_of_tracks(video_track(), track).tracks] == ["video"]


def test_pictures_that_are_not_square_are_shown_wider():
    shown = element("e0", number("b0", 720), number("ba", 576), number("54b0", 1024), number("54ba", 576))
    track = element(
        "ae", number("d7", 1), number("83", 1), element("86", b"V_MPEG4/ISO/AVC"), element("63a2", AVC), shown
    )
    described = index_of_tracks(track).tracks[0]
    assert (described.width, described.height) == (1024, 576)
    assert b"pasp" + (64).to_bytes(4, "big") + (45).to_bytes(4, "big") in described.sample_entry


def test_cues_that_lead_to_no_key_frame_begin_no_segment():
    clusters = [*PICTURES[:2], cluster(5000, simple(1, 0), simple(2, 0)), PICTURES[3]]
    assert index_of(film([video_track(), audio_track()], clusters, CUES)).index.cuts == (0, 2.5, 7.5)


def test_cues_that_lead_elsewhere_begin_no_segment():
    cues = [(0, 1, 0), (2500, 1, 2), (5000, 1, 2), (7500, 1, 3)]
    assert index_of(film([video_track()], PICTURES, cues)).index.cuts == (0, 5, 7.5)


def test_a_cue_may_lead_to_the_middle_of_a_cluster():
    clusters = [cluster(0, *(simple(1, ticks, key=ticks % 2500 == 0) for ticks in range(0, 10_000, 100)))]
    cues = [(ticks, 1, 0) for ticks in range(0, 10_000, 2500)]
    assert index_of(film([video_track()], clusters, cues)).index.cuts == (0, 2.5, 5, 7.5)


OPEN_GOPS = "keyint=48:min-keyint=48:scenecut=0:bframes=3:open-gop=1"


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_segment_may_begin_with_an_open_gop(codec, tmp_path):
    """With a recovery point of H.264, or a CRA picture of HEVC."""
    parameters = f"{OPEN_GOPS}:log-level=none" if codec == "libx265" else OPEN_GOPS
    options = ("-c:v", codec, "-preset", "ultrafast", f"-{codec[3:]}-params", parameters)
    film = make_film(tmp_path / "film.mkv", *options, sound=False, duration_s=9)
    assert index_of(film.read_bytes()).index.cuts == (0, 2, 4, 6, 8)


IDR, SLICE, MESSAGES = "00000002 6588", "00000002 4188", "00000005 06 05 01 00 80"
RECOVERY_POINT = "00000007 06 05 01 00 06 01 c4"


@pytest.mark.parametrize(
    ("frame", "cuts"),
    [
        (IDR, (0, 2.5, 5)),
        (MESSAGES + IDR, (0, 2.5, 5)),
        (RECOVERY_POINT + SLICE, (0, 2.5, 5)),
        (MESSAGES + SLICE, (0, 5)),
        (SLICE, (0, 5)),
        (SLICE + IDR, (0, 5)),
        (MESSAGES, (0, 2.5, 5)),
        ("000000", (0, 2.5, 5)),
    ],
    ids=["IDR", "IDR behind a message", "recovery point", "no recovery point", "slice", "slice first", "?", "damaged"],
)
def test_a_segment_of_h264_begins_where_a_decoder_may(frame, cuts):
    frames = [bytes.fromhex(IDR), bytes.fromhex(frame), bytes.fromhex(IDR)]
    clusters = [cluster(n * 2500, simple(1, 0, each, key=True)) for n, each in enumerate(frames)]
    assert index_of(film([video_track()], clusters, CUES[:3])).index.cuts == cuts


def test_a_film_without_cues_is_searched_for_key_frames_if_it_is_short_enough():
    content = film([video_track(), audio_track()], PICTURES, sized=False, duration_ms=None)
    found = read_with(read_matroska(len(content), len(content)), lambda first, length: content[first : first + length])
    assert found.index.cuts == (0, 2.5, 5)  # the last picture, of no known duration, would be a segment of no length
    assert [content[entry.cluster : entry.cluster + 4].hex() for entry in found.entries] == ["1f43b675"] * 3
    with pytest.raises(NotPackaged, match="no cues"):
        read_with(read_matroska(len(content), len(content) - 1), lambda first, length: content[first : first + length])


def test_rates_are_estimated():
    clusters = [
        cluster(ticks, simple(1, 0, bytes(5000), key=True), simple(2, 0, bytes(500))) for ticks in range(0, 9000, 1500)
    ]
    cues = [(ticks, 1, n) for n, ticks in enumerate(range(0, 9000, 1500))]
    picture, sound = index_of(film([video_track(), audio_track()], clusters, cues, duration_ms=9000)).index.tracks
    assert 300 <= sound.bytes_per_s <= 450
    assert 3000 <= picture.average_bytes_per_s <= picture.bytes_per_s <= 4000


def test_cues_more_than_a_minute_apart_are_too_few():
    clusters = [cluster(ticks, simple(1, 0, key=True)) for ticks in (0, 2500, 63_000)]
    cues = [(0, 1, 0), (2500, 1, 1), (63_000, 1, 2)]
    assert reason(film([video_track()], clusters, cues, duration_ms=65_000)) == (
        "no random access point in more than 60 s"
    )


@pytest.mark.parametrize(
    ("degrees", "turn"),
    [(90.0, (0, -1, 1, 0)), (-90.0, (0, 1, -1, 0)), (180.0, (-1, 0, 0, -1)), (0.0, None), (45.0, None)],
)
def test_pictures_may_be_turned(degrees, turn):
    """Against the clock."""
    roll = element("7670", element("7675", struct.pack(">d", degrees)))
    sides = element("e0", number("b0", 640), number("ba", 360), roll)
    codec = element("86", b"V_VP9") + element("63a2", bytes.fromhex("010100030108"))
    track = element("ae", number("d7", 1), number("83", 1), codec, sides)
    matrix = index_of_tracks(track).tracks[0].matrix
    if turn is None:
        assert matrix == b""
    else:
        a, b, c, d = (each * 65536 for each in turn)
        assert matrix == struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "this is no Matroska film"),
        (b"\0\0\0\x18ftypisom" + bytes(100), "there is no EBML element where one should be"),
        (bytes.fromhex("1a45dfa3 84"), "the element 1A45DFA3 is cut off"),
        (film([video_track()], PICTURES), "no cues"),
        (film([video_track()], []), "the film has no clusters"),
        (film([video_track(codec=b"V_REAL/RV40")], PICTURES, CUES), "no browser plays V_REAL/RV40 in MP4"),
        (film([], PICTURES, CUES), "no tracks"),
    ],
)
def test_what_is_not_packaged_says_why(content, why):
    assert reason(content) == why
