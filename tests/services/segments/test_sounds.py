"""Sound that is converted, held against the sound of the film as FFmpeg decodes it."""

import asyncio
import json
import math
import shutil
import subprocess
from array import array

import av
import numpy as np
import pytest

from services.errors import SegmentNotFound
from services.packaging.offered import NO_CONVERSIONS
from tests.films import put
from tests.needs import need
from tests.real_films import ffmpeg
from tests.segments import segment
from tests.sources import whole

RATE = 48_000
SECONDS = 9
TONE_HZ = 440
# Front, centre and back are all heard; the sum is 1.5 times the tone.
SURROUND = "pan=5.1|FL=c0|FR=c0|FC=0.5*c0|LFE=0*c0|BL=0.2*c0|BR=0.2*c0"


@pytest.fixture(scope="module")
def tone(tmp_path_factory):
    """Nine seconds in five segments, with 5.1."""
    path = tmp_path_factory.mktemp("tone") / "tone.mkv"
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=160x90:rate=24:duration={SECONDS}")
    sound = ("-f", "lavfi", "-i", f"sine=frequency={TONE_HZ}:sample_rate={RATE}:duration={SECONDS}")
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "48", "-c:a", "pcm_f32le")
    ffmpeg(*picture, *sound, "-filter_complex", f"[1]{SURROUND}[s]", "-map", "0:v", "-map", "[s]", *coded, str(path))
    return path


def _coded(tone, path, codec):
    options = ("-c:v", "copy", "-c:a", codec, "-strict", "-2", "-b:a", "1411k" if codec == "dca" else "640k")
    ffmpeg("-i", str(tone), *options, str(path))
    return path


@pytest.fixture(params=["ac3 in mkv", "dca in mkv", "eac3 in mov"])
def film(request, tone, tmp_path):
    codec, _, container = request.param.split()
    matroska = _coded(tone, tmp_path / "film.mkv", codec)
    ffmpeg("-i", str(matroska), "-c", "copy", str(path := tmp_path / f"copy.{container}"))
    return path


@pytest.fixture
def dolby(tone, tmp_path):
    return _coded(tone, tmp_path / "film.mkv", "ac3")


def _samples(path, *options):
    """The left channel of two."""
    return _decoded(path, *options)[::2]


def _decoded(path, *options):
    """The samples of all channels in turn."""
    command = [need("ffmpeg"), "-nostdin", "-v", "error", "-i", str(path), *options, "-f", "f32le", "-"]
    return array("f", subprocess.run(command, check=True, capture_output=True).stdout)


def _decibels(value, of):
    return 20 * math.log10(max(value, 1e-9) / of)


@pytest.mark.gen_test
async def test_segments_that_were_made_in_any_order_join_without_a_click_and_in_time(film, serve, tmp_path):
    segments, _ = serve(film)
    numbers = [3, 0, 4, 1, 2]
    made = {number: await segment(segments, film, number, init=number == 0) for number in numbers}
    joined = put(tmp_path, "joined.mp4", b"".join(made[number] for number in sorted(made)))
    heard, source = _samples(joined), _samples(film, "-ac", "2")
    document, _ = await segments.index(film.name, None)
    early = round(json.loads(await whole(document.selected(None)))["delay"] * RATE)
    heard = heard[early:]
    middle = range(2048, RATE * (SECONDS - 1))
    peak = max(map(abs, source))
    turn = 2 * math.cos(2 * math.pi * TONE_HZ / RATE)
    clicks = max(abs(heard[i + 1] + heard[i - 1] - turn * heard[i]) for i in middle)  # 0 if the tone goes on
    assert _decibels(clicks, peak) < -60
    # A shift by one sample would be a difference of -25 dB.
    assert _decibels(max(abs(heard[i] - source[i]) for i in middle), peak) < -45


