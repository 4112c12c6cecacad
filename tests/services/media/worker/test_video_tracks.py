"""Which track the film is and which its cover, in films that ffmpeg made."""

import pytest
from PIL import Image

from tests.film_jobs import poster, probe
from tests.films import put
from tests.real_films import ffmpeg, make_film

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "24")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a film, a red picture in several formats, and the film's sound alone."""
    folder = tmp_path_factory.mktemp("tracks")
    make_film(folder / "film.mp4", *H264, "-c:a", "aac")
    ffmpeg("-i", str(folder / "film.mp4"), "-map", "0:a", "-c", "copy", str(folder / "sound.mp4"))
    for name in ("cover.jpg", "cover.png"):
        _picture(folder / name, "red")
    return folder


def _picture(target, colour, size="400x600", *options):
    ffmpeg("-f", "lavfi", "-i", f"color={colour}:size={size}", "-frames:v", "1", *options, str(target))
    return target


def _joined(folder, name, *inputs, options=("-c", "copy")):
    """Makes a file of all tracks of ``inputs``, in their order."""
    target = folder / name
    sources = [word for each in inputs for word in ("-i", str(folder / each))]
    maps = [word for number in range(len(inputs)) for word in ("-map", str(number))]
    ffmpeg(*sources, *maps, "-strict", "-2", *options, str(target))
    return target


def _colour(film, tmp_path):
    """The colour of the film's poster, which has only one."""
    poster(str(film), str(tmp_path / "poster.jpg"))
    with Image.open(tmp_path / "poster.jpg") as image:
        (low, high) = zip(*image.getextrema(), strict=True)
        assert max(top - bottom for bottom, top in zip(low, high, strict=True)) < 24
        return "red" if low[0] > 200 else "green" if low[1] > 100 else "blue"


def _has_many_colours(film, tmp_path):
    poster(str(film), str(tmp_path / "poster.jpg"))
    with Image.open(tmp_path / "poster.jpg") as image:
        return all(top - bottom > 150 for bottom, top in image.getextrema())


@pytest.mark.parametrize("container", ["mkv", "mp4", "mov"])
@pytest.mark.parametrize("picture", ["cover.jpg", "cover.png"])
@pytest.mark.parametrize("is_first", [True, False], ids=["first", "last"])
def test_a_picture_without_the_flag_of_a_cover_is_not_the_film(folder, tmp_path, container, picture, is_first):
    tracks = (picture, "film.mp4") if is_first else ("film.mp4", picture)
    film = _joined(folder, f"unflagged.{container}", *tracks)
    details = probe(str(film))
    video = details["video"]
    assert (video["codec"], video["name"], video["width"], video["height"]) == ("avc1.42C00C", "H.264", 320, 180)
    assert details["type"].endswith('; codecs="avc1.42C00C, mp4a.40.2"')
    assert details["duration"] == pytest.approx(4.0, abs=0.2)
    assert _has_many_colours(film, tmp_path)


def test_a_picture_in_avi_is_not_the_film_though_its_header_counts_two_frames(folder, tmp_path):
    codecs = ("-c:v:0", "mjpeg", "-c:v:1", "mpeg4", "-c:a", "mp3")
    film = _joined(folder, "unflagged.avi", "cover.jpg", "film.mp4", options=codecs)
    assert probe(str(film))["video"]["name"] == "MPEG-4"
    assert _has_many_colours(film, tmp_path)


def test_of_several_pictures_none_is_the_film(folder, tmp_path):
    film = _joined(folder, "several.mkv", "cover.png", "cover.jpg", "film.mp4", "cover.jpg")
    assert probe(str(film))["video"]["name"] == "H.264"
    assert _has_many_colours(film, tmp_path)


@pytest.mark.parametrize("container", ["mkv", "mp4", "ts"])
def test_a_track_of_one_frame_is_not_the_film_whatever_its_codec(folder, tmp_path, container):
    _picture(folder / "still.mp4", "red", "640x480", *H264)
    film = _joined(folder, f"still_first.{container}", "still.mp4", "film.mp4")
    assert probe(str(film))["video"]["width"] == 320
    assert _has_many_colours(film, tmp_path)


def test_a_film_in_fragments_is_told_from_its_picture(folder):
    options = ("-c", "copy", "-movflags", "frag_keyframe+empty_moov")
    film = _joined(folder, "fragments.mp4", "cover.jpg", "film.mp4", options=options)
    assert probe(str(film))["video"]["width"] == 320


