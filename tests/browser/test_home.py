"""The home of a large library: a row for each kind, all of a kind in a list, a series, and what to go on with."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.axe import bring_axe, violations
from tests.browser.waiting import WAIT_MS, eventually

DEVICES = {
    "desktop": {"viewport": {"width": 1280, "height": 720}},
    "small phone": {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True},
}
SHOW = "Night Trains"


def _movie(path, **more):
    title = path.rpartition("/")[2].removesuffix(".mp4")
    known = {"title": title, "path": path, "url": f"/videos/{path}", "bytes": 1000, "modified": "2020-01-01T00:00:00Z"}
    return {**known, "state": "known", "duration": 3000, **more}


def _episode(season, number):
    name = f"Shows/{SHOW}/S{season}E{number}.mp4"
    return _movie(name, title=f"Part {number}", series=SHOW, season=season, episode=number)


LIBRARY = [
    *(_movie(f"Movies/Film {n}.mp4", year=1950 + n % 70, genres=[("Drama", "Comedy")[n % 2]]) for n in range(300)),
    *(_movie(f"Documentaries/Whales {n}.mp4", year=2000 + n) for n in range(5)),
    _episode(0, 1),
    *(_episode(season, number) for season in (1, 2) for number in range(1, 4)),
]


def _give_library(page, library=LIBRARY):
    answer = json.dumps({"movies": library})
    page.route("**/api/movies", lambda route: route.fulfill(body=answer, headers={"ETag": '"1"'}))


@pytest.fixture
def home(page, cinema):
    """Opens the page of a library of 300 films, 5 documentaries and a series, at an address."""
    _give_library(page)

    def opened(query=""):
        page.goto(f"{cinema}/{query}")
        page.locator(".card").first.wait_for()
        return page

    return opened


def _row(page, heading):
    return page.locator("#shelves > section", has=page.get_by_role("heading", name=heading, exact=True))


def _titles(page):
    return page.locator("#shelves .title").all_text_contents()


def test_a_row_shows_a_dozen_and_its_heading_leads_to_all(home, cinema):
    page = home()
    _row(page, "Documentaries").wait_for()
    assert page.locator("#shelves h2").all_inner_texts() == ["Series", "Films", "Documentaries"]
    assert page.locator("#library-status").inner_text() == "305 films, 1 series"
    films = _row(page, "Films")
    assert films.locator(".card").count() == 12
    films.get_by_role("link", name="Films", exact=True).click()
    page.get_by_text("300 films").wait_for()
    eventually(lambda: page.url, f"{cinema}/?kind=films")


def test_a_row_scrolls_by_its_buttons_and_by_the_arrow_keys(home):
    page = home()
    films = _row(page, "Films")
    left = "(list) => list.scrollLeft"
    films.get_by_role("button", name="Scroll on").click()
    row = films.locator(".row").element_handle()
    page.wait_for_function("(list) => list.scrollLeft > 300", arg=row)
    films.get_by_role("button", name="Scroll back").click()
    page.wait_for_function("(list) => list.scrollLeft === 0", arg=row)
    films.locator(".card").first.focus()
    for _ in range(11):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("(list) => list.scrollLeft > 300 && list.lastElementChild.matches(':focus-within')", arg=row)
    assert films.locator(".row").evaluate(left) > 300


def test_a_plain_wheel_over_a_row_scrolls_the_page_and_a_sideways_one_the_row(home):
    page = home()
    films = _row(page, "Films")
    films.locator(".card").first.hover()
    page.mouse.wheel(0, 200)
    page.wait_for_function("() => scrollY > 0")
    row = films.locator(".row").element_handle()
    assert row.evaluate("(list) => list.scrollLeft") == 0
    there = page.evaluate("() => scrollY")
    films.locator(".card").first.hover()
    page.mouse.wheel(400, 0)
    page.wait_for_function("(list) => list.scrollLeft > 300", arg=row)
    assert page.evaluate("() => scrollY") == there


def test_from_right_to_left_a_row_begins_at_the_right_and_arrows_point_the_other_way(home):
    page = home()
    page.evaluate("() => (document.documentElement.dir = 'rtl')")
    films = _row(page, "Films")
    first, second = (films.locator(".card").nth(number).bounding_box()["x"] for number in (0, 1))
    assert first > second
    films.get_by_role("button", name="Scroll on").click()
    page.wait_for_function("(list) => list.scrollLeft < -300", arg=films.locator(".row").element_handle())
    looks = """() => [['library-status', 'textAlign'], ['sort', 'backgroundPositionX'], ['back', 'direction']]
        .map(([id, property]) => getComputedStyle(document.getElementById(id))[property])"""
    assert page.evaluate(looks) == ["right", "14.4px", "rtl"]
    assert page.evaluate("() => getComputedStyle(document.querySelector('#back svg')).scale") == "-1 1"


HOME_TREE = """
- link "Skip to the films"
- banner:
  - heading "Films" [level=1]:
    - link "Films"
  - link "Open in VLC"
  - combobox "Order"
  - searchbox "Search the films"