TONES_HZ = {"FL": 400, "FR": 500, "FC": 600, "LFE": 60, "BL": 700, "BR": 800, "SL": 900, "SR": 1000}
ALONE = [{400: 0.2}, {500: 0.2}, {600: 0.2}, {60: 0.2}, {700: 0.2}, {800: 0.2}]  # in FFmpeg's order of channels


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("file", "layout", "codec", "expected"),
    [
        ("film.mkv", "5.1", "ac3", ALONE),
        ("film.ts", "5.1", "eac3", ALONE),
        ("film.mov", "7.1", "pcm_s16le", [*ALONE[:4], {700: 0.2, 900: 0.14}, {800: 0.2, 1000: 0.14}]),
    ],
)
async def test_5_1_stays_5_1_with_each_channel_in_its_place(serve, tmp_path, file, layout, codec, expected):
    tones = "|".join(f"0.2*sin({hertz}*2*PI*t)" for hertz in list(TONES_HZ.values())[: 8 if layout == "7.1" else 6])
    picture = ("-f", "lavfi", "-i", "color=size=64x64:rate=24:duration=3", "-f", "lavfi")
    sound = ("-i", f"aevalsrc={tones}:channel_layout={layout}:sample_rate={RATE}:duration=3")
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "24", "-c:a", codec)
    ffmpeg(*picture, *sound, *coded, "-b:a", "640k", str(film := tmp_path / file))
    segments, _ = serve(film)
    made = b"".join([await segment(segments, film, number, "s1", init=number == 0) for number in (0, 1)])
    heard = np.array(_decoded(put(tmp_path, "joined.mp4", made))).reshape(-1, 6)[RATE // 2 : RATE * 5 // 2]
    turns = np.exp(-2j * np.pi / RATE * np.outer(list(TONES_HZ.values()), range(len(heard))))
    for level, (channel, loud) in zip(np.abs(turns @ heard).T * 2 / len(heard), enumerate(expected), strict=True):
        told = dict(zip(TONES_HZ.values(), level, strict=True))
        assert told == pytest.approx(dict.fromkeys(told, 0.0) | loud, abs=0.01), channel


@pytest.mark.gen_test
@pytest.mark.parametrize(
    ("file", "options", "late_s"),
    [
        ("as it is.mkv", "-bf 2 -c:a ac3", 0.0),
        ("later.mkv", "-bf 2 -c:a eac3", 0.25),
        ("with an edit.mp4", "-bf 2 -c:a ac3", -0.1),
        ("at another clock.ts", "-bf 2 -c:a ac3 -output_ts_offset 5", 0.25),
        ("of Windows.wmv", "-c:a wmav2 -ar 22050", 0.0),
        ("of Flash.flv", "-c:a nellymoser -ar 22050 -ac 1", 0.0),
    ],
)
async def test_a_beep_stays_in_time_with_a_flash(serve, tmp_path, file, options, late_s):
    flash = "color=black:size=64x64:rate=25:duration=4,drawbox=color=white:t=fill:enable='between(t,1.79,2.19)'"
    beep = f"aevalsrc='between(t,1.8,2.2)*0.5*sin(2000*PI*t)':sample_rate={RATE}:duration=4"
    pictures = ("-f", "lavfi", "-i", flash, "-f", "lavfi", "-itsoffset", str(late_s), "-i", beep)
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50")
    ffmpeg(*pictures, *coded, *options.split(), str(film := tmp_path / file))
    segments, _ = serve(film)
    made = {}
    for name in ("v0", "c1"):
        joined = [await segment(segments, film, number, name, init=number == 0) for number in (0, 1)]
        made[name] = put(tmp_path, f"{name}.mp4", b"".join(joined))
    with av.open(str(made["v0"])) as container:
        flashed = [frame.time for frame in container.decode(video=0) if frame.to_ndarray(format="gray").mean() > 128]
    with av.open(str(made["c1"])) as container:
        heard = [(frame.time, frame.to_ndarray()[0]) for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    times = np.concatenate([time + np.arange(len(wave)) / rate for time, wave in heard])
    loud = np.concatenate([wave for _, wave in heard]) ** 2
    assert len(flashed) == 10  # of 40 ms
    middle = (times * loud).sum() / loud.sum()  # of the beep, which echoes a little before and after it change little
    assert middle - (min(flashed) + 0.2) == pytest.approx(late_s, abs=0.005)


@pytest.mark.gen_test
async def test_the_last_segment_is_as_long_as_the_sound(serve, dolby, tmp_path):
    segments, _ = serve(dolby)
    last = await segment(segments, dolby, 4, init=True)
    # AC-3 has 1,536 samples a frame. 282 of them are 423 frames of AAC.
    assert len(_packets(dolby)) == 282
    assert int(_packets(put(tmp_path, "last.mp4", last))[-1]) == 422 * 1024


@pytest.mark.gen_test
async def test_a_segment_is_converted_once_for_all_who_ask_and_the_next_is_begun(serve, dolby):
    segments, jobs = serve(dolby)
    answers = await asyncio.gather(*(segment(segments, dolby, 2) for _ in range(10)))
    assert len(set(answers)) == 1
    assert await segment(segments, dolby, 3)
    assert sorted(set(jobs) & {"convert_sound 2", "convert_sound 3"}) == ["convert_sound 2", "convert_sound 3"]
    assert (jobs.count("convert_sound 2"), jobs.count("convert_sound 3")) == (1, 1)


@pytest.mark.gen_test
async def test_what_is_lost_from_the_cache_is_converted_again(serve, dolby, tmp_path):
    segments, jobs = serve(dolby)
    before = await segment(segments, dolby, 4)
    shutil.rmtree(tmp_path / "cache")
    assert await segment(segments, dolby, 4) == before
    assert jobs.count("convert_sound 4") == 2


@pytest.mark.gen_test
async def test_frames_that_are_damaged_are_silent(serve, dolby, tmp_path):
    content = bytearray(dolby.read_bytes())
    sync = b"\x0b\x77"
    begin = content.index(sync, len(content) // 2)
    for _ in range(40):
        at = content.index(sync, begin)
        content[at : at + 2] = b"\0\0"
        begin = at + 2
    damaged = put(tmp_path, "damaged.mkv", bytes(content))
    segments, _ = serve(damaged)
    made = [await segment(segments, damaged, number, init=number == 0) for number in range(5)]
    heard = _samples(put(tmp_path, "joined.mp4", b"".join(made)))
    assert SECONDS - 0.1 < len(heard) / RATE < SECONDS + 0.1
    assert min(max(map(abs, heard[at : at + 4096])) for at in range(RATE, RATE * (SECONDS - 1), 4096)) < 0.001


@pytest.mark.gen_test
async def test_a_server_that_converts_nothing_has_no_such_track(serve, dolby):
    segments, _ = serve(dolby, conversions=NO_CONVERSIONS)
    with pytest.raises(SegmentNotFound):
        await segment(segments, dolby, 0)
    assert await segment(segments, dolby, 0, "a1")


def _packets(path):
    """The times of those of sound."""
    command = [need("ffprobe"), "-v", "error", "-select_streams", "a", "-show_entries", "packet=pts", "-of", "csv=p=0"]
    lines = subprocess.run([*command, str(path)], check=True, capture_output=True, text=True).stdout.split()
    return [line.strip(",") for line in lines]
