"""A film with "moov" in front has the same packets, at whatever size, and with the tracks that are kept."""

import os
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.http.ranges import ByteRange
from services.packaging.faststart.head import FilmHead, film_head
from services.packaging.faststart.layout import may_gain
from services.packaging.film_index import NotPackaged
from services.packaging.fmp4.new_box import new_box, new_full_box
from services.packaging.kept.head_file import head_file, read_head_file
from services.packaging.kept.not_packaged import refusal
from services.packaging.kept.stored_index import DamagedIndex
from services.packaging.reading import Reading, read_with
from tests.boxes import boxes
from tests.films import put
from tests.needs import need
from tests.packets import packet_hashes
from tests.real_films import B_FRAMES, H264, ffmpeg, make_film

HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=24", "-pix_fmt", "yuv420p")


def read(film: Path, reading: Reading):
    with film.open("rb") as file:
        return read_with(reading, lambda first, length: os.pread(file.fileno(), length, first))


def gains(film: Path) -> bool:
    return read(film, may_gain(film.stat().st_size))


def written(film: Path, sound: int | None = None) -> Path:
    """The new film as a file. Holes in the film are holes there."""
    length, target = film.stat().st_size, film.with_name(f"new-{film.name}")
    with film.open("rb") as source, target.open("wb") as file:

        def read_at(first: int, count: int) -> bytes:
            return os.pread(source.fileno(), count, first)

        head, pieces = read_with(film_head(length, sound), read_at)
        for piece in pieces:
            file.write(piece)
        assert file.tell() == head.head_bytes
        for part in head.rest(length):
            begins = file.tell()
            for first, stop in stretches(source.fileno(), part):
                file.seek(begins + first - part.first)
                file.write(read_at(first, stop - first))
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


@pytest.fixture(scope="module")
def hevc(tmp_path_factory) -> Path:
    return make_film(tmp_path_factory.mktemp("hevc") / "film.mp4", *HEVC, "-tag:v", "hev1", sound=False)


COPIED = ("-map", "0", "-c", "copy")
KINDS = {
    "chapters": ("film.mp4", COPIED),
    "QuickTime, with time codes": ("film.mov", (*COPIED, "-map", "-0:d", "-timecode", "01:00:00:00")),
    "pictures at uneven times": ("film.mp4", ("-vf", "select='mod(n,5)'", "-fps_mode", "vfr", *H264, "-c:a", "aac")),
    "sound alone": ("film.m4v", ("-map", "0:a", "-c", "copy")),
    "a cover": ("film.mp4", ("-f", "lavfi", "-i", "testsrc2=size=64x64:duration=0.04", "-map", "0:v", "-map", "0:a",
                             "-map", "1", "-c", "copy", "-c:v:1", "png", "-disposition:v:1", "attached_pic")),
    "a longer name for what is in it": ("film.mp4", (*COPIED, "-metadata", "title=" + 1000 * "x")),
}  # fmt: skip


@pytest.mark.parametrize(("name", "options"), KINDS.values(), ids=KINDS)
def test_all_packets_of_all_tracks_are_the_same(film, tmp_path, name, options):
    target = tmp_path / name
    ffmpeg("-i", str(film), *options, str(target))
    moved = written(target)
    assert gains(target)
    assert moved.read_bytes().index(b"moov") < moved.read_bytes().index(b"mdat")
    assert moved.stat().st_size == target.stat().st_size
    assert packet_hashes(moved) == packet_hashes(target)


def test_a_film_whose_moov_is_in_front_is_best_as_it_is(film):
    assert not gains(written(film))
    with pytest.raises(NotPackaged, match="in front"):
        written(written(film))


def test_hevc_has_the_name_by_which_iphones_play_it(hevc, tmp_path):
    front = tmp_path / "front.mp4"
    ffmpeg("-i", str(hevc), *COPIED, "-tag:v", "hev1", "-movflags", "+faststart", str(front))
    for film in (hevc, front):
        assert gains(film)
        renamed = written(film).read_bytes()
        assert (renamed.count(b"hvc1"), renamed.count(b"hev1")) == (1, 0)
        assert packet_hashes(film.with_name(f"new-{film.name}")) == packet_hashes(film)
    assert renamed.replace(b"hvc1", b"hev1") == front.read_bytes()


