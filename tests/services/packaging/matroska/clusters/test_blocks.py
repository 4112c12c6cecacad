"""The samples of a segment of Matroska: against what ffprobe says of films, and from clusters by hand."""

import json
import subprocess
from dataclasses import replace
from itertools import pairwise

import pytest

from services.packaging.film_index import NotPackaged
from services.packaging.fmp4.fragments import segment_parts
from services.packaging.fmp4.initialisation import init_segment
from services.packaging.matroska.clusters.blocks import read_segment
from services.packaging.matroska.index import read_matroska
from services.packaging.reading import read_with
from tests.fragments import joined as joined_parts
from tests.matroska import audio_track, cluster, element, group, number, simple, video_track
from tests.matroska import film as film_of
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


@pytest.mark.parametrize("name", FILMS)
def test_joined_segments_have_the_packets_of_the_film(made, name, tmp_path):
    content = made(name).read_bytes()
    film, parts = segments(content)
    for place, track in enumerate(film.index.tracks):
        joined = tmp_path / f"{track.name}.mp4"
        pieces = (segment_parts(track, part[place], n) for n, part in enumerate(parts))
        joined.write_bytes(init_segment(film.index, track) + b"".join(joined_parts(each, content) for each in pieces))
        assert stream_hash(joined, 0) == stream_hash(made(name), track.stream)