- main:
  - status: 305 films, 1 series
  - heading "Series" [level=2]:
    - link "Series"
  - list "Series":
    - listitem:
      - link "Night Trains 2 seasons · 7 not watched"
  - heading "Films" [level=2]:
    - link "Films"
  - button "Scroll back" [disabled]
  - button "Scroll on"
  - list "Films":
    - listitem:
      - link "Film 0 1950 · 50 min"
      - button "More about Film 0"
  - heading "Documentaries" [level=2]:
    - link "Documentaries"
  - list "Documentaries"
"""
SERIES_TREE = """
- navigation "Breadcrumb":
  - link "All films"
  - link "Series"
  - heading "Night Trains" [level=2]
- status: 7 episodes
- region "Begin with":
  - link "Begin with S1 E1 · Part 1 50 min Play"
- navigation "Seasons":
  - link "Season 1"
  - link "Season 2"
  - link "Specials"
- button "Mark Season 1 as watched"
- heading "Season 1" [level=2]
- list "Season 1":
  - /children: equal
  - listitem:
    - /children: equal
    - link "S1 E1 · Part 1 50 min"
    - button "More about S1 E1 · Part 1"
  - listitem:
    - link "S1 E2 · Part 2 50 min"
    - button "More about S1 E2 · Part 2"
  - listitem:
    - link "S1 E3 · Part 3 50 min"
    - button "More about S1 E3 · Part 3"
