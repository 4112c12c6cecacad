"""How far a film was watched, as the page keeps it on this device."""

import pytest

MODULE = "import('./static/shared/progress.js')"


@pytest.fixture
def progress(page, cinema):
    """Runs a line of JavaScript with the module's names in reach."""
    page.goto(cinema)
    return lambda line: page.evaluate(
        f"() => {MODULE}.then(({{ progressOf, keepProgress, markWatched, underWay }}) => {line})"
    )


def test_a_film_never_begun_has_no_progress(progress):
    assert progress("progressOf('a.mp4')") is None


def test_a_film_goes_on_from_where_it_was_left(progress):
    kept = progress("(keepProgress('a.mp4', 61.5, 5400), progressOf('a.mp4'))")
    assert (kept["time"], kept["duration"], kept["watched"]) == (61.5, 5400, False)


def test_a_glance_is_not_kept(progress):
    assert progress("(keepProgress('a.mp4', 4, 5400), progressOf('a.mp4'))") is None


def test_a_film_without_an_end_is_not_kept(progress):
    assert progress("(keepProgress('a.mp4', 61, Infinity), progressOf('a.mp4'))") is None


def test_the_last_twentieth_makes_a_film_watched_and_begins_it_anew(progress):
    kept = progress("(keepProgress('a.mp4', 5130, 5400), progressOf('a.mp4'))")
    assert (kept["time"], kept["watched"]) == (0, True)


def test_the_last_twentieth_of_a_film_that_grows_is_not_its_end(progress):
    kept = progress("(keepProgress('a.mp4', 5400, 5400, true), progressOf('a.mp4'))")
    assert (kept["time"], kept["watched"]) == (5400, False)


def test_a_film_that_is_seen_again_stays_watched(progress):
    kept = progress("(markWatched('a.mp4', true), keepProgress('a.mp4', 100, 5400), progressOf('a.mp4'))")
    assert (kept["time"], kept["watched"]) == (100, True)


def test_a_mark_can_be_taken_away(progress):
    assert progress("(markWatched('a.mp4', true), markWatched('a.mp4', false), progressOf('a.mp4'))") is None


def test_films_under_way_come_latest_first_without_those_that_ended(progress):
    paths = progress(
        """(keepProgress('old.mp4', 100, 5400),
            localStorage.setItem(...Object.entries(localStorage).map(([key, value]) =>
                [key, value.replace(/"seen":[0-9]+/, '"seen":1')])[0]),
            keepProgress('new.mp4', 100, 5400), keepProgress('ended.mp4', 5400, 5400),
            underWay(['none', 'old', 'ended', 'new'].map((name) => ({ path: name + '.mp4' })))
                .map((movie) => movie.path))"""
    )
    assert paths == ["new.mp4", "old.mp4"]


def test_a_browser_that_keeps_nothing_plays_all_the_same(page, cinema, plays):
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused') } })")
    page.goto(f"{cinema}/?film=Seek%20Anywhere.mp4&t=10")
    plays(page, past_s=10)
