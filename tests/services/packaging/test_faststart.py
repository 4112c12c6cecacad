"""A film with "moov" in front has the same packets, at whatever size, and with the tracks that are kept."""

import os
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.http.ranges import ByteRange
from services.packaging.faststart import faststart
from services.packaging.film_index import NotPackaged
from services.packaging.new_box import new_box, new_full_box
from services.packaging.reading import read_with
from tests.needs import need
from tests.packets import packet_hashes
from tests.real_films import B_FRAMES, H264, ffmpeg, make_film


def rearranged(film: Path, keep: set[int] | None = None) -> tuple[bytes | ByteRange, ...]:
    with film.open("rb") as file:
        reading = faststart(film.stat().st_size, keep)
        return read_with(reading, lambda first, length: os.pread(file.fileno(), length, first))


def written(film: Path, name: str, keep: set[int] | None = None) -> Path:
    """The rearranged film as a file. Holes in the film are holes there."""
    target = film.with_name(name)
    with film.open("rb") as source, target.open("wb") as file:
        for part in rearranged(film, keep):
            if isinstance(part, bytes):
                file.write(part)
                continue
            begins = file.tell()
            for first, stop in stretches(source.fileno(), part):
                file.seek(begins + first - part.first)
                file.write(os.pread(source.fileno(), stop - first, first))
            file.seek(begins + len(part))
    return target


def stretches(file: int, part: ByteRange) -> Iterator[tuple[int, int]]:
    """Where bytes of the range are that are not in a hole."""
    position = part.first
    while position <= part.last:
        try:
            position = os.lseek(file, position, os.SEEK_DATA)
        except OSError:  # there is only a hole left
            return
        stop = min(os.lseek(file, position, os.SEEK_HOLE), part.last + 1)
        if position < stop:
            yield position, stop
        position = max(stop, position + 1)


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    """A picture, two sounds, and names of chapters; "moov" is behind the samples."""
    folder = tmp_path_factory.mktemp("film")
    chapters = folder / "chapters.txt"
    chapters.write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=2\ntitle=One\n", "utf-8")
    second = ("-f", "lavfi", "-i", "sine=frequency=880:sample_rate=44100:duration=4", "-i", str(chapters))
    tracks = ("-map", "0", "-map", "1", "-map", "2", "-map_metadata", "3")
    return make_film(folder / "film.mp4", *second, *tracks, *H264, *B_FRAMES, "-c:a", "aac")


def test_all_packets_of_all_tracks_are_the_same(film):
    moved = written(film, "moved.mp4")
    assert moved.read_bytes().index(b"moov") < moved.read_bytes().index(b"mdat")
    assert moved.stat().st_size == film.stat().st_size
    assert packet_hashes(moved) == packet_hashes(film)


def test_quicktime_films_are_moved_so_too(film):
    movie = film.with_name("film.mov")
    ffmpeg("-i", str(film), "-map", "0:v", "-map", "0:a", "-c", "copy", "-timecode", "01:00:00:00", str(movie))
    assert packet_hashes(written(movie, "moved.mov")) == packet_hashes(movie)


def test_a_film_whose_moov_is_in_front_stays_as_it_is(film):
    front = film.with_name("front.mp4")
    ffmpeg("-i", str(film), "-map", "0", "-c", "copy", "-movflags", "+faststart", str(front))
    assert written(front, "moved.mp4").read_bytes() == front.read_bytes()


def test_tracks_that_are_not_kept_are_gone_and_the_others_enabled(film):
    moved = written(film, "second.mp4", keep={0, 2})
    picture, _, second, _ = packet_hashes(film)
    assert packet_hashes(moved) == [picture, second]
    options = ["-loglevel", "error", "-show_entries", "stream_disposition=default", "-of", "csv=p=0", moved]
    told = subprocess.run([Path(need("ffmpeg")).with_name("ffprobe"), *options], check=True, capture_output=True)
    assert told.stdout.split() == [b"1", b"1"]


def test_places_that_no_longer_fit_get_64_bits(film, tmp_path):
    """The last chunk of the picture is within what "moov" takes of 4 GiB."""
    content = film.read_bytes()
    mdat, moov = content.index(b"mdat") - 4, content.index(b"moov") - 4
    hole = 2**32 - moov - 100
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.write(content[: mdat - 8] + b"\0\0\0\1mdat" + struct.pack(">Q", moov - mdat + 8 + hole))
        file.seek(hole, os.SEEK_CUR)
        file.write(content[mdat + 8 : moov] + further(content[moov:], hole))
    before = packet_hashes(large)
    moved = written(large, "moved.mp4")
    assert moved.stat().st_size > large.stat().st_size
    assert packet_hashes(moved) == before == packet_hashes(film)


def further(moov: bytes, by: int) -> bytes:
    """Its chunks are that many bytes further behind."""
    changed = bytearray(moov)
    at = moov.find(b"stco")
    while at > 0:
        (count,) = struct.unpack_from(">I", moov, at + 8)
        places = struct.unpack_from(f">{count}I", moov, at + 12)
        struct.pack_into(f">{count}I", changed, at + 12, *(place + by for place in places))
        at = moov.find(b"stco", at + 4)
    return bytes(changed)


def track(*tables: bytes) -> bytes:
    return new_box(b"trak", new_box(b"mdia", new_box(b"minf", new_box(b"stbl", *tables))))


ELSEWHERE = new_full_box(b"dref", 0, 0, struct.pack(">I", 1), new_full_box(b"url ", 0, 0))


@pytest.mark.parametrize(
    "boxes",
    [
        new_box(b"mvex"),
        new_box(b"cmov"),
        new_full_box(b"meta", 0, 0, new_box(b"iloc")),
        new_box(b"meta", new_box(b"iloc")),
        track(new_box(b"saio")),
        track(new_full_box(b"stco", 0, 0, struct.pack(">I", 2))),
        new_box(b"trak", new_box(b"mdia", new_box(b"minf", new_box(b"dinf", ELSEWHERE)))),
        struct.pack(">I4s", 100, b"trak") + b"more",
    ],
    ids=["fragments", "compressed", "items", "QuickTime's items", "saio", "a short table", "another file", "a cut box"],
)
def test_films_with_places_that_are_not_known_are_refused(tmp_path, boxes):
    film = tmp_path / "film.mp4"
    film.write_bytes(new_box(b"ftyp", b"isom") + new_box(b"mdat", bytes(100)) + new_box(b"moov", boxes))
    with pytest.raises(NotPackaged):
        rearranged(film)


def test_a_place_within_what_is_left_out_is_refused(tmp_path):
    film = tmp_path / "film.mp4"
    tracks = track(new_box(b"free", bytes(1000))), track(new_full_box(b"stco", 0, 0, struct.pack(">II", 1, 100)))
    film.write_bytes(new_box(b"moov", *tracks))
    with pytest.raises(NotPackaged, match="places that cannot be"):
        rearranged(film, keep={1})
