"""How tests wait for a browser: until what they ask for is so, rather than until something that mostly comes later.

Expressions are JavaScript; "video" is the page's element.
"""

import math
import time
from collections.abc import Callable

WAIT_S = 120.0  # the most that a single wait may take, on a busy machine; browsers decode in software there
WAIT_MS = WAIT_S * 1000

# Run in every document before its own scripts. `said` has the words of all notes, which show for a moment only;
# `soughtTo` has the seconds to which the film was sought, by whomever.
WITNESS = """
window.said = [];
window.soughtTo = [];
document.addEventListener("seeking", ({ target }) => soughtTo.push(target.currentTime), { capture: true });
document.addEventListener("readystatechange", () => {
    const words = document.getElementById("stage-words");
    const note = (changes) => {
        for (const { addedNodes } of changes) said.push(...[...addedNodes].map((text) => text.textContent));
    };
    if (words && document.readyState === "interactive") new MutationObserver(note).observe(words, { childList: true });
});
"""
HAS_CONTROLS = "customElements.get('media-controller') !== undefined && !video.controls"


def eventually(read: Callable[[], object], expected: object) -> None:
    """Waits until what is read is what is expected."""
    end = time.monotonic() + WAIT_S
    while (found := read()) != expected and time.monotonic() < end:
        time.sleep(0.05)
    assert found == expected, f"{found!r} has not become {expected!r}"


def playing(past_s: float, before_s: float = math.inf) -> str:
    """An expression: whether the film is past the one second and before the other, with pictures, and not paused."""
    before = "Infinity" if before_s == math.inf else before_s
    return (
        f"video.currentTime > {past_s} && video.currentTime < {before} && (!video.paused || video.ended)"
        " && video.getVideoPlaybackQuality().totalVideoFrames > 0"
    )


def was_said(page, words: str) -> None:
    """Waits until a note that begins with the words has been shown, though it may be gone by now."""
    page.wait_for_function("(words) => said.some((note) => note.startsWith(words))", arg=words)


def has_controls(page) -> None:
    """Waits until the page has our controls, which it loads after the first picture."""
    page.wait_for_function(f"() => {HAS_CONTROLS}")


def stop_clock(page) -> None:
    """Makes the page's timers stand still. Needs ``page.clock.install()``, before the page was opened."""
    page.clock.pause_at(page.evaluate("() => Date.now()") / 1000 + 30)


def shows_picture_of(page, time_s: float, within_s: float) -> None:
    """Seeks, and waits until the picture of that second is on the screen."""
    page.evaluate(
        """(time) => {
            window.shownTime = NaN;
            const note = (now, frame) => {
                window.shownTime = frame.mediaTime;
                video.requestVideoFrameCallback(note);
            };
            video.requestVideoFrameCallback(note);
            video.currentTime = time;
        }""",
        time_s,
    )
    page.wait_for_function(
        "([time, within]) => !video.seeking && Math.abs(shownTime - time) < within", arg=[time_s, within_s]
    )
