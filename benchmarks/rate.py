"""python -m benchmarks.rate: viewers of a film of 5 Mbit/s, each of whom is sent 1.5 times that at most (--rate).

Each reads as far ahead as it is let, plays what it has, and seeks every ten seconds, which drops what it had. What is
printed: how often a film stood still, how long a seek waited for its first half second, and how much was sent.
"""

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from benchmarks.client import Connection
from benchmarks.effort import KIB, MIB
from benchmarks.films import FILM, film_folder
from benchmarks.process import free_port, running

ROOT = Path(__file__).resolve().parent.parent
FILM_BYTES = 256 * MIB
FILM_RATE = 625_000
VIEWERS = 20
SEEKS = 6
SEEK_S = 10.0
FIRST_BYTES = FILM_RATE // 2  # half a second of the film, with which players start after a seek
_WAYS = {"no rate": (), "zero copy": ("--rate", "937500"), "chunks": ("--rate", "937500", "--zero-copy", "no")}


@dataclass
class Watched:
    """What one viewer saw."""

    stalls: int = 0
    longest_start_s: float = 0.0
    received: int = 0


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    print("| | stalls | longest wait after a seek | sent to a viewer in a minute |")
    print("| --- | --: | --: | --: |")
    with film_folder(FILM_BYTES) as folder:
        for way, options in _WAYS.items():
            port = free_port()
            command = [sys.executable, str(ROOT / "server.py"), "--assets", str(folder), "--port", str(port), *options]
            cache = str(folder.parent / f"cache-{port}")
            with running([*command, "--cache", cache], port, ROOT), ThreadPoolExecutor(VIEWERS) as pool:
                watched = list(pool.map(_watch, [port] * VIEWERS, range(VIEWERS)))
            longest_ms = max(each.longest_start_s for each in watched) * 1000
            sent = sum(each.received for each in watched) / VIEWERS / 1e6
            print(
                f"| {way} | {sum(each.stalls for each in watched)} | {longest_ms:.0f} ms | {sent:.0f} MB |", flush=True
            )


def _watch(port: int, number: int) -> Watched:
    watched = Watched()
    for seek in range(SEEKS):
        with Connection(port, f"127.0.1.{number + 1}", timeout_s=SEEK_S) as connection, suppress(TimeoutError):
            first = seek * FILM_BYTES // SEEKS
            span = first, FILM_BYTES - 1
            begun_s = monotonic()
            connection.ask(f"/videos/{FILM}", span)
            length, left = connection.content_left(span)
            connection.drop(max(FIRST_BYTES - (length - left), 0))
            started_s = monotonic()
            watched.longest_start_s = max(watched.longest_start_s, started_s - begun_s)
            _play(connection, started_s, begun_s + SEEK_S, length, watched)
    return watched


def _play(connection: Connection, started_s: float, ends_s: float, length: int, watched: Watched) -> None:
    """Takes what comes, until the next seek or the end."""
    received = FIRST_BYTES
    stood_s = 0.0
    while monotonic() < ends_s and received < length:
        received += connection.drop_some(256 * KIB)
        late_s = monotonic() - started_s - stood_s - received / FILM_RATE
        if late_s > 0:
            watched.stalls += 1
            stood_s += late_s
    watched.received += received


if __name__ == "__main__":
    main()
