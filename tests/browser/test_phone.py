"""The page on a phone, and for people who need larger, calmer or darker things."""

import pytest

FINGER_PX = 44


@pytest.fixture
def phone(browser, open_page):
    return open_page(browser, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)


@pytest.mark.parametrize("query", ["", "?film=Seek%20Anywhere.mp4", "?film=Damaged.mp4", "?film=None.mp4"])
def test_nothing_scrolls_sideways(phone, cinema, query):
    phone.goto(f"{cinema}/{query}")
    phone.locator(".card:visible, #failure:visible, #title:visible").first.wait_for()
    assert phone.evaluate("() => document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("query", ["", "?film=Seek%20Anywhere.mp4", "?film=Damaged.mp4"])
def test_everything_to_touch_is_as_large_as_a_finger(phone, cinema, query):
    phone.goto(f"{cinema}/{query}")
    phone.locator(".card:visible, #failure:visible, #title:visible").first.wait_for()
    targets = phone.locator("a:visible, button:visible, input:visible").all()
    assert targets
    for target in targets:
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= FINGER_PX, target.inner_text()


def test_a_tap_plays_the_film_within_the_page(phone, cinema, plays):
    phone.goto(cinema)
    phone.locator("a.card:has-text('Seek Anywhere')").tap()
    plays(phone)
    assert phone.evaluate("() => document.fullscreenElement") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_colour_scheme_of_the_system(browser, open_page, cinema, scheme):
    page = open_page(browser, color_scheme=scheme)
    page.goto(cinema)
    red = page.evaluate("() => Number(getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0])")
    assert (red > 128) == (scheme == "light")


def test_nothing_moves_for_people_who_ask_for_less_motion(browser, open_page, cinema):
    page = open_page(browser, reduced_motion="reduce")
    page.goto(cinema)
    page.wait_for_selector(".card")
    assert page.evaluate("() => getComputedStyle(document.querySelector('.cover')).transitionProperty") in (
        "none",
        "all",
    )
    assert page.evaluate("() => document.getAnimations().length") == 0
