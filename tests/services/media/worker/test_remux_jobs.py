"""Films that are put together anew have the packets that ffmpeg copies, on one clock without a gap."""

import random
import subprocess
from array import array
from base64 import b64encode
from contextlib import suppress
from functools import cache
from itertools import chain, pairwise
from math import cos, pi

import av
import pytest

from services.errors import FilmUnreadable
from services.media.worker.index_jobs import index_film
from services.media.worker.remux_jobs import remux_segment
from services.packaging.fmp4.initialisation import init_segment
from services.packaging.kept.not_packaged import refused
from services.packaging.kept.stored_remux import remuxed_of
from services.packaging.offered import SOUND_ALONE, offered
from tests.avi import in_long_chunks
from tests.films import put
from tests.needs import need
from tests.packets import packet_hashes
from tests.real_films import B_FRAMES, H264, ffmpeg, make_film

SOUND = ("-c:a", "aac", "-ac", "2")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")
PYRAMID = ("-bf", "3", "-x264-params", "keyint=48:scenecut=0:b-adapt=0:b-pyramid=normal")
QUICKLY = ("-deadline", "realtime", "-cpu-used", "8")
OPEN_GOPS = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-x264-params", "keyint=48:scenecut=0:open-gop=1:b-adapt=0")
FILMS = {  # the file, options of ffmpeg
    "MPEG-TS": ("film.ts", (*H264, *B_FRAMES, *SOUND)),
    "MPEG-TS of Blu-ray": ("film.m2ts", (*H264, *B_FRAMES, *SOUND)),
    "MPEG-TS with HEVC": ("film.ts", (*HEVC, *SOUND)),
    "MPEG-TS whose clock begins again": ("film.ts", (*H264, *SOUND, "-output_ts_offset", "95440")),
    "MPEG-TS at 44,100 Hz": ("film.ts", (*H264, *SOUND, "-ar", "44100")),
    "Flash Video": ("film.flv", (*H264, *B_FRAMES, *SOUND)),
    "Flash Video with MP3": ("film.flv", (*H264, "-c:a", "libmp3lame", "-ar", "44100")),
    "MPEG-TS with Dolby": ("film.ts", (*H264, *B_FRAMES, "-c:a", "ac3")),
    "MPEG-TS with MP2": ("film.ts", (*H264, "-c:a", "mp2")),
    "MPEG-TS with LATM": ("film.ts", (*H264, *SOUND, "-mpegts_flags", "latm")),
    "AVI": ("film.avi", (*H264, *PYRAMID, "-c:a", "libmp3lame", "-ar", "44100")),
    "AVI with HEVC and Dolby": ("film.avi", (*HEVC, "-vtag", "HEVC", "-c:a", "ac3")),
    "AVI with AV1 and AAC": ("film.avi", ("-c:v", "libsvtav1", "-preset", "12", *SOUND)),
    "AVI with VP9 and PCM": ("film.avi", ("-c:v", "libvpx-vp9", *QUICKLY, "-c:a", "pcm_s16le")),
    "AVI with ADPCM": ("film.avi", (*H264, "-c:a", "adpcm_ms")),
    "Windows Media": ("film.wmv", (*H264, *PYRAMID, "-c:a", "wmav2", "-b:a", "64k")),
    "MPEG-PS": ("film.vob", (*H264, *PYRAMID, "-c:a", "mp2")),
}  # fmt: skip


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """The film of a name, made once. No test changes it."""

    @cache
    def film(name):
        file, options = FILMS[name]
        path = tmp_path_factory.mktemp("films") / file
        return make_film(path, "-g", "48", *options, duration_s=7, size="160x90")

    return film


def index_of(path, folder):
    with path.open("rb") as film:
        index_film(film, str(folder / "index"))
    return (folder / "index").read_bytes()


def put_together(path, folder, index):
    """The packaged film, and for each track a file of all its segments, which are made from the last to the first."""
    listed = offered(remuxed_of(index).index, SOUND_ALONE)
    made = {track.name: [] for track in listed.tracks}
    with path.open("rb") as film:
        for number in reversed(range(len(listed.cuts))):
            targets = {track.name: str(folder / track.name) for track in listed.tracks}
            remux_segment(film, b64encode(index).decode(), number, targets)
            for track in listed.tracks:
                made[track.name].insert(0, (folder / track.name).read_bytes())
    for track in listed.tracks:
        (folder / f"{track.name}.mp4").write_bytes(init_segment(listed, track) + b"".join(made[track.name]))
    return listed


