"""python -m benchmarks.soak [--minutes 10] [--viewers 50] [--bucket]: mixed viewers, who compare every byte.

They seek, pause, leave in mid-answer, read slowly, download, and ask for small and for several ranges, with and without
preconditions. Each minute prints a line: what they have met so far, and what the server takes. The exit status is 1 if
a byte was wrong, or an answer was cut off or had a wrong status.

The films are in a folder, or in a bucket that nginx serves over TLS. The server takes its settings from the
environment: with ZERO_COPY=no, films are read and written in chunks.
"""

import argparse
import json
import random
import signal
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path

from benchmarks.bucket import store
from benchmarks.effort import GB, MIB
from benchmarks.mixed import Film, Tally, Viewer
from benchmarks.process import ServerProcess, free_port, running

ROOT = Path(__file__).resolve().parent.parent
FILM_BYTES = (1_500_013, 7_000_001, 24 * MIB, 60 * MIB + 7, 96 * MIB)
SHARES = {"seeker": 14, "pauser": 12, "aborter": 6, "slow reader": 10, "downloader": 3, "asker": 5}  # of 50
EVERY_S = 60.0
SETTLE_S = 10.0  # the server keeps films open for some seconds


def main() -> int:
    options = _parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that started processes are ended
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="movie-streaming-bench-"))
        folder = Path(name, "films")
        folder.mkdir()
        films = [Film(folder, number, length) for number, length in enumerate(FILM_BYTES)]
        if options.bucket:
            stack.enter_context(store(Path(name)))
        port, assets = free_port(), "s3://films" if options.bucket else str(folder)
        command = [sys.executable, str(ROOT / "server.py"), "--port", str(port), "--assets", assets]
        with running([*command, "--cache", f"{name}/cache"], port, ROOT) as server:
            tally = _soak(server, films, options.viewers, options.minutes * 60, options.seed)
    for fault in tally.faults:
        print(fault)
    return 1 if tally.wrong_bytes or tally.server_errors or tally.other_faults else 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks.soak", description="Mixed viewers who compare every byte.")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (default: 10)")
    parser.add_argument("--viewers", type=int, default=50, help="how many at once (default: 50)")
    parser.add_argument("--bucket", action="store_true", help="films in a bucket (needs nginx and openssl)")
    parser.add_argument("--seed", type=int, default=0, help="of their choices (default: 0)")
    return parser.parse_args(arguments)


def _soak(server: ServerProcess, films: list[Film], count: int, lasting_s: float, seed: int) -> Tally:
    tally, over = Tally(), threading.Event()
    viewers = [
        Viewer(kind, server.port, films, tally, over, random.Random(f"{seed} {number}"))
        for number, kind in enumerate(_kinds(count))
    ]
    print("viewers: " + ", ".join(f"{number} {kind}s" for kind, number in Counter(map(_kind, viewers)).items()))
    print("| minute | requests | GB compared | wrong bytes | 5xx | other faults | memory, MiB | descriptors | CPU, s |")
    print("| --: " * 9 + "|")
    while _listed(server) < len(films):
        time.sleep(0.5)
    _wait_for_worker(server)
    began_s = time.monotonic()
    _print_row(server, tally, 0.0)
    for viewer in viewers:
        viewer.start()
    while (elapsed_s := time.monotonic() - began_s) < lasting_s:
        time.sleep(min(EVERY_S - elapsed_s % EVERY_S, lasting_s - elapsed_s))
        _print_row(server, tally, time.monotonic() - began_s)
    over.set()
    for viewer in viewers:
        viewer.join()
    print("all have left:")
    time.sleep(SETTLE_S)
    _wait_for_worker(server)
    _print_row(server, tally, time.monotonic() - began_s)
    return tally


def _kinds(count: int) -> list[str]:
    """The kinds of so many viewers, in the proportions of SHARES."""
    house = [kind for kind, share in SHARES.items() for _ in range(share)]
    random.Random(0).shuffle(house)
    return [house[number % len(house)] for number in range(count)]


def _kind(viewer: Viewer) -> str:
    return viewer.name


def _listed(server: ServerProcess) -> int:
    """How many films are listed by now; 0 also if the server does not listen yet."""
    with suppress(OSError):
        return len(json.load(urllib.request.urlopen(f"http://127.0.0.1:{server.port}/api/movies"))["movies"])
    return 0


def _wait_for_worker(server: ServerProcess) -> None:
    """Waits until the worker has ended, so that only the server is measured."""
    while server.processes() > 1:
        time.sleep(0.5)


def _print_row(server: ServerProcess, tally: Tally, elapsed_s: float) -> None:
    print(
        f"| {elapsed_s / 60:.1f} | {tally.requests:,} | {tally.compared_bytes / GB:.2f} | {tally.wrong_bytes} "
        f"| {tally.server_errors} | {tally.other_faults} | {server.memory_bytes() / MIB:.1f} | {server.descriptors()} "
        f"| {server.cpu_s():.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
