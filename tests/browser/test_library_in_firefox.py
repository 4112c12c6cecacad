"""A library of rows, and what its films are shown in, in a real Firefox."""

import subprocess

import pytest

from tests.browser.conftest import await_details
from tests.browser.waiting import HAS_CONTROLS, playing
from tests.films import put
from tests.server_process import server_process

ENTER, ESCAPE = "\ue006", "\ue00c"
NFO = b"<movie><title>The Salt Road</title><plot>Nobody crosses it twice.</plot><genre>Western</genre></movie>"
CHAPTERS = "".join(
    f"[CHAPTER]\nTIMEBASE=1/1\nSTART={start}\nEND={end}\ntitle={title}\n"
    for start, end, title in ((0, 4, "Cold open"), (4, 12, "Intro"), (12, 22, "Story"), (22, 30, "Credits"))
)
STATUS = "document.getElementById('library-status').innerText"
TITLE = "document.getElementById('title').innerText"
ADDRESS = "location.search"
TITLES = "[...document.querySelectorAll('#shelves .title')].map((title) => title.innerText)"
SEES = "document.getElementById('{}').checkVisibility()"


@pytest.fixture(scope="module")
def library(two_sounds, tmp_path_factory, ffmpeg):
    """The URL of 24 films of 1950 to 1973, the first a western, of 3 documentaries and 4 episodes of a series. The
    first season's two last 30 s, with an intro from 4 to 12 s, credits from 22 s, and sounds in English and German."""
    folder = tmp_path_factory.mktemp("library")
    metadata = put(tmp_path_factory.mktemp("chapters"), "chapters.txt", f";FFMETADATA1\n{CHAPTERS}".encode())
    clip, episode = (metadata.parent / name for name in ("clip.mp4", "episode.mp4"))
    ffmpeg("-t", 2, "-i", two_sounds, "-c", "copy", clip)
    maps = ("-map", 0, "-map_metadata", 0, "-map_chapters", 1)
    ffmpeg("-t", 30, "-i", two_sounds, "-i", metadata, *maps, "-c", "copy", episode)
    for number in range(24):
        put(folder, f"Movies/Film {number} ({1950 + number}).mp4", clip.read_bytes())
    put(folder, "Movies/Film 0 (1950).nfo", NFO)
    for number in range(3):
        put(folder, f"Documentaries/Whales {number}.mp4", clip.read_bytes())
    for number in (1, 2):
        put(folder, f"Shows/Night Trains/Night Trains S01E0{number}.mp4", episode.read_bytes())
        put(folder, f"Shows/Night Trains/Night Trains S02E0{number}.mp4", clip.read_bytes())
    words = b"1\n00:00:01,000 --> 00:00:29,000\nMind the gap\n"
    put(folder, "Shows/Night Trains/Night Trains S01E01.en.srt", words)
    with server_process("--assets", str(folder), stderr=subprocess.DEVNULL) as server:
        await_details(server.url)
        yield server.url


def _opens(tab, library, query=""):
    tab.goto(f"{library}/healthz")  # leaves the page before
    tab.goto(f"{library}/{query}")


def _click(tab, selector, words=""):
    """Clicks the first element of the selector whose text or label has the words, once it is there."""
    found = (
        f"[...document.querySelectorAll({selector!r})].find((node) => node.checkVisibility()"
        f" && `${{node.textContent}} ${{node.ariaLabel}}`.includes({words!r}))"
    )
    tab.wait_for(f"{found} !== undefined")
    tab.evaluate(f"void {found}.click()")


def _choose(tab, label, value):
    """Chooses from the filter or order with this label, as a viewer does."""
    box = f"document.querySelector('select[aria-label={label}]')"
    tab.wait_for(f"{box}?.checkVisibility() ?? false")
    tab.evaluate(f"void ({box}.value = {value!r}, {box}.dispatchEvent(new Event('change', {{ bubbles: true }})))")


def _searches(tab, words):
    tab.evaluate("void (search.value = '', search.focus())")
    for letter in words:
        tab.press(letter)


def test_home_has_rows_which_scroll_by_their_buttons_and_lead_to_all(tab, library):
    _opens(tab, library)
    tab.wait_for(f"{STATUS} === '27 films, 1 series'")
    headings = "[...document.querySelectorAll('#shelves h2')].map((heading) => heading.innerText)"
    assert tab.evaluate(headings) == ["Series", "Films", "Documentaries"]
    row = "document.querySelectorAll('#shelves ul')[1]"
    assert tab.evaluate(f"{row}.children.length") == 12
    tab.evaluate("void document.querySelectorAll('#shelves section')[1].querySelector('.step:not(.back)').click()")
    tab.wait_for(f"{row}.scrollLeft > 300")
    _click(tab, "#shelves h2 a", "Films")
    tab.wait_for(f"{STATUS} === '24 films'")
    assert tab.evaluate(ADDRESS) == "?kind=films"


def test_filters_combine_in_the_address_and_are_cleared(tab, library):
    _opens(tab, library, "?kind=films&sort=-year")
    _choose(tab, "Decade", "1950")
    tab.wait_for(f"{STATUS} === '10 of 24 films'")
    _choose(tab, "Genre", "Western")
    tab.wait_for(f"{STATUS} === '1 of 24 films'")
    assert tab.evaluate(TITLES) == ["The Salt Road"]
    assert tab.evaluate(ADDRESS) == "?kind=films&sort=-year&decade=1950&genre=Western"
    _click(tab, "#filters a", "Clear")
    tab.wait_for(f"{STATUS} === '24 films'")
    assert tab.evaluate(ADDRESS) == "?kind=films&sort=-year"


