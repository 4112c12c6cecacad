"""The length of films whose header has none, or a wrong one."""

import io
import struct
import subprocess
from pathlib import Path

import pytest

from services.media.details import MAX_TIME_S
from services.media.storyboard import storyboard
from services.media.worker import probe as probing
from tests.film_jobs import probe
from tests.needs import need
from tests.real_films import ffmpeg, make_film

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "24", "-c:a", "aac")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "24", "-c:a", "libopus")
UNTAGGED = ("-map_metadata", "-1", "-map_metadata:s", "-1")
FRAGMENTS = ("-f", "mp4", "-movflags", "frag_keyframe+empty_moov+default_base_moof+skip_trailer")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="module")
def mp4(folder):
    return make_film(folder / "film.mp4", *H264, duration_s=20)


@pytest.fixture(scope="module")
def webm(folder):
    return make_film(folder / "film.webm", *VP8, duration_s=20)


def piped(target: Path, film: Path, *options: str) -> Path:
    """``film`` as ffmpeg writes it to a pipe, where it cannot go back to the header."""
    command = [need("ffmpeg"), "-nostdin", "-loglevel", "error", "-i", str(film), "-c", "copy", *options, "pipe:1"]
    with target.open("wb") as output:
        subprocess.run(command, stdout=output, check=True)
    return target


def with_bytes(target: Path, film: Path, old: bytes, new: bytes) -> Path:
    content = film.read_bytes()
    position = content.index(old)
    target.write_bytes(content[:position] + new + content[position + len(new) :])
    return target


PIPED = {
    "a.mkv": ("-f", "matroska"),
    "a.mp4": FRAGMENTS,
    "a track a fragment.mp4": (*FRAGMENTS[:-1], f"{FRAGMENTS[-1]}+separate_moof"),
    "first fragment in moov.mp4": ("-f", "mp4", "-movflags", "frag_keyframe+skip_trailer"),
    "a.flv": ("-f", "flv"),
    "a.ts": ("-f", "mpegts"),
    "a.wmv": ("-f", "asf"),
}


@pytest.mark.parametrize("name", PIPED)
def test_a_film_from_a_pipe_is_as_long_as_its_last_pictures_say(folder, mp4, name):
    assert probe(piped(folder / name, mp4, *PIPED[name]))["duration"] == pytest.approx(20.0, abs=0.1)


def test_a_webm_from_a_pipe_is_as_long_as_its_last_pictures_say(folder, webm):
    film = piped(folder / "piped.webm", webm, *UNTAGGED, "-f", "webm")
    assert probe(film)["duration"] == pytest.approx(20.0, abs=0.1)


