"""Films of one folder whose names leave out what tells them apart."""

import pytest

from services.media.names.film_name import film_name
from services.media.names.told_apart import told_apart
from services.media.names.versions import versions


def _in_words(*paths):
    names = {path: film_name(path) for path in paths}
    told = versions(names)
    names |= {path: version.name for path, version in told.items()}
    return [name.in_words for name in (names | told_apart(names, told)).values()]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (("Course.1080p.Lesson.1.mp4", "Course.1080p.Lesson.2.mp4"), ["Course Lesson 1", "Course Lesson 2"]),
        (("F1.2024.1080p.Race.mkv", "F1.2024.1080p.Sprint.mkv"), ["F1 Race (2024)", "F1 Sprint (2024)"]),
        (("Film.2010.1080p.mkv", "Film.2010.1080p.Bonus.mkv"), ["Film (2010)", "Film Bonus (2010)"]),
        (
            ("Show S01E01 Pilot.mkv", "Show S01E01-E02 Pilot.mkv"),
            ["Show S01E01 Pilot", "Show S01E01 Pilot E2"],
        ),
        (("Film (2010) 1080p-1.mkv", "Film (2010) 1080p-2.mkv"), ["Film 1 (2010)", "Film 2 (2010)"]),
        (("Film.2010.1080p.上.mkv", "Film.2010.1080p.下.mkv"), ["Film 上 (2010)", "Film 下 (2010)"]),
        (("a/Course.1080p.Lesson.1.mp4", "b/Course.1080p.Lesson.2.mp4"), ["Course", "Course"]),  # by their folders
        (("Film (2010) 720p.mkv", "Film (2010) 1080p.mkv"), ["Film (2010)", "Film (2010)"]),  # versions
        (("Film (2010).mkv", "Film (2010)-trailer.mkv"), ["Film (2010)", "Film (trailer) (2010)"]),
    ],
    ids=lambda value: value[0],
)
def test_films_that_would_read_the_same_are_told_apart(paths, expected):
    assert _in_words(*paths) == expected


def test_the_versions_of_a_film_are_told_apart_from_another_film_by_one_title():
    words = _in_words(*(f"Course.{sharp}.Lesson.{number}.mp4" for number in (1, 2) for sharp in ("720p", "1080p")))
    assert words == ["Course Lesson 1", "Course Lesson 1", "Course Lesson 2", "Course Lesson 2"]