def test_a_series_goes_on_by_seasons_which_can_be_marked_as_watched(tab, library):
    _opens(tab, library, "?series=Night%20Trains")
    tab.wait_for("document.getElementById('series-next').innerText.includes('S1 E1')")
    assert tab.evaluate("document.getElementById('series-stage').innerText") == "Begin with"
    _click(tab, "#season-mark", "Mark Season 1 as watched")
    tab.wait_for("document.getElementById('series-next').innerText.includes('S2 E1')")
    _click(tab, "#parts a", "Season 2")
    tab.wait_for(f"{ADDRESS} === '?series=Night%20Trains&season=2'")
    _click(tab, "#parts a", "Season 1")
    _click(tab, "#season-mark", "Mark Season 1 as not watched")
    tab.wait_for("document.getElementById('series-next').innerText.includes('S1 E1')")


def test_the_page_about_a_film_tells_of_it_and_plays_it(tab, library):
    _opens(tab, library, "?about=Movies/Film%200%20(1950).mp4")
    tab.wait_for("document.getElementById('about-page').innerText.includes('Nobody crosses it twice.')")
    _click(tab, "#about a", "Play")
    tab.wait_for(f"{TITLE} === 'The Salt Road'")


def test_the_search_forgives_knows_episodes_and_genres_and_enter_opens_the_first(tab, library):
    _opens(tab, library)
    tab.wait_for(f"{STATUS} === '27 films, 1 series'")
    asked = {"nigth trians": "Night Trains", "western": "The Salt Road", "trains s2e1": "Night Trains"}
    for words, first in asked.items():
        _searches(tab, words)
        tab.wait_for(f"{TITLES}[0] === {first!r} && {TITLES}.length === 1")
    tab.press(ENTER)
    tab.wait_for(f"{TITLE} === 'Night Trains · S2 E1'")


def test_an_intro_is_skipped_another_sound_chosen_and_captions_made_larger(tab, library):
    _opens(tab, library, "?film=Shows/Night%20Trains/Night%20Trains%20S01E01.mp4&t=5")
    tab.wait_for(playing(5))
    tab.wait_for(HAS_CONTROLS)
    assert tab.evaluate("document.getElementById('skip-part').innerText") == "Skip intro"
    tab.press("s")
    tab.wait_for(playing(12))
    for page, item in (("Sound", "German"), ("Subtitles", "English"), ("Caption size", "Very large")):
        _click(tab, "#settings-button")
        _click(tab, "#player-menu button", page)
        _click(tab, "#player-menu button", item)
    tab.wait_for("[...video.textTracks].some(({ mode, activeCues }) => mode === 'showing' && activeCues?.length === 1)")
    tab.wait_for(playing(12.3, 29))
    _click(tab, ".menu-back")
    chosen = "[...document.querySelectorAll('#player-menu .menu-value')].map((value) => value.innerText)"
    assert tab.evaluate(f"{chosen}.slice(0, 3)") == ["German", "English", "Very large"]


def test_the_next_episode_is_offered_at_the_credits_and_an_end_leads_on(tab, library):
    _opens(tab, library, "?film=Shows/Night%20Trains/Night%20Trains%20S01E01.mp4&t=23")
    tab.wait_for(SEES.format("next-card"))
    _click(tab, "#next-cancel")
    tab.evaluate("void (video.currentTime = 29.5)")
    tab.wait_for(f"video.ended && {SEES.format('ending-replay')}")
    assert tab.evaluate("document.getElementById('ending-next').innerText") == "Next: S1 E2"
    _click(tab, "#ending-next")
    tab.wait_for(f"{TITLE} === 'Night Trains · S1 E2'")


def test_an_episode_that_was_watched_leads_to_the_next_on_the_home(tab, library):
    _opens(tab, library)
    tab.wait_for("document.querySelector('#shelves h2')?.innerText === 'Continue watching'")
    tab.wait_for("document.querySelector('#shelves li').innerText.includes('S1 E2')")


def test_keys_step_loop_and_set_the_sleep_timer(tab, library):
    _opens(tab, library, "?film=Shows/Night%20Trains/Night%20Trains%20S01E02.mp4&t=14")
    tab.wait_for(playing(14))
    tab.wait_for(HAS_CONTROLS)
    tab.press("k")
    tab.wait_for("video.paused && !video.seeking")
    tab.evaluate("void (video.currentTime = 15.01)")
    tab.wait_for("!video.seeking")
    tab.press(".")
    tab.wait_for("Math.floor(video.currentTime * 24) === 361")
    tab.press("b")
    tab.wait_for("said.some((note) => note.startsWith('Loop from 0:15'))")
    tab.press("z")
    tab.wait_for("said.some((note) => note.startsWith('Sleep timer'))")
    tab.press("?")
    tab.wait_for("document.getElementById('keys').open")
    tab.press(ESCAPE)
    tab.wait_for("!document.getElementById('keys').open")
    assert tab.errors == []
