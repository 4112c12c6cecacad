"""Media playlists list the segments of a track."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.packaging.film_index import FilmIndex, Track
from services.packaging.manifests.playlists import key_frame_playlist, media_playlist, subtitles_playlist
from tests.hls import check_media_playlist

PICTURE = Track(0, "video", "avc1.640028", 24_000, b"", width=1920, height=800)
INDEX = FilmIndex(7.5, 0.083, (0.0, 2.002, 6.006), (PICTURE,))


def test_a_media_playlist_lists_each_segment():
    assert media_playlist(INDEX, PICTURE, "v=%22tag%22") == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-TARGETDURATION:4\n"
        "#EXT-X-PLAYLIST-TYPE:VOD\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MAP:URI="v0-init.mp4?v=%22tag%22"\n'
        "#EXTINF:2.00200,\n"
        "v0-0.m4s?v=%22tag%22\n"
        "#EXTINF:4.00400,\n"
        "v0-1.m4s?v=%22tag%22\n"
        "#EXTINF:1.49400,\n"
        "v0-2.m4s?v=%22tag%22\n"
        "#EXT-X-ENDLIST\n"
    )


def test_addresses_without_a_version_have_no_query():
    assert "\nv0-2.m4s\n" in media_playlist(INDEX, PICTURE, "")
    assert '"v0-init.mp4"' in media_playlist(INDEX, PICTURE, "")


def test_a_key_frame_playlist_lists_the_first_picture_of_each_segment():
    lines = key_frame_playlist(INDEX, PICTURE, "v=1").splitlines()
    assert "#EXT-X-I-FRAMES-ONLY" in lines
    assert "v0-1.m4s?v=1&key=1" in lines
    assert "v0-1.m4s?key=1" in key_frame_playlist(INDEX, PICTURE, "").splitlines()


def test_subtitles_are_one_segment():
    assert subtitles_playlist(INDEX, "/subtitles/film.mkv/t2.vtt").splitlines()[-3:] == [
        "#EXTINF:7.50000,",
        "/subtitles/film.mkv/t2.vtt",
        "#EXT-X-ENDLIST",
    ]


@pytest.mark.parametrize("make", [media_playlist, key_frame_playlist])
@given(st.lists(st.floats(1, 20), min_size=1, max_size=200))
def test_playlists_keep_the_rules_and_are_as_long_as_the_film(make, lengths_s):
    starts = [0.0]
    for length_s in lengths_s:
        starts.append(starts[-1] + length_s)
    index = FilmIndex(starts[-1], 0.0, tuple(starts[:-1]), (PICTURE,))
    assert check_media_playlist(make(index, PICTURE, "v=1")) == pytest.approx(starts[-1], abs=0.0001)


def test_subtitles_keep_the_rules():
    assert check_media_playlist(subtitles_playlist(INDEX, "/subtitles/film.mkv/t2.vtt?v=1")) == 7.5
