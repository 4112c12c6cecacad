"""What the headers of MP4 and QuickTime tracks tell."""

import struct

import pytest

from services.packaging.film_index import NotPackaged
from services.packaging.fmp4.new_box import new_box, new_full_box
from services.packaging.mp4.track import Header, chapter_tracks, is_in_this_file, read_header

UNTURNED = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
TURNED = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
FRENCH = 0x1A41  # "fra": three letters of five bits


def tkhd(version: int = 0, flags: int = 1, matrix: bytes = UNTURNED) -> bytes:
    times = struct.pack(">QQI4xQ" if version else ">III4xI", 0, 0, 7, 0)
    size = struct.pack(">II", 1920 << 16, 1080 << 16)
    return new_full_box(b"tkhd", version, flags, times, bytes(16), matrix, size)


def mdhd(version: int = 0, timescale: int = 600, language: int = FRENCH) -> bytes:
    times = struct.pack(">QQIQ" if version else ">IIII", 0, 0, timescale, 0)
    return new_full_box(b"mdhd", version, 0, times, struct.pack(">HH", language, 0))


def hdlr(kind: bytes = b"vide", name: bytes = b"\0") -> bytes:
    return new_full_box(b"hdlr", 0, 0, bytes(4), kind, bytes(12), name)


def trak(header: bytes = tkhd(), *media: bytes, beside: bytes = b"") -> memoryview:
    return memoryview(header + new_box(b"mdia", *(media or (mdhd(), hdlr()))) + beside)


@pytest.mark.parametrize("version", [0, 1], ids=["32 bits", "64 bits"])
def test_a_header_tells_of_the_track(version):
    content = trak(tkhd(version, matrix=TURNED), mdhd(version), hdlr())
    assert read_header(content, 2) == Header(2, 7, "video", 600, "fr", "", True, 1920, 1080, TURNED)


def test_a_matrix_that_turns_nothing_is_left_out():
    assert read_header(trak(), 0).matrix == b""


def test_a_track_that_is_not_enabled_is_no_default():
    assert not read_header(trak(tkhd(flags=6)), 0).is_default


@pytest.mark.parametrize("kind", [b"text", b"sbtl", b"tmcd", b"meta", b"hint"])
def test_neither_text_nor_timecode_is_a_track(kind):
    assert read_header(trak(tkhd(), mdhd(), hdlr(kind)), 0) is None


@pytest.mark.parametrize(
    ("packed", "extended", "language"),
    [
        (0x15C7, b"", "en"),
        (0x10A7, b"pt-BR\0", "pt-BR"),
        (FRENCH, b"und\0", "fr"),
        (0x55C4, b"", ""),
        (0, b"", "en"),
        (2, b"", "de"),
        (33, b"", "zh-Hans"),
        (300, b"", ""),
        (0x7FFF, b"", ""),
        (0x0400, b"", ""),
    ],
    ids=["eng", "elng", "elng und", "und", "Macintosh 0", "2", "33", "300", "unspecified", "no letters"],
)
def test_languages_are_tags_in_their_shortest_form(packed, extended, language):
    boxes = [mdhd(language=packed), hdlr()]
    if extended:
        boxes.append(new_full_box(b"elng", 0, 0, extended))
    assert read_header(trak(tkhd(), *boxes), 0).language == language


@pytest.mark.parametrize(
    ("name", "title", "label"),
    [
        (b"Director's comment\0", b"", "Director's comment"),
        (b"\x12Director's comment", b"", "Director's comment"),
        (b"SoundHandler\0", b"", ""),
        (b"\x19Apple Sound Media Handler", b"", ""),
        (b"ISO Media file produced by Google Inc.\0", b"", ""),
        (b"SoundHandler\0", b"Original\n  mono", "Original mono"),
        (b"Kommentar \xff\0", b"", "Kommentar \ufffd"),
        (b"x" * 1000 + b"\0", b"", "x" * 200),
        (b"", b"", ""),
    ],
)
def test_a_label_is_the_title_of_a_track_and_not_the_name_of_a_program(name, title, label):
    beside = new_box(b"udta", new_box(b"name", title)) if title else b""
    assert read_header(trak(tkhd(), mdhd(), hdlr(name=name), beside=beside), 0).label == label


@pytest.mark.parametrize(
    "content",
    [
        memoryview(tkhd()),
        trak(new_box(b"free")),
        trak(tkhd(), mdhd(timescale=0), hdlr()),
        trak(new_full_box(b"tkhd", 0, 1, bytes(8)), mdhd(), hdlr()),
        trak(tkhd(), new_full_box(b"mdhd", 1, 0, bytes(8)), hdlr()),
    ],
    ids=["no media", "no header", "no clock", "a short header", "a short media header"],
)
def test_a_track_of_which_too_little_is_known_is_refused(content):
    with pytest.raises(NotPackaged):
        read_header(content, 0)


def references(*flags: int) -> memoryview:
    entries = b"".join(new_full_box(b"url ", 0, each) for each in flags)
    dref = new_full_box(b"dref", 0, 0, struct.pack(">I", len(flags)), entries)
    return memoryview(new_box(b"mdia", new_box(b"minf", new_box(b"dinf", dref))))


@pytest.mark.parametrize(
    ("content", "reference", "is_here"),
    [
        (references(1), 1, True),
        (references(0), 1, False),
        (references(0, 1), 2, True),
        (references(1), 0, False),
        (references(1), 2, False),
        (memoryview(b""), 1, True),
    ],
    ids=["here", "elsewhere", "the second", "none", "no such entry", "no list"],
)
def test_samples_may_be_in_another_file(content, reference, is_here):
    assert is_in_this_file(content, reference) is is_here


def test_a_track_refers_to_those_of_its_chapters():
    content = memoryview(new_box(b"tref", new_box(b"chap", struct.pack(">II", 3, 4))))
    assert chapter_tracks(content) == (3, 4)
    assert chapter_tracks(memoryview(b"")) == ()
