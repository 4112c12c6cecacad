"""Shares in browsers: the owner sends a link, a guest opens it in another profile, and it is taken back in mid-film."""

import json
import shutil
import subprocess
from io import BytesIO
from urllib.request import Request, urlopen

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.browser.axe import bring_axe, violations
from tests.browser.conftest import await_details
from tests.browser.waiting import playing, was_said
from tests.server_process import server_process

PASSWORD = "open sesame"


@pytest.fixture(scope="module")
def locked(sample, long_film, tmp_path_factory):
    """The URL of a locked server, once it has looked into its films."""
    folder = tmp_path_factory.mktemp("locked")
    for path in ("Home/Long.mp4", "Home/Seek Anywhere.mp4", "Show/Show S01E01.mp4", "Show/Show S01E02.mp4"):
        (folder / path).parent.mkdir(exist_ok=True)
        shutil.copy(long_film if "Long" in path else sample, folder / path)
    with server_process(
        "--assets", str(folder), environment={"PASSWORD": PASSWORD}, stderr=subprocess.DEVNULL
    ) as server:
        await_details(server.url, PASSWORD)
        yield server.url


@pytest.fixture
def expected_errors():
    return [
        "status of 401",
        "Refused to",
        "dynamically imported module",
    ]  # at a sign-in page, and when a link has ended


def _sign_in(page, url):
    page.goto(url)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def _link(locked, query, terms=""):
    """A new link, made by a program."""
    asked = Request(f"{locked}/api/shares?{query}", f"{terms}&page={locked}/".encode())
    asked.add_header("Authorization", f"Bearer {PASSWORD}")
    with urlopen(asked) as answer:
        return json.load(answer)["link"]


def _read(code):
    """What a camera reads before this part of the screen."""
    return [found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(code.screenshot())))]


def test_a_link_that_the_owner_makes_shows_the_film_alone_until_it_is_taken_back(browser, open_page, locked):
    owner = open_page(browser, viewport={"width": 1280, "height": 800})
    _sign_in(owner, locked)
    owner.get_by_role("button", name="More about Long").click()
    owner.locator("#film-menu").get_by_role("button", name="Share …").click()
    dialog = owner.get_by_role("dialog", name="Share “Long”")
    dialog.get_by_role("button", name="Make a link").click()
    link = dialog.get_by_role("textbox", name="Link").input_value()
    assert _read(dialog.get_by_role("img", name="QR code of the link")) == [link]
    expect(dialog.get_by_text("Only this computer can open the link, since it leads to 127.0.0.1.")).to_be_visible()
    guest = open_page(browser, viewport={"width": 1280, "height": 800})
    guest.goto(link)
    guest.get_by_role("heading", name="Long").wait_for()
    assert guest.get_by_role("link", name="Download").filter(visible=True).all() == []
    assert guest.get_by_role("link", name="All films").filter(visible=True).all() == []
    guest.get_by_role("link", name="Play", exact=True).click()
    guest.wait_for_function(f"() => {playing(0.3)}")
    assert guest.locator(".neighbours a:visible").all() == []
    assert "Home" not in guest.locator("#player").inner_text() + guest.url
    dialog.get_by_role("button", name="Close").click()
    owner.get_by_role("button", name="Shares").click()
    kept = owner.get_by_role("dialog", name="Shares").get_by_role("listitem").filter(has_text="Long")
    kept.get_by_text("from 1 address in all").wait_for()
    owner.get_by_role("button", name="Take back the link to Long").click()
    owner.get_by_text("The link to Long is closed.").wait_for()
    guest.evaluate("() => { document.querySelector('video').currentTime = 100 }")
    guest.get_by_text("This link does not work, or not any more.").wait_for()


def test_a_series_is_shared_from_its_page_with_a_code_and_opens_with_its_episodes(browser, open_page, locked):
    owner = open_page(browser)
    _sign_in(owner, f"{locked}/?series=Show")
    owner.get_by_role("button", name="Share …").click()
    dialog = owner.get_by_role("dialog", name="Share “Show”")
    dialog.get_by_label("Films may be downloaded").check()
    dialog.get_by_label("Code").fill("rosebud 7")
    dialog.get_by_role("button", name="Make a link").click()
    guest = open_page(browser)
    guest.context.grant_permissions(["clipboard-read", "clipboard-write"])
    guest.goto(dialog.get_by_role("textbox", name="Link").input_value())
    guest.get_by_label("Code").fill("Rosebud7")
    guest.get_by_role("button", name="Open").click()
    guest.get_by_text("2 episodes").wait_for()
    assert guest.locator("#trail a, #session button:visible, #share-part:visible").all() == []
    guest.get_by_role("link", name="Begin with").click()
    guest.wait_for_function(f"() => {playing(0.3)}")
    guest.get_by_role("link", name="Next: S1 E2").wait_for()
    guest.get_by_role("button", name="More", exact=True).click()
    guest.get_by_role("link", name="Download", exact=True).wait_for()
    guest.get_by_role("link", name="Open in VLC").filter(visible=True).wait_for()
    guest.get_by_role("button", name="Copy direct link").click()
    was_said(guest, "Direct link copied.")
    with urlopen(guest.evaluate("() => navigator.clipboard.readText()")) as film:  # without the cookie of the code
        assert film.headers["Content-Type"] == "video/mp4"


def test_no_dialog_of_sharing_and_no_page_of_a_share_has_a_violation(browser, open_page, locked):
    page = open_page(browser, viewport={"width": 390, "height": 844}, is_mobile=True, reduced_motion="reduce")
    bring_axe(page)
    links = [_link(locked, "film=Home/Seek%20Anywhere.mp4"), _link(locked, "series=Show", "code=rosebud")]

    def nothing_is_wrong():
        assert violations(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") == 390

    for link, shown in zip([*links, f"{locked}/s/x/"], ["#about-play", "#code", "h1"], strict=True):
        page.goto(link)
        page.locator(shown).first.wait_for()
        nothing_is_wrong()
    _sign_in(page, f"{locked}/?series=Show")
    page.get_by_role("button", name="Share …").click()
    page.get_by_role("button", name="Make a link").wait_for()
    nothing_is_wrong()
    page.get_by_role("button", name="Make a link").click()
    page.get_by_role("button", name="Copy link").wait_for()
    nothing_is_wrong()
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Shares").click()
    page.get_by_role("dialog", name="Shares").locator("li").first.wait_for()
    nothing_is_wrong()
