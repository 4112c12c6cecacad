"""What comes after a film: its neighbours, and the card that counts down at the end."""

import os

import pytest

from tests.browser.conftest import await_details
from tests.browser.waiting import eventually, stop_clock
from tests.films import put


@pytest.fixture
def page(page):
    """A page whose clock can be stopped."""
    page.clock.install()
    return page


def _plays_its_end(page, url, film):
    """With a clock that stands, so that nothing counts down by itself."""
    page.goto(f"{url}/?film={film}&t=10")
    page.wait_for_function("() => video.readyState > 2 && video.currentTime >= 10")
    _goes_to_its_end(page)


def _goes_to_its_end(page):
    stop_clock(page)
    page.evaluate("() => { video.currentTime = 39.9; video.play(); }")


NEIGHBOURS = {  # by film: the one before and the one after
    "Show/Season 1/Show S01E01.mp4": ("", "Next: S1 E2"),
    "Show/Season 1/Show S01E02.mp4": ("Previous: S1 E1", "Next: S2 E1"),
    "Show/Season 2/Show S02E01.mp4": ("Previous: S1 E2", ""),
    "Course/Part 1.mp4": ("", "Next: Part 2"),
}


def test_a_film_is_linked_to_its_neighbours(page, furnished):
    found = {}
    for film in NEIGHBOURS:
        page.goto(f"{furnished}/?film={film}")
        page.locator("#title:has-text(' ')").wait_for()
        found[film] = tuple(page.locator(f"#{which}-film").inner_text() for which in ("previous", "next"))
    assert found == NEIGHBOURS


def test_after_an_episode_the_next_plays_by_itself(page, furnished, plays):
    _plays_its_end(page, furnished, "Show/Season 1/Show S01E02.mp4")
    page.locator("#next-card").wait_for()
    eventually(page.locator("#next-title").inner_text, "S2 E1")
    page.clock.run_for(10_000)
    page.get_by_role("heading", name="Show · S2 E1").wait_for()
    assert "Season%202" in page.evaluate("() => location.search")


def test_the_card_can_be_sent_away(page, furnished):
    _plays_its_end(page, furnished, "Course/Part 1.mp4")
    page.get_by_role("button", name="Cancel").click()
    page.clock.run_for(15_000)
    assert page.locator("#title").inner_text() == "Part 1"
    assert not page.locator("#next-card").is_visible()
    assert page.get_by_role("button", name="Next: Part 2").is_visible()


def test_a_sleeper_is_shown_no_next_film(page, furnished):
    page.goto(f"{furnished}/?film=Course/Part%201.mp4&t=20")
    page.clock.run_for(4_000)
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("menuitem", name="Sleep timer").click()
    page.get_by_role("menuitemradio", name="At the end of the film").click()
    page.evaluate("() => { video.currentTime = 39.9; video.play(); }")
    page.get_by_role("button", name="Play again").wait_for()
    assert not page.locator("#next-card").is_visible()


@pytest.fixture(scope="module")
def episodes(serve, sample, tmp_path_factory, ffmpeg):
    """The URL of a series whose episodes have an intro from 5 to 15 s, and credits from 30 s to the end."""
    folder = tmp_path_factory.mktemp("episodes")
    chapters = "".join(
        f"[CHAPTER]\nTIMEBASE=1/1\nSTART={start}\nEND={end}\ntitle={title}\n"
        for start, end, title in ((0, 5, "Cold open"), (5, 15, "Vorspann"), (15, 30, "Story"), (30, 40, "Abspann"))
    )
    metadata = put(tmp_path_factory.mktemp("chapters"), "chapters.txt", f";FFMETADATA1\n{chapters}".encode())
    (folder / "Show").mkdir()
    for number in (1, 2):
        film = folder / "Show" / f"Show S01E0{number}.mp4"
        ffmpeg("-i", sample, "-i", metadata, "-map_metadata", 1, "-c", "copy", film)
    url = serve(folder)
    await_details(url)
    return url


def test_an_intro_is_skipped_by_a_button_or_the_key_s(page, episodes, plays):
    page.goto(f"{episodes}/?film=Show/Show%20S01E01.mp4&t=6")
    page.get_by_role("button", name="Skip intro").click()
    plays(page, past_s=15)
    page.locator("#skip-part").wait_for(state="hidden")
    page.evaluate("() => (video.currentTime = 6)")
    page.get_by_role("button", name="Skip intro").wait_for()
    page.keyboard.press("s")
    plays(page, past_s=15)
    page.evaluate("() => (video.currentTime = 2)")
    page.keyboard.press("s")
    page.wait_for_function("() => !video.seeking")
    assert page.evaluate("() => soughtTo.at(-1)") == 2


