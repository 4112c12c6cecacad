"""The film goes on by itself: the server is killed and started again, or ends the connection of a long pause."""

import time
import urllib.error
import urllib.request
from functools import partial

import pytest

from tests.browser.waiting import eventually

FILM = "/?film=Long.mp4"


@pytest.fixture
def start(restartable, long_film):
    """Starts the server of the long film, or starts it again."""
    start = partial(restartable, long_film.parent)
    start.kill = restartable.kill
    return start


@pytest.fixture(autouse=True)
def lost_connections(expected_errors):
    expected_errors.append(
        "ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INTERNET_DISCONNECTED|CONTENT_LENGTH_MISMATCH)"
    )


def _take_the_only_place(server):
    """Evicts the viewer who is paused, and leaves again."""
    while True:
        try:
            with urllib.request.urlopen(f"{server.url}/videos/Long.mp4") as film:
                assert film.read(1)
                return
        except urllib.error.HTTPError as busy:
            assert busy.code == 503
            time.sleep(0.5)  # a viewer can be evicted once it took nothing for five seconds


def test_a_server_that_was_killed_is_waited_for_and_the_film_goes_on_where_it_stopped(page, start, plays):
    page.goto(start().url + FILM)
    plays(page, past_s=2)
    start.kill()
    page.evaluate("() => (video.currentTime = 60)")  # beyond what the browser holds
    page.get_by_text("Connection lost. Trying again…").wait_for()
    start()
    plays(page, past_s=60.5, before_s=110)
    page.locator("#stage-note").wait_for(state="hidden")


def test_the_last_picture_stays_while_the_film_is_opened_again(page, start, plays):
    page.goto(start().url + FILM + "&t=30")
    plays(page, past_s=31)
    start.kill()
    page.evaluate("() => video.dispatchEvent(new Event('error'))")  # as browsers do when they give up
    page.locator("#last-picture").wait_for()
    colours = "new Set(document.getElementById('last-picture').getContext('2d').getImageData(0, 0, 640, 360).data).size"
    assert page.evaluate(colours) > 100
    start()
    page.locator("#last-picture").wait_for(state="hidden")
    plays(page, past_s=31)


def test_a_film_that_was_paused_stays_paused_at_its_second(page, start, plays):
    page.goto(start().url + FILM + "&t=40")
    plays(page, past_s=41)
    page.keyboard.press("k")
    page.evaluate("() => (video.currentTime = 41)")
    page.wait_for_function("() => video.paused && !video.seeking")
    start.kill()
    page.evaluate("() => video.dispatchEvent(new Event('error'))")
    page.get_by_text("Connection lost. Trying again…").wait_for()
    start()
    page.locator("#last-picture").wait_for(state="hidden")
    eventually(lambda: page.evaluate("() => [video.paused, video.currentTime]"), [True, pytest.approx(41, abs=0.05)])


@pytest.mark.parametrize("paused", [True, False], ids=["played", "paused"])
def test_what_the_viewer_does_while_the_film_is_opened_again_counts(page, start, plays, paused):
    page.goto(start().url + FILM + "&t=40")
    plays(page, past_s=41)
    if paused:
        page.keyboard.press("k")
    start.kill()
    page.evaluate("() => video.dispatchEvent(new Event('error'))")
    page.get_by_text("Connection lost. Trying again…").wait_for()
    page.keyboard.press("k")
    page.evaluate("() => video.addEventListener('loadstart', () => (video.currentTime = 90), { once: true })")
    start()
    page.locator("#last-picture").wait_for(state="hidden")
    page.wait_for_function("(paused) => video.paused === paused && !video.seeking", arg=not paused)
    assert page.evaluate("() => soughtTo.at(-1)") == 90


def test_the_network_that_is_back_is_tried_at_once(page, start, plays):
    """Pauses between tries are minutes here, so only the event can end them."""
    page.add_init_script("Math.random = () => 1000")
    page.goto(start().url + FILM)
    plays(page, past_s=1)
    page.context.set_offline(True)
    page.evaluate("() => { video.currentTime = 90; video.dispatchEvent(new Event('error')); }")
    page.get_by_text("You are offline.").wait_for()
    page.context.set_offline(False)
    plays(page, past_s=90)


def test_a_stream_that_was_evicted_in_a_pause_goes_on_when_played(page, start, plays):
    server = start("--max-viewers", "1")
    page.goto(server.url + FILM)
    plays(page, past_s=1)
    page.keyboard.press("k")
    _take_the_only_place(server)
    held = page.evaluate("() => video.buffered.end(video.buffered.length - 1)")
    page.evaluate("() => (video.playbackRate = 2)")
    page.keyboard.press("k")
    page.wait_for_function("(held) => video.currentTime > held + 2 && !video.paused", arg=held)
