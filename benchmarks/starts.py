"""python -m benchmarks.starts: how long a viewer waits for pictures and sound, in a real browser.

Measured are the time from the click on a film to its first picture, to the pictures at 50 % and 90 % of it, and to its
second sound, and the bytes that came until then: here, and over a link of 10 Mbit/s with a round trip of 100 ms. The
peers are a page with nothing but a <video>, whose film nginx serves, and hls.js, if it is in benchmarks/node_modules,
with the playlists and segments of this server. Each figure is the median of some runs, each in a
browser that has nothing yet. Needs chromium or firefox-esr, ffmpeg and nginx; the first run makes the films.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from itertools import product
from pathlib import Path
from statistics import median
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

from benchmarks import starts_page as page
from benchmarks.link import Link
from benchmarks.peers import OURS, PEERS
from benchmarks.process import free_port, running
from benchmarks.starts_films import FILMS, FOLDER, Film, make
from benchmarks.starts_players import HlsJs, OurPage, PlainVideo, Player, hls_is_here
from tests.browser.firefox import firefox

ROOT = Path(__file__).resolve().parent.parent
ROUND_TRIP_S, BITS_PER_S = 0.1, 10e6
FRAME_S = 1 / 24
GERMAN_HZ = 880
WATCHED_S = 2  # between one act of the viewer and the next
_CHROMIUM = """--headless --no-sandbox --disable-gpu --disable-background-networking
    --autoplay-policy=no-user-gesture-required"""
_NGINX, _HLS = "nginx", "hls.js"
_PLAIN_PAGE = "<!doctype html><title>Film</title><video width=1280 height=720></video>"


_HEADING = """
| browser | link | film | player | first picture | seek to 50 % | to 90 % | received | second sound | without picture |
| --- | --- | --- | --- | --: | --: | --: | --: | --: | --: |"""


@dataclass(frozen=True, slots=True)
class Waits:
    """In milliseconds; None: nothing came. ``gap`` is the longest time without a picture while the sound changed.
    ``received`` are bytes until the second seek had its picture; None: there was no link to count them."""

    start: float | None
    middle: float | None
    late: float | None
    sound: float | None
    gap: float | None
    received: float | None


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    options = _options()
    films = [film for film in FILMS if not options.film or film.name in options.film]
    for film in films:
        make(film)
    with _servers(films) as ports:
        print(_HEADING)
        for browser, is_far, film, player in product(options.browser, (True, False), films, ports):
            seeks = _key_times(ports[OURS], film)
            viewer = Viewer(BROWSERS[browser], _PLAYERS[player], ports[player], film, is_far, seeks)
            runs = [viewer.waits(options.requests) for _ in range(options.runs)]
            _print_row([browser, "far" if is_far else "here", film.name, player], runs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.starts")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--browser", nargs="*", choices=BROWSERS, default=list(BROWSERS))
    parser.add_argument("--film", nargs="*", help="only these")
    parser.add_argument("--requests", action="store_true", help="also print the requests that followed each click")
    return parser.parse_args()


@contextmanager
def _servers(films: list[Film]) -> Iterator[dict[str, int]]:
    """The port for each player, of this server, which has the indexes of the films, or of nginx."""
    nginx = next(peer for peer in PEERS if peer.name == "nginx")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="movie-streaming-bench-") as name:
        plain = Path(name, "plain")
        plain.mkdir()
        (plain / "plain.html").write_text(_PLAIN_PAGE)
        for film in films:
            (plain / film.name).symlink_to(FOLDER / film.name)
        command = [sys.executable, str(ROOT / "server.py"), "--assets", str(FOLDER), "--port", str(port)]
        with running([*command, "--cache", f"{name}/cache"], port, ROOT), nginx.serving(plain) as other:
            await_details(port)
            for film in films:
                _print_index(port, film)
            yield {OURS: port, _NGINX: other.port} | ({_HLS: port} if hls_is_here() else {})


def await_details(port: int) -> None:
    """Returns once the server has looked into its films."""
    while True:
        with urlopen(f"http://127.0.0.1:{port}/api/movies") as answer:
            movies = json.load(answer)["movies"]
        if movies and all(movie["state"] != "pending" for movie in movies):
            return
        time.sleep(0.2)


def _print_index(port: int, film: Film) -> None:
    begun = time.monotonic()
    _index(port, film)
    print(f"The index of {film.name} was there after {time.monotonic() - begun:.1f} s.", flush=True)


@contextmanager
def _chromium() -> Iterator[page.Tab]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_CHROMIUM.split())
        try:
            yield browser.new_page(viewport={"width": 1280, "height": 800})
        finally:
            browser.close()


@contextmanager
def _firefox() -> Iterator[page.Tab]:
    with tempfile.TemporaryDirectory(prefix="movie-streaming-bench-") as profile, firefox(Path(profile)) as tab:
        yield tab


_PLAYERS: dict[str, Player] = {OURS: OurPage(), _NGINX: PlainVideo(), _HLS: HlsJs()}
BROWSERS: dict[str, Callable[[], AbstractContextManager[page.Tab]]] = {"Chromium": _chromium, "Firefox": _firefox}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who watches a film in a new browser. ``seeks`` are the seconds of the film that are sought."""

    browser: Callable[[], AbstractContextManager[page.Tab]]
    player: Player
    port: int
    film: Film
    is_far: bool
    seeks: tuple[float, float]

    def waits(self, shows_requests: bool) -> Waits:
        link = Link(self.port, ROUND_TRIP_S, BITS_PER_S) if self.is_far else None
        with ExitStack() as opened:
            port = opened.enter_context(link.open()) if link else self.port
            tab = opened.enter_context(self.browser())
            self.player.open(tab, f"http://127.0.0.1:{port}", self.film.name)
            before = link.received if link else 0
            start = page.first_frame_ms(tab, self.player.start(self.film.name))
            time.sleep(WATCHED_S)
            if shows_requests:
                _print_requests(tab)
            if start is None:
                return Waits(None, None, None, None, None, None)
            middle = page.seek_ms(tab, self.seeks[0])
            time.sleep(WATCHED_S)
            late = page.seek_ms(tab, self.seeks[1])
            received = link.received - before if link else None
            time.sleep(WATCHED_S)
            german = self.player.german(tab)
            sound, gap = page.sound_ms(tab, GERMAN_HZ, german) if german else (None, None)
            return Waits(start, middle, late, sound, gap, received)


