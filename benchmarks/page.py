"""How quick the page of a large library is, in Chromium: ``python -m benchmarks.page [films ...]``.

Makes libraries by links in benchmarks/page-films and keeps them, with what is found out about them. Prints for each
number of films, here and over a link of 10 Mbit/s with a round trip of 100 ms: when the first cards are there after
navigation, the best and the median; and the longest task until all is there, by the clock and by the processor's time,
which other programs do not make longer. Then the nodes of the home; the time from a key of the search to the next
picture, and the longest task meanwhile; the p95 and the longest frame while a list of all films scrolls, beside those
of an empty page; and how many frames had a blank. Needs Chromium, and Playwright (``pip install '.[test]'``).
"""

import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.link import Link
from benchmarks.page_films import make_films
from benchmarks.process import free_port

ROOT = Path(__file__).resolve().parent.parent
KEPT = Path(__file__).resolve().parent / "page-films"
RUNS = 5
ROUND_TRIP_S, BITS_PER_S = 0.1, 10_000_000
_WORDS = "amber bridge 1987"
_WATCH = """(() => {
    window.tasks = [];
    window.keys = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
        .observe({ type: "longtask", buffered: true });
    new PerformanceObserver((list) => keys.push(...list.getEntries().filter(({ name }) => name === "keydown")
        .map(({ duration }) => duration))).observe({ type: "event", durationThreshold: 16, buffered: true });
    const look = () => {
        if (document.querySelector("#shelves .card")?.checkVisibility()) window.firstCards ??= performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()"""
_IDLE = """async () => {
    const frames = [];
    let before = performance.now();
    for (let number = 0; number < 150; number += 1) {
        const now = await new Promise(requestAnimationFrame);
        frames.push(now - before);
        before = now;
    }
    frames.sort((a, b) => a - b);
    return [frames[Math.floor(frames.length * 0.95)], frames.at(-1)];
}"""
_SCROLL = """async () => {
    const [frames, height] = [[], innerHeight];
    let [blanks, before] = [0, performance.now()];
    for (let number = 0; number < 150; number += 1) {
        scrollBy(0, height / 3);
        const now = await new Promise(requestAnimationFrame);
        frames.push(now - before);
        before = now;
        const at = [0.35, 0.65, 0.95].map((part) => document.elementFromPoint(innerWidth * 0.45, height * part));
        if (!at.some((node) => node?.closest("#shelves li"))) blanks += 1;
    }
    frames.sort((a, b) => a - b);
    return [frames[Math.floor(frames.length * 0.95)], frames.at(-1), blanks];
}"""


def main(sizes: list[int]) -> None:
    for films in sizes:
        make_films(KEPT / str(films), films)
        with _Server(films) as port, Link(port, ROUND_TRIP_S, BITS_PER_S).open() as far_port:
            url, far_url = (f"http://127.0.0.1:{each}" for each in (port, far_port))
            _await_posters(url)
            print(f"{films} films:", flush=True)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path="/usr/bin/chromium", args=["--headless", "--no-sandbox", "--disable-gpu"]
                )
                _first_cards(browser, url, "here")
                _first_cards(browser, far_url, "over the link")
                _home(browser, url)
                browser.close()


def _first_cards(browser: Browser, url: str, where: str) -> None:
    firsts, longest, spent = [], [], []
    for _ in range(RUNS):
        page = _opened(browser)
        with _tasks_ms(page) as tasks:
            page.goto(url)
            page.wait_for_function("() => window.firstCards && document.readyState === 'complete'")
            page.wait_for_timeout(1_500)  # for what the page does when nothing is urgent
        firsts.append(page.evaluate("() => firstCards"))
        longest.append(page.evaluate("() => Math.max(0, ...tasks)"))
        spent.append(max(tasks))
        page.context.close()
    print(
        f"  {where}: first cards after {_in_short(firsts)} ms, longest task {_in_short(longest)} ms,"
        f" {_in_short(spent)} of the processor",
        flush=True,
    )


def _in_short(times: list[float]) -> str:
    return f"{min(times):.0f} / {statistics.median(times):.0f}"


@contextmanager
def _tasks_ms(page: Page) -> Iterator[list[float]]:
    """The processor time of each task of the page's main thread, once the block is over."""
    tasks: list[float] = []
    events: list[dict[str, Any]] = []
    ended: list[bool] = []
    assert page.context.browser
    session = page.context.browser.new_browser_cdp_session()
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    session.on("Tracing.tracingComplete", lambda _: ended.append(True))
    session.send("Tracing.start", {"traceConfig": {"includedCategories": ["toplevel", "blink.user_timing"]}})
    yield tasks
    page.evaluate("() => performance.mark('here')")
    session.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(50)
    here = {(event["pid"], event["tid"]) for event in events if event["name"] == "here"}
    own = [each for each in events if each["name"].endswith("RunTask") and (each["pid"], each["tid"]) in here]
    tasks.extend(each.get("tdur", 0) / 1000 for each in own)


def _home(browser: Browser, url: str) -> None:
    page = _opened(browser)
    page.goto("about:blank")
    idle, worst = page.evaluate(_IDLE)
    page.goto(url)
    page.wait_for_function("() => window.firstCards && document.readyState === 'complete'")
    page.wait_for_timeout(1_500)
    print(f"  nodes of the home: {page.evaluate('() => document.querySelectorAll(`*`).length')}", flush=True)
    search = page.get_by_role("searchbox")
    search.focus()
    with _tasks_ms(page) as tasks:
        for letter in _WORDS:
            page.keyboard.press(letter)
            page.wait_for_timeout(120)
    keys = sorted(page.evaluate("() => [...keys, 16]"))
    print(
        f"  a key of the search: {statistics.median(keys):.0f} ms to the next picture, the slowest {keys[-1]:.0f};"
        f" longest task {max(tasks):.0f} ms of the processor",
        flush=True,
    )
    page.goto(f"{url}/?sort=title")
    page.locator("#shelves .card").first.wait_for()
    p95, longest, blanks = page.evaluate(_SCROLL)
    print(
        f"  scrolling: p95 frame {p95:.0f} ms, longest {longest:.0f} ms (an empty page: {idle:.0f}, {worst:.0f});"
        f" {blanks} of 150 with a blank",
        flush=True,
    )
    page.context.close()


def _opened(browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(_WATCH)
    return page


def _await_posters(url: str) -> None:
    while True:
        with suppress(urllib.error.HTTPError):  # 503 while the machine is busy with them
            answer = urllib.request.urlopen(f"{url}/api/movies").read()
            if answer.count(b'"poster":') == answer.count(b'"path":'):
                return
        time.sleep(3)


class _Server:
    """The server over a library, for as long as the block lasts."""

    def __init__(self, films: int) -> None:
        self._port = free_port()
        places = ("--assets", str(KEPT / str(films)), "--cache", str(KEPT / f"cache-{films}"))
        command = [sys.executable, str(ROOT / "server.py"), *places, "--port", str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout
        self._process.stdout.readline()

    def __enter__(self) -> int:
        return self._port

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


if __name__ == "__main__":
    main([int(films) for films in sys.argv[1:]] or [2_000, 10_000])
