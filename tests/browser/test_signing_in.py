"""A locked server in a browser: signing in and out, and a session that ends in mid-film."""

import shutil
import subprocess
from http.client import HTTPConnection
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.browser.axe import bring_axe, violations
from tests.browser.waiting import was_said
from tests.server_process import server_process

PASSWORD = "open sesame"


@pytest.fixture(scope="module")
def locked(sample, long_film, tmp_path_factory):
    """The URL of a locked server."""
    folder = tmp_path_factory.mktemp("locked")
    for film in (sample, long_film):
        shutil.copy(film, folder)
    environment = {"PASSWORD": PASSWORD}
    with server_process("--assets", str(folder), environment=environment, stderr=subprocess.DEVNULL) as server:
        yield server.url


@pytest.fixture
def expected_errors():
    return ["status of 401", "Refused to", "dynamically imported module"]  # when the session has ended


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
    page.add_init_script("window.WebKitPlaybackTargetAvailabilityEvent = class extends Event {}")  # as Safari has
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