def stream_hash(path, stream):
    """Of all packets of the stream."""
    command = [need("ffmpeg"), "-v", "error", "-i", path, "-map", f"0:{stream}", "-c", "copy", "-f", "streamhash", "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("=")[-1]


def by_hand(*clusters, tracks=(), cues=((0, 1, 0),), **options):
    """The segments of a film of such clusters."""
    return segments(film_of(tracks or [video_track(), audio_track()], clusters, cues, **options))


def frames_of(content, film, parts, place):
    return [content[position : position + size] for position, size, _, _ in flat(film, parts, place)]


@pytest.mark.parametrize(
    ("lacing", "head"),
    [(2, b"\x02" + b"\xff\x01" + b"\x03"), (6, b"\x02" + b"\x41\x00" + b"\x5f\x02")],
    ids=["Xiph", "EBML"],
)
def test_frames_of_a_lace_are_samples(lacing, head):
    laced = simple(2, 0, head + 256 * b"a" + 3 * b"b" + 4 * b"c", lacing=lacing)
    content = film_of([video_track(), audio_track()], [cluster(0, simple(1, 0, key=True), laced)], [(0, 1, 0)])
    film, parts = segments(content)
    assert frames_of(content, film, parts, 1) == [256 * b"a", 3 * b"b", 4 * b"c"]
    assert parts[0][1].runs[0][1] == 3
    assert parts[0][1].durations == ((3, 1024),)


def test_frames_of_a_lace_may_be_of_one_size():
    laced = simple(2, 0, b"\x02" + b"aabbcc", lacing=4)
    content = film_of([video_track(), audio_track()], [cluster(0, simple(1, 0, key=True), laced)], [(0, 1, 0)])
    film, parts = segments(content)
    assert frames_of(content, film, parts, 1) == [b"aa", b"bb", b"cc"]


@pytest.mark.parametrize(
    ("lacing", "head"),
    [(4, b"\x03"), (2, b"\x01\xff\xff"), (2, b"\xff"), (6, b"\x02\x41\x00\x80"), (6, b"\x02\x00")],
)
def test_a_damaged_lace_ends_the_segment(lacing, head):
    damaged = simple(2, 0, head, lacing=lacing)
    _, parts = by_hand(cluster(0, simple(1, 0, key=True), damaged, simple(1, 40)))
    assert [samples and len(samples.sizes) for samples in parts[0]] == [1, None]


def test_a_block_of_a_group_is_a_key_if_it_refers_to_none():
    _, parts = by_hand(cluster(0, group(1, 0, key=True), group(1, 40), group(1, 80, key=True), simple(2, 0)))
    assert parts[0][0].keys == (0, 2)


def test_what_is_no_block_is_passed_over():
    void, checksum, previous = element("ec", bytes(70_000)), element("bf", bytes(4)), number("ab", 7)
    tags = element("1254c367", bytes(100))
    clusters = (
        cluster(0, checksum, previous, simple(1, 0, key=True), void, simple(1, 40)),
        void,
        tags,
        cluster(80, simple(1, 0)),
    )
    _, parts = by_hand(*clusters)
    assert len(parts[0][0].sizes) == 3


def test_a_cluster_of_unknown_size_ends_where_the_next_begins():
    _, parts = by_hand(
        cluster(0, simple(1, 0, key=True), simple(1, 40), sized=False),
        cluster(80, simple(1, 0), sized=False),
        sized=False,
    )
    assert len(parts[0][0].sizes) == 3


def test_frames_beyond_the_end_of_a_cut_film_are_no_samples():
    content = film_of(
        [video_track()], [cluster(0, simple(1, 0, key=True), simple(1, 40, bytes(1000)))], [(0, 1, 0)], sized=False
    )
    film = index_of(content)
    cut = content[:-10]
    _, parts = segments(cut)
    assert len(parts[0][0].sizes) == 1
    assert len(read_with(read_segment(film, 0), read(cut))[0].sizes) <= 2


CUES = ((0, 1, 0), (3000, 1, 1), (6000, 1, 2))


def test_sound_belongs_to_the_segment_in_which_it_begins():
    """Sound of 3,000 ms and later lies before the picture of that time, and sound before that behind it."""
    clusters = (
        cluster(0, simple(1, 0, key=True), simple(2, 2944), simple(2, 3029)),
        cluster(3000, simple(1, 0, key=True), simple(2, 51), simple(1, 40), simple(2, 2987 - 3000)),
        cluster(6000, simple(1, 0, key=True), simple(2, 0)),
    )
    film, parts = by_hand(*clusters, cues=CUES)
    shown = [[round(each[2], 2) for each in flat(film, [part], 1)] for part in parts]
    assert shown == [[2.94], [3.03, 3.05], [6.0]]


def test_sound_behind_a_picture_that_is_shown_much_later_is_not_missed():
    """Of one picture a second. Each read finds one block, as of large pictures."""
    large = bytes(70_000)
    first, second = (
        (simple(1, 0, large, key=True), simple(1, 3000, large), sound, simple(1, 1000, large), simple(1, 2000, large))
        for sound in (simple(2, 0), simple(2, 3950 - 4000))
    )
    film, parts = by_hand(cluster(0, *first), cluster(4000, *second), cues=((0, 1, 0), (4000, 1, 1)))
    assert [round(each[2], 2) for each in flat(film, parts[:1], 1)] == [0.0, 3.95]


def test_a_gap_in_the_sound_stays():
    sound = (simple(2, ticks) for ticks in (0, 21, 43, 500, 521))
    _, parts = by_hand(cluster(0, simple(1, 0, key=True), *sound))
    assert parts[0][1].durations == ((2, 1024), (1, 24000 - 2 * 1024), (2, 1024))


@pytest.mark.parametrize("tick_ns", [100_000, 1_000_000, 5_000_000])
def test_rounded_times_of_sound_are_those_of_its_frames(tick_ns):
    """Frames of 21⅓ ms; their times were in milliseconds, or are in ticks of 5 ms."""
    rounded_ns = max(tick_ns, 1_000_000)
    ticks = [round(n * 64e6 / 3 / rounded_ns) * rounded_ns // tick_ns for n in range(60)]
    _, parts = by_hand(cluster(0, simple(1, 0, key=True), *(simple(2, each) for each in ticks)), tick_ns=tick_ns)
    assert parts[0][1].durations == ((60, 1024),)


def test_the_delay_of_a_codec_is_taken_off():
    opus = audio_track(
        number("56aa", 6_500_000), codec=b"A_OPUS", private=b"OpusHead\x01\x02" + bytes.fromhex("380180bb0000000000")
    )
    content = film_of([video_track(), opus], [cluster(0, simple(1, 0, key=True), simple(2, 0, b"\xfc"))], [(0, 1, 0)])
    film, parts = segments(content)
    assert film.index.delay_s == 0.0065
    assert parts[0][0].decode_time == 585  # of 1/90,000 s
    assert parts[0][1].decode_time == 0


def test_a_film_that_begins_late_begins_with_second_0():
    film, parts = by_hand(
        cluster(10_000, simple(1, 40, key=True), simple(2, 0)), cues=((10_040, 1, 0),), duration_ms=20_000
    )
    assert film.index.duration_s == 10
    assert parts[0][0].decode_time == 3600
    assert parts[0][1].decode_time == 0


def pictures(cut, *shown):
    """A cluster of pictures that are shown at these times; the first is a key frame."""
    return cluster(cut, *(simple(1, time - cut, key=n == 0) for n, time in enumerate(shown)))


def test_decode_times_of_open_gops_fill_the_time_from_key_to_key():
    """Two pictures are shown before the second key frame, one before the third."""
    clusters = (
        pictures(0, 0, 2000, 1000),
        pictures(5000, 5000, 3000, 4000, 8000, 6000, 7000),
        pictures(10_000, 10_000, 9000, 12_000, 11_000),
    )
    cues = ((0, 1, 0), (5000, 1, 1), (10_000, 1, 2))
    film, parts = by_hand(*clusters, tracks=[video_track()], cues=cues, duration_ms=13_000)
    ends = [part[0].decode_time + sum(count * length for count, length in part[0].durations) for part in parts]
    assert [part[0].decode_time for part in parts] == [0, 450_000, 900_000]
    assert ends[:2] == [450_000, 900_000]
    shown = [round(time * 1000) for _, _, time, _ in flat(film, parts, 0)]
    assert shown == [0, 2000, 1000, 5000, 3000, 4000, 8000, 6000, 7000, 10_000, 9000, 12_000, 11_000]


def test_pictures_of_h264_that_are_shown_before_the_first_key_frame_are_left_out():
    """They need pictures that the film does not have. Those before later key frames stay."""
    clusters = (pictures(0, 2000, 500, 1000, 3000), pictures(5000, 5000, 4000, 6000))
    film, parts = by_hand(*clusters, tracks=[video_track()], cues=((2000, 1, 0), (5000, 1, 1)))
    assert [[round(time * 1000) for _, _, time, _ in flat(film, [part], 0)] for part in parts] == [
        [2000, 3000],
        [5000, 4000, 6000],
    ]


def test_pictures_that_are_shown_as_they_are_decoded_have_no_delay():
    film, parts = by_hand(pictures(0, 0, 40, 80), tracks=[video_track()])
    assert film.index.delay_s == 0
    assert parts[0][0].offsets == ()
    assert parts[0][0].durations == ((3, 3600),)


def test_a_segment_whose_key_frame_is_gone_is_not_packaged():
    content = film_of([video_track()], [pictures(0, 0), pictures(3000, 3000), pictures(6000, 6000)], CUES)
    film = index_of(content)
    gone = replace(film, entries=(film.entries[0], replace(film.entries[1], cluster=len(content) - 4), film.entries[2]))
    with pytest.raises(NotPackaged):
        read_with(read_segment(gone, 1), read(content))
