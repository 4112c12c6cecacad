"""MP4 and QuickTime films as programs make them, held against what ffprobe says of each packet."""

import os
import struct
from pathlib import Path

import pytest

from services.packaging.film_index import NotPackaged, PackagedFilm
from services.packaging.fmp4.fragments import segment_parts
from services.packaging.fmp4.initialisation import init_segment
from services.packaging.fmp4.new_box import new_box, new_full_box
from services.packaging.mp4.boxes import boxes, table
from services.packaging.mp4.index import read_mp4
from services.packaging.reading import read_with
from tests.fragments import joined as joined_parts
from tests.packets import agrees, indexed, packaged, packet_hashes
from tests.real_films import B_FRAMES, H264, ffmpeg, make_film

HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error")
AV1 = ("-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")
CODED = (*H264, *B_FRAMES, "-c:a", "aac")


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    """Eight seconds with a key frame each, pictures that are decoded before they are shown, and two languages."""
    folder = tmp_path_factory.mktemp("film")
    second = ("-f", "lavfi", "-i", "sine=frequency=880:sample_rate=44100:duration=8")
    tracks = ("-map", "0", "-map", "1", "-map", "2")
    names = ("-metadata:s:a:0", "language=ger", "-metadata:s:a:1", "language=fra", "-metadata:s:a:1", "title=Comment")
    return make_film(folder / "film.mp4", *second, *tracks, *CODED, *names, duration_s=8)


def copied(film: Path, name: str, *options: str, before: tuple[str, ...] = ()) -> Path:
    """The film copied by ffmpeg, with options before and behind it."""
    target = film.with_name(name)
    ffmpeg(*before, "-i", str(film), "-map", "0", *options, "-c", "copy", str(target))
    return target


def test_each_sample_is_where_and_when_ffprobe_says(film):
    agrees(film)


def test_a_film_is_cut_at_each_key_frame_two_seconds_after_the_last_cut(film):
    assert indexed(film).index.cuts == (0.0, 2.0, 4.0, 6.0)


def test_tracks_tell_their_codec_language_and_title(film):
    picture, german, french = indexed(film).index.tracks
    assert (picture.stream, picture.kind, picture.width, picture.height) == (0, "video", 320, 180)
    assert (picture.codec, picture.frame_rate, picture.matrix) == ("avc1.4D400C", 24.0, b"")
    assert (german.stream, german.codec, german.language, german.label) == (1, "mp4a.40.2", "de", "")
    assert (german.is_default, german.channels, german.timescale) == (True, 1, 48000)
    assert (french.stream, french.language, french.label, french.timescale) == (2, "fr", "Comment", 44100)
    assert not french.is_default


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("first.mp4", ("-movflags", "+faststart")),
        ("quicktime.mov", ()),
        ("negative.mp4", ("-movflags", "+negative_cts_offsets")),
        ("unedited.mp4", ("-use_editlist", "0")),
        ("timecode.mov", ("-timecode", "01:00:00:00")),
    ],
    ids=["moov first", "wide, wave", "negative composition offsets", "no edits", "timecode"],
)
def test_films_differ_in_how_their_boxes_are_laid_out(film, name, options):
    agrees(copied(film, name, *options))


@pytest.mark.parametrize(
    ("name", "options", "before"),
    [
        ("joined.mp4", (), ()),
        ("joined.mov", (), ("-itsoffset", "10")),
        ("fragments.mp4", ("-movflags", "frag_keyframe"), ()),
        ("edited.mp4", ("-movflags", "dash+delay_moov", "-frag_duration", "700000"), ()),
    ],
)
def test_segments_join_to_the_packets_of_the_film_without_gap_or_overlap(film, tmp_path, name, options, before):
    source = copied(film, name, *options, before=before)
    content = source.read_bytes()
    index = indexed(source)
    joined = {track.name: init_segment(index.index, track) for track in index.index.tracks}
    ends: dict[str, int] = {}
    for number, segment in enumerate(index.segments):
        for track, samples in zip(index.index.tracks, segment, strict=True):
            assert ends.get(track.name, samples.decode_time) == samples.decode_time
            ends[track.name] = samples.decode_time + sum(count * value for count, value in samples.durations)
            joined[track.name] += joined_parts(segment_parts(track, samples, number), content)
    for track in index.index.tracks:
        target = tmp_path / f"{track.name}.mp4"
        target.write_bytes(joined[track.name])
        assert packet_hashes(target) == packet_hashes(source, f"0:{track.stream}")


def test_a_track_that_begins_later_than_the_other_does_so_in_its_segments(film):
    late = film.with_name("late.mp4")
    ffmpeg(
        "-i", str(film), "-itsoffset", "0.7", "-i", str(film), "-map", "0:v", "-map", "1:a:0", "-c", "copy", str(late)
    )
    agrees(late)
    assert packaged(indexed(late))[1][0].shown == pytest.approx(0.679, abs=0.002)


