import asyncio
import os
from datetime import UTC, datetime

import pytest

from services.errors import FileVanished, MovieNotFound
from services.library import Library, LibraryTiming
from services.media.names.film_name import FilmName
from services.storage.local.folder import Folder
from tests.films import put

# Every call scans, so that no test waits for the list to become stale.
always_stale = pytest.mark.parametrize("timing", [LibraryTiming(0.0, 0.0, patience_s=None)], ids=["always stale"])


@pytest.fixture
def timing():
    return LibraryTiming()


@pytest.fixture
def library(tmp_path, timing):
    folder = Folder(tmp_path)
    yield Library(folder, timing)
    folder.close()


def _movies(library):
    return asyncio.run(library.movies())


async def _content(library, path):
    movie = await library.find(path)
    async with library.open_file(movie.file, movie.media_type) as source:
        return await source.read(0, source.representation.complete_length)


def test_a_movie_has_a_title_a_type_a_size_and_a_date(tmp_path, library):
    file = put(tmp_path, "Show/Season 1/Pilot.mkv", b"12345")
    os.utime(file, (0, 784111777.5))
    (movie,) = _movies(library)
    assert movie.path == "Show/Season 1/Pilot.mkv"
    assert movie.name == FilmName("Pilot", None, "Show", 1)
    assert movie.media_type == "video/x-matroska"
    assert movie.size == 5
    assert movie.modified == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


def test_subtitles_and_a_poster_that_stand_beside_a_film_are_its_own(tmp_path, library):
    put(tmp_path, "Film.mkv")
    subtitles = put(tmp_path, "Film.en.srt", b"12345")
    put(tmp_path, "poster.jpg", b"picture")
    (movie,) = _movies(library)
    assert [(each.told.language, each.file.location) for each in movie.subtitles] == [("en", str(subtitles))]
    assert movie.poster.path == "poster.jpg"
    assert movie.poster.size == 7


def test_what_stands_beside_a_film_is_no_film(tmp_path, library):
    put(tmp_path, "Film.srt")
    put(tmp_path, "poster.jpg")
    assert _movies(library) == ()


def test_a_trailer_is_of_the_film_beside_it(tmp_path, library):
    put(tmp_path, "Film.mkv")
    put(tmp_path, "Film-trailer.mkv")
    trailer, film = _movies(library)
    assert (trailer.name.extra, trailer.of) == ("trailer", "Film.mkv")
    assert (film.name.extra, film.of) == (None, None)


def test_the_folder_of_a_disc_is_one_film_and_its_menus_are_none(tmp_path, library):
    for path, size in (("VIDEO_TS.VOB", 9), ("VTS_01_0.VOB", 9), ("VTS_01_1.VOB", 8), ("VTS_01_2.VOB", 2)):
        put(tmp_path, f"Gandhi (1982)/VIDEO_TS/{path}", bytes(size))
    first, second = "Gandhi (1982)/VIDEO_TS/VTS_01_1.VOB", "Gandhi (1982)/VIDEO_TS/VTS_01_2.VOB"
    assert [(movie.path, movie.name, movie.of) for movie in _movies(library)] == [
        (first, FilmName("Gandhi", 1982), None),
        (second, FilmName("Gandhi", 1982, part=2), first),
    ]


def test_what_stands_beside_the_folder_of_a_disc_is_of_its_film(tmp_path, library):
    disc = "Gandhi (1982)/VIDEO_TS/VTS_01_1.VOB"
    for path in (
        disc,
        "Gandhi (1982)/trailers/Teaser.mp4",
        "Gandhi (1982)/poster.jpg",
        "Gandhi (1982)/Gandhi (1982).en.srt",
    ):
        put(tmp_path, path, bytes(9))
    movies = {movie.path: movie for movie in _movies(library)}
    assert movies[disc].poster.path == "Gandhi (1982)/poster.jpg"
    assert [each.told.language for each in movies[disc].subtitles] == ["en"]
    assert movies["Gandhi (1982)/trailers/Teaser.mp4"].of == disc


@always_stale
def test_the_film_of_a_disc_is_another_file_once_that_is_larger(tmp_path, library):
    put(tmp_path, "Gandhi/BDMV/STREAM/00001.m2ts", bytes(8))
    put(tmp_path, "Gandhi/BDMV/STREAM/00002.m2ts", bytes(1))
    assert [movie.path for movie in _movies(library)] == ["Gandhi/BDMV/STREAM/00001.m2ts"]
    put(tmp_path, "Gandhi/BDMV/STREAM/00002.m2ts", bytes(80))
    assert [movie.path for movie in _movies(library)] == ["Gandhi/BDMV/STREAM/00002.m2ts"]


def test_movies_come_in_natural_order(tmp_path, library):
    for name in ("part 10.mp4", "Part 2.mp4", "part 1.mp4", "a/z.mp4", "²٣.mp4", "1.mp4"):
        put(tmp_path, name)
    assert [movie.path for movie in _movies(library)] == [
        "1.mp4",
        "a/z.mp4",
        "part 1.mp4",
        "Part 2.mp4",
        "part 10.mp4",
        "²٣.mp4",
    ]


