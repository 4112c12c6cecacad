"""The page about a film."""

import re
import shutil

import pytest

from tests.browser.conftest import await_details
from tests.browser.waiting import eventually
from tests.films import put

NFO = """<movie><title>The Salt Road</title><year>1968</year><tagline>Nobody crosses twice.</tagline>
<plot>One &lt;b&gt;line&lt;/b&gt;.\n\nAnother.</plot><genre>Drama</genre><director>Elena Ruiz</director>
<actor><name>Ana Torres</name><role>Marisol</role></actor><actor><name>مريم</name></actor></movie>"""
SHOW = "<tvshow><title>Night Trains</title><plot>Of all episodes.</plot></tvshow>"
FILM = "Films/Salt/Salt.mp4"


@pytest.fixture(scope="module")
def described(serve, sample, tmp_path_factory, ffmpeg):
    """The URL of a library with descriptions and artwork."""
    folder = tmp_path_factory.mktemp("described")
    for path in (FILM, "Films/Salt/trailers/Salt.mp4", "Shows/Night Trains/Night Trains S01E01.mp4", "Plain.mp4"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sample, folder / path)
    put(folder, "Films/Salt/movie.nfo", NFO.encode())
    put(folder, "Shows/Night Trains/tvshow.nfo", SHOW.encode())
    for path, size in (("Films/Salt/fanart.jpg", "1280x720"), ("Shows/Night Trains/clearlogo.png", "400x100")):
        ffmpeg("-f", "lavfi", "-i", f"color=teal:size={size}", "-frames:v", "1", folder / path)
    return serve(folder)


def _await_focus(page, words):
    """Waits until what has the focus is called so."""
    page.wait_for_function(
        "(words) => [document.activeElement.ariaLabel, document.activeElement.textContent].includes(words)", arg=words
    )


def test_the_menu_of_a_card_leads_to_all_that_is_known_of_the_film(page, described):
    page.goto(described)
    page.get_by_role("button", name="More about The Salt Road").click()
    page.get_by_role("link", name="About", exact=True).click()
    page.get_by_role("heading", level=1, name="The Salt Road").wait_for()
    _await_focus(page, "The Salt Road")
    eventually(lambda: page.url, f"{described}/?about={FILM}")
    for words in ("Nobody crosses twice.", "One <b>line</b>.", "Another.", "Marisol", "Drama", "Elena Ruiz", "1968"):
        page.locator("#about").get_by_text(words, exact=True).wait_for()
    page.wait_for_function("() => document.querySelector('.about-backdrop.loaded')?.naturalWidth === 1280")
    trailer = page.locator("#about").get_by_role("link", name=re.compile("trailer"))
    assert "?film=Films/Salt/trailers/Salt.mp4" in trailer.get_attribute("href")
    await_details(described)
    page.get_by_text("Plays here").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_function("() => /Salt Road/.test(document.activeElement.closest('#library a')?.innerText)")


def test_a_film_that_was_begun_goes_on_or_begins_anew(page, described):
    page.goto(f"{described}/?film={FILM}&t=20")
    page.wait_for_function("() => video.currentTime > 20.2")
    page.goto(f"{described}/?about={FILM}")
    page.get_by_role("link", name=re.compile(r"Resume at 0:2\d")).wait_for()
    page.get_by_role("link", name="Play from the beginning").click()
    page.wait_for_function("() => video.played.length > 0 && video.played.start(0) < 1")
    page.go_back()
    _await_focus(page, "The Salt Road")
    page.get_by_role("button", name="Mark as watched").click()
    _await_focus(page, "Mark as not watched")
    page.get_by_role("link", name="Play", exact=True).wait_for()


def test_an_episode_has_the_logo_and_the_story_of_its_series(page, described):
    page.goto(f"{described}/?about=Shows/Night%20Trains/Night%20Trains%20S01E01.mp4")
    page.get_by_role("heading", name="About Night Trains").wait_for()
    page.get_by_text("Of all episodes.").wait_for()
    page.get_by_role("img", name="Night Trains").wait_for()


def test_a_film_that_is_not_there_says_so(page, described):
    page.goto(f"{described}/?about=Gone.mp4")
    page.get_by_role("heading", name="This film is not here").wait_for()