def test_all_tracks_of_a_film_that_begins_late_begin_earlier_by_the_same(film):
    index = indexed(copied(film, "later.mp4", before=("-itsoffset", "10")))
    assert index.index.duration_s == pytest.approx(8.024, abs=0.002)
    begins = {stream: packets[0].shown for stream, packets in packaged(index).items()}
    assert begins == pytest.approx({0: 0.023, 1: 0.002, 2: 0.0}, abs=0.0015)


def test_pictures_that_are_only_decoded_pass_in_an_instant(film):
    """The copy begins with the key frame at 1 s. Its edit list says that only what is from 1.5 s on is shown."""
    index = indexed(copied(film, "cut.mp4", before=("-ss", "1.5")))
    packets = packaged(index)
    times = sorted(packet.shown for packet in packets[0])
    assert times[:13] == pytest.approx([0.0] * 13, abs=0.002)
    assert times[13:] == pytest.approx([number / 24 for number in range(1, 156)], abs=0.002)
    assert packets[1][0].shown == pytest.approx(-0.07, abs=0.02)
    assert index.index.cuts == pytest.approx((0.0, 2.5, 4.5), abs=0.002)


def test_frames_may_be_of_different_lengths(tmp_path):
    thinned = ("-vf", r"select='not(mod(n\,3))+lt(n\,40)'", "-fps_mode", "vfr")
    agrees(make_film(tmp_path / "film.mp4", *thinned, *CODED))


@pytest.mark.parametrize(
    ("name", "options", "codecs"),
    [
        ("hevc.mp4", (*HEVC, "-c:a", "eac3"), ("hvc1.1.6.L60.90", "ec-3")),
        ("av1.mp4", (*AV1, "-c:a", "libopus"), ("av01.0.00M.08", "opus")),
        ("vp9.mp4", (*VP9, "-c:a", "flac", "-strict", "-2"), ("vp09.00.11.08", "fLaC")),
        ("alac.mov", (*H264, "-c:a", "alac"), ("avc1.42C00C", "alac")),
        ("mp3.mp4", (*H264, "-c:a", "libmp3lame"), ("avc1.42C00C", "mp4a.6B")),
        ("pcm.mov", (*H264, "-c:a", "pcm_s16le"), ("avc1.42C00C", "pcm_s16le")),
    ],
)  # fmt: skip
def test_codecs_are_named(tmp_path, name, options, codecs):
    film = make_film(tmp_path / name, "-pix_fmt", "yuv420p", *options, duration_s=1)
    assert tuple(track.codec for track in indexed(film).index.tracks) == codecs
    agrees(film)


def test_an_audio_book_has_cuts_of_its_sound(tmp_path):
    film = tmp_path / "book.m4a"
    ffmpeg("-f", "lavfi", "-i", "sine=duration=10", "-c:a", "aac", str(film))
    agrees(film)
    assert indexed(film).index.cuts == pytest.approx((0.0, 2.113, 4.203, 6.316, 8.406), abs=0.03)


def test_a_film_whose_picture_no_browser_plays_is_not_packaged(tmp_path):
    with pytest.raises(NotPackaged, match="no picture that browsers play"):
        indexed(make_film(tmp_path / "film.mov", "-c:v", "qtrle", "-c:a", "aac"))


def test_key_frames_of_h264_on_which_earlier_pictures_depend_are_no_cuts(tmp_path):
    options = (*H264, "-x264-params", "keyint=24:scenecut=0:b-adapt=0:bframes=2:open-gop=1")
    assert indexed(make_film(tmp_path / "film.mp4", *options)).index.cuts == (0.0,)


def test_a_phones_film_keeps_its_matrix(film):
    turned = copied(film, "turned.mov", "-metadata:s:v", "rotate=90")
    picture = indexed(turned).index.tracks[0]
    assert (picture.width, picture.height) == (320, 180)
    assert picture.matrix.hex() == (
        "00000000 ffff0000 00000000 00010000 00000000 00000000 00000000 00000000 40000000".replace(" ", "")
    )


def test_covers_and_names_of_chapters_are_no_tracks(film, tmp_path):
    chapters = tmp_path / "chapters.txt"
    chapters.write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=4\ntitle=One\n", "utf-8")
    cover = tmp_path / "cover.png"
    ffmpeg("-f", "lavfi", "-i", "color=red:size=64x64", "-frames:v", "1", str(cover))
    target = tmp_path / "film.mp4"
    inputs = ("-i", str(film), "-i", str(cover), "-i", str(chapters), "-map", "0", "-map", "1", "-map_metadata", "2")
    ffmpeg(*inputs, "-c", "copy", "-disposition:v:1", "attached_pic", str(target))
    assert [track.stream for track in indexed(target).index.tracks] == [0, 1, 2]
    agrees(target)


