"""What the page says of films that the server could not look into."""

import pytest

from tests.browser.waiting import eventually

TITLE = "Solaris"
STATES = {
    "archived": ({}, "in the archive", "In the archive: its owner has to restore it first."),
    "unavailable": (
        {"next_try": "2026-11-27T13:05:00Z"},
        "not available now",
        "Cannot be read now. Next try at 14:05.",
    ),
    "unavailable, as it is tried": ({}, "not available now", "Cannot be read now. Trying again."),
    "unreadable": ({}, "cannot be read", "Damaged, or not a film."),
    "unexamined": ({"next_try": "2026-11-27T23:05:00Z"}, "", "Could not be looked into. Next try at 00:05."),
    "unexamined, for good": ({}, "", ""),
    "pending": ({}, "", ""),
}


@pytest.fixture
def page(browser, open_page):
    return open_page(browser, viewport={"width": 1280, "height": 800}, timezone_id="Europe/Berlin")


def _film(title, state, **fields):
    film = {"title": title, "path": f"{title}.mp4", "url": f"/videos/{title}.mp4", "bytes": 2_000_000, "modified": ""}
    return {**film, "state": state, **fields}


def _list(page, *movies):
    """Makes the server list these films."""
    page.route("**/api/movies", lambda route: route.fulfill(json={"movies": movies}))


def test_the_card_says_it_in_short_and_its_menu_in_full(page, cinema):
    _list(page, *(_film(name, name.partition(",")[0], **fields) for name, (fields, _, _) in STATES.items()))
    page.goto(cinema)
    for name, (_, in_short, in_full) in STATES.items():
        card = page.locator(".card", has=page.get_by_text(name, exact=True))
        card.wait_for()
        assert card.locator(".meta").text_content() == " · ".join(filter(None, ["2 MB", in_short]))
        page.get_by_role("button", name=f"More about {name}", exact=True).click()
        facts = page.locator("#film-menu-facts p")
        eventually(facts.all_inner_texts, [*filter(None, [in_full]), "2 MB"])
        page.keyboard.press("Escape")
        page.locator("#film-menu").wait_for(state="hidden")


@pytest.mark.parametrize("status", [409, 200])
def test_a_film_in_the_archive_says_so_when_it_is_played(page, cinema, expected_errors, status):
    """HEAD may be answered for what is in the archive."""
    expected_errors.append("409")
    _list(page, _film(TITLE, "archived"))
    page.route("**/videos/**", lambda route: route.fulfill(status=409 if route.request.method == "GET" else status))
    page.goto(f"{cinema}/?film=Solaris.mp4")
    page.get_by_role("heading", name="This film is in the archive").wait_for()
    assert page.locator("#failure-words").inner_text().startswith("Its owner has to restore it first.")
    assert page.locator("#failure-retry").is_visible()


def test_a_film_that_cannot_be_read_now_says_so_when_it_is_played(page, cinema, expected_errors):
    expected_errors.append("503")
    _list(page, _film(TITLE, "unavailable"))
    busy = {"status": 503, "headers": {"Server": "movie-streaming"}}
    page.route("**/videos/**", lambda route: route.fulfill(**busy))
    page.goto(f"{cinema}/?film=Solaris.mp4")
    page.get_by_role("heading", name="This film cannot be read now").wait_for()


def test_what_is_said_before_it_plays_offers_no_other_player_where_none_would_play_it(page, cinema):
    _list(page, _film(TITLE, "archived"))
    page.route("**/videos/**", lambda route: None)  # no byte of it comes
    page.goto(f"{cinema}/?film=Solaris.mp4")
    warning = page.locator("#warnings li")
    warning.wait_for()
    assert warning.all_inner_texts() == ["In the archive: its owner has to restore it first."]