def test_motion_jpeg_beside_a_film_is_not_the_film(folder):
    make_film(folder / "thumbnails.mov", "-c:v", "mjpeg", "-r", "1", size="160x90", sound=False)
    assert probe(str(_joined(folder, "thumbnailed.mp4", "thumbnails.mov", "film.mp4")))["video"]["name"] == "H.264"


@pytest.mark.parametrize("name", ["camera.avi", "camera.mov", "camera.mkv"])
@pytest.mark.parametrize("sound", [True, False], ids=["sound", "silent"])
def test_motion_jpeg_of_an_old_camera_is_a_film(folder, tmp_path, name, sound):
    film = make_film(folder / name, "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le", sound=sound)
    details = probe(str(film))
    assert (details["video"]["name"], details["video"]["width"]) == ("Motion JPEG", 320)
    assert "has_cover" not in details
    assert _has_many_colours(film, tmp_path)


def test_motion_jpeg_is_the_film_beside_its_own_cover(folder, tmp_path):
    make_film(folder / "camera_alone.avi", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le")
    film = _joined(folder, "camera_covered.mov", "cover.jpg", "camera_alone.avi")
    assert probe(str(film))["video"]["width"] == 320
    assert _has_many_colours(film, tmp_path)


def test_slides_that_change_every_half_minute_are_a_film(folder):
    options = ("-filter:v", "fps=1/30", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "flac")
    film = make_film(folder / "slides.mkv", *options, duration_s=95)
    assert probe(str(film))["video"]["name"] == "Motion JPEG"


def test_a_lone_picture_is_what_there_is_to_see(folder, tmp_path):
    film = _joined(folder, "photo.mov", "cover.jpg")
    assert probe(str(film))["video"]["width"] == 400
    assert _colour(film, tmp_path) == "red"


@pytest.mark.parametrize("flag", [("-disposition:v:0", "attached_pic"), ()], ids=["flagged", "unflagged"])
@pytest.mark.parametrize("name", ["covered.mkv", "covered.mp4", "covered.mka"])
def test_sound_with_a_picture_is_no_film_and_has_a_poster(folder, tmp_path, name, flag):
    film = _joined(folder, name, "sound.mp4", "cover.jpg", options=("-c", "copy", *flag))
    details = probe(str(film))
    assert "video" not in details
    assert details["has_cover"] is True
    assert details["type"].endswith('; codecs="mp4a.40.2"')
    assert _colour(film, tmp_path) == "red"


def test_the_front_cover_is_the_poster_among_attached_pictures(folder, tmp_path):
    attached = []
    for number, (name, colour) in enumerate([("small_cover", "blue"), ("cover", "red"), ("cover_land", "green")]):
        picture = _picture(folder / f"{name}.jpg", colour)
        attached += ["-attach", str(picture), f"-metadata:s:t:{number}", "mimetype=image/jpeg"]
        attached += [f"-metadata:s:t:{number}", f"filename={name}.jpg"]
    film = folder / "attachments.mkv"
    ffmpeg("-i", str(folder / "film.mp4"), *attached, "-c", "copy", str(film))
    assert probe(str(film))["video"]["name"] == "H.264"
    assert _colour(film, tmp_path) == "red"


def test_pictures_of_chapters_are_neither_the_film_nor_its_cover(folder, tmp_path):
    make_film(folder / "chapters.mov", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-r", "1", size="160x90", sound=False)
    joined = _joined(folder, "with_chapters.mp4", "film.mp4", "chapters.mov").read_bytes()
    film = put(folder, "chaptered.mp4", _with_chapters(joined, track=3))
    details = probe(str(film))
    assert details["video"]["width"] == 320
    assert "has_cover" not in details
    assert _has_many_colours(film, tmp_path)


def _with_chapters(mp4, track):
    """An MP4 whose first track names ``track`` as that of its chapters (QuickTime's "chap"), moov being at its end."""
    reference = (20).to_bytes(4) + b"tref" + (12).to_bytes(4) + b"chap" + track.to_bytes(4)
    moov = mp4.rindex(b"moov") - 4
    trak = mp4.index(b"trak", moov) - 4
    end = trak + int.from_bytes(mp4[trak : trak + 4])
    grown = bytearray(mp4[:end] + reference + mp4[end:])
    for box in (moov, trak):
        grown[box : box + 4] = (int.from_bytes(grown[box : box + 4]) + len(reference)).to_bytes(4)
    return bytes(grown)
