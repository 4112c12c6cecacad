"""The player view: playing, seeking, the address bar, keys, and closing the film."""

import os

import pytest

from tests.browser.waiting import WAIT_MS, eventually, shows_picture_of, was_said

SAMPLE_CARD = "a.card:has-text('Seek Anywhere') >> nth=0"  # a film that was begun is on two shelves
SAMPLE_LINK = "/?film=Seek%20Anywhere.mp4"


def _seek(page, time_s):
    """Pauses, seeks, and waits until the picture of that time is on the screen."""
    page.evaluate("() => video.pause()")
    shows_picture_of(page, time_s, within_s=0.05)


def _waits_for_query(page, query):
    page.wait_for_function("(query) => location.search === query", arg=query)


def test_a_click_plays_the_film_and_space_pauses_and_plays_it(page, cinema, plays):
    page.goto(cinema)
    page.locator(SAMPLE_CARD).click()
    plays(page)
    assert page.get_by_role("heading", level=1).inner_text() == "Seek Anywhere"
    assert page.title() == "Seek Anywhere – Films"
    page.keyboard.press("Space")
    page.wait_for_function("() => video.paused")
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press("Space")
    plays(page)


def test_real_footage_plays(page, cinema, plays):
    page.goto(f"{cinema}/?film=Open%20Studios/Big%20Buck%20Bunny.mp4")
    plays(page, past_s=1)
    page.get_by_text("5 s · Open Studios · 1.1 MB", exact=True).wait_for()


def test_a_seek_shows_the_picture_of_that_time(page, cinema, plays):
    page.goto(cinema + SAMPLE_LINK)
    plays(page)
    for time_s in (20, 37.5, 3):
        _seek(page, time_s)
        assert page.evaluate("() => video.currentTime") == time_s


def test_the_address_bar_holds_the_film_and_after_seeks_and_pauses_the_time(page, cinema, plays):
    page.goto(cinema)
    page.locator(SAMPLE_CARD).click()
    plays(page)
    _waits_for_query(page, SAMPLE_LINK.removeprefix("/"))
    _seek(page, 21.7)
    _waits_for_query(page, "?film=Seek%20Anywhere.mp4&t=21")


def test_the_time_leaves_the_address_bar_at_the_end(page, cinema, plays):
    page.goto(f"{cinema}{SAMPLE_LINK}&t=38")
    plays(page, past_s=38)
    page.evaluate("() => { video.currentTime = 39.8 }")
    page.wait_for_function("() => video.ended")
    _waits_for_query(page, "?film=Seek%20Anywhere.mp4")


@pytest.mark.parametrize(
    ("time", "start_s"),
    [("12.5", 12.5), ("31s", 31), ("0h0m7s", 7), ("nonsense", 0), ("-5", 0)],
)
def test_a_link_with_a_time_starts_there(page, cinema, plays, time, start_s):
    page.goto(f"{cinema}{SAMPLE_LINK}&t={time}")
    plays(page, past_s=start_s)
    assert page.evaluate("() => [...new Set(soughtTo)]") == ([start_s] if start_s else [])


def test_back_leads_to_the_library_where_it_was_and_forward_to_the_film(page, cinema, plays):
    page.goto(cinema)
    page.get_by_role("searchbox").fill("seek")
    page.locator(SAMPLE_CARD).click()
    plays(page)
    page.go_back()
    page.locator(SAMPLE_CARD).wait_for()
    eventually(page.title, "Films")
    eventually(page.locator(".card:visible").count, 1)
    eventually(lambda: page.evaluate("() => document.activeElement.className"), "card")
    page.go_forward()
    plays(page)


@pytest.mark.parametrize("leave", ["link", "Escape"])
def test_leaving_a_film_lets_go_of_it_and_goes_back_rather_than_piling_up_history(page, cinema, plays, leave):
    page.goto(cinema)
    page.locator(SAMPLE_CARD).click()
    plays(page)
    if leave == "link":
        page.locator("#back").click()
    else:
        page.keyboard.press("Escape")
    page.locator(SAMPLE_CARD).wait_for()
    eventually(lambda: page.url, f"{cinema}/")
    eventually(lambda: page.evaluate("() => [video.networkState, video.getAttribute('src')]"), [0, None])
    page.go_forward()
    plays(page)


