"""The packets of a film as ffprobe tells them, and the samples of a packaged film in the same shape."""

import json
import os
import subprocess
from collections.abc import Iterator
from itertools import accumulate, chain, pairwise, repeat
from pathlib import Path
from typing import NamedTuple

import pytest

from services.packaging.film_index import FilmIndex, PackagedFilm, Samples, Track
from services.packaging.mp4.index import read_mp4
from services.packaging.reading import read_with
from tests.needs import need


class Packet(NamedTuple):
    """Times are in seconds of the film, to a millisecond."""

    position: int
    size: int
    shown: float
    decoded: float
    is_key: bool


def probed(film: Path, stream: int) -> list[Packet]:
    """The packets of a stream, in decode order."""
    entries = "packet=pos,size,pts_time,dts_time,flags"
    options = ["-loglevel", "error", "-select_streams", str(stream), "-show_entries", entries, "-of", "json"]
    told = subprocess.run(
        [Path(need("ffmpeg")).with_name("ffprobe"), *options, film], check=True, capture_output=True
    ).stdout
    return [
        Packet(
            int(each["pos"]),
            int(each["size"]),
            round(float(each["pts_time"]), 3),
            round(float(each["dts_time"]), 3),
            "K" in each["flags"],
        )
        for each in json.loads(told)["packets"]
    ]


def packet_hashes(film: Path, streams: str = "0") -> list[str]:
    """A hash of the packets of each of the ``streams``, as ffmpeg's -map names them."""
    options = [
        "-loglevel",
        "error",
        "-i",
        film,
        "-map",
        streams,
        "-c",
        "copy",
        "-copy_unknown",
        "-f",
        "streamhash",
        "-",
    ]
    told = subprocess.run([need("ffmpeg"), *options], check=True, capture_output=True, text=True).stdout
    return [line.rpartition("=")[2] for line in told.splitlines()]


def packaged(film: PackagedFilm) -> dict[int, list[Packet]]:
    """The samples of each track, by the number of its stream. ``decoded`` is on the clock of the packaged film."""
    packets: dict[int, list[Packet]] = {track.stream: [] for track in film.index.tracks}
    for segment in film.segments:
        for track, samples in zip(film.index.tracks, segment, strict=True):
            packets[track.stream] += _packets(film.index, track, samples) if samples else []
    return packets


def indexed(film: Path) -> PackagedFilm:
    """The MP4 film packaged. Asserts that its reader asks for no byte behind its end."""
    with film.open("rb") as file:
        film_bytes = os.fstat(file.fileno()).st_size

        def read(first: int, length: int) -> bytes:
            assert length > 0 and first + length <= film_bytes
            return os.pread(file.fileno(), length, first)

        return read_with(read_mp4(film_bytes), read)


def agrees(film: Path) -> None:
    """Asserts that each sample of the MP4 film is where ffprobe says, of its size, shown at its time, and a key frame
    if that says so; and that decode times are in order and not negative."""
    for stream, packets in packaged(indexed(film)).items():
        told = probed(film, stream)
        assert len(packets) == len(told) > 0
        for mine, its in zip(packets, told, strict=True):
            assert mine[:2] == its[:2]
            assert mine.shown == pytest.approx(its.shown, abs=0.0011)
            assert mine.is_key == its.is_key
        assert packets[0].decoded >= 0
        assert all(earlier.decoded <= later.decoded for earlier, later in pairwise(packets))


def _packets(index: FilmIndex, track: Track, samples: Samples) -> Iterator[Packet]:
    sizes = iter(samples.sizes)
    positions = [
        position
        for begins, count in samples.runs
        for position in list(accumulate((next(sizes) for _ in range(count)), initial=begins))[:-1]
    ]
    times = accumulate(_expanded(samples.durations), initial=samples.decode_time)
    offsets = _expanded(samples.offsets) if samples.offsets else repeat(0)
    rows = zip(positions, samples.sizes, times, offsets, strict=False)
    for number, (position, size, time, offset) in enumerate(rows):
        shown = (time + offset) / track.timescale - index.delay_s
        is_key = samples.keys is None or number in samples.keys
        yield Packet(position, size, round(shown, 3), round(time / track.timescale, 3), is_key)


def _expanded(runs: tuple[tuple[int, int], ...]) -> Iterator[int]:
    return chain.from_iterable(repeat(value, count) for count, value in runs)
