"""The first view of the page: what it costs, that nothing jumps meanwhile, and that the page can be installed."""

import json
import struct

import pytest

from tests.films import put

FIRST_VIEW_BYTES = 100_000  # with the player, so that a film that is pressed begins at once
FIRST_VIEW_REQUESTS = 10  # a browser makes six at once; on a far link each further round takes as long as the first
SHIFT = 0.02  # of the visible area; web.dev calls 0.1 good


@pytest.fixture(scope="module")
def library(serve, sample, tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("library")
    for number in range(40):
        put(folder, f"Films/Film {number} ({1960 + number}).mp4", sample.read_bytes())
    return serve(folder)


def _transferred(page):
    """The bytes that came over the wire, by path."""
    return page.evaluate(
        """() => Object.fromEntries(
            [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                .map((entry) => [new URL(entry.name).pathname, entry.transferSize]))"""
    )


@pytest.mark.parametrize("query", ["", "?film=None.mp4"], ids=["library", "film"])
def test_the_first_view_is_small(page, library, query):
    page.goto(f"{library}/{query}", wait_until="networkidle")
    page.locator(".card:visible, #failure:visible").first.wait_for()
    sizes = {path: size for path, size in _transferred(page).items() if not path.startswith("/posters/")}
    assert "/static/page.js" in sizes
    assert sum(sizes.values()) < FIRST_VIEW_BYTES, sizes
    assert len(sizes) <= FIRST_VIEW_REQUESTS, sizes


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_while_list_and_posters_come(browser, open_page, library, width):
    page = open_page(browser, viewport={"width": width, "height": 800})
    page.add_init_script(
        """window.shifts = [];
        new PerformanceObserver((list) => shifts.push(...list.getEntries().map((entry) => entry.value)))
            .observe({ type: 'layout-shift', buffered: true });"""
    )
    page.goto(library)
    page.locator(".pictured").nth(2).wait_for()
    for _ in range(5):
        page.mouse.wheel(0, 700)
        page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    page.wait_for_function("() => scrollY > 0")
    assert page.evaluate("() => shifts.reduce((sum, shift) => sum + shift, 0)") < SHIFT


def test_pictures_are_fetched_only_when_they_come_near(page, serve, sample, tmp_path):
    for number in range(40):
        put(tmp_path, f"Film {number}.mp4")
    put(tmp_path, "Last One (1999).mp4", sample.read_bytes())
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(serve(tmp_path))
    last = page.locator(".card:has(.title:text-is('Last One'))")
    last.locator("img").wait_for(state="attached")
    assert not last.locator("img").evaluate("(image) => image.complete")
    last.scroll_into_view_if_needed()
    last.evaluate("(card) => card.querySelector('img').decode()")


def test_the_page_can_be_installed(launch, open_page, library):
    page = open_page(launch(whole=True))  # the shell installs nothing
    page.goto(library)
    session = page.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    described = json.loads(manifest["data"])
    assert [described[name] for name in ("name", "display", "theme_color")] == ["Films", "standalone", "#14130f"]
    for icon in described["icons"]:
        answer = page.request.get(f"{library}/static/{icon['src']}")
        assert answer.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":
            assert "{}x{}".format(*struct.unpack(">II", answer.body()[16:24])) == icon["sizes"]
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error["errorId"] for error in errors] == ["in-incognito"]  # as every page of a test is
