"""A locked server in a real Firefox: signing in and out, and shares, also in another profile."""

import pytest

from tests.browser.axe import violations_in_firefox
from tests.browser.waiting import playing
from tests.films import put
from tests.server_process import AHEAD

PASSWORD = "open sesame"
ENTER = "\ue007"
FOCUSED = "document.activeElement?.id"
VISIBLE = "each.checkVisibility()"
FITS = """[document.documentElement, ...document.querySelectorAll("dialog[open]")]
    .every(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)"""
LOCKED = "document.getElementById('password') !== null"


@pytest.fixture
def ahead(tmp_path):
    """A file that has by how many seconds the server's clock is ahead."""
    return put(tmp_path, "ahead", b"0")


@pytest.fixture
def start(restartable, long_film, tmp_path, ahead):
    """Starts the locked server, or starts it again."""
    password = put(tmp_path, "password", PASSWORD.encode())
    shares = tmp_path / "shares.json"
    options = ("--password-file", str(password), "--shares", str(shares))
    return lambda: restartable(long_film.parent, *options, command=AHEAD, environment={"CLOCK": str(ahead)})


def _press(tab, words):
    """Presses the button, or follows the link, of these words. Waits until it is there."""
    pressed = f"[...document.querySelectorAll('button, a')].find((each) => each.innerText === {words!r} && {VISIBLE})"
    tab.wait_for(f"{pressed} !== undefined")
    tab.evaluate(f"void {pressed}.click()")


def test_signing_in_over_a_redeploy_and_out_again(tab, start, restartable, ahead):
    server = start()
    tab.goto(f"{server.url}/?film=Long.mp4&t=12")
    tab.wait_for(f"{FOCUSED} === 'password'")
    tab.press(*"a guess", ENTER)
    tab.wait_for("document.querySelector('[role=alert]')?.innerText === 'This is not the password.'")
    tab.wait_for(f"{FOCUSED} === 'password'")
    fields = "[...document.querySelectorAll('input:not([type=hidden])')].map((each) => each.autocomplete)"
    assert tab.evaluate(fields) == ["username", "current-password", ""]
    tab.press(*PASSWORD, ENTER)
    tab.wait_for(f"window.video !== undefined && {playing(12)}")
    assert tab.evaluate("location.search").startswith("?film=Long.mp4&t=1")
    restartable.kill()
    tab.evaluate("void (video.currentTime = 60)")
    tab.wait_for("document.getElementById('stage-words').innerText === 'Connection lost. Trying again…'")
    start()
    tab.wait_for(playing(60.5))
    tab.press("k")
    tab.wait_for("video.paused")
    ahead.write_text("86400")  # a ticket would have ended, and a session that does not stay
    tab.evaluate("void (video.currentTime = 110)")
    tab.press("k")
    tab.wait_for(playing(110.5))
    tab.goto(server.url)
    _press(tab, "Sign out")
    tab.wait_for(LOCKED)
    tab.goto(f"{server.url}/?film=Long.mp4")
    assert tab.evaluate(LOCKED)


def test_on_a_phone_all_is_well_when_a_share_is_made_and_opened_and_taken_back_in_mid_film(tab, start):
    server, owner, guest = start(), tab.in_another_profile(), tab.in_another_profile()
    for each in (owner, guest):
        each.resize(390, 844)
    owner.goto(f"{server.url}/?about=Long.mp4")
    owner.wait_for(f"{FOCUSED} === 'password'")
    _all_is_well(owner)
    owner.press(*PASSWORD, ENTER)
    _press(owner, "Share …")
    owner.wait_for("document.querySelector('[name=code]') !== null")
    _all_is_well(owner)
    owner.evaluate("void (document.querySelector('[name=code]').value = 'rosebud')")
    _press(owner, "Make a link")
    owner.wait_for("document.querySelector('input.link') !== null")
    _all_is_well(owner)
    link = owner.evaluate("document.querySelector('input.link').value")
    assert link.startswith(f"{server.url}/s/s.")
    guest.goto(f"{server.url}/?film=Long.mp4")
    assert guest.evaluate(LOCKED)
    guest.goto(link)
    guest.wait_for(f"{FOCUSED} === 'code'")
    _all_is_well(guest)
    guest.press(*"rosebud", ENTER)
    guest.wait_for("document.getElementById('about-play') !== null")
    _all_is_well(guest)
    _press(guest, "Play")
    guest.wait_for(playing(0.3))
    owner.goto(server.url)
    _press(owner, "Shares")
    owner.wait_for("document.querySelector('dialog li') !== null")
    _all_is_well(owner)
    _press(owner, "Take back")
    owner.wait_for("document.querySelector('dialog [role=status]').innerText.startsWith('The link to Long is closed.')")
    guest.evaluate("void (video.currentTime = 100)")
    guest.wait_for("document.body?.innerText.includes('This link does not work, or not any more.')")
    _all_is_well(guest)


def _all_is_well(tab):
    """No rule of accessibility is broken, and nothing is wider than the screen."""
    assert violations_in_firefox(tab) == []
    assert tab.evaluate(FITS)
