"""The players that benchmarks/starts.py compares: our page, a <video> alone, and hls.js on this server's playlists."""

import json
import time
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from benchmarks.starts_page import Tab, prepare, wait_for
from tests.browser.waiting import HAS_CONTROLS

_HLS = Path(__file__).parent / "node_modules" / "hls.js" / "dist" / "hls.min.js"
_POINTED = {"pointerover": 0.3, "pointerdown": 0.08}  # in seconds
_IS_QUIET = """performance.getEntriesByType("resource")
    .every(({ responseEnd }) => performance.now() > responseEnd + 1000)"""
_CARD = """[...document.querySelectorAll("a.card")]
    .find((card) => new URL(card.href).searchParams.get("film") === {name})"""
_ITEM = """[...document.querySelectorAll("#player-menu button")]
    .find((item) => item.querySelector(".menu-name").textContent === {name})"""
_PLAY = "video.play().catch(() => {})"
_STAGE = 'document.body.innerHTML = "<video width=1280 height=720></video>"'


class Player(Protocol):
    """``open`` ends where the viewer is about to choose the film. ``start`` and ``german`` are what is done in the page
    to start the film, and to hear German; "": it cannot be heard."""

    def open(self, tab: Tab, url: str, film: str) -> None: ...

    def start(self, film: str) -> str: ...

    def german(self, tab: Tab) -> str: ...


class OurPage:
    def open(self, tab: Tab, url: str, film: str) -> None:
        """Points at the film's card and presses the mouse button, each for about as long as people do."""
        tab.goto(url)
        wait_for(tab, f"Boolean({_card(film)}) && document.readyState === 'complete'")
        wait_for(tab, _IS_QUIET)
        prepare(tab)
        for event, duration_s in _POINTED.items():
            tab.evaluate(f"void {_card(film)}.dispatchEvent(new PointerEvent('{event}', {{ bubbles: true }}))")
            time.sleep(duration_s)

    def start(self, film: str) -> str:
        return f"{_card(film)}.click()"

    def german(self, tab: Tab) -> str:
        """Opens the menu up to where German is."""
        wait_for(tab, HAS_CONTROLS)
        tab.evaluate("void document.getElementById('settings-button').click()")
        wait_for(tab, f"Boolean({_item('Sound')})")
        tab.evaluate(f"void {_item('Sound')}.click()")
        return f"{_item('German')}.click()"


class PlainVideo:
    """Its server has the page at plain.html, and the films beside it."""

    def open(self, tab: Tab, url: str, film: str) -> None:
        tab.goto(f"{url}/plain.html")
        prepare(tab)

    def start(self, film: str) -> str:
        return f"video.src = {json.dumps(film)}; {_PLAY}"

    def german(self, tab: Tab) -> str:
        return ""


class HlsJs:
    """On an answer of this server that has no policy for scripts."""

    def open(self, tab: Tab, url: str, film: str) -> None:
        tab.goto(f"{url}/healthz")
        tab.evaluate(f"void ({_STAGE}, (0, eval)({json.dumps(_HLS.read_text('utf-8'))}))")
        prepare(tab)

    def start(self, film: str) -> str:
        playlist = json.dumps(f"segments/{quote(film)}/master.m3u8")
        return f"window.hls = new Hls(); hls.loadSource({playlist}); hls.attachMedia(video); {_PLAY}"

    def german(self, tab: Tab) -> str:
        return "hls.audioTrack = hls.audioTracks.findIndex(({ lang }) => lang === 'de')"


def hls_is_here() -> bool:
    return _HLS.exists()


def _item(name: str) -> str:
    """An item of the player's menu, as far as it is open."""
    return _ITEM.format(name=json.dumps(name))


def _card(film: str) -> str:
    return _CARD.format(name=json.dumps(film))