def read(content: bytes, length: int | None = None) -> PackagedFilm:
    """The film of these bytes; ``length``: of a longer one that begins so."""
    return read_with(read_mp4(length or len(content)), lambda first, count: content[first : first + count])


@pytest.fixture(scope="module")
def parts(film) -> tuple[bytes, bytes, bytes]:
    """ "ftyp" and "free"; "mdat"; "moov"."""
    content = film.read_bytes()
    mdat, moov = content.index(b"mdat") - 4, content.index(b"moov") - 4
    return content[:mdat], content[mdat:moov], content[moov:]


def test_a_box_may_have_a_size_of_64_bits(film, parts):
    head, mdat, moov = parts
    wide = b"\0\0\0\1mdat" + struct.pack(">Q", len(mdat) + 8) + mdat[8:]  # in the place of "free"
    long = b"\0\0\0\1moov" + struct.pack(">Q", len(moov) + 8) + moov[8:]
    assert read(head[:-8] + wide + long).index == indexed(film).index


def test_the_last_box_may_go_to_the_end_of_the_file(film, parts):
    head, mdat, moov = parts
    assert read(head + mdat + b"\0\0\0\0" + moov[4:]).index == indexed(film).index


@pytest.mark.parametrize("behind", [b"junk", new_box(b"free", bytes(100)), bytes(1000)])
def test_what_is_behind_the_film_does_not_matter(film, parts, behind):
    assert read(b"".join(parts) + behind).index == indexed(film).index


def test_films_may_be_longer_than_four_gigabytes(film, parts, tmp_path):
    """The same film with its bytes behind a hole, and chunks in tables of 64 bits."""
    hole = 2**32
    head, mdat, moov = parts
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.write(head[:-8] + b"\0\0\0\1mdat" + struct.pack(">Q", len(mdat) + 8 + hole))
        file.seek(hole, os.SEEK_CUR)
        file.write(mdat[8:] + new_box(b"moov", with_wide_chunks(memoryview(moov)[8:], hole)))
    agrees(large)
    assert packaged(indexed(large))[0][0].position > hole


def with_wide_chunks(content: memoryview, further: int) -> bytes:
    """The boxes with their chunks told of in "co64", and some bytes further behind."""
    changed = b""
    for kind, inner in boxes(content):
        if kind == b"stco":
            changed += new_full_box(
                b"co64", 0, 0, inner[4:8], b"".join(struct.pack(">Q", at + further) for at in table(inner, "I"))
            )
        elif kind in (b"trak", b"mdia", b"minf", b"stbl"):
            changed += new_box(kind, with_wide_chunks(inner, further))
        else:
            changed += new_box(kind, inner)
    return changed


def test_a_film_that_is_cut_off_ends_with_its_last_whole_samples(film):
    content = copied(film, "first.mp4", "-movflags", "+faststart").read_bytes()
    whole = read(content)
    cut = read(content[: len(content) * 6 // 10])
    assert 3 < cut.index.duration_s < 6 < whole.index.duration_s
    for packets in packaged(cut).values():
        assert packets
        assert max(packet.position + packet.size for packet in packets) <= len(content) * 6 // 10


def test_a_film_that_is_cut_off_before_its_tables_is_not_packaged(parts):
    head, mdat, moov = parts
    for content in (head + mdat[:1000], head + mdat + moov[:1000], head + mdat, head, b"", b"\0"):
        with pytest.raises(NotPackaged):
            read(content)


def test_a_film_of_which_only_tables_are_left_is_not_packaged(film):
    content = copied(film, "first.mp4", "-movflags", "+faststart").read_bytes()
    with pytest.raises(NotPackaged):
        read(content[: content.index(b"mdat")])


@pytest.mark.parametrize(
    ("content", "length"),
    [
        (struct.pack(">I4s", 65 * 2**20, b"moov"), 2**30),
        (b"\0\0\0\1moov" + b"\xff" * 8, 2**30),
        (new_box(b"free") * 2000, None),
        (b"not a film at all, but a text about films", None),
        (b"RIFF\0\0\0\0AVI LIST", 2**30),
        (new_box(b"moov"), None),
        (new_box(b"moov", new_box(b"cmov", bytes(100))), None),
    ],
    ids=["too much", "2^64 bytes", "only small boxes", "text", "AVI", "nothing", "compressed"],
)
def test_what_is_no_film_or_has_too_large_tables_is_not_packaged(content, length):
    with pytest.raises(NotPackaged):
        read(content, length)


def test_the_tables_of_a_film_are_read_at_once(film):
    asked = []

    def read(first: int, length: int) -> bytes:
        asked.append(length)
        return content[first : first + length]

    content = film.read_bytes()
    read_with(read_mp4(len(content)), read)
    moov_bytes = len(content) - content.index(b"moov") + 4
    assert asked[:5] == [16, 16, 16, 16, moov_bytes - 8]
    assert asked[5:] == [4096] * 3  # of three key frames
