"""Photographs every view of the page, for docs/screenshots/: `make screenshots`, or `python scripts/screenshots.py`.

The films are drawn for it (scripts/scenes.py), so that no footage of others is needed. It needs ffmpeg with libx264,
the DejaVu fonts, Chromium, and Playwright and Pillow (`pip install '.[test]'`).
"""

import io
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from scenes import make_collection, make_household

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
DEVICES = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "tablet": {"viewport": {"width": 820, "height": 1180}, "is_mobile": True, "has_touch": True},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
FILM = "Films/The Salt Road (1968)/The Salt Road (1968).mp4"
WATCHED_S = {
    FILM: 2_400,
    "Shows/Night Trains/Season 01/Night.Trains.S01E02.The.Long.Tunnel.mp4": 700,
    "Movies/Night Ferry (1970)/Night Ferry (1970).mp4": 3_100,
    "Shows/Low Water/Season 02/Low Water S02E01 The.Long.Tunnel.mp4": 1_200,
}
QUALITY = 82  # of WebP: no visible artefacts, and 20 to 60 kB a picture


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        films, many, cache, nothing = (Path(folder) / name for name in ("films", "many", "cache", "nothing"))
        nothing.mkdir()
        make_collection(films)
        make_household(many, films)
        with (
            _Server(films, cache) as full,
            _Server(many, Path(folder) / "cache-many") as household,
            _Server(nothing, cache) as empty,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium",
                args=["--headless", "--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
            )
            for device, options in DEVICES.items():
                for scheme in ("light", "dark"):
                    context = browser.new_context(**options, color_scheme=scheme, reduced_motion="reduce")
                    context.add_init_script(_progress())
                    _photograph(context.new_page(), full.url, household.url, empty.url, f"{device}-{scheme}")
                    context.close()
            browser.close()


def _photograph(page: Page, full: str, household: str, empty: str, look: str) -> None:
    def shoot(name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.evaluate(
            "() => Promise.all([...document.querySelectorAll('.pictured img')].map((image) => image.decode()))"
        )
        picture = Image.open(io.BytesIO(page.screenshot()))
        picture.convert("RGB").save(TARGET / f"{name}-{look}.webp", quality=QUALITY, method=6)

    for name, view in _VIEWS_OF_MANY.items():
        view(page, household)
        shoot(name)
    if look.startswith("tablet"):
        return  # the other views are as on a desktop
    for name, view in _VIEWS.items():
        view(page, full)
        shoot(name)
    page.goto(empty)
    page.locator("#library-empty").wait_for()
    shoot("empty")
    page.route("**/api/movies", lambda route: route.abort("connectionrefused"))
    page.reload()
    page.locator("#library-unreachable").wait_for()
    shoot("unreachable")


def _library(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_function(
        "() => fetch('api/movies').then((r) => r.json()).then((l) => l.movies.every((m) => m.poster))"
    )
    page.reload()
    page.locator(".pictured").first.wait_for()


def _menu(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="More about Meridian").last.click()


def _film(page: Page, url: str) -> None:
    page.goto(f"{url}/?film={FILM}&t=2000")
    page.wait_for_function("() => video.currentTime > 2000.2")
    page.evaluate("() => video.pause()")
    page.wait_for_function("() => video.paused && !video.seeking")


def _help(page: Page, url: str) -> None:
    _film(page, url)
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()


def _opened(query: str, shown: str) -> Callable[[Page, str], None]:
    def view(page: Page, url: str) -> None:
        page.goto(f"{url}/{query}")
        page.locator(shown).first.wait_for()

    return view


_VIEWS: dict[str, Callable[[Page, str], None]] = {
    "library": _library,
    "menu": _menu,
    "folder": _opened("?folder=Films", ".pictured"),
    "order": _opened("?sort=year", ".pictured"),
    "nothing-found": _opened("?q=no+such+film", "#library-no-match"),
    "film": _film,
    "about": _opened(f"?about={FILM}", ".about-poster.loaded"),
    "keys": _help,
    "failure": _opened("?film=Films/Gone.mp4", "#failure"),
}

_VIEWS_OF_MANY: dict[str, Callable[[Page, str], None]] = {
    "home": _library,
    "list": _opened("?kind=films&sort=-year", ".pictured"),
    "series": _opened("?series=Low%20Water", ".pictured"),
    "search": _opened("?q=nigth", ".pictured"),
}


def _progress() -> str:
    entries = {
        f"progress / {path}": json.dumps({"time": time, "duration": 5_400, "watched": False, "seen": 1})
        for path, time in WATCHED_S.items()
    }
    watched = json.dumps({"time": 0, "duration": 5_400, "watched": True, "seen": 1})
    entries["progress / Films/Blue Hour (1987)/Blue Hour (1987).mp4"] = watched
    return f"Object.entries({json.dumps(entries)}).forEach(([key, value]) => localStorage.setItem(key, value))"


class _Server:
    """The server over a folder, for as long as the block lasts."""

    def __init__(self, films: Path, cache: Path) -> None:
        command = [sys.executable, ROOT / "server.py", "--assets", films, "--cache", cache, "--port", "0"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        found = re.match(r"http://\S+", self._process.stdout.readline() if self._process.stdout else "")
        if found is None:
            raise SystemExit("the server did not start")
        self.url = found[0]

    def __enter__(self) -> "_Server":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


if __name__ == "__main__":
    main()
