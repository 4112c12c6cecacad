"""Which film stands on which shelf, as static/library/shelves.js decides it."""

import pytest

NOW_MS = 1_800_000_000_000  # in January 2027
HERE = {"words": "", "folder": "", "sort": ""}


@pytest.fixture
def arrange(page, cinema):
    """The shelves for movies as (heading, paths), in a part of the library and an order."""
    page.goto(cinema)

    def arranged(movies, under_way=(), **address):
        shelves = page.evaluate(
            """async ([movies, address, underWay, now]) => {
                const { arrange, filmsIn } = await import('./static/library/shelves.js');
                const begun = movies.filter(({ path }) => underWay.includes(path));
                return arrange(filmsIn(movies, address.folder), address, begun, now);
            }""",
            [movies, {**HERE, **address}, list(under_way), NOW_MS],
        )
        return [(shelf["heading"], [movie["path"] for movie in shelf["movies"]]) for shelf in shelves]

    return arranged


def _movie(path, new=False, **more):
    modified = "2026-12-30T00:00:00Z" if new else "2026-06-30T00:00:00Z"
    return {"path": path, "title": path.rsplit("/", 1)[-1].removesuffix(".mp4"), "modified": modified, **more}


def _episode(path, season, episode):
    return _movie(path, series="Show", season=season, episode=episode)


def test_a_folder_with_several_films_is_a_shelf_and_one_with_a_single_film_is_none(arrange):
    movies = [_movie("A/x.mp4"), _movie("B/C/y.mp4"), _movie("B/C/z.mp4"), _movie("w.mp4")]
    assert arrange(movies) == [("", ["A/x.mp4", "w.mp4"]), ("B / C", ["B/C/y.mp4", "B/C/z.mp4"])]


def test_a_trailer_does_not_make_a_crowd_and_one_without_its_film_stands_where_it_is(arrange):
    movies = [_movie("A/x.mp4"), _movie("A/x-trailer.mp4", of="A/x.mp4"), _movie("B/y-trailer.mp4", of="B/y.mp4")]
    assert arrange(movies) == [("", ["A/x.mp4", "B/y-trailer.mp4"])]


def test_a_series_is_in_the_order_of_its_episodes_wherever_they_are(arrange):
    movies = [_episode("a.mp4", 2, 1), _episode("S/b.mp4", 1, 10), _episode("T/c.mp4", 1, 9)]
    assert arrange(movies) == [("Show", ["T/c.mp4", "S/b.mp4", "a.mp4"])]


def test_what_came_within_three_weeks_has_a_row_of_its_own_the_newest_first(arrange):
    movies = [_movie(f"{n}.mp4") for n in range(14)]
    movies[3] = _movie("3.mp4", new=True)
    movies[8] = _movie("8.mp4", modified="2027-01-10T00:00:00Z")
    assert arrange(movies)[0] == ("New", ["8.mp4", "3.mp4"])
    assert arrange(movies)[1] == ("Films", [f"{n}.mp4" for n in range(14)])


@pytest.mark.parametrize(("films", "new"), [(12, 2), (14, 8), (14, 0)], ids=["a handful", "nearly all", "none"])
def test_there_is_no_row_of_new_films_where_it_would_tell_nothing(arrange, films, new):
    movies = [_movie(f"{n}.mp4", new=n < new) for n in range(films)]
    assert [heading for heading, _ in arrange(movies)] == [""]


def test_films_under_way_come_first_but_not_in_a_search_nor_a_folder(arrange):
    movies = [_movie("A/x.mp4"), _movie("A/y.mp4"), _movie("z.mp4")]
    assert [heading for heading, _ in arrange(movies, ["A/y.mp4"])] == ["Continue watching", "Films", "A"]
    assert arrange(movies, ["A/y.mp4"], words="y") == [("A", ["A/y.mp4"])]
    assert arrange(movies, ["A/y.mp4"], folder="A") == [("", ["A/x.mp4", "A/y.mp4"])]


def test_a_search_leaves_films_on_their_shelves(arrange):
    movies = [_movie("A/x.mp4"), _movie("A/y.mp4")]
    assert arrange(movies, words="x") == [("A", ["A/x.mp4"])]


def test_within_a_folder_shelves_have_the_names_that_are_seen_from_there(arrange):
    movies = [_movie("A/v.mp4"), _movie("A/B/w.mp4"), _movie("A/B/x.mp4"), _movie("AB/y.mp4")]
    assert arrange(movies, folder="A") == [("", ["A/v.mp4"]), ("B", ["A/B/w.mp4", "A/B/x.mp4"])]


@pytest.mark.parametrize(
    ("order", "paths"),
    [
        ("title", ["Film 2.mp4", "Film 10.mp4", "The Gleaners.mp4"]),
        ("newest", ["Film 10.mp4", "The Gleaners.mp4", "Film 2.mp4"]),
        ("year", ["The Gleaners.mp4", "Film 2.mp4", "Film 10.mp4"]),
        ("duration", ["Film 10.mp4", "Film 2.mp4", "The Gleaners.mp4"]),
    ],
)
def test_other_orders_have_one_shelf_and_what_is_not_known_comes_last(arrange, order, paths):
    movies = [
        _movie("Film 10.mp4", modified="2026-03-01T00:00:00Z", duration=60),
        _movie("Film 2.mp4", modified="2026-01-01T00:00:00Z", year=1999, duration=90),
        _movie("The Gleaners.mp4", modified="2026-02-01T00:00:00Z", year=2000),
    ]
    assert arrange(movies, sort=order) == [("", paths)]


def test_an_order_that_is_not_known_is_that_of_the_shelves(arrange):
    assert arrange([_movie("A/x.mp4"), _movie("A/y.mp4")], sort="constructor") == [("A", ["A/x.mp4", "A/y.mp4"])]
