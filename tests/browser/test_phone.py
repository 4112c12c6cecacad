"""The page on a phone, and for people who need larger, calmer or darker things."""

import pytest

from tests.browser.cues import debugger_of, style_of_captions
from tests.browser.waiting import eventually

FINGER_PX = 44


@pytest.fixture
def phone(browser, open_page):
    return open_page(browser, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)


VIEWS = {  # what is opened, and what shows that it is there
    "": ".card",
    "?folder=Lectures/Physics": "#trail h2",
    "?q=no+such+film": "#library-no-match",
    "?film=Seek%20Anywhere.mp4": "#title",
    "?film=Damaged.mp4": "#failure",
    "?film=None.mp4": "#failure",
}


@pytest.mark.parametrize("query", VIEWS)
def test_everything_to_touch_is_as_large_as_a_finger_and_nothing_scrolls_sideways(phone, cinema, query):
    phone.goto(f"{cinema}/{query}")
    phone.locator(VIEWS[query]).first.wait_for()
    targets = phone.locator("a:visible, button:visible, input:visible, select:visible")
    sizes = targets.evaluate_all(  # at once, since controls come and go
        """(targets) => targets.map((target) => {
            const { width, height } = target.getBoundingClientRect();
            return [target.outerHTML, Math.min(width, height)];
        })"""
    )
    assert sizes
    assert [target for target, size in sizes if size < FINGER_PX] == []
    assert phone.evaluate("() => document.documentElement.scrollWidth") == 360
    phone.set_viewport_size({"width": 320, "height": 640})  # 400 % zoom: WCAG 2.2, 1.4.10 Reflow
    phone.wait_for_function("() => document.documentElement.scrollWidth === 320")


def test_a_tap_plays_the_film_within_the_page(phone, cinema, plays):
    phone.goto(cinema)
    phone.locator("a.card:has-text('Seek Anywhere')").tap()
    plays(phone)
    assert phone.evaluate("() => document.fullscreenElement") is None


@pytest.fixture(scope="module")
def upright(serve, tmp_path_factory, ffmpeg):
    """The URL of a library with a film that stands upright, with captions."""
    folder = tmp_path_factory.mktemp("upright")
    picture = ("-f", "lavfi", "-i", "testsrc2=size=180x320:rate=24", "-t", 20)
    ffmpeg(*picture, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", folder / "Upright.mp4")
    return serve(folder)


def test_a_film_that_stands_upright_fills_a_phone_and_gets_a_tall_box_on_a_desktop(phone, upright, plays):
    phone.goto(f"{upright}/?film=Upright.mp4")
    plays(phone)
    phone.wait_for_function("() => video.clientWidth === 360 && video.clientHeight === 576")  # all but the head
    phone.set_viewport_size({"width": 1280, "height": 720})
    phone.wait_for_function("() => video.clientHeight === 560 && video.clientWidth === 315")


def test_captions_can_be_read_on_a_phone_and_grow_with_the_choice(browser, open_page, furnished):
    phone = open_page(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="en-GB")
    phone.goto(f"{furnished}/?film=Foreign.mp4&t=5")
    phone.wait_for_function(
        "() => [...video.textTracks].some((track) => track.activeCues?.length && track.mode === 'showing')"
    )
    debugger = debugger_of(phone)
    for size, font_size in (("small", "14px"), ("normal", "15px"), ("large", "19px"), ("largest", "24px")):
        phone.evaluate("(size) => (video.dataset.captionSize = size)", size)
        eventually(lambda: style_of_captions(debugger, "font-size"), font_size)


def test_the_page_follows_the_colour_scheme_of_the_system(page, cinema):
    page.goto(cinema)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
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
