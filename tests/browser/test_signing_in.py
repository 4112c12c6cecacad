"""A locked server in a browser: signing in and out, and a session that ends in mid-film."""

import shutil
import subprocess
from http.client import HTTPConnection
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.browser.axe import bring_axe, violations
from tests.browser.waiting import was_said
from tests.films import put
from tests.server_process import AHEAD, server_process

PASSWORD = "open sesame"
# As Safari is, which hands the address of what it plays to other devices.
HANDED_OVER = "window.WebKitPlaybackTargetAvailabilityEvent = class extends Event {}"


@pytest.fixture(scope="module")
def ahead(tmp_path_factory):
    """A file that has by how many seconds the server's clock is ahead."""
    file = tmp_path_factory.mktemp("clock") / "ahead"
    file.write_text("0")
    return file


@pytest.fixture(scope="module")
def locked(sample, long_film, tmp_path_factory, ahead):
    """The URL of a locked server."""
    folder = tmp_path_factory.mktemp("locked")
    for film in (sample, long_film):
        shutil.copy(film, folder)
    environment = {"PASSWORD": PASSWORD, "CLOCK": str(ahead)}
    options = {"command": AHEAD, "environment": environment, "stderr": subprocess.DEVNULL}
    with server_process("--assets", str(folder), **options) as server:
        yield server.url


@pytest.fixture
def expected_errors():
    when_the_session_has_ended = ["status of 401", "Refused to", "dynamically imported module"]
    return [*when_the_session_has_ended, "ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE)"]


def _sign_in(page, password=PASSWORD):
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def _at_time(page, seconds):
    page.wait_for_function(
        "(seconds) => { const v = document.querySelector('video'); return v && !v.seeking && v.readyState >= 2"
        " && v.currentTime >= seconds && v.currentTime < seconds + 20 }",
        arg=seconds,
    )


def test_a_link_to_a_film_leads_through_the_sign_in_page_to_its_second_and_signing_out_locks_it(page, locked):
    page.goto(f"{locked}/?film=Seek%20Anywhere.mp4&t=12")
    _sign_in(page, "a guess")
    page.get_by_text("This is not the password.").wait_for()
    _sign_in(page)
    page.wait_for_url(f"{locked}/?film=Seek%20Anywhere.mp4&t=12*")
    _at_time(page, 12)
    page.get_by_role("link", name="All films").first.click()
    page.get_by_role("button", name="Sign out").click()
    page.locator("#password:focus").wait_for()
    page.goto(f"{locked}/list")
    _sign_in(page)
    page.get_by_role("link", name="Seek Anywhere").wait_for()


@pytest.mark.parametrize("way", ["file", "segments"])
def test_a_session_that_ends_in_mid_film_leads_to_the_sign_in_page_and_back_to_the_same_second(page, locked, way):
    page.add_init_script("Object.defineProperty(window, 'MediaSource', { value: undefined });" * (way == "file"))
    page.goto(f"{locked}/?film=Long.mp4")
    _sign_in(page)
    _at_time(page, 0)
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies())
    elsewhere = HTTPConnection(urlsplit(locked).netloc)
    elsewhere.request("POST", "/sign-out", headers={"Cookie": cookies})
    assert elsewhere.getresponse().status == 303
    elsewhere.close()
    page.evaluate("() => { document.querySelector('video').currentTime = 100 }")
    page.get_by_label("Password").wait_for()
    _sign_in(page)
    _at_time(page, 100)


def test_the_sign_in_page_has_no_violation_and_fits_a_phone(browser, open_page, locked):
    page = open_page(browser, viewport={"width": 320, "height": 568}, is_mobile=True)
    bring_axe(page)
    page.goto(locked)
    for trouble in (False, True):
        if trouble:
            _sign_in(page, "a guess")
            page.get_by_role("alert").wait_for()
        assert violations(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") == 320
    page.close()


def test_the_page_works_without_javascript(browser, open_page, locked):
    page = open_page(browser, java_script_enabled=False)
    page.goto(f"{locked}/list")
    _sign_in(page)
    page.get_by_role("link", name="Seek Anywhere").wait_for()
    page.goto(f"{locked}/sign-in")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Password").wait_for()


def test_a_direct_link_plays_where_nobody_is_signed_in_and_so_does_what_is_handed_to_a_device(page, locked):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script(HANDED_OVER)
    page.goto(f"{locked}/?film=Seek%20Anywhere.mp4")
    _sign_in(page)
    _at_time(page, 0)
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Copy direct link").click()
    was_said(page, "Direct link copied.")
    for link in (
        page.evaluate("() => navigator.clipboard.readText()"),
        page.evaluate("() => document.querySelector('video').currentSrc"),
    ):
        assert "/t/f." in link
        with urlopen(link) as answer:
            assert answer.headers["Content-Type"] == "video/mp4"


def _send_cookies_to(page, path):
    """Has the browser send its cookies there alone: it asks for films as a device does, to which a link was handed."""
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.context.add_cookies([{**cookie, "path": path} for cookie in cookies])


def test_a_ticket_that_ends_in_a_pause_is_renewed_and_the_film_goes_on(page, locked, ahead, plays):
    page.add_init_script(HANDED_OVER)
    page.goto(f"{locked}/?film=Long.mp4")
    _sign_in(page)
    plays(page)
    page.keyboard.press("k")
    page.wait_for_function("() => video.paused")
    _send_cookies_to(page, "/api/ticket")
    before = page.evaluate("() => video.currentSrc")
    assert "/t/f." in before
    ahead.write_text("86400")
    page.evaluate("() => (video.currentTime = 90)")  # beyond what the browser holds
    page.wait_for_function(
        "(before) => video.currentSrc !== before && video.paused && !video.seeking && video.currentTime === 90",
        arg=before,
    )
    page.keyboard.press("k")
    plays(page, past_s=90.5)
    ahead.write_text("0")


def test_a_viewer_stays_signed_in_over_a_redeploy_in_mid_film(page, restartable, long_film, tmp_path, plays):
    options = ("--password-file", str(put(tmp_path, "password", PASSWORD.encode())))
    page.goto(f"{restartable(long_film.parent, *options).url}/?film=Long.mp4")
    _sign_in(page)
    plays(page, past_s=2)
    restartable.kill()
    page.evaluate("() => (video.currentTime = 60)")
    page.get_by_text("Connection lost. Trying again…").wait_for()
    restartable(long_film.parent, *options)
    plays(page, past_s=60.5)
