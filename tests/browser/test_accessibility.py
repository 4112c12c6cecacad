"""No view has a violation that axe-core finds, on a desktop or a phone, light or dark; and the keyboard will do."""

import json
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.axe import bring_axe, violations
from tests.browser.conftest import await_details
from tests.browser.waiting import WAIT_MS, eventually, shows_picture_of
from tests.films import put

DEVICES = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
VIEWS = {  # what is opened, and what shows that it is there
    "library": ("", ".card"),
    "order": ("?sort=title", ".card"),
    "folder": ("?folder=Lectures/Physics", "#trail h2"),
    "search without result": ("?q=no+such+film", "#library-no-match"),
    "film": ("?film=Seek%20Anywhere.mp4&t=3", "#title"),
    "damaged film": ("?film=Damaged.mp4", "#failure"),
    "about a film": ("?about=Solaris%20%281972%29/Solaris.mp4", ".cast"),
    "absent film": ("?film=None.mp4", "#failure"),
}


@pytest.fixture(params=DEVICES)
def look(request, browser, open_page):
    """A page with axe-core in it."""
    page = open_page(browser, **DEVICES[request.param], reduced_motion="reduce")
    bring_axe(page)
    for path, time in (("Seek Anywhere.mp4", 12), ("Lectures/Physics/Lecture 1.mp4", 0)):
        progress = json.dumps({"time": time, "duration": 40, "watched": time == 0, "seen": 1})
        page.add_init_script(f"localStorage.setItem({json.dumps(f'progress / {path}')}, {json.dumps(progress)})")
    return page


def test_no_view_has_a_violation(look, cinema):
    found = {}
    for name, (query, shown) in VIEWS.items():
        look.goto(f"{cinema}/{query}")
        look.locator(shown).first.wait_for()
        found[name] = violations(look)
    assert {name: those for name, those in found.items() if those} == {}


def test_neither_has_the_menu_of_a_film_nor_the_help(look, cinema):
    look.goto(cinema)
    look.get_by_role("button", name="More about Seek Anywhere").first.click()
    look.locator("#film-menu").wait_for()
    assert violations(look) == []
    look.goto(f"{cinema}/?film=Seek%20Anywhere.mp4")
    look.locator("#title").wait_for()
    look.keyboard.press("?")
    look.get_by_role("dialog").wait_for()
    assert violations(look) == []


@pytest.fixture(scope="module")
def episodes(serve, sample, tmp_path_factory, ffmpeg):
    """The URL of a series whose first episode has an intro, credits, and captions."""
    folder = tmp_path_factory.mktemp("episodes")
    chapters = "".join(
        f"[CHAPTER]\nTIMEBASE=1/1\nSTART={start}\nEND={end}\ntitle={title}\n"
        for start, end, title in ((0, 15, "Intro"), (15, 30, "Story"), (30, 40, "Credits"))
    )
    metadata = put(tmp_path_factory.mktemp("chapters"), "chapters.txt", f";FFMETADATA1\n{chapters}".encode())
    for number in (1, 2):
        film = folder / f"Show S01E0{number}.mp4"
        ffmpeg("-i", sample, "-i", metadata, "-map_metadata", 1, "-c", "copy", film)
    put(folder, "Show S01E01.en.srt", b"1\n00:00:01,000 --> 00:00:39,000\nWords\n")
    url = serve(folder)
    await_details(url)
    return f"{url}/?film=Show%20S01E01.mp4&t=5"


def test_neither_has_any_state_of_the_player(look, episodes, plays):
    look.goto(episodes)
    plays(look)
    look.get_by_role("button", name="Settings").wait_for()
    look.evaluate("() => video.pause()")
    found = {}
    look.get_by_role("button", name="Skip intro").wait_for()
    found["intro"] = violations(look)
    look.get_by_role("button", name="Settings").click()
    look.get_by_role("menu", name="Settings").wait_for()
    found["settings"] = violations(look)
    look.get_by_role("menuitem", name="Subtitles").click()
    look.get_by_role("menu", name="Subtitles").wait_for()
    found["subtitles"] = violations(look)
    look.keyboard.press("Escape")
    look.keyboard.press("f")
    look.wait_for_function("() => document.fullscreenElement")
    found["full screen"] = violations(look)
    look.keyboard.press("f")
    look.wait_for_function("() => document.fullscreenElement === null")
    look.evaluate("() => (video.currentTime = 31)")
    look.locator("#next-card").wait_for()
    found["credits"] = violations(look)
    look.get_by_role("button", name="Cancel").click()
    look.evaluate("() => { video.currentTime = 39.9; video.play(); }")
    look.get_by_role("button", name="Play again").wait_for()
    found["end"] = violations(look)
    assert {name: those for name, those in found.items() if those} == {}


PLAYER_TREE = """
- region "video player":
  - slider "seek"
  - button "play"
  - button "Next"
  - button "seek back 10 seconds"
  - button "seek forward 10 seconds"
  - button "mute"
  - slider "volume"
  - text: 0:20 / 0:40
  - button "Chapters"
  - switch "closed captions"
  - button "Settings"
  - button "enter picture in picture mode"
  - button "enter fullscreen mode"
- heading "Show · S1 E1" [level=1]
"""


def test_the_player_reads_as_what_it_is(page, episodes, plays):
    page.goto(episodes)
    plays(page)
    page.get_by_role("button", name="Settings").wait_for()
    page.evaluate("() => { video.pause(); video.currentTime = 20; }")
    expect(page.locator("#player main")).to_match_aria_snapshot(PLAYER_TREE, timeout=WAIT_MS)