@pytest.mark.parametrize("name", [name for name in PIPED if name != "a.flv"])
def test_a_film_that_was_cut_off_is_as_long_as_what_is_left(folder, mp4, name):
    film = piped(folder / f"cut {name}", mp4, *PIPED[name])
    with film.open("r+b") as file:
        file.truncate(film.stat().st_size * 6 // 10)
    assert probe(film)["duration"] == pytest.approx(12.0, abs=0.7)


def test_a_cluster_in_which_there_is_no_whole_block_yet_is_left_out(folder, webm):
    film = piped(folder / "begun.webm", webm, *UNTAGGED, "-f", "webm")
    content = film.read_bytes()
    film.write_bytes(content[: content.rindex(b"\x1f\x43\xb6\x75") + 20])
    assert 15 < probe(film)["duration"] < 20


@pytest.mark.parametrize("options", [("-f", "matroska"), FRAGMENTS], ids=["mkv", "mp4"])
def test_a_film_whose_clock_begins_late_is_not_longer_for_it(folder, mp4, options):
    film = piped(folder / "late", mp4, *options[:-1], *options[-1:], "-output_ts_offset", "3600")
    assert probe(film)["duration"] == pytest.approx(20.0, abs=0.1)


def test_a_length_that_was_copied_from_another_film_is_not_believed(folder, webm):
    """ffmpeg keeps the tag DURATION of the film that it repeats."""
    film = folder / "repeated.webm"
    command = ("-stream_loop", "3", "-i", str(webm), "-c", "copy", "-f", "webm", "pipe:1")
    with film.open("wb") as output:
        subprocess.run([need("ffmpeg"), "-nostdin", "-loglevel", "error", *command], stdout=output, check=True)
    assert probe(film)["duration"] == pytest.approx(80.0, abs=0.2)


@pytest.mark.parametrize("milliseconds", [0.0, 1.0, 3_000.0, 36_000_000.0, -5.0, float("nan"), float("inf"), 1e300])
@pytest.mark.parametrize("indexed", [True, False], ids=["indexed", "not indexed"])
def test_a_wrong_length_in_the_header_of_matroska_gives_way_to_the_last_cluster(folder, mp4, milliseconds, indexed):
    plain = folder / "plain.mkv"
    ffmpeg("-i", str(mp4), "-c", "copy", *UNTAGGED, *(() if indexed else ("-cues_to_front", "0")), str(plain))
    film = with_bytes(folder / "wrong.mkv", plain, b"\x44\x89\x88", b"\x44\x89\x88" + struct.pack(">d", milliseconds))
    if not indexed:
        with_bytes(film, film, b"\x1c\x53\xbb\x6b", b"\xec\x53\xbb\x6b")  # Cues
    assert probe(film)["duration"] == pytest.approx(20.0, abs=0.1)


def test_a_length_in_the_header_that_can_be_right_is_kept(folder, mp4):
    plain = folder / "plain.mkv"
    ffmpeg("-i", str(mp4), "-c", "copy", *UNTAGGED, str(plain))
    film = with_bytes(folder / "right.mkv", plain, b"\x44\x89\x88", b"\x44\x89\x88" + struct.pack(">d", 20_123.0))
    assert probe(film)["duration"] == 20.123


def test_an_avi_without_a_length_has_none_rather_than_one_of_hours(folder, mp4):
    film = folder / "long.avi"
    command = ("-stream_loop", "5", "-i", str(mp4), "-c", "copy", "-f", "avi", "pipe:1")
    with film.open("wb") as output:
        subprocess.run([need("ffmpeg"), "-nostdin", "-loglevel", "error", *command], stdout=output, check=True)
    assert "duration" not in probe(film)


class Counting(io.FileIO):
    """Counts the ranges that are read, each of which would be a request to a store, and their bytes."""

    ranges = bytes_read = next_position = 0

    def readinto(self, buffer):
        self.ranges += self.tell() != self.next_position
        count = super().readinto(buffer)
        self.bytes_read += count
        self.next_position = self.tell()
        return count


@pytest.mark.parametrize("options", [("-f", "matroska"), FRAGMENTS], ids=["mkv", "mp4"])
def test_the_length_of_a_long_film_takes_few_ranges(folder, mp4, options):
    film = folder / "long"
    command = ("-stream_loop", "29", "-i", str(mp4), "-c", "copy", *options, "pipe:1")
    with film.open("wb") as output:
        subprocess.run([need("ffmpeg"), "-nostdin", "-loglevel", "error", *command], stdout=output, check=True)
    reads = Counting(film)
    with io.BufferedReader(reads, 256 * 1024) as buffered:
        assert probing.probe(buffered)["duration"] == pytest.approx(600.0, abs=3)
    assert (reads.ranges <= 12, reads.bytes_read < 8 * 2**20) == (True, True), (reads.ranges, reads.bytes_read)


def test_a_long_film_without_an_index_is_not_read_for_a_storyboard(folder, mp4):
    film = piped(folder / "sparse.mkv", mp4, "-f", "matroska")
    end = film.read_bytes()[-(2**20) :]
    with film.open("r+b") as file:
        file.truncate(70 * 2**20)
        file.seek(0, io.SEEK_END)
        file.write(end)
    details = probe(film)
    assert details["duration"] == pytest.approx(20.0, abs=0.1)
    assert storyboard(details) is None


def test_a_length_of_ages_is_left_out(folder, webm):
    film = piped(folder / "ages.webm", webm, *UNTAGGED, "-f", "webm")
    content = film.read_bytes()
    position = content.rindex(b"\x1f\x43\xb6\x75")
    cluster = b"\x1f\x43\xb6\x75\xff\xe7\x88" + (2**62).to_bytes(8) + b"\xa3\x85\x81\0\0\x80\0"
    film.write_bytes(content[:position] + cluster)
    assert probe(film).get("duration", 0) <= MAX_TIME_S
