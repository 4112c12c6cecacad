"""What a viewer notices of other requests: ``python -m benchmarks.beside [films]``.

Starts the server on a library of 10,000 films. A viewer asks for a range of 64 KiB every 20 ms, alone and beside a
flood: ten requests a second for one URL. The time of a range is counted from when it was due, so an answer that is late
makes those after it late, too. This is measured while the server looks into the films, again when all films are known,
and then while films are added. It takes some ten minutes, most of them for posters.
"""

import json
import multiprocessing
import os
import random
import shutil
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

import av

from benchmarks.client import BadAnswer, Connection
from benchmarks.effort import MIB
from benchmarks.figures import percentile
from benchmarks.films import FILM, film_folder
from benchmarks.process import free_port, running

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "assets" / "Seek Anywhere.mp4"
FILM_BYTES = 64 * MIB
RANGE_BYTES = 64 * 1024
EVERY_S = 0.02
FLOOD_EVERY_S = 0.1
FLOODERS = 4  # requests at once: if the server is slow, further requests wait, as with few clients
MEASURED_S = 5.0
KNOWN_LIMIT_S = 400.0
FOLDERS = 100


def main(films: int) -> None:
    with film_folder(FILM_BYTES) as folder, multiprocessing.get_context("spawn").Pool(FLOODERS) as flooders:
        _fill(folder, films)
        port = free_port()
        arguments = ["--assets", str(folder), "--cache", str(folder.parent / "cache"), "--port", str(port)]
        with running([sys.executable, str(ROOT / "server.py"), *arguments], port, ROOT):
            urls = _urls(_first_list(port))
            print(f"{films} films; milliseconds of a range of 64 KiB, from when it was due\n")
            _measure_all(f"while films are looked into ({_known(port)} known)", port, urls, flooders)
            _await_known(port)
            _measure_all("when all is known", port, urls, flooders)
            added = iter(range(films))
            tiny = (folder / "00/Film 00000.mp4").read_bytes()
            _heading("beside a film a second that comes, and ten requests a second")
            for name in ("/list", "/api/movies", "/playlist.m3u"):
                with _every(1.0, lambda: (folder / f"New {next(added):05d}.mp4").write_bytes(tiny)):
                    _measure(name, port, urls[name], flooders)


def _measure_all(title: str, port: int, urls: dict[str, str], flooders: Pool) -> None:
    _heading(title)
    _measure("alone", port, None, flooders)
    for name, url in urls.items():
        _measure(name, port, url, flooders)
    _measure("alone", port, None, flooders)


def _heading(title: str) -> None:
    print(f"\n| {title} | p50 | p95 | p99 | max | answers |\n| --- | --: | --: | --: | --: | --: |")


def _measure(name: str, port: int, url: str | None, flooders: Pool) -> None:
    """Prints how long the viewer waits beside a flood of requests for this URL, or without one."""
    until_s = time.monotonic() + MEASURED_S
    asked = [
        flooders.apply_async(_flood, (port, url, until_s, FLOOD_EVERY_S * FLOODERS, FLOOD_EVERY_S * number))
        for number in range(FLOODERS if url else 0)
    ]
    waits_ms = [wait_s * 1000 for wait_s in _watch(port, until_s)]
    answers = sum(each.get() for each in asked)
    figures = [percentile(waits_ms, share) for share in (0.5, 0.95, 0.99, 1.0)]
    print(f"| {name} | " + " | ".join(f"{figure:.1f}" for figure in figures) + f" | {answers} |", flush=True)


def _watch(port: int, until_s: float) -> Iterator[float]:
    """For each range, the seconds from when it was due to when it was complete."""
    with Connection(port) as viewer:
        due_s = time.monotonic()
        while due_s < until_s:
            time.sleep(max(due_s - time.monotonic(), 0))
            first = random.randrange(0, FILM_BYTES - RANGE_BYTES)
            viewer.fetch(f"/videos/{FILM}", (first, first + RANGE_BYTES - 1))
            yield time.monotonic() - due_s
            due_s += EVERY_S


def _flood(port: int, url: str, until_s: float, every_s: float, later_s: float) -> int:
    """Asks for ``url`` at a fixed rate, and returns the number of answers."""
    answers = 0
    due_s = time.monotonic() + later_s
    while due_s < until_s:
        time.sleep(max(due_s - time.monotonic(), 0))
        with Connection(port, "127.0.0.2") as connection, suppress(BadAnswer):  # one of the URLs gets 404
            connection.fetch(url)
        answers += 1
        due_s = max(due_s + every_s, time.monotonic())
    return answers


def _fill(folder: Path, films: int) -> None:
    """Makes a library: films of a second each, the sample, subtitles, and the film that is watched."""
    shutil.copyfile(SAMPLE, folder / "0.mp4")
    (folder / "0.en.srt").write_text(
        "".join(f"{i}\n00:00:{i:02d},000 --> 00:00:{i:02d},900\nWords\n\n" for i in range(60))
    )
    tiny = folder / "00" / "Film 00000.mp4"
    for number in range(FOLDERS):
        (folder / f"{number:02d}").mkdir()
    _write_tiny(tiny)
    for number in range(1, films):
        shutil.copyfile(tiny, folder / f"{number % FOLDERS:02d}/Film {number:05d}.mp4")


def _write_tiny(file: Path) -> None:
    """Writes a film of one small black picture, which lasts a second."""
    with av.open(os.fspath(file), "w") as container:
        stream = container.add_stream("mpeg4", 1)
        stream.width = stream.height = 16
        container.mux(stream.encode(av.VideoFrame(16, 16, "yuv420p")))
        container.mux(stream.encode(None))


def _urls(sample: dict[str, Any]) -> dict[str, str]:
    return {
        "/playlist.m3u": "/playlist.m3u",
        "/playlist.m3u?folder=": "/playlist.m3u?folder=07",
        "/playlist.m3u?film=": "/playlist.m3u?film=07/Film%2000007.mp4",
        "/api/movies": "/api/movies",
        "/list": "/list",
        "/": "/",
        "a poster": str(sample["poster"]),
        "a storyboard's WebVTT": str(sample["thumbnails"]),
        "subtitles": str(sample["subtitles"][0]["url"]),
        "404": "/videos/none.mp4",
    }


def _movies(port: int) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/movies") as answer:
        movies: list[dict[str, Any]] = json.load(answer)["movies"]
    return movies


def _first_list(port: int) -> dict[str, Any]:
    """The sample's entry, which is the first of the list, once all is known of it."""
    while True:
        sample = next(movie for movie in _movies(port) if movie["path"] == "0.mp4")
        if sample["state"] == "known":
            return {"poster": "/posters/0.mp4", **sample}
        time.sleep(1)


def _known(port: int) -> int:
    return sum(movie["state"] == "known" for movie in _movies(port))


def _await_known(port: int) -> None:
    """Waits until all films are looked into and have their posters, or the benchmark's time is over."""
    deadline_s = time.monotonic() + KNOWN_LIMIT_S
    while time.monotonic() < deadline_s:
        if all("poster" in movie for movie in _movies(port) if movie["path"] != FILM):
            return
        time.sleep(5)
    print("\n(not all of them are known yet)")


@contextmanager
def _every(interval_s: float, act: Callable[[], object]) -> Iterator[None]:
    """Calls the function at fixed intervals while the block runs."""
    ended = threading.Event()

    def acting() -> None:
        while not ended.wait(interval_s):
            act()

    thread = threading.Thread(target=acting)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
