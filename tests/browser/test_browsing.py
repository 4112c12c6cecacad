"""The library view: shelves, search, keyboard, and staying fresh."""

import shutil

import pytest

from tests.browser.waiting import eventually
from tests.films import put

SAMPLE_CARD = "a.card:has-text('Seek Anywhere')"


def test_films_stand_on_one_shelf_a_folder_in_natural_order(page, cinema):
    page.goto(cinema)
    page.wait_for_selector(".card")
    assert page.locator("#shelves h2").all_inner_texts() == ["Lectures / Physics", "Open Studios"]
    lectures = page.locator("section", has=page.get_by_role("heading", name="Lectures / Physics", exact=True))
    assert lectures.locator(".title").all_inner_texts()[-3:] == ["Lecture 1", "Lecture 2", "Lecture 10"]


def test_a_film_alone_in_its_folder_stands_on_the_shelf_above(page, cinema):
    page.goto(cinema)
    page.wait_for_selector(".card")
    first = page.locator("#shelves > section").first
    assert first.locator("h2").count() == 0
    assert first.locator(".title").all_inner_texts() == ["Damaged", "Seek Anywhere", "Solaris"]


def test_a_card_shows_title_and_size_until_the_duration_is_known(page, cinema):
    page.goto(cinema)
    card = page.locator(SAMPLE_CARD)
    assert card.locator(".title").inner_text() == "Seek Anywhere"
    assert card.locator(".meta").inner_text() in ("2.1 MB", "40 s")
    card.get_by_text("40 s").wait_for()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bunny", ["Big Buck Bunny"]),
        ("BUCK big", ["Big Buck Bunny"]),
        ("amelie", ["Amélie à la plage"]),
        ("open studios", ["Amélie à la plage", "Big Buck Bunny"]),
    ],
)
def test_the_search_narrows_as_you_type(page, cinema, words, found):
    page.goto(cinema)
    page.get_by_role("searchbox").press_sequentially(words)
    eventually(page.locator(".card:visible .title").all_inner_texts, found)
    eventually(page.locator("#library-status").inner_text, f"{len(found)} of 8 films")


def test_a_search_without_result_says_so_and_clearing_it_shows_all(page, cinema):
    page.goto(cinema)
    page.get_by_role("searchbox").fill("no such film")
    page.get_by_text("Nothing found").wait_for()
    page.get_by_role("searchbox").fill("")
    eventually(page.locator(".card:visible").count, 8)


def test_enter_on_a_card_plays_the_film(page, cinema, plays):
    page.goto(cinema)
    page.locator(SAMPLE_CARD).focus()
    page.keyboard.press("Enter")
    plays(page)


def test_tab_leads_from_the_search_to_the_first_film(page, cinema):
    page.goto(cinema)
    page.get_by_role("searchbox").focus()
    page.keyboard.press("Tab")
    page.wait_for_function("() => document.activeElement.innerText.startsWith('Damaged')")


def test_a_card_opens_in_a_new_tab_like_any_link(page, cinema, plays):
    page.goto(cinema)
    with page.context.expect_page() as opened:
        page.locator(SAMPLE_CARD).click(modifiers=["ControlOrMeta"])
    opened.value.bring_to_front()
    plays(opened.value)
    assert page.locator("#library").is_visible()


def test_an_empty_library_says_what_to_do(page, serve, tmp_path):
    page.goto(serve(tmp_path))
    message = page.locator("#library-empty")
    message.wait_for()
    assert "Put films into the folder that the server was started with" in message.inner_text()
    assert page.get_by_role("searchbox").count() == 0


def test_new_and_deleted_and_replaced_films_show_without_a_reload_and_focus_and_scroll_stay(page, serve, tmp_path):
    for number in range(40):
        put(tmp_path, f"Film {number}.mp4", bytes(5000))
    page.goto(serve(tmp_path))
    page.locator("a.card:has-text('Film 39')").focus()
    page.evaluate("() => window.scrollBy(0, -30)")
    scroll = page.evaluate("() => scrollY")
    assert scroll > 0
    put(tmp_path, "A new one.mp4", bytes(6000))
    put(tmp_path, "Film 1.mp4", bytes(7000))
    (tmp_path / "Film 2.mp4").unlink()
    page.locator("a.card:has-text('A new one')").wait_for()
    eventually(  # each change may come with another list
        lambda: [_title_and_size(page, number) for number in range(4)],
        [["A new one", "6 kB"], ["Film 0", "5 kB"], ["Film 1", "7 kB"], ["Film 3", "5 kB"]],
    )
    eventually(page.locator(".card").count, 40)
    assert page.evaluate("() => document.activeElement.innerText").startswith("Film 39")
    assert page.evaluate("() => scrollY") == scroll


def _title_and_size(page, number):
    card = page.locator(".card").nth(number)
    return [card.locator(".title").text_content(), card.locator(".meta").text_content().split(" · ")[0]]


def test_details_fill_in_and_only_the_card_that_changed_is_touched(page, serve, sample, tmp_path):
    for name in ("Film 1.mp4", "Film 2.mp4"):
        put(tmp_path, name)
    page.goto(serve(tmp_path))
    page.evaluate("() => setInterval(() => dispatchEvent(new Event('focus')), 1000)")  # the list is asked for at once
    page.get_by_text("cannot be read").nth(1).wait_for()
    page.evaluate(
        """() => {
            window.touched = new Set();
            const note = ({ target }) => touched.add(target.closest?.('li')?.innerText.split('\\n')[0] ?? target.id);
            new MutationObserver((changes) => changes.forEach(note)).observe(
                document.getElementById('shelves'), { subtree: true, childList: true, attributes: true });
        }"""
    )
    shutil.copy(sample, tmp_path / "Film 3 (1999).mp4")  # with a year: else its tags would name it
    page.locator(".card:has-text('Film 3')").get_by_text("40 s").wait_for()
    page.locator(".card:has-text('Film 3') .pictured img").wait_for(state="attached")
    assert page.evaluate("() => [...touched].filter((name) => name && name !== 'Film 3')") == []


def test_a_server_out_of_reach_is_said_and_the_retry_brings_the_films(page, cinema, expected_errors):
    expected_errors.append("ERR_CONNECTION_REFUSED")
    page.route("**/api/movies", lambda route: route.abort("connectionrefused"))
    page.goto(cinema)
    retry = page.get_by_role("button", name="Try again")
    retry.wait_for()
    page.get_by_text("The server does not answer").wait_for()
    page.unroute_all()
    retry.click()
    page.locator(SAMPLE_CARD).wait_for()


def test_films_stay_on_the_page_while_the_server_is_away(page, cinema, expected_errors):
    expected_errors.append("ERR_CONNECTION_REFUSED")
    page.goto(cinema)
    page.locator(SAMPLE_CARD).wait_for()
    page.route("**/api/movies", lambda route: route.abort("connectionrefused"))
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    page.get_by_text("The server does not answer just now").wait_for()
    assert page.locator(SAMPLE_CARD).is_visible()
