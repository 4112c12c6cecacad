"""Full screen as a cinema: the title, the way to the neighbours, and nothing beside the picture while nobody moves."""

import pytest

EPISODE = "/?film=Show/Season%201/Show%20S01E02.mp4"
IN_FULL_SCREEN = "() => document.fullscreenElement?.id === 'stage'"


@pytest.fixture
def full_screen(page, furnished, plays):
    page.goto(furnished + EPISODE)
    plays(page)
    page.get_by_role("button", name="Settings").wait_for()
    page.keyboard.press("f")
    page.wait_for_function(IN_FULL_SCREEN)
    return page


def test_the_title_is_on_top_and_everything_hides_while_nobody_moves(full_screen):
    full_screen.mouse.move(300, 300)
    full_screen.locator(".screen-title").get_by_text("Show", exact=True).wait_for()
    assert full_screen.locator(".screen-title").inner_text().split("\n")[-1] == "S1 E2"
    full_screen.mouse.move(310, 310)
    full_screen.wait_for_function(
        """() => getComputedStyle(video).cursor === "none"
            && [".screen-title", "media-control-bar", "media-time-range"].every(
                (part) => getComputedStyle(document.querySelector(part)).opacity === "0")"""
    )


def test_next_and_previous_stay_in_full_screen(full_screen):
    full_screen.mouse.move(300, 300)
    full_screen.get_by_role("button", name="Next", exact=True).click()
    full_screen.locator("#screen-episode", has_text="S2 E1").wait_for()
    full_screen.mouse.move(310, 310)
    full_screen.get_by_role("button", name="Previous", exact=True).click()
    full_screen.locator("#screen-episode", has_text="S1 E2").wait_for()
    full_screen.wait_for_function(IN_FULL_SCREEN)


def test_the_menu_is_used_in_full_screen_and_escape_closes_it_alone(full_screen):
    full_screen.mouse.move(300, 300)
    full_screen.get_by_role("button", name="Settings").click()
    full_screen.get_by_role("menu", name="Settings").wait_for()
    full_screen.keyboard.press("Escape")
    full_screen.locator("#player-menu").wait_for(state="hidden")
    assert full_screen.evaluate(IN_FULL_SCREEN)


def test_a_phone_is_turned_the_way_of_the_film(browser, open_page, furnished, plays):
    phone = open_page(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.add_init_script("screen.orientation.lock = async (way) => { window.turned = way; };")
    phone.goto(furnished + EPISODE)
    plays(phone)
    phone.locator("media-fullscreen-button").click()
    phone.wait_for_function("() => window.turned === 'landscape'")


def test_an_iphone_fills_its_screen_with_the_picture_alone(browser, open_page, furnished, plays):
    phone = open_page(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.add_init_script(
        """delete Element.prototype.requestFullscreen;
        HTMLVideoElement.prototype.webkitSupportsFullscreen = true;
        HTMLVideoElement.prototype.webkitEnterFullscreen = function () { window.filled = this.id; };"""
    )
    phone.goto(furnished + EPISODE)
    plays(phone)
    phone.get_by_role("button", name="Settings").wait_for()
    phone.keyboard.press("f")
    phone.wait_for_function("() => window.filled === 'video'")
