"""python -m benchmarks.hour [--minutes 60] [--browser Chromium]: a film that is watched for an hour, as it runs.

The film of three hours goes by segments. Each five minutes print a line: where the film is, how often it stood still,
pictures that were left out, seconds in the buffer, and what the browser and the server take. The exit status is 1 if
the film stood still or fell behind. Needs chromium or firefox-esr, and ffmpeg, which makes the film at the first run.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from urllib.parse import quote

from benchmarks.effort import MIB
from benchmarks.process import ServerProcess, free_port, running
from benchmarks.starts import BROWSERS, ROOT, await_details
from benchmarks.starts_films import FILMS, FOLDER, make
from benchmarks.starts_page import Tab, wait_for

EVERY_S = 300.0
_FILM = FILMS[0]
_MOST_BEHIND_S = 5.0  # of what has passed since the first row
_WATCH = """(() => {
    window.video = document.querySelector("video");
    window.waits = 0;
    video.addEventListener("waiting", () => { waits += 1; });
})()"""
_LOOK = """(() => {
    const { buffered, currentTime } = video;
    const [first, last] = [buffered.start(0), buffered.end(buffered.length - 1)];
    const { droppedVideoFrames } = video.getVideoPlaybackQuality();
    return JSON.stringify([currentTime, waits, droppedVideoFrames, currentTime - first, last - currentTime]);
})()"""


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hour")
    parser.add_argument("--minutes", type=float, default=60.0, help="how long (default: 60)")
    parser.add_argument("--browser", choices=BROWSERS, default="Chromium")
    options = parser.parse_args()
    make(_FILM)
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="movie-streaming-bench-") as cache:
        command = [sys.executable, str(ROOT / "server.py"), "--assets", str(FOLDER), "--port", str(port)]
        with running([*command, "--cache", cache], port, ROOT) as server, BROWSERS[options.browser]() as tab:
            await_details(port)
            tab.goto(f"http://127.0.0.1:{port}/?film={quote(_FILM.name)}")
            wait_for(tab, "document.querySelector('video')?.currentTime > 1")
            tab.evaluate(_WATCH)
            return 1 if _watch(tab, server, options.minutes * 60) else 0


def _watch(tab: Tab, server: ServerProcess, lasting_s: float) -> bool:
    """Whether the film stood still or fell behind."""
    print("| minute | film, s | waits | left out | behind, s | ahead, s | browser, MiB | server, MiB | descriptors |")
    print("| --: " * 9 + "|")
    everything = ServerProcess(os.getpid(), server.port)
    begun_s, (began_at, *_) = time.monotonic(), _look(tab)
    elapsed_s, waits, position = 0.0, 0.0, began_at
    while elapsed_s < lasting_s:
        time.sleep(min(EVERY_S, lasting_s - elapsed_s))
        elapsed_s = time.monotonic() - begun_s
        position, waits, left_out, behind, ahead = _look(tab)
        of_server = server.memory_bytes()
        print(
            f"| {elapsed_s / 60:.0f} | {position:.0f} | {waits:.0f} | {left_out:.0f} | {behind:.0f} | {ahead:.0f} "
            f"| {(everything.memory_bytes() - of_server) / MIB:.0f} | {of_server / MIB:.1f} | {server.descriptors()} |",
            flush=True,
        )
    return waits > 0 or position - began_at < elapsed_s - _MOST_BEHIND_S


def _look(tab: Tab) -> list[float]:
    found: list[float] = json.loads(str(tab.evaluate(_LOOK)))
    return found


if __name__ == "__main__":
    sys.exit(main())
