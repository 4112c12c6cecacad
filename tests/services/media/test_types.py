import pytest

from services.media.types import may_be_text, media_type, picture_type


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("film.mp4", "video/mp4"),
        ("FILM.MP4", "video/mp4"),
        ("film.m4v", "video/mp4"),
        ("film.webm", "video/webm"),
        ("film.mkv", "video/x-matroska"),
        ("film.mov", "video/quicktime"),
        ("film.ogv", "video/ogg"),
        ("film.ts", "video/mp2t"),
        ("film.avi", "video/x-msvideo"),
        ("film.mpg", "video/mpeg"),
        ("The.Matrix.1999.mkv", "video/x-matroska"),
    ],
)
def test_a_film_is_known_by_its_extension(name, expected):
    assert media_type(name) == expected


@pytest.mark.parametrize(
    "name", ["film", "film.srt", "film.mp4.part", "film.mkv.crdownload", "film.mp4~", "mp4", ".mp4", "film.mp4.txt", ""]
)
def test_what_has_no_extension_of_a_film_is_none(name):
    assert media_type(name) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jpg", "image/jpeg"),
        ("a.JPEG", "image/jpeg"),
        ("a.png", "image/png"),
        ("a.webp", "image/webp"),
        ("a.svg", None),
        ("jpg", None),
    ],
)
def test_a_picture_is_known_by_its_extension(name, expected):
    assert picture_type(name) == expected


def test_only_extensions_that_text_has_too_leave_a_doubt():
    doubtful = ["film.ts", "Film.MTS", "film.m2ts", "film.vob", "film.mp4", "film.mkv", "film.mpg", "ts"]
    assert [name for name in doubtful if may_be_text(name)] == ["film.ts", "Film.MTS", "film.m2ts", "film.vob"]
