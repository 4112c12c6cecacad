"""The samples of a segment of Matroska: against what ffprobe says of films, and from clusters by hand."""

import json
import subprocess
from itertools import pairwise

import pytest

from services.packaging.matroska_blocks import read_segment
from services.packaging.matroska_index import read_matroska
from services.packaging.reading import read_with
from tests.needs import need
from tests.real_films import make_film


def read(content):
    return lambda first, length: content[first : first + length]


def index_of(content):
    return read_with(read_matroska(len(content)), read(content))


def segments(content):
    """The samples of all segments, segment by segment."""
    film = index_of(content)
    return film, [read_with(read_segment(film, n), read(content)) for n in range(len(film.entries))]


def expanded(pairs):
    return [value for count, value in pairs for _ in range(count)]


def flat(film, parts, place):
    """All samples of a track: (position, size, presentation time in s as its block says, is a key)."""
    track = film.index.tracks[place]
    found = []
    for samples in (part[place] for part in parts):
        if samples is None:
            continue
        positions = []
        for begin, count in samples.runs:
            sizes = samples.sizes[len(positions) : len(positions) + count]
            positions += [begin + sum(sizes[:n]) for n in range(count)]
        offsets = expanded(samples.offsets) or [0] * len(samples.sizes)
        decode = samples.decode_time
        for n, (size, duration) in enumerate(zip(samples.sizes, expanded(samples.durations), strict=True)):
            shown_s = (decode + offsets[n]) / track.timescale - film.index.delay_s + film.zero_ns / 1e9
            found.append((positions[n], size, shown_s, samples.keys is None or n in samples.keys))
            assert offsets[n] >= 0 and decode >= 0
            decode += duration
    return found


def packets(path, stream):
    command = [
        need("ffprobe"),
        "-v",
        "error",
        "-show_packets",
        "-select_streams",
        str(stream),
        "-of",
        "json",
        str(path),
    ]
    output = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return [
        (int(each["pos"]), int(each["size"]), float(each["pts_time"]), each["flags"].startswith("K"))
        for each in output["packets"]
    ]


PICTURES = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-bf", "3", "-b_strategy", "0")
FILMS = {
    "B-frames": (*PICTURES, "-c:a", "aac"),
    "open GOPs": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=48:open-gop=1"),
    "Opus": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "48", "-c:a", "libopus"),
    "FLAC": (*PICTURES, "-c:a", "flac"),
    "AC-3": (*PICTURES, "-c:a", "ac3"),
    "MP3": (*PICTURES, "-c:a", "libmp3lame"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    films = {}

    def make(name):
        if name not in films:
            films[name] = make_film(folder / f"{len(films)}.mkv", *FILMS[name], duration_s=8.5)
        return films[name]

    return make


@pytest.mark.parametrize("name", FILMS)
def test_each_packet_is_a_sample_at_its_place_and_time(made, name):
    path = made(name)
    film, parts = segments(path.read_bytes())
    assert len(parts) == 4
    for place, track in enumerate(film.index.tracks):
        found, expected = flat(film, parts, place), packets(path, track.stream)
        assert len(found) == len(expected)
        for sample, packet in zip(found, expected, strict=True):
            position, size, shown_s, is_key = packet
            assert sample[1] == size and sample[3] == is_key
            assert 0 < sample[0] - position < 32  # ffprobe tells where the block begins
            assert sample[2] == pytest.approx(shown_s, abs=0.003)


@pytest.mark.parametrize("name", FILMS)
def test_segments_join_without_gap_or_overlap(made, name):
    film, parts = segments(made(name).read_bytes())
    for place in range(len(film.tracks)):
        for earlier, later in pairwise(part[place] for part in parts):
            end = earlier.decode_time + sum(count * length for count, length in earlier.durations)
            assert end == later.decode_time


@pytest.mark.parametrize("name", ["B-frames", "Opus", "FLAC", "AC-3", "MP3"])
def test_frames_of_sound_are_of_one_length(made, name):
    _, parts = segments(made(name).read_bytes())
    length = {"B-frames": 1024, "Opus": 960, "FLAC": 4608, "AC-3": 1536, "MP3": 1152}[name]
    assert {length for _, sound in parts for _, length in sound.durations} == {length}
