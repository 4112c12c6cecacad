"""How long a viewer of a warm film waits while others watch cold ones: whether a slow disk holds up everybody."""

import mmap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import BadAnswer, Connection
from benchmarks.effort import Effort
from benchmarks.peers import Peer
from benchmarks.slow_disk import COLD_FILMS, WARM_BYTES, WARM_FILM, slow_disk

PERIOD_S = 0.02
RANGE_BYTES = 64 * 1024
_MAP_LOCKED = 0x2000  # mmap(2), on Linux; Python has no name for it
_HEAD_START_S = 0.5  # for the cold viewers, before the probe goes on


@dataclass(frozen=True, slots=True)
class Probe:
    """How long the viewer of the warm film waited for each 64 KiB, in seconds, and how often no answer came."""

    alone_s: list[float]
    beside_cold_s: list[float]
    alone_unanswered: int
    beside_cold_unanswered: int


def measure(peer: Peer, folder: Path, effort: Effort) -> Probe:
    """Measures this server. Nobody has read from its disk before."""
    with slow_disk(folder.with_name("slow-disk")) as disk, peer.serving(disk) as server:
        return _probe(peer, server.port, disk, effort)


def _probe(peer: Peer, port: int, disk: Path, effort: Effort) -> Probe:
    with _kept_in_memory(disk / WARM_FILM):
        alone_s, alone_unanswered = _waits(peer, port, effort.probe_s / 2, effort.answer_limit_s)
        with _cold_viewers(peer, port):
            time.sleep(_HEAD_START_S)
            beside_cold_s, unanswered = _waits(peer, port, effort.probe_s, effort.answer_limit_s)
    return Probe(alone_s, beside_cold_s, alone_unanswered, unanswered)


@contextmanager
def _kept_in_memory(film: Path) -> Iterator[None]:
    """Reads the film into the page cache and locks it there, since the kernel might drop it."""
    with film.open("rb") as file, mmap.mmap(file.fileno(), 0, flags=mmap.MAP_SHARED | _MAP_LOCKED, prot=mmap.PROT_READ):
        yield


@contextmanager
def _cold_viewers(peer: Peer, port: int) -> Iterator[None]:
    done = threading.Event()
    cold_viewers = [threading.Thread(target=_watch, args=(port, peer.path(film), done)) for film in COLD_FILMS]
    for viewer in cold_viewers:
        viewer.start()
    try:
        yield
    finally:
        done.set()
        for viewer in cold_viewers:
            viewer.join()


def _waits(peer: Peer, port: int, seconds: float, answer_limit_s: float) -> tuple[list[float], int]:
    """Asks for ranges of the warm film for so long, one at a time. Gives up at the first that does not come."""
    waits_s: list[float] = []
    begun_s = time.monotonic()
    try:
        with Connection(port, timeout_s=answer_limit_s) as connection:
            while (now_s := time.monotonic()) < begun_s + seconds:
                first = len(waits_s) * RANGE_BYTES % WARM_BYTES
                connection.fetch(peer.path(WARM_FILM), (first, first + RANGE_BYTES - 1))
                waits_s.append(time.monotonic() - now_s)
                time.sleep(max(0, now_s + PERIOD_S - time.monotonic()))
    except (TimeoutError, BadAnswer):
        return waits_s, 1
    return waits_s, 0


def _watch(port: int, path: str, done: threading.Event) -> None:
    """A viewer of a cold film, who takes all that comes, until ``done``."""
    try:
        with Connection(port, timeout_s=0.5) as connection:
            connection.ask(path)
            while not done.is_set():
                try:
                    connection.drop_some(RANGE_BYTES)
                except TimeoutError:
                    continue
    except (OSError, BadAnswer):
        pass  # the probe shows if a server sends nothing
