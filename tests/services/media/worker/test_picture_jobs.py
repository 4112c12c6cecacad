"""Posters and sheets of films that ffmpeg made."""

import pytest
from PIL import Image

from services.errors import FilmUnreadable
from services.media.storyboard import storyboard
from services.media.worker.picture_jobs import appeal
from tests.film_jobs import poster, probe, sheet
from tests.films import put
from tests.real_films import ffmpeg, make_film

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "24")
RED, GREEN, BLUE = (254, 0, 0), (0, 128, 0), (0, 0, 254)


@pytest.fixture
def target(tmp_path):
    return tmp_path / "picture.jpg"


def _make(tmp_path, picture, *options, name="film.mp4"):
    """Makes a film of ffmpeg's source ``picture``."""
    make_film(tmp_path / "unused.mp4", *H264, duration_s=0.1)
    ffmpeg("-f", "lavfi", "-i", picture, *options, *H264, str(tmp_path / name))
    return tmp_path / name


def _is_near(colour, expected):
    return all(abs(one - other) < 24 for one, other in zip(colour, expected, strict=True))


def test_a_poster_is_not_of_a_black_picture(tmp_path, target):
    film = _make(
        tmp_path,
        "testsrc2=size=320x180:rate=24:duration=20,drawbox=t=fill:color=black:enable='not(between(t,6.5,7.8))'",
    )
    poster(str(film), str(target))
    with Image.open(target) as image:
        assert image.format == "JPEG"
        assert image.size == (640, 360)
        assert image.convert("L").getextrema()[1] > 200


def test_the_cover_in_a_film_is_its_poster(tmp_path, target):
    ffmpeg("-f", "lavfi", "-i", "color=red:size=300x400", "-frames:v", "1", str(tmp_path / "cover.png"))
    film = _make(tmp_path, "color=blue:size=320x180:rate=24:duration=2")
    covered = tmp_path / "covered.mp4"
    copy = ("-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic")
    ffmpeg("-i", str(film), "-i", str(tmp_path / "cover.png"), *copy, str(covered))
    poster(str(covered), str(target))
    with Image.open(target) as image:
        assert image.size == (640, 853)
        assert _is_near(image.getpixel((100, 100)), RED)


def test_a_film_that_is_shown_upright_has_an_upright_poster(tmp_path, target):
    film = _make(tmp_path, "color=blue:size=320x180:rate=24:duration=2")
    ffmpeg("-i", str(film), "-c", "copy", "-metadata:s:v", "rotate=90", str(tmp_path / "turned.mp4"))
    poster(str(tmp_path / "turned.mp4"), str(target))
    with Image.open(target) as image:
        assert image.size == (540, 960)


def test_pixels_that_are_not_square_are_made_square(tmp_path, target):
    film = _make(tmp_path, "color=blue:size=240x180:rate=24:duration=2", "-vf", "setsar=4/3")
    poster(str(film), str(target))
    with Image.open(target) as image:
        assert image.size == (640, 360)


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "film.ts", "film.avi"])
def test_each_part_of_a_sheet_is_of_its_part_of_the_film(tmp_path, target, name):
    part = "color={}:size=320x180:rate=24:duration=5"
    film = _make(
        tmp_path,
        part.format("red"),
        *("-f", "lavfi", "-i", part.format("green"), "-f", "lavfi", "-i", part.format("blue")),
        *("-filter_complex", "concat=n=3", "-bf", "0"),
        name=name,
    )
    layout = storyboard(probe(str(film)))
    assert layout.count == 3
    sheet(str(film), str(target), {"count": 3, "interval_s": layout.interval_s, "width": 240, "height": 135})
    with Image.open(target) as image:
        assert image.size == (720, 135)
        for index, colour in enumerate((RED, GREEN, BLUE)):
            assert _is_near(image.getpixel((index * 240 + 120, 67)), colour)
    closer = {"count": 2, "interval_s": 5.0, "width": 240, "height": 135, "start_s": 5.0}
    sheet(str(film), str(target), closer)
    with Image.open(target) as image:
        for index, colour in enumerate((GREEN, BLUE)):
            assert _is_near(image.getpixel((index * 240 + 120, 67)), colour)


def test_a_film_that_breaks_off_has_the_pictures_that_it_still_has(tmp_path, target):
    film = _make(tmp_path, "color=red:size=320x180:rate=24:duration=20", name="film.mkv")
    put(tmp_path, "broken.mkv", film.read_bytes()[: film.stat().st_size // 2])
    sheet(str(tmp_path / "broken.mkv"), str(target), {"count": 2, "interval_s": 10.0, "width": 240, "height": 135})
    with Image.open(target) as image:
        assert _is_near(image.getpixel((120, 67)), RED)


@pytest.mark.parametrize("job", [poster, lambda film, target: sheet(film, target, _LAYOUT)], ids=["poster", "sheet"])
def test_of_a_film_without_pictures_nothing_is_made(tmp_path, target, job):
    film = make_film(tmp_path / "sound.mp4", "-map", "1:a", "-c:a", "aac")
    with pytest.raises(FilmUnreadable):
        job(str(film), str(target))
    assert not target.exists()


_LAYOUT = {"count": 2, "interval_s": 10.0, "width": 240, "height": 135}


def test_a_scene_appeals_more_than_a_title_and_a_title_more_than_black():
    black = Image.new("RGB", (320, 180))
    title = black.copy()
    title.paste("white", (100, 80, 220, 100))
    scene = Image.effect_noise((320, 180), 60).convert("RGB")
    assert appeal(black) < appeal(title) < appeal(scene)