def times_of(path, kind):
    """The "dts" or "pts" of the packets of its only track, in seconds."""
    entries = ("-show_entries", f"packet={kind}_time", "-of", "csv=p=0")
    command = [need("ffprobe"), "-v", "error", *entries, str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return [float(line.strip(",")) for line in told]


def pictures(path):
    command = [
        need("ffmpeg"),
        "-v",
        "error",
        "-i",
        str(path),
        "-map",
        "0:v",
        "-vsync",
        "passthrough",
        "-f",
        "hash",
        "-",
    ]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.parametrize("name", FILMS)
def test_packets_are_those_that_ffmpeg_copies(films, tmp_path, name):
    film = films(name)
    listed = put_together(film, tmp_path, index_of(film, tmp_path))
    assert len(listed.cuts) > 2
    sent = [("-map", f"0:{track.kind[0]}") for track in listed.tracks if track.name[0] != "c"]
    ffmpeg("-i", str(film), *chain.from_iterable(sent), "-c", "copy", str(copy := tmp_path / "copy.mp4"))
    for track in listed.tracks:
        if track.codec.startswith("hvc1"):  # ffmpeg takes a zero of the next start code along
            assert pictures(tmp_path / f"{track.name}.mp4") == pictures(copy)
        elif track.name[0] != "c":
            assert packet_hashes(tmp_path / f"{track.name}.mp4") == packet_hashes(copy, f"0:{track.kind[0]}")
    is_sent = "aac" in FILMS[name][1] and "latm" not in FILMS[name][1]
    assert listed.tracks[-1].name[0] == ("a" if is_sent else "c")


@pytest.mark.parametrize("name", FILMS)
def test_the_clock_has_no_gap_and_picture_and_sound_end_together(films, tmp_path, name):
    film = films(name)
    listed = put_together(film, tmp_path, index_of(film, tmp_path))
    for track in listed.tracks:
        times = times_of(tmp_path / f"{track.name}.mp4", "dts")
        steps = [later - sooner for sooner, later in pairwise(times)]
        assert max(steps) < 0.09
        assert min(steps) > 0.001
        assert abs(times[-1] - listed.delay_s - 7) < 0.2


def test_pictures_of_avi_are_shown_when_those_are_of_which_it_was_made(tmp_path):
    original = make_film(tmp_path / "film.mp4", *H264, *PYRAMID, sound=False, duration_s=5, size="160x90")
    for name, options in (("annexb.avi", ("-bsf:v", "h264_mp4toannexb", "-vtag", "H264")), ("avcc.avi", ())):
        ffmpeg("-i", str(original), "-c", "copy", *options, str(film := tmp_path / name))
        listed = put_together(film, tmp_path, index_of(film, tmp_path))
        assert listed.cuts == (0.0, 2.0, 4.0)
        shown = [time - listed.delay_s for time in times_of(tmp_path / "v0.mp4", "pts")]
        assert shown == pytest.approx(times_of(original, "pts"), abs=0.001)


@pytest.mark.parametrize("kept", [1.0, 0.8], ids=["without its index", "cut off"])
def test_avi_without_an_index_is_read_to_its_end(films, tmp_path, kept):
    whole = films("AVI").read_bytes()
    content = whole[: round(whole.rindex(b"idx1") * kept)]
    film = put(tmp_path, "film.avi", content)
    listed = put_together(film, tmp_path, index_of(film, tmp_path))
    assert listed.duration_s == pytest.approx(7 * kept, abs=0.3)
    assert listed.cuts == (0.0, 2.0, 4.0, 6.0)[: len(listed.cuts)]
    assert len(listed.cuts) >= 3
    times = times_of(tmp_path / "v0.mp4", "dts")
    assert max(later - sooner for sooner, later in pairwise(times)) < 0.05
    assert times[-1] == pytest.approx(listed.duration_s, abs=0.2)


@pytest.mark.parametrize("name", ["AVI", "AVI with ADPCM", "Windows Media", "MPEG-PS", "MPEG-TS with Dolby"])
def test_converted_sound_has_no_seam(films, tmp_path, name):
    put_together(films(name), tmp_path, index_of(films(name), tmp_path))
    assert_pure(tmp_path / "c1.mp4")


def test_converted_sound_of_chunks_that_cut_frames_has_no_seam(tmp_path):
    sound = ("-c:a", "libmp3lame", "-ar", "44100", "-b:a", "64k")
    made = make_film(tmp_path / "made.avi", *H264, "-g", "48", *sound, duration_s=7, size="160x90")
    film = put(tmp_path, "film.avi", in_long_chunks(made.read_bytes(), 8000))
    put_together(film, tmp_path, index_of(film, tmp_path))
    assert_pure(tmp_path / "c1.mp4")


def assert_pure(path):
    """Asserts that the sound is one sine of 440 Hz, after half a second."""
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        resampler = av.AudioResampler("s16", "mono")
        planes = (
            bytes(each.planes[0])[: 2 * each.samples]
            for frame in container.decode(audio=0)
            for each in resampler.resample(frame)
        )
        wave = array("h", b"".join(planes))[rate // 2 : 6 * rate]
    # Of a sine each sample follows from the two before.
    step = 2 * cos(2 * pi * 440 / rate)
    surprises = [abs(step * wave[n - 1] - wave[n - 2] - wave[n]) for n in range(2, len(wave))]
    assert max(wave) > 1000
    assert max(surprises) < 0.05 * max(wave)


def test_two_films_that_were_joined_are_one(films, tmp_path):
    film = films("MPEG-TS")
    joined = tmp_path / "joined.ts"
    joined.write_bytes(film.read_bytes() * 2)
    listed = put_together(joined, tmp_path, index_of(joined, tmp_path))
    assert 13.8 < listed.duration_s < 14.3
    for track in listed.tracks:
        assert abs(times_of(tmp_path / f"{track.name}.mp4", "dts")[-1] - listed.delay_s - 14) < 0.3


def test_a_recording_that_begins_in_mid_film_begins_with_its_first_key_frame(films, tmp_path):
    content = films("MPEG-TS").read_bytes()
    film = tmp_path / "late.ts"
    film.write_bytes(content[188 * 200 :])
    listed = put_together(film, tmp_path, index_of(film, tmp_path))
    assert 3.5 < listed.duration_s < 6.5
    subprocess.run(
        [need("ffmpeg"), "-v", "error", "-xerror", "-i", str(tmp_path / "v0.mp4"), "-f", "null", "-"], check=True
    )


def test_segments_begin_at_closed_groups_of_pictures(tmp_path):
    film = make_film(tmp_path / "open.ts", *OPEN_GOPS, *SOUND, duration_s=7, size="160x90")
    assert remuxed_of(index_of(film, tmp_path)).index.cuts == (0.0,)
    # A recording that begins with an open one lacks what its first pictures need: these are left out.
    late = put(tmp_path, "late.ts", film.read_bytes()[188 * 200 :])
    put_together(late, tmp_path, index_of(late, tmp_path))
    command = [need("ffmpeg"), "-v", "error", "-xerror", "-i", str(tmp_path / "v0.mp4"), "-f", "null", "-"]
    assert not subprocess.run(command, check=True, capture_output=True).stderr


def test_segments_begin_at_open_ones_where_closed_ones_are_rare(tmp_path):
    film = make_film(tmp_path / "broadcast.ts", *OPEN_GOPS, *SOUND, duration_s=66, size="16x16")
    assert remuxed_of(index_of(film, tmp_path)).index.cuts[:4] == pytest.approx((0.0, 2.0, 4.0, 6.0), abs=0.1)


def test_pictures_that_no_browser_plays_are_refused(tmp_path):
    film = make_film(tmp_path / "film.flv", "-c:v", "flashsv", *SOUND)
    assert refused(index_of(film, tmp_path)) == "no picture that browsers play"


def test_a_film_that_changed_since_is_refused(films, tmp_path):
    content = films("MPEG-TS").read_bytes()
    index = index_of(put(tmp_path, "film.ts", content), tmp_path)
    with put(tmp_path, "film.ts", content[188 * 300 :]).open("rb") as other, pytest.raises(FilmUnreadable):
        remux_segment(other, b64encode(index).decode(), 1, {"v0": str(tmp_path / "v0")})


@pytest.mark.parametrize("name", ["MPEG-TS with Dolby", "AVI", "Windows Media", "MPEG-PS"])
def test_damaged_films_fail_alone(films, tmp_path, name):
    film = films(name)
    content, chance = film.read_bytes(), random.Random(17)
    index = index_of(film, tmp_path)
    for number in range(20):
        damaged = bytearray(content)
        for _ in range(chance.choice((5, 50, 500))):
            at = chance.randrange(len(damaged) // 188) * 188 + chance.choice((0, 5, 100))
            damaged[at : at + 4] = chance.randbytes(4)
        end = len(damaged) if number % 2 else chance.randrange(len(damaged) // 2, len(damaged))
        path = put(tmp_path, f"{number}{film.suffix}", bytes(damaged[:end]))
        with suppress(FilmUnreadable):
            index_of(path, tmp_path)
        with path.open("rb") as file, suppress(FilmUnreadable):
            remux_segment(file, b64encode(index).decode(), number % 3, {"v0": str(tmp_path / "v0")})
