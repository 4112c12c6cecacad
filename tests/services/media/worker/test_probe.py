"""What the probe says of films that ffmpeg made, and of files that are no films."""

import random
from contextlib import suppress

import pytest

from services.errors import FilmUnreadable
from tests.film_jobs import probe
from tests.films import put
from tests.real_films import ffmpeg, make_film

SUBTITLES = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"
CHAPTERS = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1500
title=Opening
[CHAPTER]
TIMEBASE=1/1000
START=1500
END=4000
title=Grün & Blau
"""
H265 = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=error")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("films")


@pytest.mark.parametrize(
    ("name", "options", "container", "media_type"),
    [
        ("a.mp4", (*H264, "-c:a", "aac"), "mp4", 'video/mp4; codecs="avc1.42C00C, mp4a.40.2"'),
        ("a.mov", (*H264, "-c:a", "pcm_s16le"), "mov", 'video/mp4; codecs="avc1.42C00C, pcm_s16le"'),
        ("b.mkv", (*H264, "-c:a", "ac3"), "matroska", 'video/x-matroska; codecs="avc1.42C00C, ac-3"'),
        ("a.ts", (*H264, "-c:a", "eac3"), "mpegts", 'video/mp2t; codecs="avc1.42C00C, ec-3"'),
        ("a.flv", (*H264, "-c:a", "aac"), "flv", 'video/x-flv; codecs="avc1.42C00C, mp4a.40.2"'),
        ("a.avi", ("-c:v", "mpeg4", "-c:a", "mp3"), "avi", 'video/x-msvideo; codecs="mp4v.20.1, mp3"'),
        (
            "av1.avi",
            ("-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-c:a", "mp3"),
            "avi",
            'video/x-msvideo; codecs="av01.0.00M.08, mp3"',
        ),
        ("a.mpg", ("-c:v", "mpeg2video", "-c:a", "mp2"), "mpeg", 'video/mpeg; codecs="mpeg2video, mp2"'),
        ("a.wmv", ("-c:v", "wmv2", "-c:a", "wmav2"), "asf", 'video/x-ms-asf; codecs="wmv2, wmav2"'),
        ("a.ogv", ("-c:v", "libtheora", "-c:a", "libvorbis"), "ogg", 'video/ogg; codecs="theora, vorbis"'),
        (
            "a.webm",
            ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"),
            "webm",
            'video/webm; codecs="vp09.00.11.08, opus"',
        ),
        (
            "hevc.mp4",
            (*H265, "-tag:v", "hvc1", "-c:a", "flac", "-strict", "-2"),
            "mp4",
            'video/mp4; codecs="hvc1.2.4.L60.90, fLaC"',
        ),
        (
            "av1.mp4",
            ("-c:v", "libsvtav1", "-preset", "12", "-pix_fmt", "yuv420p10le", "-c:a", "libopus"),
            "mp4",
            'video/mp4; codecs="av01.0.00M.10, opus"',
        ),
    ],
)
def test_container_and_codecs_are_named_as_browsers_know_them(folder, name, options, container, media_type):
    details = probe(str(make_film(folder / name, *options)))
    assert (details["state"], details["container"], details["type"]) == ("known", container, media_type)
    assert details["duration"] == pytest.approx(4.0, abs=0.2)
    assert (details["video"]["width"], details["video"]["height"]) == (320, 180)
    assert details["video"]["frame_rate"] == pytest.approx(24.0)
    assert [track["channels"] for track in details["audio"]] == [1]


def test_tracks_and_chapters_are_told_with_their_languages_and_names(folder):
    put(folder, "a.srt", SUBTITLES.encode())
    put(folder, "chapters.txt", CHAPTERS.encode())
    target = folder / "tracks.mkv"
    picture = make_film(folder / "picture.mp4", *H264, "-c:a", "aac")
    ffmpeg(
        *("-i", str(picture), "-i", str(folder / "a.srt"), "-i", str(folder / "chapters.txt")),
        *("-map", "0:v", "-map", "0:a", "-map", "0:a", "-map", "1", "-map", "1", "-map_metadata", "2"),
        *("-c:v", "copy", "-c:a:0", "ac3", "-ac:a:0", "6", "-c:a:1", "copy", "-c:s:0", "srt", "-c:s:1", "ass"),
        *("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fre"),
        *(
            "-metadata:s:a:1",
            "title=Commentary\nby the  director",
            "-disposition:a:0",
            "default",
            "-disposition:a:1",
            "0",
        ),
        *("-metadata:s:s:0", "language=ger", "-metadata:s:s:1", "language=und", "-disposition:s:0", "0"),
        *("-disposition:s:1", "default+forced+hearing_impaired", str(target)),
    )
    details = probe(str(target))
    assert details["audio"] == [
        {"codec": "ac-3", "name": "Dolby Digital", "stream": 1, "channels": 6, "language": "en", "default": True},
        {
            "codec": "mp4a.40.2",
            "name": "AAC",
            "stream": 2,
            "channels": 1,
            "language": "fr",
            "label": "Commentary by the director",
        },
    ]
    assert details["subtitles"] == [
        {"key": "t3", "language": "de"},
        {"key": "t4", "default": True, "forced": True, "hearing_impaired": True, "styled": True},
    ]
    assert details["chapters"] == [{"start": 0.0, "title": "Opening"}, {"start": 1.5, "title": "Grün & Blau"}]
    assert details["type"] == 'video/x-matroska; codecs="avc1.42C00C, ac-3"'


@pytest.mark.parametrize("extension", ["mkv", "mp4"])
def test_what_a_sound_is_for_is_told(folder, extension):
    target = folder / f"kinds.{extension}"
    picture = make_film(folder / "picture.mp4", *H264, "-c:a", "aac")
    kinds = ("default", "comment", "visual_impaired", "hearing_impaired")
    flags = [word for number, kind in enumerate(kinds) for word in (f"-disposition:a:{number}", kind)]
    ffmpeg("-i", str(picture), "-map", "0:v", *["-map", "0:a"] * 4, "-c", "copy", *flags, str(target))
    names = ("stream", "commentary", "described", "hearing_impaired")
    assert [{name: track[name] for name in names if name in track} for track in probe(str(target))["audio"]] == [
        {"stream": 1},
        {"stream": 2, "commentary": True},
        {"stream": 3, "described": True},
        {"stream": 4, "hearing_impaired": True},
    ]


def test_subtitles_that_are_pictures_are_told_apart(folder):
    put(folder, "a.srt", SUBTITLES.encode())
    text = folder / "text.mkv"
    make_film(
        text,
        *("-i", str(folder / "a.srt"), "-map", "0", "-map", "2", "-map", "2", *H264, "-c:s", "srt"),
        *("-metadata:s:s:0", "language=fre", "-metadata:s:s:1", "language=und", "-disposition:s:1", "forced"),
    )
    film = put(folder, "pictures.mkv", text.read_bytes().replace(b"S_TEXT/UTF8", b"S_HDMV/PGS\0"))
    details = probe(str(film))
    assert details["image_subtitles"] == [{"key": "t1", "language": "fr"}, {"key": "t2", "forced": True}]
    assert "subtitles" not in details


def test_a_picture_with_many_shades_for_bright_screens_is_told(folder):
    film = make_film(
        folder / "hdr.mkv",
        *H265[:-1],
        "log-level=error:transfer=smpte2084:colorprim=bt2020:colormatrix=bt2020nc",
        sound=False,
    )
    video = probe(str(film))["video"]
    assert (video["hdr"], video["bit_depth"], video["name"]) == (True, 10, "HEVC")
    assert "hdr" not in probe(str(make_film(folder / "sdr.mp4", *H264)))["video"]


@pytest.mark.parametrize("name", ["open.mp4", "open.mkv", "open.ts", "open.flv"])
def test_groups_of_pictures_that_are_open_are_told(folder, name):
    options = ("-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "24")
    film = make_film(folder / name, *options, "-x264-params", "open-gop=1", sound=False)
    assert probe(str(film))["video"]["open_gop"] is True
    closed = make_film(folder / f"closed-{name}", *options, sound=False)
    assert "open_gop" not in probe(str(closed))["video"]


def test_pixels_that_are_not_square_are_counted_as_they_are_shown(folder):
    film = make_film(folder / "wide.mp4", *H264, "-vf", "setsar=4/3", size="240x180", sound=False)
    video = probe(str(film))["video"]
    assert (video["width"], video["height"]) == (320, 180)


def test_a_cover_is_no_film(folder):
    ffmpeg("-f", "lavfi", "-i", "color=red:size=60x80", "-frames:v", "1", str(folder / "cover.jpg"))
    sound = make_film(folder / "sound.mp4", "-map", "1:a", "-c:a", "aac")
    target = folder / "covered.mp4"
    copy = ("-map", "0", "-map", "1", "-c", "copy", "-disposition:v:0", "attached_pic")
    ffmpeg("-i", str(sound), "-i", str(folder / "cover.jpg"), *copy, str(target))
    details = probe(str(target))
    assert "video" not in details
    assert details["type"] == 'video/mp4; codecs="mp4a.40.2"'


def test_every_beginning_of_a_film_is_read_or_refused(folder):
    for name in ("whole.mp4", "whole.mkv", "whole.avi"):
        content = make_film(folder / name, "-c:v", "mpeg4", "-c:a", "mp3", duration_s=1).read_bytes()
        for length in random.Random(1).sample(range(len(content)), 100):
            _read_or_refused(put(folder, "part", content[:length]))


def test_a_film_with_errors_anywhere_is_read_or_refused(folder):
    chance = random.Random(2)
    for name in ("errors.mp4", "errors.mkv", "errors.avi"):
        content = bytearray(make_film(folder / name, "-c:v", "mpeg4", "-c:a", "mp3", duration_s=1).read_bytes())
        for _ in range(100):
            position = chance.randrange(min(len(content), chance.choice([100, 4000, len(content)])))
            content[position] = chance.choice([0, 255, chance.randrange(256)])
            _read_or_refused(put(folder, "errors", content))


def _read_or_refused(film):
    with suppress(FilmUnreadable):
        assert probe(str(film))["state"] == "known"


@pytest.mark.parametrize(
    "content",
    [
        b"\0",
        b"\0" * 100_000,
        random.Random(3).randbytes(100_000),
        b"a letter, and not a film\n" * 1000,
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile other.mp4\n",
        b"1\n00:00:01,000 --> 00:00:02,000\nHello\n",
        b"\x1b[31mANSI art\x1b[0m" * 100,
        b"RIFF\xff\xff\xff\xffAVI LIST\xff\xff\xff\xffhdrl",
        b"\0\0\0\x18ftypisom\0\0\0\0isommp42\xff\xff\xff\xffmoov",
    ],
    ids=[
        "byte",
        "zeros",
        "noise",
        "text",
        "play list",
        "list of files",
        "subtitles",
        "terminal",
        "AVI head",
        "MP4 head",
    ],
)
def test_what_is_no_film_is_refused(tmp_path, content):
    with pytest.raises(FilmUnreadable):
        probe(str(put(tmp_path, "no film.mp4", content)))