"""


def test_home_and_series_read_as_what_they_are(home):
    expect(home().locator("body")).to_match_aria_snapshot(HOME_TREE, timeout=WAIT_MS)
    expect(home("?series=Night%20Trains").locator("#films")).to_match_aria_snapshot(SERIES_TREE, timeout=WAIT_MS)


def test_a_list_is_put_in_order_and_filtered_by_its_address(home, cinema):
    page = home("?kind=films")
    page.get_by_role("combobox", name="Order").select_option("Oldest year first")
    page.get_by_role("combobox", name="Genre").select_option("Drama")
    page.get_by_text("150 of 300 films").wait_for()
    page.get_by_role("combobox", name="Decade").select_option("1980")
    page.get_by_text("20 of 300 films").wait_for()
    eventually(lambda: page.url, f"{cinema}/?kind=films&sort=-year&genre=Drama&decade=1980")
    shown = _titles(page)
    page.reload()
    page.get_by_text("20 of 300 films").wait_for()
    assert _titles(page) == shown
    assert shown[0] == "Film 30"
    page.get_by_role("link", name="Clear").click()
    page.get_by_text("300 films", exact=True).wait_for()
    eventually(lambda: page.url, f"{cinema}/?kind=films&sort=-year")


def test_a_switch_filters_and_is_said_to_be_on(home, cinema):
    page = home("?kind=films")
    page.evaluate(
        """() => import('./static/shared/progress.js').then((progress) =>
            progress.markWatched('Movies/Film 0.mp4', true))"""
    )
    page.reload()
    page.get_by_role("button", name="Unwatched 299").click()
    page.get_by_text("299 of 300 films").wait_for()
    assert page.get_by_role("button", name="Unwatched 299").get_attribute("aria-pressed") == "true"
    assert page.evaluate("() => document.activeElement.textContent") == "Unwatched 299"


def test_a_long_list_has_few_nodes_its_whole_height_and_no_blanks(home):
    page = home("?kind=films")
    assert page.locator(".card").count() < 120
    page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
    page.locator(".card:has(.title:text-is('Film 299'))").wait_for()
    assert page.locator(".card").count() < 120
    last = page.locator("#shelves li").last
    assert [last.get_attribute("aria-posinset"), last.get_attribute("aria-setsize")] == ["300", "300"]
    page.evaluate("() => scrollTo(0, 0)")
    page.locator(".card:has(.title:text-is('Film 0'))").wait_for()


def test_back_leads_to_the_same_place_of_a_long_list(home, cinema):
    page = home("?sort=title")
    page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
    page.locator(f".card:has(.title:text-is('{SHOW}'))").focus()
    page.wait_for_function("() => history.state?.scroll === scrollY && history.state.focus !== null")
    scroll = page.evaluate("() => scrollY")
    assert scroll > 1000
    page.keyboard.press("Enter")
    page.wait_for_url(f"{cinema}/?series=Night%20Trains")
    page.go_back()
    page.wait_for_function(f"() => scrollY === {scroll} && document.activeElement.matches('.card')")
    assert page.evaluate("() => document.activeElement.querySelector('.title').textContent") == SHOW


def test_a_series_shows_the_next_episode_and_one_season(home, cinema):
    page = home()
    tile = _row(page, "Series").locator(".card")
    assert tile.locator(".meta").text_content() == "2 seasons"
    assert tile.locator(".unseen").text_content() == "· 7 not watched"
    tile.click()
    eventually(lambda: page.url, f"{cinema}/?series=Night%20Trains")
    assert page.locator("#series-stage").inner_text() == "Begin with"
    seasons = page.get_by_role("navigation", name="Seasons")
    assert seasons.get_by_role("link").all_inner_texts() == ["Season 1", "Season 2", "Specials"]
    seasons.get_by_role("link", name="Season 2").click()
    page.get_by_role("heading", name="Season 2").wait_for()
    eventually(lambda: page.url, f"{cinema}/?series=Night%20Trains&season=2")
    assert _titles(page) == ["S2 E1 · Part 1", "S2 E2 · Part 2", "S2 E3 · Part 3"]


def test_very_many_seasons_are_a_choice_which_keeps_the_focus(page, cinema):
    _give_library(page, [_episode(season, 1) for season in range(1, 121)])
    page.goto(f"{cinema}/?series=Night%20Trains")
    seasons = page.get_by_role("combobox", name="Seasons")
    seasons.focus()
    seasons.select_option("Season 99")
    page.get_by_role("list", name="Season 99").wait_for()
    eventually(lambda: page.url, f"{cinema}/?series=Night%20Trains&season=99")
    assert (
        seasons.evaluate("(choice) => choice === document.activeElement && choice.selectedOptions[0].text")
        == "Season 99"
    )


def test_a_season_is_marked_as_watched_and_the_next_one_comes_to_the_home(home):
    page = home("?series=Night%20Trains")
    page.get_by_role("button", name="Mark Season 1 as watched").click()
    page.get_by_role("button", name="Mark Season 1 as not watched").wait_for()
    page.get_by_text("Next episode").wait_for()
    assert page.locator("#series-next-title").inner_text() == "S2 E1 · Part 1"
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="All films").click()
    going_on = _row(page, "Continue watching")
    going_on.wait_for()
    assert going_on.locator(".title, .meta").all_text_contents() == [SHOW, "S2 E1 · Part 1 · 50 min"]


def test_what_comes_next_can_be_taken_off_the_home(home):
    page = home("?series=Night%20Trains")
    page.get_by_role("button", name="Mark Season 1 as watched").click()
    page.get_by_role("button", name="Mark Season 1 as not watched").wait_for()
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="All films").click()
    going_on = _row(page, "Continue watching")
    going_on.get_by_role("button", name="More about").click()
    page.get_by_role("button", name="Remove from Continue watching").click()
    going_on.wait_for(state="detached")


def test_enter_opens_the_best_match(home, cinema):
    page = home()
    page.get_by_role("searchbox").fill("nihgt trains")
    page.get_by_text("1 series", exact=True).wait_for()
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url(f"{cinema}/?series=Night%20Trains")


def test_a_menu_stays_where_it_opened_while_the_page_moves(home):
    page = home()
    page.get_by_role("button", name="More about Film 9").first.click()
    menu = page.locator("#film-menu")
    menu.wait_for()
    place = "(menu) => { const { left, top } = menu.getBoundingClientRect(); return [left, top]; }"
    page.wait_for_function("() => document.getAnimations().length === 0")
    before = menu.evaluate(place)
    page.evaluate("() => { document.getElementById('shelves').style.paddingTop = '300px'; }")
    assert menu.evaluate(place) == before


@pytest.mark.parametrize("device", DEVICES)
def test_no_view_has_a_violation_or_scrolls_sideways(browser, open_page, cinema, device):
    page = open_page(browser, **DEVICES[device], reduced_motion="reduce")
    bring_axe(page)
    _give_library(page)
    found = {}
    for query in ("", "?kind=films&genre=Drama", "?kind=series", "?series=Night%20Trains", "?q=film"):
        page.goto(f"{cinema}/{query}")
        page.locator(".card").first.wait_for()
        found[query] = violations(page)
        width = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        found[query] += [["wider than the screen"]] * (width > 0)
    assert {query: problems for query, problems in found.items() if problems} == {}