def test_dates_that_no_calendar_has_are_brought_into_it(tmp_path, library):
    os.utime(put(tmp_path, "future.mp4"), (0, 2**33))
    os.utime(put(tmp_path, "past.mp4"), (0, -1000))
    future, past = _movies(library)
    assert future.modified == datetime(2242, 3, 16, 12, 56, 32, tzinfo=UTC)
    assert past.modified == datetime(1970, 1, 1, tzinfo=UTC)


def test_what_is_listed_can_be_opened(tmp_path, library):
    put(tmp_path, "a/b.mp4", b"12345")
    assert asyncio.run(_content(library, "a/b.mp4")) == b"12345"


@pytest.mark.parametrize("path", ["", "a", "a/b.txt", "a/../a/b.mp4", "./a/b.mp4", "/a/b.mp4", "a//b.mp4", "A/b.mp4"])
def test_what_is_not_listed_is_not_found_though_it_may_be_there(tmp_path, library, path):
    put(tmp_path, "a/b.mp4")
    put(tmp_path, "a/b.txt")
    with pytest.raises(MovieNotFound):
        asyncio.run(_content(library, path))


def test_what_was_deleted_since_the_scan_has_vanished(tmp_path, library):
    file = put(tmp_path, "a.mp4")

    async def deleted_in_between():
        await library.movies()
        file.unlink()
        await _content(library, "a.mp4")

    with pytest.raises(FileVanished):
        asyncio.run(deleted_in_between())


@always_stale
def test_new_movies_appear_and_removed_ones_disappear(tmp_path, library):
    async def change():
        put(tmp_path, "a.mp4")
        yield [movie.path for movie in await library.movies()]
        put(tmp_path, "b.mp4")
        yield [movie.path for movie in await library.movies()]
        (tmp_path / "a.mp4").unlink()
        yield [movie.path for movie in await library.movies()]

    async def collected():
        return [paths async for paths in change()]

    assert asyncio.run(collected()) == [["a.mp4"], ["a.mp4", "b.mp4"], ["b.mp4"]]


@pytest.mark.parametrize("timing", [LibraryTiming(60.0, 0.0, patience_s=None)], ids=["fresh for long"])
def test_a_library_that_is_fresh_is_scanned_again_where_a_film_is_another_than_the_one_that_is_listed(
    tmp_path, library
):
    async def versions():
        put(tmp_path, "a.mp4", b"first")
        yield (await library.find("a.mp4")).size
        put(tmp_path, "a.mp4", b"second")
        await library.movies()
        yield (await library.find("a.mp4")).size
        await library.look_again()
        yield (await library.find("a.mp4")).size

    async def all_versions():
        return [version async for version in versions()]

    assert asyncio.run(all_versions()) == [5, 5, 6]


@always_stale
def test_a_change_of_what_stands_beside_a_film_changes_the_list(tmp_path, library):
    async def versions():
        put(tmp_path, "Film.mkv")
        yield await library.movies()
        put(tmp_path, "Film.srt", b"first")
        yield await library.movies()
        put(tmp_path, "Film.srt", b"second")
        yield await library.movies()
        (tmp_path / "Film.srt").unlink()
        yield await library.movies()

    async def collected():
        return [movies async for movies in versions()]

    bare, first, second, bare_again = asyncio.run(collected())
    assert [len(movies[0].subtitles) for movies in (bare, first, second, bare_again)] == [0, 1, 1, 0]
    assert first[0].subtitles[0].file.entity_tag != second[0].subtitles[0].file.entity_tag


@always_stale
def test_a_movie_that_is_new_can_be_opened_before_it_was_listed(tmp_path, library):
    async def opened():
        await library.movies()
        put(tmp_path, "new.mp4", b"new")
        return await _content(library, "new.mp4")

    assert asyncio.run(opened()) == b"new"


def test_the_folder_is_not_scanned_for_every_question(tmp_path, library):
    async def listed():
        put(tmp_path, "a.mp4")
        before = await library.movies()
        put(tmp_path, "b.mp4")
        return before, await library.movies()

    before, after = asyncio.run(listed())
    assert after is before


@always_stale
def test_a_list_in_which_nothing_changed_is_the_same_object(tmp_path, library):
    async def listed():
        put(tmp_path, "a.mp4")
        return await library.movies(), await library.movies()

    first, second = asyncio.run(listed())
    assert first is second


@always_stale
def test_a_movie_that_did_not_change_is_the_same_object_though_others_did(tmp_path, library):
    async def listed():
        put(tmp_path, "a.mp4")
        put(tmp_path, "b.mp4", b"first")
        before = await library.movies()
        put(tmp_path, "b.mp4", b"second")
        return before, await library.movies()

    (a_before, b_before), (a_after, b_after) = asyncio.run(listed())
    assert a_before is a_after
    assert a_before.file is a_after.file
    assert (b_before.size, b_after.size) == (5, 6)


@always_stale
def test_many_questions_at_once_share_one_scan(tmp_path, library):
    scans = []
    files = library._store.files
    library._store.files = lambda wanted: scans.append(1) or files(wanted)
    put(tmp_path, "a.mp4")

    async def many():
        return await asyncio.gather(*(library.movies() for _ in range(100)))

    assert all(len(movies) == 1 for movies in asyncio.run(many()))
    assert len(scans) == 1


def test_the_count_is_of_now(tmp_path, library):
    put(tmp_path, "a.mp4")
    put(tmp_path, "b.mp4")
    assert asyncio.run(library.scan()) == 2
