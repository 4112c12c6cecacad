"""No name, however odd, takes other films off the list."""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.http.representation import EntityTag
from services.library import Library
from services.lists.movie_json import movie_json
from services.lists.plain_list import item
from services.lists.playlist import entry
from services.storage.stored_file import StoredFile

# Bytes that are not UTF-8, digits of other scripts, letters that change their length without case, what rules look for.
# No place has other surrogates: names in buckets that are no text are left out.
LETTERS = st.one_of(
    st.characters(exclude_characters="/", exclude_categories=["Cs"]),
    st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF),
)
PIECES = st.sampled_from(
    [
        *("9", "0", "٣", "²", "߀", "İ", "ß", "ŉ", "ﬁ", "\u0301", "\u202e", "-", "_", ".", "(", ")", "[", "]", "{", "}"),
        *("2001", "(1999)", "s01e02", "S1E2-E3", "1x02", "720p", "-trailer", "-scene", "[x]", "season", "specials"),
        *("{imdb-1}", ".en", ".forced", ".hi", "3_English", " ", "\n", "\0"),
        *("第1集", "第二季", "3 серия", "[a] b - 01", "1 of 2", "director's cut", "S.H.I", "1.1", "PROPER"),
    ]
)
# Not "..mp4": it is hidden, and of no type.
NAMES = st.lists(st.one_of(LETTERS, PIECES), min_size=1, max_size=12).map("".join).filter(lambda name: name.strip("."))
FOLDERS = st.lists(
    st.one_of(NAMES, st.sampled_from(["Subs", "trailers", "Season 1", "Show (2001)", "scenes", "CD1"])), max_size=3
)
SUFFIXES = st.sampled_from([".mp4", ".mkv", ".srt", ".en.vtt", ".idx", ".sub", ".jpg", "-poster.png", ""])
PATHS = st.builds(lambda folders, name, suffix: "/".join([*folders, name + suffix]), FOLDERS, NAMES, SUFFIXES)
TIMES = st.floats()  # infinite ones too, and what is no number


class Place:
    """A store with files of these paths and dates."""

    def __init__(self, files):
        self._files = [StoredFile(path, path, 1, time, 0, EntityTag("x")) for path, time in files.items()]

    async def files(self, wanted):
        return self._files

    def unlisted(self):
        return []


def _movies(files):
    library = Library(Place(files))
    movies = asyncio.run(library.movies())
    library.close()
    return {movie.path: movie for movie in movies}


@settings(deadline=None)
@given(st.dictionaries(PATHS, TIMES, max_size=12))
def test_every_film_is_listed_whatever_the_names_are(files):
    films = {path for path in files if path.endswith((".mp4", ".mkv"))}
    assert films - _movies({**files, "plain.mp4": 0.0}).keys() == set()


@settings(deadline=None)
@given(st.dictionaries(PATHS, TIMES, max_size=6), st.lists(NAMES, min_size=1, max_size=4))
def test_every_list_can_be_written_whatever_the_names_are(files, endings):
    alike = [f"Film (2010) 1080p {ending}.mp4" for ending in endings]
    movies = _movies({**files, **dict.fromkeys([*alike, "Film (2010) 720p.mp4"], 1.0)})
    for movie in movies.values():
        assert movie_json(movie, {}, converts=True)
        assert entry(movie, {})[0].count(b"\n") == 1
        assert item(movie, {})


DISCS = st.sampled_from(["VIDEO_TS/VTS_01_1.VOB", "VTS_02_0.VOB", "BDMV/STREAM/1.m2ts", "AVCHD/BDMV/STREAM/1.MTS"])


@settings(deadline=None)
@given(st.sets(st.tuples(st.lists(NAMES, max_size=3).map("/".join), DISCS), min_size=1, max_size=8))
def test_of_discs_in_any_folders_each_has_a_film(discs):
    movies = _movies({f"{folder}/{file}" if folder else file: 1.0 for folder, file in discs})
    assert movies
    assert all(movie.of is None or movies[movie.of].of is None for movie in movies.values())


@pytest.mark.parametrize(
    "name",
    [
        "9" * 5000,
        "9" * 2_000_000,
        f"S01E{'1' * 5000}",
        f"Season {'1' * 5000}/01",
        "2001." * 5000,
        "-" * 100_000,
        "(2001)" * 5000,
        f"{'a/' * 5000}b",
    ],
    ids=lambda name: f"{name[:10]} of {len(name)}",
)
def test_a_name_of_any_length_is_listed_beside_the_others(name):
    movies = _movies({f"{name}.mp4": 1.0, f"{name}.en.srt": 1.0, "b.mp4": 1.0, "b.en.srt": 1.0})
    assert set(movies) == {f"{name}.mp4", "b.mp4"}
    assert movies["b.mp4"].subtitles[0].told.language == "en"


def test_a_name_that_is_longer_than_names_are_is_its_title():
    movies = _movies({f"s01e{'02' * 200}.mp4": 1.0})
    assert [movie.name.title for movie in movies.values()] == ["s01e" + "02" * 200]


@pytest.mark.parametrize(
    ("modified_s", "modified"),
    [
        (float("nan"), datetime(1970, 1, 1, tzinfo=UTC)),
        (float("-inf"), datetime(1970, 1, 1, tzinfo=UTC)),
        (float("inf"), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (1e300, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_date_that_no_calendar_has_is_brought_into_it(modified_s, modified):
    assert _movies({"a.mp4": modified_s})["a.mp4"].modified == modified


def test_numbers_of_any_length_are_in_natural_order():
    long = "1" * 5000
    names = ["1.mp4", "02.mp4", "10.mp4", f"{long}.mp4", f"{long}0.mp4", "a.mp4", "a 2.mp4", "a 11.mp4"]
    assert list(_movies(dict.fromkeys(reversed(names), 1.0))) == [
        "1.mp4",
        "02.mp4",
        "10.mp4",
        f"{long}.mp4",
        f"{long}0.mp4",
        "a 2.mp4",
        "a 11.mp4",
        "a.mp4",
    ]
