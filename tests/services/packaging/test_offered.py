import pytest

from services.packaging.codecs.sound_box import sound_box
from services.packaging.film_index import FilmIndex, NotPackaged, Track
from services.packaging.offered import NO_CONVERSIONS, SOUND_ALONE, Conversions, offered

ALL = Conversions(sound=True, pictures=True)
PICTURE = Track(0, "video", "avc1.640028", 12_800, b"avc1", width=1280, height=720)
HEVC = Track(0, "video", "hvc1.2.4.L120.90", 12_800, b"hvc1", width=1280, height=720)
MPEG_4 = Track(0, "video", "mp4v.20.240", 12_800, b"", width=640, height=360)
AAC = Track(1, "audio", "mp4a.40.2", 48_000, b"mp4a")
DOLBY = Track(2, "audio", "ac-3", 48_000, sound_box(b"ac-3", 6, 48_000, b""), channels=6)
DTS = Track(3, "audio", "dtsc", 48_000, b"", channels=6, rate=48_000)


def _offered(conversions, *tracks):
    return [track.name for track in offered(FilmIndex(4.0, 0.0, (0.0,), tracks), conversions).tracks]


@pytest.mark.parametrize(
    ("conversions", "tracks", "expected"),
    [
        (NO_CONVERSIONS, (PICTURE, AAC, DOLBY, DTS), ["v0", "a1", "a2"]),
        (SOUND_ALONE, (PICTURE, AAC, DOLBY, DTS), ["v0", "a1", "a2", "c2", "s2", "c3", "s3"]),
        (ALL, (PICTURE, DTS), ["v0", "c3", "s3"]),
        (SOUND_ALONE, (HEVC, AAC), ["v0", "a1"]),
        (ALL, (HEVC, AAC), ["v0", "x0p360", "x0p480", "x0p720", "a1"]),
        (ALL, (MPEG_4, DOLBY), ["x0p360", "a2", "c2", "s2"]),
    ],
)
def test_players_are_told_of_the_tracks_that_are_sent_and_of_what_they_are_converted_to(conversions, tracks, expected):
    assert _offered(conversions, *tracks) == expected


@pytest.mark.parametrize("conversions", [NO_CONVERSIONS, SOUND_ALONE])
def test_a_film_is_not_offered_as_its_sound_alone(conversions):
    with pytest.raises(NotPackaged, match="no picture that browsers play"):
        _offered(conversions, MPEG_4, AAC)
