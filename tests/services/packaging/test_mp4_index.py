"""MP4 and QuickTime films as programs make them, held against what ffprobe says of each packet."""

import os
from itertools import pairwise
from pathlib import Path

import pytest

from services.packaging.film_index import PackagedFilm
from services.packaging.mp4_index import read_mp4
from services.packaging.reading import read_with
from tests.packets import packaged, probed
from tests.real_films import make_film

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
B_FRAMES = ("-bf", "2", "-x264-params", "keyint=24:scenecut=0:b-adapt=0")


def indexed(film: Path) -> PackagedFilm:
    with film.open("rb") as file:

        def read(first: int, length: int) -> bytes:
            assert first + length <= os.fstat(file.fileno()).st_size
            return os.pread(file.fileno(), length, first)

        return read_with(read_mp4(os.fstat(file.fileno()).st_size), read)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Ten seconds, pictures that are decoded before they are shown, two languages."""
    folder = tmp_path_factory.mktemp("film")
    second = (
        "-f",
        "lavfi",
        "-i",
        "sine=frequency=880:sample_rate=44100:duration=10",
        "-map",
        "0",
        "-map",
        "1",
        "-map",
        "2",
    )
    names = ("-metadata:s:a:0", "language=ger", "-metadata:s:a:1", "language=fra", "-metadata:s:a:1", "title=Comment")
    return make_film(folder / "film.mp4", *second, *H264, *B_FRAMES, "-c:a", "aac", *names, duration_s=10)


def _agrees(film: Path, index: PackagedFilm) -> None:
    """Asserts that each packet is where ffprobe says, with its size and time, and is a key if it says so."""
    for stream, packets in packaged(index).items():
        told = probed(film, stream)
        assert len(packets) == len(told) > 0
        for mine, its in zip(packets, told, strict=True):
            assert mine[:2] == its[:2]
            assert mine.shown == pytest.approx(its.shown, abs=0.0011)
            assert mine.is_key == its.is_key
        assert min(packet.decoded for packet in packets) >= 0
        assert all(later.decoded >= earlier.decoded for earlier, later in pairwise(packets))


def test_each_sample_is_where_and_when_ffprobe_says(film):
    _agrees(film, indexed(film))


def test_a_film_has_a_cut_at_each_key_frame_two_seconds_after_the_last(film):
    assert indexed(film).index.cuts == (0.0, 2.0, 4.0, 6.0, 8.0)


def test_tracks_tell_their_codec_language_and_title(film):
    picture, german, french = indexed(film).index.tracks
    assert (picture.stream, picture.kind, picture.width, picture.height) == (0, "video", 320, 180)
    assert (picture.codec, picture.frame_rate, picture.matrix) == ("avc1.4D400C", 24.0, b"")
    assert (german.stream, german.codec, german.language, german.label) == (1, "mp4a.40.2", "de", "")
    assert (german.is_default, german.channels, german.timescale) == (True, 1, 48000)
    assert (french.stream, french.language, french.label, french.timescale) == (2, "fr", "Comment", 44100)
    assert not french.is_default