def _key_times(port: int, film: Film) -> tuple[float, float]:
    """Those next to 50 % and 90 % of the film, and a frame more, as players round differently."""
    cuts = _index(port, film)["cuts"]
    middle, late = (min(cuts, key=lambda cut: abs(cut - share * film.duration_s)) + FRAME_S for share in (0.5, 0.9))
    return middle, late


def _index(port: int, film: Film) -> dict[str, list[float]]:
    """On a busy machine the server has it later than it answers."""
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/segments/{quote(film.name)}/index.json") as answer:
                index: dict[str, list[float]] = json.load(answer)
                return index
        except HTTPError as error:
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
        time.sleep(1)


def _print_requests(tab: page.Tab) -> None:
    for url, asked, first, last, length in page.requests(tab):
        print(f"    {asked:6.0f} {first:6.0f} {last:6.0f} ms {length:9} bytes {url.split('/', 3)[3]}", file=sys.stderr)


def _print_row(names: list[str], runs: list[Waits]) -> None:
    waits = [
        _in_words([getattr(run, each) for run in runs], "ms") for each in ("start", "middle", "late", "sound", "gap")
    ]
    received = _in_words([run.received and run.received / 1e6 for run in runs], "MB")
    print(f"| {' | '.join([*names, *waits[:3], received, *waits[3:]])} |", flush=True)


def _in_words(values: list[float | None], unit: str) -> str:
    there = [value for value in values if value is not None]
    if not there:
        return "–"
    failed = len(values) - len(there)
    digits = 1 if unit == "MB" else 0
    return f"{median(there):,.{digits}f} {unit}" + (f" ({failed} without)" if failed else "")


if __name__ == "__main__":
    main()