def test_hevc_keeps_its_name_where_parameter_sets_are_in_its_frames(hevc, tmp_path):
    content = bytearray(hevc.read_bytes())
    content[content.index(b"hvcC") + 4 + 22] = 0  # the number of arrays
    assert b"hev1" in written(put(tmp_path, "film.mp4", content)).read_bytes()


def test_one_of_several_sounds_is_enabled_and_the_others_are_gone(film):
    moved = written(film, sound=1)
    picture, _, second, chapters = packet_hashes(film)
    assert packet_hashes(moved) == [picture, second, chapters]
    options = ["-loglevel", "error", "-show_entries", "stream_disposition=default", "-of", "csv=p=0", moved]
    told = subprocess.run([Path(need("ffmpeg")).with_name("ffprobe"), *options], check=True, capture_output=True)
    assert told.stdout.split()[:2] == [b"1", b"1"]


def test_a_sound_can_be_chosen_where_moov_is_in_front_too(film):
    both = written(film)
    assert packet_hashes(written(both, sound=0)) == packet_hashes(film)[:2] + packet_hashes(film)[3:]


def test_there_is_no_further_sound(film):
    with pytest.raises(NotPackaged, match="no such sound"):
        written(film, sound=2)


def test_no_track_refers_to_one_that_is_gone():
    def trak(number: int, kind: bytes, *references: int) -> bytes:
        header = new_full_box(b"tkhd", 0, 0, struct.pack(">8xI", number))
        media = new_box(b"mdia", new_full_box(b"hdlr", 0, 0, bytes(4) + kind))
        return new_box(b"trak", header, media, new_box(b"tref", new_box(b"fall", struct.pack(">2I", *references))))

    movie = new_box(b"moov", trak(1, b"vide", 2, 3), trak(2, b"soun", 3, 3), trak(3, b"soun", 1, 2))
    content = new_box(b"mdat", bytes(8)) + movie
    _, pieces = read_with(film_head(len(content), 0), lambda first, length: content[first : first + length])
    first, second = boxes(b"".join(pieces), "moov/trak/tref")
    assert (first, second) == (new_box(b"fall", struct.pack(">I", 2)), b"")


@pytest.mark.parametrize("table", [b"stco", b"co64"])
def test_places_that_need_it_get_64_bits(film, tmp_path, table):
    """The last chunks of the film are within what "moov" takes of 4 GiB, or beyond that."""
    content = film.read_bytes()
    mdat, moov = content.index(b"mdat") - 4, content.index(b"moov") - 4
    hole = 2**32 - moov - (100 if table == b"stco" else 0)
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.write(content[: mdat - 8] + b"\0\0\0\1mdat" + struct.pack(">Q", moov - mdat + 8 + hole))
        file.seek(hole, os.SEEK_CUR)
        file.write(content[mdat + 8 : moov] + further(content[moov:], hole, table))
    before = packet_hashes(large)
    moved = written(large)
    assert (moved.stat().st_size > large.stat().st_size) == (table == b"stco")
    assert packet_hashes(moved) == before == packet_hashes(film)


def further(content: bytes, by: int, name: bytes) -> bytes:
    """Boxes whose chunks are so many bytes further behind, in tables of this name."""
    changed = b""
    while content:
        size, kind = struct.unpack_from(">I4s", content)
        inner = content[8:size]
        if kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
            inner = further(inner, by, name)
        elif kind == b"stco":
            (count,) = struct.unpack_from(">I", inner, 4)
            places = [place + by for place in struct.unpack_from(f">{count}I", inner, 8)]
            kind, inner = name, inner[:8] + struct.pack(f">{count}{'I' if name == b'stco' else 'Q'}", *places)
        changed += new_box(kind, inner)
        content = content[size:]
    return changed


def track(*tables: bytes) -> bytes:
    return new_box(b"trak", new_box(b"mdia", new_box(b"minf", new_box(b"stbl", *tables))))


def chunks(*places: int) -> bytes:
    return new_full_box(b"stco", 0, 0, struct.pack(f">{1 + len(places)}I", len(places), *places))


TYPE, SAMPLES = new_box(b"ftyp", b"isom"), new_box(b"mdat", bytes(100))
ELSEWHERE = new_full_box(b"dref", 0, 0, struct.pack(">I", 1), new_full_box(b"url ", 0, 0))
ITEMS = new_full_box(b"meta", 0, 0, new_box(b"iloc"))


