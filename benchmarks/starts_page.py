"""What a viewer waits for in a page, and how long: expressions of JavaScript, for a tab of any browser."""

import time
from typing import Protocol

LIMIT_MS = 30_000
_SPAN_S = 5.0  # what shows within so long after the second is the picture that was waited for
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
_REQUESTS = """performance.getEntriesByType("resource").filter(({ startTime }) => startTime >= clicked).map((entry) =>
    [entry.name, entry.startTime - clicked, entry.responseStart - clicked, entry.responseEnd - clicked,
     entry.transferSize])"""


class Tab(Protocol):
    """Of Chromium or Firefox."""

    def goto(self, url: str) -> object: ...

    def evaluate(self, expression: str, /) -> object:
        """The value of the expression; a promise is waited for."""


def prepare(tab: Tab) -> None:
    """Gives the page the functions that the others need."""
    tab.evaluate(_PREPARE)


def first_frame_ms(tab: Tab, act: str) -> float | None:
    return _ms(tab, f"untilPicture(0, () => {{ window.clicked = performance.now(); {act} }})")


def seek_ms(tab: Tab, second: float) -> float | None:
    return _ms(tab, f"untilPicture({second}, () => (video.currentTime = {second}))")


def sound_ms(tab: Tab, hertz: int, act: str) -> tuple[float, float] | tuple[None, None]:
    """Until the tone is heard, and the longest time without a picture meanwhile."""
    answer = tab.evaluate(f"untilTone({hertz}, () => {{ {act} }})")
    return (float(answer[0]), float(answer[1])) if isinstance(answer, list) else (None, None)


def requests(tab: Tab) -> list[tuple[str, float, float, float, int]]:
    """Those since the click that have ended: URL, ms from the click to request, first byte and end, bytes."""
    answer = tab.evaluate(_REQUESTS)
    return [tuple(entry) for entry in answer] if isinstance(answer, list) else []


def wait_for(tab: Tab, expression: str) -> None:
    """Returns once the expression is true."""
    end = time.monotonic() + 60
    while not tab.evaluate(expression):
        if time.monotonic() > end:
            raise TimeoutError(expression)
        time.sleep(0.1)


def _ms(tab: Tab, expression: str) -> float | None:
    answer = tab.evaluate(expression)
    return float(answer) if isinstance(answer, int | float) else None