def test_a_film_opened_by_a_link_leads_on_to_the_library(page, cinema, plays):
    page.goto(f"{cinema}{SAMPLE_LINK}&t=5")
    plays(page, past_s=5)
    page.keyboard.press("Escape")
    page.locator(SAMPLE_CARD).wait_for()
    eventually(lambda: page.url, f"{cinema}/")


def test_eight_long_films_in_turn_still_play(page, serve, sample, tmp_path, ffmpeg, plays):
    """A browser has six connections to a host, and a long film holds one until it is closed."""
    long_film = tmp_path / "Long 1.mp4"
    ffmpeg("-stream_loop", 19, "-i", sample, "-c", "copy", "-movflags", "+faststart", long_film)
    for number in range(2, 9):
        os.link(long_film, tmp_path / f"Long {number}.mp4")
    page.goto(serve(tmp_path))
    for number in range(1, 9):
        page.locator(f"a.card:has-text('Long {number}')").click()
        plays(page)
        page.go_back()


def test_the_keys_of_play_of_ten_seconds_of_sound_and_of_full_screen(page, cinema, plays):
    page.goto(f"{cinema}{SAMPLE_LINK}&t=15")
    plays(page, past_s=15)
    page.keyboard.press("k")
    page.wait_for_function("() => video.paused && !video.seeking")
    page.evaluate("() => (video.currentTime = 15)")
    page.keyboard.press("l")
    eventually(lambda: page.evaluate("() => video.currentTime"), pytest.approx(25, abs=0.01))
    page.keyboard.press("j")
    eventually(lambda: page.evaluate("() => video.currentTime"), pytest.approx(15, abs=0.01))
    page.keyboard.press("m")
    page.wait_for_function("() => video.muted")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement?.id === 'stage'")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")
    page.keyboard.press("k")
    plays(page)


@pytest.mark.parametrize("secure_context", [True, False], ids=["clipboard API", "plain HTTP in a home network"])
def test_the_link_at_this_time_is_copied(page, cinema, plays, secure_context):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    if not secure_context:
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(cinema + SAMPLE_LINK)
    plays(page)
    _seek(page, 33)
    page.get_by_role("button", name="Copy link at this time").click()
    was_said(page, "Link copied; it starts at 0:33.")
    if secure_context:
        assert page.evaluate("() => navigator.clipboard.readText()") == f"{cinema}{SAMPLE_LINK}&t=33"


def test_the_direct_link_is_the_address_of_the_bytes(page, cinema, plays):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(cinema + SAMPLE_LINK)
    plays(page)
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Copy direct link").click()
    was_said(page, "Direct link copied.")
    link = page.evaluate("() => navigator.clipboard.readText()")
    assert link == f"{cinema}/videos/Seek%20Anywhere.mp4"
    assert page.get_by_role("link", name="Download").get_attribute("href") == link
    assert page.request.head(link).headers["content-type"] == "video/mp4"


SAY_IF_BLOCKED = """addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("play-blocked");
    new MutationObserver(() => button.hidden || console.log("blocked")).observe(button, { attributes: true });
})"""


def test_a_link_waits_for_the_viewer_where_autoplay_is_refused(launch, open_page, cinema, plays):
    careful = launch("--autoplay-policy=user-gesture-required")
    page = open_page(careful)
    page.add_init_script(SAY_IF_BLOCKED)  # for the browser, asking the page counts as a gesture
    with page.expect_console_message(lambda message: message.text == "blocked", timeout=WAIT_MS):
        page.goto(f"{cinema}{SAMPLE_LINK}&t=10")
    assert page.evaluate("() => [video.paused, video.currentTime]") == [True, 10]
    assert not page.locator("#failure").is_visible()
    button = page.locator("#play-blocked")
    assert button.bounding_box()["width"] == 96
    button.click()
    plays(page, past_s=10)
    assert not button.is_visible()
    careful.close()