def test_samples_may_be_in_front_of_moov_and_behind_it(tmp_path):
    front, behind = new_box(b"free", b"odd") + new_box(b"mdat", b"one two "), new_box(b"mdat", b"three") + b"junk"
    movie = new_box(b"moov", track(chunks(31, 35, 115)))
    film = put(tmp_path, "film.mp4", TYPE + front + movie + behind)
    assert film.read_bytes().index(b"three") == 115
    moved = new_box(b"moov", track(chunks(31 + 68, 35 + 68, 115)))
    assert written(film).read_bytes() == TYPE + moved + front + behind


@pytest.mark.parametrize(
    "content",
    [
        TYPE + SAMPLES,
        TYPE + SAMPLES + struct.pack(">I4s", 100, b"moov") + b"cut off",
        TYPE + SAMPLES + new_box(b"moov"),
        TYPE + SAMPLES + new_box(b"moov", track()) + new_box(b"moov", track()),
        TYPE + SAMPLES + new_box(b"moov", track()) + new_box(b"moof") + new_box(b"mfra"),
        TYPE + ITEMS + SAMPLES + new_box(b"moov", track()),
        *(
            TYPE + SAMPLES + new_box(b"moov", inner)
            for inner in (
                new_box(b"mvex"),
                new_box(b"cmov"),
                ITEMS,
                new_box(b"meta", new_box(b"iloc")),
                track(new_box(b"saio")),
                track(new_full_box(b"stco", 0, 0, struct.pack(">I", 2))),
                track(chunks(3)),
                track(chunks(len(TYPE + SAMPLES) + 20)),
                new_box(b"trak", new_box(b"mdia", new_box(b"minf", new_box(b"dinf", ELSEWHERE)))),
                new_box(b"trak", new_box(b"mdia"), new_box(b"mdia")),
                new_box(b"free") * 1000,
                struct.pack(">I4s", 100, b"trak") + b"more",
            )
        ),
    ],
    ids=[
        *("no moov", "a cut moov", "an empty moov", "two", "fragments behind", "items of the file", "fragments"),
        *("compressed", "items", "QuickTime's items", "saio", "a short table", "a sample in ftyp", "a sample in moov"),
        *("another file", "a track of two media", "too many boxes", "a cut box"),
    ],
)
def test_films_with_places_that_are_not_known_are_best_as_they_are(tmp_path, content):
    with pytest.raises(NotPackaged):
        written(put(tmp_path, "film.mp4", content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no film, but a text",
        b"\x1a\x45\xdf\xa3" + bytes(1000),
        TYPE + new_box(b"moov", track()) + SAMPLES,
        TYPE + new_box(b"moov", track()) + new_box(b"moof") + SAMPLES,
        TYPE + SAMPLES,
        TYPE + struct.pack(">I4s", 0, b"mdat") + bytes(100),
        TYPE + struct.pack(">I4s", 2**31, b"mdat") + bytes(100),
        new_box(b"free") * 5000,
    ],
    ids=["nothing", "text", "Matroska", "moov in front", "fragments", "no moov", "endless", "cut off", "empty boxes"],
)
def test_films_that_gain_nothing_are_known_by_their_first_boxes(tmp_path, content):
    assert not gains(put(tmp_path, "film.mp4", content))


def test_a_head_is_kept_with_what_follows_it():
    head = FilmHead(4, 2, 10, 20)
    content = b"".join(head_file(head, [b"he", b"ad"]))

    def kept(content: bytes, film_bytes: int = 30) -> FilmHead:
        reading = read_head_file(len(content), film_bytes)
        return read_with(reading, lambda first, length: content[first : first + length])

    assert content.startswith(b"head")
    assert kept(content) == head
    assert head.rest(30) == (ByteRange(2, 9), ByteRange(20, 29))
    assert head.rest(20) == (ByteRange(2, 9),)
    with pytest.raises(NotPackaged, match="it is long"):
        kept(refusal("it is long"))
    for damaged in (b"x", content[1:], content[:-1], b"x" + content, content[:-1] + b"x"):
        with pytest.raises(DamagedIndex):
            kept(damaged)
    with pytest.raises(DamagedIndex):
        kept(content, film_bytes=19)
