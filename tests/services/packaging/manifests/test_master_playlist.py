"""The master playlist names the tracks of a film, and what a player needs to choose between them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.packaging.conversion import converted
from services.packaging.film_index import FilmIndex, Track
from services.packaging.manifests.master_playlist import Rendition, master_playlist
from services.packaging.picture_conversion import converted_pictures
from tests.hls import attributes, check_master_playlist

PICTURE = Track(
    0,
    "video",
    "avc1.640028",
    24_000,
    b"",
    width=1920,
    height=800,
    frame_rate=24_000 / 1_001,
    bytes_per_s=1_000_000,
    average_bytes_per_s=500_000,
)
SOUND = Track(1, "audio", "mp4a.40.2", 48_000, b"", "de", channels=2, bytes_per_s=20_000, average_bytes_per_s=16_000)
LOUDER = replace(SOUND, stream=2, language="en", channels=6, bytes_per_s=80_000)
DOLBY = replace(LOUDER, codec="ac-3")


def _playlist(tracks, subtitles=(), query="v=1"):
    text = master_playlist(FilmIndex(60.0, 0.0, (0.0,), tuple(tracks)), subtitles, query)
    check_master_playlist(text)
    return text


def _tags(text, name):
    return [attributes(line) for line in text.splitlines() if line.startswith(f"#{name}:")]


def test_the_whole_of_it():
    forced = Rendition("s3.m3u8?v=1", "en", "Signs", attributes={"FORCED": "YES"})
    assert _playlist([PICTURE, SOUND, LOUDER], [Rendition("s2.m3u8?v=1", "en"), forced]) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="de",LANGUAGE="de",DEFAULT=YES,AUTOSELECT=YES,'
        'CHANNELS="2",URI="a1.m3u8?v=1"\n'
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="en",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,'
        'CHANNELS="6",URI="a2.m3u8?v=1"\n'
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="en",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,'
        'URI="s2.m3u8?v=1"\n'
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="Signs",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,'
        'FORCED=YES,URI="s3.m3u8?v=1"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=8640000,AVERAGE-BANDWIDTH=4128000,CODECS="avc1.640028,mp4a.40.2",'
        'RESOLUTION=1920x800,FRAME-RATE=23.976,AUDIO="sound",SUBTITLES="subtitles"\n'
        "v0.m3u8?v=1\n"
        '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=8000000,AVERAGE-BANDWIDTH=4000000,CODECS="avc1.640028",'
        'RESOLUTION=1920x800,URI="iframes-v0.m3u8?v=1"\n'
    )


def test_a_silent_film_has_no_sounds():
    assert "AUDIO" not in _playlist([PICTURE])


def test_sound_without_pictures_plays_alone():
    text = _playlist([SOUND, replace(LOUDER, is_default=True)])
    (stream,) = _tags(text, "EXT-X-STREAM-INF")
    assert (stream["CODECS"], stream["BANDWIDTH"], stream["AUDIO"]) == ("mp4a.40.2", "640000", "sound")
    assert text.endswith("\na2.m3u8?v=1\n")


def test_players_without_dolby_find_the_other_sounds_by_themselves():
    text = _playlist([PICTURE, DOLBY, SOUND, replace(SOUND, stream=3, codec="opus")])
    assert [(each["GROUP-ID"], each["URI"], each["DEFAULT"]) for each in _tags(text, "EXT-X-MEDIA")] == [
        ("sound", "a2.m3u8?v=1", "YES"),
        ("sound", "a1.m3u8?v=1", "NO"),
        ("sound", "a3.m3u8?v=1", "NO"),
        ("sound-everywhere", "a1.m3u8?v=1", "YES"),
        ("sound-everywhere", "a3.m3u8?v=1", "NO"),
    ]
    assert [(each["AUDIO"], each["CODECS"], each["BANDWIDTH"]) for each in _tags(text, "EXT-X-STREAM-INF")] == [
        ("sound", "avc1.640028,ac-3,mp4a.40.2,opus", "8640000"),
        ("sound-everywhere", "avc1.640028,mp4a.40.2,opus", "8160000"),
    ]


def test_players_without_dolby_find_what_it_is_converted_to():
    text = _playlist([PICTURE, DOLBY, *converted(DOLBY), SOUND])
    assert [(each["GROUP-ID"], each["URI"], each["DEFAULT"]) for each in _tags(text, "EXT-X-MEDIA")] == [
        ("sound", "a2.m3u8?v=1", "YES"),
        ("sound", "a1.m3u8?v=1", "NO"),
        ("sound-everywhere", "c2.m3u8?v=1", "YES"),
        ("sound-everywhere", "a1.m3u8?v=1", "NO"),
        ("surround", "s2.m3u8?v=1", "YES"),
        ("surround", "a1.m3u8?v=1", "NO"),
    ]
    variants = _tags(text, "EXT-X-STREAM-INF")
    assert [(each["AUDIO"], each["BANDWIDTH"]) for each in variants] == [
        ("sound", "8640000"),
        ("sound-everywhere", "8192000"),
        ("surround", "8384000"),
    ]
    assert [each["CHANNELS"] for each in _tags(text, "EXT-X-MEDIA") if each["URI"][0] in "cs"] == ["2", "6"]


def test_sound_that_is_dolby_alone_is_one_group():
    assert [each["GROUP-ID"] for each in _tags(_playlist([PICTURE, DOLBY]), "EXT-X-MEDIA")] == ["sound"]


def test_players_without_the_picture_find_what_it_is_converted_to():
    hevc = replace(PICTURE, codec="hvc1.2.4.L120.90", width=854, height=480)
    text = _playlist([hevc, *converted_pictures(hevc, (0.0,)), SOUND])
    variants = _tags(text, "EXT-X-STREAM-INF")
    assert [(each["CODECS"], each["RESOLUTION"], each["BANDWIDTH"]) for each in variants] == [
        ("hvc1.2.4.L120.90,mp4a.40.2", "854x480", "8160000"),
        ("avc1.64002A,mp4a.40.2", "640x360", "1160000"),
        ("avc1.64002A,mp4a.40.2", "854x480", "2035000"),
    ]
    assert [line for line in text.splitlines() if not line.startswith("#")] == [
        "v0.m3u8?v=1",
        "x0p360.m3u8?v=1",
        "x0p480.m3u8?v=1",
    ]
    assert len(_tags(text, "EXT-X-I-FRAME-STREAM-INF")) == 1


def test_of_two_video_tracks_the_first_is_played():
    assert "v7" not in _playlist([PICTURE, replace(PICTURE, stream=7)])


@pytest.mark.parametrize(
    ("defaults", "expected"),
    [((False, True, False), ["NO", "YES", "NO"]), ((True, True, False), ["YES", "NO", "NO"])],
    ids=["one", "the first of two"],
)
def test_the_default_sound_is_the_films_own(defaults, expected):
    sounds = [
        replace(SOUND, stream=place, language=language, is_default=is_default)
        for place, (language, is_default) in enumerate(zip(("de", "en", "fr"), defaults, strict=True))
    ]
    found = {each["LANGUAGE"]: each["DEFAULT"] for each in _tags(_playlist([PICTURE, *sounds]), "EXT-X-MEDIA")}
    assert [found[language] for language in ("de", "en", "fr")] == expected


def test_no_subtitles_are_shown_unless_the_film_says_so():
    subtitles = [Rendition("s2.m3u8", "en"), Rendition("s3.m3u8", "de", is_default=True)]
    assert [each["DEFAULT"] for each in _tags(_playlist([PICTURE], subtitles), "EXT-X-MEDIA")] == ["NO", "YES"]
    assert [each["DEFAULT"] for each in _tags(_playlist([PICTURE], subtitles[:1]), "EXT-X-MEDIA")] == ["NO"]


def test_players_choose_the_default_of_a_language_and_not_its_commentary():
    commentary = replace(SOUND, stream=2, label="Commentary")
    found = _tags(_playlist([PICTURE, commentary, replace(SOUND, is_default=True)]), "EXT-X-MEDIA")
    assert {each["NAME"]: each["AUTOSELECT"] for each in found} == {"de": "YES", "Commentary": "NO"}


def test_players_choose_between_subtitles_with_and_without_sounds_described():
    described = Rendition(
        "s3.m3u8", "en", attributes={"CHARACTERISTICS": '"public.accessibility.describes-music-and-sound"'}
    )
    found = _tags(_playlist([PICTURE], [Rendition("s2.m3u8", "en"), described]), "EXT-X-MEDIA")
    assert [(each["NAME"], each["AUTOSELECT"]) for each in found] == [("en", "YES"), ("en 2", "YES")]


def test_no_two_sounds_have_one_name():
    sounds = [replace(SOUND, stream=place, label=label) for place, label in enumerate(("A", "A 2", "A", "", "", '"'))]
    names = [each["NAME"] for each in _tags(_playlist([PICTURE, *sounds]), "EXT-X-MEDIA")]
    assert names == ["A", "A 2", "A 3", "de", "de 2", "'"]


def test_a_sound_of_which_nothing_is_known_has_a_name():
    found = _tags(_playlist([PICTURE, replace(SOUND, language="", label=" ")]), "EXT-X-MEDIA")
    assert [each["NAME"] for each in found] == ["Sound"]


def test_words_from_a_film_end_no_attribute_and_no_line():
    label = 'x",URI="//evil.example/\r\n#EXT-X-ENDLIST\u2028\x85'
    found = _tags(_playlist([PICTURE, replace(SOUND, label=label)]), "EXT-X-MEDIA")
    assert [(each["NAME"], each["URI"]) for each in found] == [
        ("x',URI='//evil.example/  #EXT-X-ENDLIST", "a1.m3u8?v=1")
    ]


@pytest.mark.parametrize(
    ("transfer", "expected"), [(16, "PQ"), (18, "HLG"), (1, "SDR"), (2, None)], ids=["PQ", "HLG", "SDR", "not told"]
)
def test_the_range_of_brightness_is_that_of_the_sample_entry(transfer, expected):
    entry = b"\0\0\0\x63hvc1....\0\0\0\x13colrnclx\0\x09\0" + bytes([transfer]) + b"\0\x09\0"
    (stream,) = _tags(_playlist([replace(PICTURE, sample_entry=entry)]), "EXT-X-STREAM-INF")
    assert stream.get("VIDEO-RANGE") == expected


def test_a_rate_that_is_not_known_is_not_told():
    text = _playlist([replace(PICTURE, average_bytes_per_s=0, frame_rate=0.0), SOUND])
    assert ["AVERAGE-BANDWIDTH" in each for each in _tags(text, "EXT-X-STREAM-INF")] == [False]
    assert "FRAME-RATE" not in text


@given(
    st.lists(
        st.tuples(
            st.text(max_size=5),
            st.sampled_from(["", "de", "pt-BR"]),
            st.booleans(),
            st.sampled_from(["mp4a.40.2", "ec-3", "fLaC"]),
        ),
        max_size=6,
    ),
    st.lists(st.tuples(st.text(max_size=5), st.sampled_from(["", "de"]), st.booleans(), st.booleans()), max_size=6),
)
def test_playlists_keep_the_rules_whatever_the_labels(sounds, subtitles):
    tracks = [
        replace(SOUND, stream=place, label=label, language=language, is_default=is_default, codec=codec)
        for place, (label, language, is_default, codec) in enumerate(sounds, 1)
    ]
    renditions = [
        Rendition(f"s{place}.m3u8", language, label, is_default, {"FORCED": "YES"} if is_forced else {})
        for place, (label, language, is_default, is_forced) in enumerate(subtitles)
    ]
    _playlist([PICTURE, *tracks], renditions)