def test_at_its_credits_an_episode_offers_the_next_until_the_viewer_declines(page, episodes, plays):
    page.goto(f"{episodes}/?film=Show/Show%20S01E01.mp4&t=20")
    plays(page, past_s=20)
    page.get_by_role("button", name="Settings").wait_for()
    page.evaluate("() => { video.pause(); video.currentTime = 31; }")  # the countdown waits for a viewer who pauses
    page.locator("#next-card").wait_for()
    assert page.locator("#ending-replay").is_hidden()
    page.get_by_role("button", name="Cancel").click()
    page.evaluate("() => { video.currentTime = 39.9; video.play(); }")
    page.get_by_role("button", name="Next: S1 E2").wait_for()
    assert not page.locator("#next-card").is_visible()


def test_at_its_credits_an_episode_goes_on_to_the_next_after_the_countdown(page, episodes, plays):
    page.goto(f"{episodes}/?film=Show/Show%20S01E01.mp4&t=20")
    plays(page, past_s=20)
    page.get_by_role("button", name="Settings").wait_for()
    stop_clock(page)
    page.evaluate("() => { video.currentTime = 31; }")
    page.locator("#next-card").wait_for()
    page.clock.run_for(10_000)
    page.get_by_role("heading", name="Show · S1 E2").wait_for()


def test_the_card_does_not_come_back_while_the_page_asks_whether_the_film_still_grows(page, serve, sample, tmp_path):
    for part in ("Part 1.mp4", "Part 2.mp4"):
        os.utime(put(tmp_path, part, sample.read_bytes()), times=(2**32, 2**32))  # never older than a minute
    _plays_its_end(page, serve(tmp_path), "Part 1.mp4")
    page.get_by_role("button", name="Cancel").click()
    page.clock.resume()
    for _ in range(2):
        with page.expect_response("**/videos/**"):
            page.clock.run_for(6_000)
    page.clock.run_for(1_000)
    assert not page.locator("#next-card").is_visible()


def test_the_next_can_be_played_at_once_and_back_leads_to_where_the_first_was_opened(page, furnished, plays):
    page.goto(f"{furnished}/?folder=Course")
    page.locator("a.card:has-text('Part 1')").first.click()
    plays(page)
    _goes_to_its_end(page)
    page.get_by_role("button", name="Play now").click()
    page.get_by_role("heading", name="Part 2").wait_for()
    plays(page)
    page.keyboard.press("Escape")
    page.locator("a.card:has-text('Part 1')").first.wait_for()
    eventually(lambda: page.url, f"{furnished}/?folder=Course")


def test_a_film_that_is_no_part_of_anything_leads_on_when_the_viewer_wants(page, furnished, plays):
    _plays_its_end(page, furnished, "Alone.mp4")
    page.get_by_role("button", name="Next: Beside").wait_for()
    assert not page.locator("#next-card").is_visible()
    assert page.locator("#ending").get_by_role("link", name="All films").is_visible()
    page.get_by_role("button", name="Play again").click()
    page.locator("#ending").wait_for(state="hidden")
    plays(page)
    page.evaluate("() => { video.currentTime = 39.9; video.play(); }")
    page.get_by_role("button", name="Next: Beside").click()
    page.get_by_role("heading", name="Beside").wait_for()
    assert not page.locator("#ending").is_visible()


def test_the_keys_n_and_p_lead_to_the_neighbours(page, furnished):
    page.goto(f"{furnished}/?film=Course/Part%201.mp4")
    page.get_by_role("heading", name="Part 1").wait_for()
    page.keyboard.press("n")
    page.get_by_role("heading", name="Part 2").wait_for()
    page.keyboard.press("n")
    assert page.locator("#title").inner_text() == "Part 2"
    page.keyboard.press("p")
    page.get_by_role("heading", name="Part 1").wait_for()


def test_the_parts_of_a_film_are_told_apart_and_follow_each_other(page, serve, sample, tmp_path):
    for name in (
        "Movie (2010)/Movie (2010)-cd1.mp4",
        "Movie (2010)/Movie (2010)-cd2.mp4",
        "Alien (1979)/Alien (1979) {edition-Theatrical}.mp4",
        "Alien (1979)/Alien (1979) {edition-Director's Cut}.mp4",
        "The.Daily.Show.2024.01.15.Guest.One.1080p.WEB.h264-GRP.mp4",
        "The.Daily.Show.2024.01.16.1080p.WEB.h264-GRP.mp4",
    ):
        put(tmp_path, name, sample.read_bytes())
    url = serve(tmp_path)
    page.goto(url)
    page.locator(".card").nth(4).wait_for()
    assert sorted(page.locator(".card .title").all_inner_texts()) == [
        "2024-01-15 · Guest One",
        "2024-01-16",
        "Alien",
        "Movie – Part 1",
        "Movie – Part 2",
    ]
    _plays_its_end(page, url, "Movie (2010)/Movie (2010)-cd1.mp4")
    page.locator("#next-card").wait_for()
    assert page.locator("#next-title").inner_text() == "Movie – Part 2"
    page.get_by_role("button", name="Cancel").click()
