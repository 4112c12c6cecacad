"""What is measured in films that ffmpeg made, and in files that are no films."""

import random
from contextlib import suppress

import pytest

from services.errors import FilmUnreadable
from services.media.measures import plausible_measures
from services.media.worker.measuring import READ_BYTES, measure
from tests.films import put
from tests.real_films import H264, ffmpeg, make_film

EACH_2_S = ("-g", "48", "-keyint_min", "48", "-sc_threshold", "0")
NEVER = ("-g", "999", "-keyint_min", "999", "-sc_threshold", "0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("films")


def _measured(path, read_bytes=READ_BYTES):
    with path.open("rb") as film:
        return plausible_measures(measure(film, read_bytes))


@pytest.mark.parametrize(
    ("name", "options", "index", "has_segments"),
    [
        ("front.mp4", (*H264, "-movflags", "+faststart"), "front", True),
        ("behind.mp4", H264, "behind", True),
        ("pieces.mp4", (*H264, "-movflags", "+frag_keyframe+empty_moov"), "fragments", True),
        ("a.mov", H264, "behind", True),
        ("behind.mkv", (*H264, "-c:a", "aac"), "behind", True),
        ("front.mkv", (*H264, "-c:a", "aac", "-reserve_index_space", "10000"), "front", True),
        ("a.avi", ("-c:v", "mpeg4", "-c:a", "mp3"), "behind", True),
        ("a.ts", (*H264, "-c:a", "aac"), "none", True),
        ("a.flv", (*H264, "-c:a", "aac"), "none", True),
        ("indexed.flv", (*H264, "-c:a", "aac", "-flvflags", "add_keyframe_index"), "front", True),
        ("a.wmv", ("-c:v", "wmv2", "-c:a", "wmav2"), "behind", True),
        ("a.mpg", ("-c:v", "mpeg2video", "-c:a", "mp2"), "none", True),
        ("old.avi", ("-c:v", "rv20", "-c:a", "mp3"), "behind", False),
    ],
)
def test_the_place_of_the_index_and_the_key_frames_are_found_in_every_container(
    folder, name, options, index, has_segments
):
    found = _measured(make_film(folder / name, *options, *EACH_2_S, duration_s=8))
    assert found["index"] == index
    assert found["longest_s"] == pytest.approx(2.0, abs=0.1)
    assert found["typical_s"] == pytest.approx(2.0, abs=0.1)
    assert "seen_s" not in found
    assert ("no_segments" not in found) == has_segments


def test_the_index_has_its_own_length(folder):
    film = make_film(folder / "length.mp4", *H264, sound=False, duration_s=2)
    moov = film.read_bytes().partition(b"moov")[2]
    assert _measured(film)["index_bytes"] == len(moov)  # it is the last box


def test_a_film_of_one_key_frame_is_one_distance(folder):
    found = _measured(make_film(folder / "one.mkv", *H264, *NEVER, size="64x36", duration_s=20))
    assert found["longest_s"] == found["typical_s"] == pytest.approx(20.0, abs=0.1)


def test_the_ten_seconds_that_take_most_are_the_peak(folder):
    still = make_film(folder / "still.mp4", *H264, *EACH_2_S, "-b:v", "100k", size="64x36", sound=False, duration_s=30)
    rates = ("-b:v", "4M", "-minrate", "4M", "-maxrate", "4M", "-bufsize", "400k", "-nal-hrd", "cbr")
    rich = make_film(folder / "rich.mp4", *H264, *EACH_2_S, *rates, size="64x36", sound=False, duration_s=12)
    both = put(folder, "both.txt", f"file '{still}'\nfile '{rich}'\nfile '{still}'\n".encode())
    for target in (folder / "both.mp4", folder / "both.mkv", folder / "both.ts"):
        ffmpeg("-f", "concat", "-safe", "0", "-i", str(both), "-c", "copy", str(target))
        assert _measured(target)["peak_bytes_per_s"] == pytest.approx(500_000, rel=0.1)


def test_of_a_large_film_without_an_index_the_beginning_is_read(folder):
    film = make_film(folder / "long.ts", *H264, *EACH_2_S, "-b:v", "400k", duration_s=30)
    found = _measured(film, read_bytes=400_000)
    assert 1 < found["seen_s"] < 20
    assert found["longest_s"] == pytest.approx(2.0, abs=0.1)


def test_sound_alone_has_an_index_and_no_key_frames(folder):
    found = _measured(make_film(folder / "sound.mp4", "-vn", "-c:a", "aac"))
    assert (found["index"], "longest_s" in found) == ("behind", False)


def test_damaged_films_are_measured_within_bounds_or_refused(folder):
    dice = random.Random(1)
    whole = make_film(folder / "damaged.mkv", *H264, *EACH_2_S, duration_s=4).read_bytes()
    for number in range(40):
        content = bytearray(whole)
        for _ in range(20):
            content[dice.randrange(len(content) if number % 2 else 1000)] = dice.randrange(256)
        with suppress(FilmUnreadable):
            _measured(put(folder, "broken.mkv", bytes(content)))
    with pytest.raises(FilmUnreadable):
        _measured(put(folder, "noise.mp4", dice.randbytes(5000)))
