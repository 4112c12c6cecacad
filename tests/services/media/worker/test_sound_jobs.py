"""Sound of every codec that is converted, held against the same sound as FFmpeg decodes it in one go."""

import math
import subprocess
from functools import partial

import numpy as np
import pytest

from services.media.worker.index_jobs import index_film
from services.media.worker.sound_jobs import convert_sound
from services.packaging.codecs.aac import FRAME
from services.packaging.conversion import converted, decoder, window
from services.packaging.fmp4.initialisation import init_segment
from services.packaging.kept.index_file import read_index_file
from services.packaging.kept.segment_record import segment_samples
from services.packaging.kept.stored_matroska import MAGIC, matroska_of
from services.packaging.matroska.clusters.blocks import read_segment
from services.packaging.reading import read_with
from services.packaging.remux.signatures import FIRST_BYTES, remuxed_container
from tests.needs import need
from tests.real_films import ffmpeg
from tests.services.media.worker.test_remux_jobs import index_of, put_together

RATE = 48_000
SECONDS = 5
SWEEP = f"aevalsrc=0.3*sin(2*PI*(200+120*t)*t):s={RATE}:d={SECONDS}"  # never like itself a little later
SURROUND = ("-af", "pan=5.1|FL=c0|FR=c0|FC=0.5*c0|LFE=0*c0|BL=0.2*c0|BR=0.2*c0")
CODECS = [  # FFmpeg's encoder, the container, more options
    "ac3 mkv 5.1",
    "adpcm_ima_wav avi",
    "adpcm_ms avi -ar 11025 -ac 1",
    "adpcm_swf flv -ar 22050",
    "alac mkv",
    "alac mov",
    "dca mkv 5.1",
    "dca mp4 5.1",
    "eac3 mp4 5.1",
    "libgsm_ms avi -ar 8000 -ac 1 -b:a 13000",
    "libmp3lame mkv -ar 11025",
    "libmp3lame mov",
    "libvorbis mkv",
    "libvorbis mkv -ar 22050",
    "mlp mkv",
    "mp2 mkv",
    "mp2 mov",
    "mp2 mp4 -ac 1 -ar 24000",
    "pcm_alaw mov -ar 8000 -ac 1",
    "pcm_f32le mkv -ar 192000",
    "pcm_mulaw mov -ar 8000",
    "pcm_s16be mov 5.1",
    "pcm_s16le mkv",
    "pcm_s16le mov -ar 44100",
    "pcm_s24be mkv 5.1",
    "pcm_s24le mov -ar 96000",
    "pcm_s32le mov -ac 1",
    "truehd mkv",
    "truehd mkv -ar 44100",
    "truehd mp4",
]


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    path = tmp_path_factory.mktemp("sweep") / "sweep.nut"  # counts exact times
    picture = ("-f", "lavfi", "-i", f"color=size=64x64:rate=24:duration={SECONDS}")
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "48", "-c:a", "pcm_f32le")
    ffmpeg(*picture, "-f", "lavfi", "-i", SWEEP, *coded, str(path))
    return path


@pytest.fixture(params=CODECS)
def film(request, sweep, tmp_path):
    codec, container, *options = request.param.split()
    more = SURROUND if options == ["5.1"] else ("-ac", "2", *options)
    rate = ("-b:a", {"ac3": "640k", "eac3": "640k", "dca": "1411k"}.get(codec, "160k"))
    path = tmp_path / f"film.{container}"
    ffmpeg("-i", str(sweep), "-c:v", "copy", "-c:a", codec, "-strict", "-2", *rate, *more, str(path))
    return path


def _index(film, target):
    """The index of the film, and all samples of its sound."""
    index_film(film, str(target))
    content = target.read_bytes()
    if content.startswith(MAGIC):
        kept = matroska_of(content)
        segments = [read_with(read_segment(kept, n), partial(_read, film)) for n in range(len(kept.index.cuts))]
        return kept.index, [segment[1] for segment in segments]
    kept = read_with(read_index_file(len(content)), lambda first, length: content[first : first + length])
    records = [kept.record(n) for n in range(len(kept.index.cuts))]
    return kept.index, [segment_samples(content[each.first : each.last + 1], 2)[1] for each in records]


def _read(film, first, length):
    film.seek(first)
    return film.read(length)


def _convert(path, folder):
    """The sound converted, a window after the other; the samples at which windows begin."""
    if remuxed_container(path.read_bytes()[:FIRST_BYTES]):
        listed = put_together(path, folder, index_of(path, folder))
        track = next(each for each in listed.tracks if each.name == "c1")
        (folder / f"{track.name}.mp4").rename(folder / "joined.mp4")
        begins = [math.ceil(round((cut + listed.delay_s) * track.timescale) / FRAME) * FRAME for cut in listed.cuts]
        return listed, track, begins
    with path.open("rb") as film:
        index, samples = _index(film, folder / "index")
        source = index.tracks[1]
        track = next(converted(source))
        windows = [window(index, source, n, samples[max(n - 1, 0) : n + 2]) for n in range(len(index.cuts))]
        content = [init_segment(index, track)]
        for number, each in enumerate(windows):
            convert_sound(
                film,
                decoder(source),
                source.configuration.hex(),
                source.rate,
                source.channels,
                track.timescale,
                track.channels,
                each.first,
                each.end,
                each.packets,
                number,
                str(folder / "segment"),
            )
            content.append((folder / "segment").read_bytes())
    (folder / "joined.mp4").write_bytes(b"".join(content))
    assert [each.first for each in windows[1:]] == [each.end for each in windows[:-1]]
    return index, track, [each.first for each in windows]


def _heard(path, rate):
    """The left channel from second 0 of the file's clock on."""
    options = ("-copyts", "-i", str(path), "-map", "0:a", "-af", "aresample=async=1:first_pts=0", "-ac", "2")
    command = [need("ffmpeg"), "-nostdin", "-v", "error", *options, "-ar", str(rate), "-f", "f32le", "-"]
    told = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(told, np.float32)[::2].astype(float)


def _decibels(value, of):
    return 20 * math.log10(max(value, 1e-9) / of)


def test_windows_join_without_a_step_and_in_time(film, tmp_path):
    index, track, begins = _convert(film, tmp_path)
    assert len(begins) >= 2
    rate = track.timescale
    source = _heard(film, rate)
    heard = _heard(tmp_path / "joined.mp4", rate)[round(index.delay_s * rate) :]
    # Packets of a Matroska film whose encoder begins with half a frame are told to a millisecond.
    late = _lateness(heard, source, rate)
    assert abs(late) < 0.005 * rate
    middle = slice(2 * FRAME, round(rate * (SECONDS - 0.5)))
    difference = heard[middle.start + late : middle.stop + late] - source[middle]
    peak = source.max()
    assert _decibels(abs(difference).max(), peak) < -32  # noise of the codec
    joins = [begin - round(index.delay_s * rate) - late - middle.start for begin in begins[1:]]
    clicks = abs(np.diff(difference, 2))
    at_joins = max(clicks[join - 64 : join + 64].max() for join in joins)
    for join in joins:
        clicks[join - 64 : join + 64] = 0
    assert at_joins <= max(clicks.max(), peak * 10 ** (-60 / 20))
    # An index does not tell that the last packet is shorter.
    assert abs(len(heard) - len(source)) < 4096


def _lateness(heard, source, rate):
    """By how many samples the sound is late."""
    there = slice(rate * 2, rate * 2 + 4096)
    lags = range(-rate // 100, rate // 100)
    return min(lags, key=lambda lag: np.abs(heard[there.start + lag : there.stop + lag] - source[there]).sum())
