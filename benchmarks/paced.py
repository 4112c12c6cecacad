"""What viewers cost who watch: each takes its film at the film's own rate, as players do.

Each takes what is due ten times a second. No two do so at the same moment.
"""

import multiprocessing
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from benchmarks.client import TIMEOUT_S, Connection
from benchmarks.effort import MIB, Effort
from benchmarks.load import LoadFailed
from benchmarks.peers import Peer
from benchmarks.segments import with_real_segments

TURNS_A_S = 10
SETTLE_S = 3.0  # of watching before the measurement, while the queues find their lengths
HEAD_START_BYTES = 2 * MIB  # each begins with another part of it; otherwise all queues would run low at the same moment
RECEIVE_BUFFER_BYTES = MIB // 4  # as in browsers, which take no more from the network than they need
_VIEWERS_AN_ADDRESS = 8
_LATE_S = 1.0  # viewers that fall behind by more measure themselves and not the server
_SLEEP_S = 0.001  # a sleep takes longer than it was asked for


@dataclass(frozen=True, slots=True)
class Audience:
    """``viewers``, who each watch a film of ``mbit_s``."""

    viewers: int
    mbit_s: float

    def rate_bytes_s(self) -> float:
        return self.mbit_s * 1e6 / 8


@dataclass(frozen=True, slots=True)
class Watched:
    """What an audience cost the server in ``elapsed_s``. ``late_bytes``: bytes that had not come when they were due.
    ``sleeps``: how often the server had nothing to do and was woken again."""

    audience: Audience
    elapsed_s: float
    cpu_s: float
    sleeps: int
    content_bytes: int
    late_bytes: int


def measure(peer: Peer, folder: Path, effort: Effort) -> list[Watched]:
    """Measures three rates over loopback. All viewers together take what any server here can bear."""
    audiences = (Audience(effort.viewers, 2), Audience(effort.viewers, 5), Audience(effort.viewers // 4, 20))
    return [_watched(peer, folder, effort, audience) for audience in audiences]


def measure_segments(peer: Peer, folder: Path, effort: Effort) -> Watched:
    """Measures over a loopback whose segments are as long as those of the internet."""
    return with_real_segments(lambda: _watched(peer, folder, effort, Audience(effort.viewers // 2, 5)))


def measure_crowd(peer: Peer, folder: Path, effort: Effort) -> Watched:
    """Measures as many viewers as may ever watch at once."""
    return _watched(peer, folder, effort, Audience(effort.watching_crowd, 5))


def _watched(peer: Peer, folder: Path, effort: Effort, audience: Audience) -> Watched:
    context = multiprocessing.get_context("fork")
    ours, its = context.Pipe()
    with peer.serving(folder) as server:
        viewers = context.Process(target=_watch, args=(its, server.port, peer.path(), effort, audience), daemon=True)
        viewers.start()
        try:
            _told(ours)
            begun_s, cpu_s, sleeps = time.monotonic(), server.cpu_s(), server.sleeps()
            content_bytes, late_bytes = _told(ours)
            elapsed_s, cpu_s, sleeps = time.monotonic() - begun_s, server.cpu_s() - cpu_s, server.sleeps() - sleeps
        finally:
            viewers.kill()
            viewers.join()
    return Watched(audience, elapsed_s, cpu_s, sleeps, content_bytes, late_bytes)


def _told(pipe: Pipe) -> tuple[int, int]:
    if not pipe.poll(2 * TIMEOUT_S):
        raise LoadFailed(f"the viewers were not done after {2 * TIMEOUT_S:g} s")
    told: tuple[int, int] | Exception = pipe.recv()
    if isinstance(told, Exception):
        raise LoadFailed(repr(told))
    return told


def _watch(pipe: Pipe, port: int, path: str, effort: Effort, audience: Audience) -> None:
    """All viewers, in a process of their own. Tells when they have settled, and what they took and missed."""
    try:
        with ExitStack() as stack:
            viewers = [
                _Viewer(port, path, effort.film_bytes, number, audience, stack) for number in range(audience.viewers)
            ]
            for viewer in viewers:
                viewer.begin()
            turn_bytes = audience.rate_bytes_s() / TURNS_A_S
            _take_turns(viewers, turn_bytes, SETTLE_S)
            pipe.send((0, 0))
            pipe.send(_take_turns(viewers, turn_bytes, effort.watched_s))
    except Exception as error:
        pipe.send(error)


def _take_turns(viewers: list["_Viewer"], turn_bytes: float, seconds: float) -> tuple[int, int]:
    """How many bytes they took, and how many had not come when they were due."""
    content_bytes = late_bytes = 0
    begun_s = time.monotonic()
    for turn in range(int(seconds * TURNS_A_S) * len(viewers)):
        early_s = begun_s + turn / len(viewers) / TURNS_A_S - time.monotonic()
        if early_s > _SLEEP_S:
            time.sleep(early_s)
        taken, late = viewers[turn % len(viewers)].take(turn_bytes)
        content_bytes += taken
        late_bytes += late
    if time.monotonic() > begun_s + seconds + _LATE_S:
        raise LoadFailed("the viewers themselves were too slow")
    return content_bytes, late_bytes


class _Viewer:
    def __init__(
        self, port: int, path: str, film_bytes: int, number: int, audience: Audience, stack: ExitStack
    ) -> None:
        network, host = divmod(number // _VIEWERS_AN_ADDRESS, 250)
        self._connection = stack.enter_context(
            Connection(port, f"127.1.{network}.{host + 1}", receive_buffer_bytes=RECEIVE_BUFFER_BYTES)
        )
        self._span = number * MIB % (film_bytes // 2), film_bytes - 1
        self._head_start = HEAD_START_BYTES * number // audience.viewers
        self._due = 0.0
        self._connection.ask(path, self._span)

    def begin(self) -> None:
        self._connection.content_left(self._span)
        self._connection.drop(self._head_start)

    def take(self, turn_bytes: float) -> tuple[int, int]:
        """Takes the due bytes that have come. Returns how many, and how many more are missing than before."""
        missing = int(self._due)
        self._due += turn_bytes
        taken = 0
        try:
            while self._due >= 1:
                count = self._connection.drop_some(int(self._due), socket.MSG_DONTWAIT)
                taken += count
                self._due -= count
        except TimeoutError:
            pass
        return taken, max(int(self._due) - missing, 0)