@pytest.mark.parametrize("width", [320, 640], ids=["400 % zoom", "200 % zoom"])
def test_every_control_is_wholly_on_a_small_screen_and_so_is_the_title(browser, open_page, episodes, plays, width):
    page = open_page(browser, viewport={"width": width, "height": 360})
    page.goto(episodes)
    plays(page)
    page.get_by_role("button", name="Settings").wait_for()
    page.evaluate("() => video.pause()")
    page.get_by_role("button", name="enter fullscreen mode").wait_for()
    edges = """() => [...document.querySelectorAll('media-control-bar > :not(.spacer)')]
        .map((control) => control.getBoundingClientRect())
        .filter((box) => box.width > 0).map(({ left, right }) => [left, right])"""
    boxes = page.evaluate(edges)
    assert all(right <= left for (_, right), (left, _) in pairwise([*boxes, (width, width)])), boxes
    assert page.evaluate("() => title.getBoundingClientRect().bottom") <= 360


def test_the_seek_bar_and_how_far_a_film_was_watched_are_seen_with_forced_colours(browser, open_page, episodes, plays):
    page = open_page(browser, forced_colors="active")
    page.goto(episodes)
    plays(page)
    page.get_by_role("button", name="Settings").wait_for()
    page.evaluate("() => video.pause()")
    colours = page.evaluate(
        """() => {
            const bar = document.querySelector("media-time-range");
            const parts = [bar, ...["#progress", "#track"].map((part) => bar.shadowRoot.querySelector(part))];
            return parts.map((part) => getComputedStyle(part).backgroundColor);
        }"""
    )
    assert len(set(colours)) == 3, colours
    shows_picture_of(page, 20, within_s=0.05)
    page.locator("#back").click()
    begun = page.locator(".cover.begun").first
    begun.wait_for()
    bar = begun.evaluate("(cover) => getComputedStyle(cover, '::after').backgroundImage")
    assert bar.startswith("linear-gradient")


def test_neither_has_a_library_that_is_empty_or_out_of_reach(look, serve, tmp_path, expected_errors):
    expected_errors.append("ERR_CONNECTION_REFUSED")
    look.goto(serve(tmp_path))
    look.locator("#library-empty").wait_for()
    assert violations(look) == []
    look.route("**/api/movies", lambda route: route.abort("connectionrefused"))
    look.reload()
    look.locator("#library-unreachable").wait_for()
    assert violations(look) == []


def _focused(page):
    return page.evaluate("() => document.activeElement.innerText || document.activeElement.ariaLabel")


def test_the_first_tab_offers_to_skip_to_the_films(page, cinema):
    page.goto(cinema)
    page.wait_for_selector(".card")
    page.keyboard.press("Tab")
    eventually(lambda: _focused(page), "Skip to the films")
    page.keyboard.press("Enter")
    eventually(lambda: page.evaluate("() => document.activeElement.id"), "films")
    page.keyboard.press("Tab")
    eventually(lambda: _focused(page).startswith("Damaged"), True)


def test_a_slash_leads_to_the_search_and_arrow_down_to_the_first_film(page, cinema):
    page.goto(cinema)
    page.wait_for_selector(".card")
    page.keyboard.press("/")
    page.keyboard.type("open/")
    eventually(lambda: page.get_by_role("searchbox").input_value(), "open/")
    page.get_by_role("searchbox").fill("open")
    page.get_by_text("2 of 8 films").wait_for()
    page.keyboard.press("ArrowDown")
    eventually(lambda: _focused(page).startswith("Amélie à la plage"), True)


def test_arrows_lead_from_card_to_card_as_the_eye_goes(page, serve, tmp_path):
    for number in range(1, 13):
        put(tmp_path, f"Film {number}.mp4")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(serve(tmp_path))
    page.locator(".card").first.focus()
    in_line = page.evaluate(
        """() => {
            const tops = [...document.querySelectorAll('.card')].map((card) => card.getBoundingClientRect().top);
            return tops.filter((top) => top === tops[0]).length;
        }"""
    )
    for key, number in (("ArrowRight", 2), ("ArrowDown", 2 + in_line), ("ArrowLeft", 1 + in_line), ("ArrowUp", 1)):
        page.keyboard.press(key)
        title = "() => document.activeElement.querySelector('.title').innerText"
        eventually(lambda title=title: page.evaluate(title), f"Film {number}")


def test_the_menu_of_a_film_opens_by_key_and_gives_the_focus_back(page, cinema):
    page.goto(cinema)
    page.get_by_role("button", name="More about Seek Anywhere").focus()
    page.keyboard.press("Enter")
    page.locator("#film-menu").wait_for()
    page.keyboard.press("Tab")
    eventually(lambda: _focused(page), "Play")
    page.keyboard.press("Escape")
    page.locator("#film-menu").wait_for(state="hidden")
    eventually(lambda: _focused(page), "More about Seek Anywhere")


def test_what_has_the_focus_is_never_below_the_head_of_the_page(page, serve, tmp_path):
    for number in range(60):
        put(tmp_path, f"Film {number}.mp4")
    page.goto(serve(tmp_path))
    page.locator(".card").first.wait_for()
    page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
    page.locator(".card:has(.title:text-is('Film 59'))").focus()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
    page.wait_for_function(
        """() => document.activeElement.matches('.card')
            && document.activeElement.getBoundingClientRect().top
                >= document.querySelector('#library .bar').getBoundingClientRect().bottom"""
    )
