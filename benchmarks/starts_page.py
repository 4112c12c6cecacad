"""What a viewer does in a page, and how long it takes: expressions of JavaScript, for a tab of any browser."""

import json
import time
from typing import Protocol

LIMIT_MS = 30_000
_SPAN_S = 5.0  # what shows within so long after the second is the picture that was waited for
_POINTED = {"pointerover": 0.3, "pointerdown": 0.08}  # in seconds
_PREPARE = f"""(() => {{
    performance.setResourceTimingBufferSize(5000);
    window.video = document.querySelector("video");
    // The milliseconds from the act to the picture of that second; null: none came.
    window.untilPicture = (second, act) => new Promise((resolve) => {{
        setTimeout(resolve, {LIMIT_MS}, null);
        const begun = performance.now();
        const look = (now, {{ mediaTime }}) => {{
            if (second - 0.1 < mediaTime && mediaTime < second + {_SPAN_S}) resolve(performance.now() - begun);
            else video.requestVideoFrameCallback(look);
        }};
        video.requestVideoFrameCallback(look);
        act();
    }});
    // [the milliseconds from the act to a tone of so many Hz, the longest time without a picture]
    // Null: nothing can be heard.
    window.untilTone = (hertz, act) => new Promise((resolve) => {{
        setTimeout(resolve, {LIMIT_MS}, null);
        const context = new AudioContext();
        setTimeout(() => context.state === "running" || resolve(null), 2000);
        const analyser = context.createAnalyser();
        context.createMediaElementSource(video).connect(analyser).connect(context.destination);
        const levels = new Uint8Array(analyser.frequencyBinCount);
        const begun = performance.now();
        let [shown, longest] = [begun, 0];
        const look = (now) => {{
            longest = Math.max(longest, performance.now() - shown);
            shown = performance.now();
            video.requestVideoFrameCallback(look);
        }};
        video.requestVideoFrameCallback(look);
        const listening = setInterval(() => {{
            analyser.getByteFrequencyData(levels);
            const level = Math.max(...levels);
            if (!level || Math.abs(levels.indexOf(level) * context.sampleRate / analyser.fftSize - hertz) > 60) return;
            clearInterval(listening);
            resolve([performance.now() - begun, longest]);
        }}, 10);
        act();
    }});
}})()"""
_CARD = """[...document.querySelectorAll("a.card")]
    .find((card) => new URL(card.href).searchParams.get("film") === {name})"""
_IS_QUIET = """performance.getEntriesByType("resource")
    .every(({ responseEnd }) => performance.now() > responseEnd + 1000)"""
_GERMAN = '#sounds-menu media-chrome-menu-item[value="German"]'
_REQUESTS = """performance.getEntriesByType("resource").filter(({ startTime }) => startTime >= clicked).map((entry) =>
    [entry.name, entry.startTime - clicked, entry.responseStart - clicked, entry.responseEnd - clicked,
     entry.transferSize])"""


class Tab(Protocol):
    """Of Chromium or Firefox."""

    def goto(self, url: str) -> object: ...

    def evaluate(self, expression: str, /) -> object:
        """The value of the expression; a promise is waited for."""


def open_library(tab: Tab, url: str, film: str) -> None:
    """Returns once the film's card is there, and the page has loaded what it wants."""
    tab.goto(url)
    _wait_for(tab, f"Boolean({_card(film)}) && document.readyState === 'complete'")
    _wait_for(tab, _IS_QUIET)
    tab.evaluate(_PREPARE)


def open_plain(tab: Tab, url: str) -> None:
    tab.goto(url)
    tab.evaluate(_PREPARE)


def first_frame_ms(tab: Tab, act: str) -> float | None:
    return _ms(tab, f"untilPicture(0, () => {{ window.clicked = performance.now(); {act} }})")


def press(tab: Tab, film: str) -> None:
    """Points at the film's card and presses the mouse button, each for about as long as people do."""
    for event, duration_s in _POINTED.items():
        tab.evaluate(f"void {_card(film)}.dispatchEvent(new PointerEvent('{event}', {{ bubbles: true }}))")
        time.sleep(duration_s)


def click(film: str) -> str:
    return f"{_card(film)}.click()"


def play(film: str) -> str:
    return f"video.src = {json.dumps(film)}; video.play().catch(() => {{}});"


def seek_ms(tab: Tab, second: float) -> float | None:
    return _ms(tab, f"untilPicture({second}, () => (video.currentTime = {second}))")


def german_ms(tab: Tab) -> tuple[float, float] | tuple[None, None]:
    """Until German is heard, and the longest time without a picture meanwhile."""
    _wait_for(tab, f"Boolean(document.querySelector('{_GERMAN}'))")
    answer = tab.evaluate(f"untilTone(880, () => document.querySelector('{_GERMAN}').click())")
    return (float(answer[0]), float(answer[1])) if isinstance(answer, list) else (None, None)


def requests(tab: Tab) -> list[tuple[str, float, float, float, int]]:
    """Those since the click that have ended: URL, ms from the click to request, first byte and end, bytes."""
    answer = tab.evaluate(_REQUESTS)
    return [tuple(entry) for entry in answer] if isinstance(answer, list) else []


def _card(film: str) -> str:
    return _CARD.format(name=json.dumps(film))


def _ms(tab: Tab, expression: str) -> float | None:
    answer = tab.evaluate(expression)
    return float(answer) if isinstance(answer, int | float) else None


def _wait_for(tab: Tab, expression: str) -> None:
    end = time.monotonic() + 60
    while not tab.evaluate(expression):
        if time.monotonic() > end:
            raise TimeoutError(expression)
        time.sleep(0.1)
